"""A run's process ends with the `serve` that started it, and whatever it has started ends with
it.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

# Seconds in which a run may finish the send in hand, which gives up sooner by itself, and tell
# Prefect how it ended.
FINISH_WITHIN = 11.0


def leave_with_parent() -> bool:
    """Called in a run's process: a group of its own, which hears of Ctrl-C through `serve` alone,
    and ends soon after `serve` is gone.

    Does nothing in a process that no `serve` started, and says so: False.
    """
    parent = multiprocessing.parent_process()
    if parent is None or os.getpgrp() == os.getpid():
        return False
    atexit.register(_say_no_more)
    os.setpgid(0, 0)
    threading.Thread(
        target=_watch, args=(parent.sentinel,), name="goldmine-parent", daemon=True
    ).start()
    return True


def end_at_once(process: BaseProcess) -> None:
    """Kills a run's process, and its whole group where it has one by now."""
    if process.pid is None:
        return
    try:
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            os.kill(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it has ended by itself


def _say_no_more() -> None:
    """At the interpreter's end: DuckDB's binding prints a page about objects that are still there,
    which says nothing to anyone (the process that runs a command ends without that, too). And once
    `serve` is gone: its server doesn't answer any more, or the next one doesn't know this process,
    and Prefect's engine prints a page about that. How the run ended is in the history.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _watch(parent: int) -> None:
    wait([parent])
    _say_no_more()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(FINISH_WITHIN)
    os.killpg(os.getpgrp(), signal.SIGKILL)
