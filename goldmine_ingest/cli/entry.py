"""The process of one command, as the operating system starts it."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
import threading
from typing import TextIO

from goldmine_ingest.cli import main

# Objects that may come before the collector looks for cycles among them (Python: 700). A command
# makes some 100,000 while it loads, nearly all of them to stay: looking through them again and
# again is a twentieth of the CPU of a poll in which nothing changed.
_YOUNG = 20_000


def entry() -> int:
    """Runs one command and returns the exit status; or ends the process with it, where nothing
    but memory is left to give back.
    """
    gc.set_threshold(_YOUNG, 10, 10)
    status = main()
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    if threading.active_count() == 1 and "prefect" not in sys.modules:
        # Python would look through every object for cycles, three times, and take DuckDB's tables
        # of functions apart: a tenth of the CPU of a poll in which nothing changed, an eighth of
        # one with news. Files, locks and the history are closed by those who opened them.
        # what libraries have registered is still done: semaphores, the prompt's lines
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            _flush(stream)
        os._exit(status)
    return status


def _flush(stream: TextIO) -> None:
    """What can't be written, because the terminal was closed or a reader has left, goes nowhere:
    Python's own attempt at exit would make the status 120.
    """
    try:
        stream.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
