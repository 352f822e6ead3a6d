"""The process of one command, as the operating system starts it."""

from __future__ import annotations

import gc
import os
import sys
import threading

from goldmine_ingest.cli import main
from goldmine_ingest.runtime.quick_exit import flush_output, leave

# Objects that may come before the collector looks for cycles among them (Python: 700). A command
# makes some 100,000 while it loads, nearly all of them to stay: looking through them again and
# again is a twentieth of the CPU of a poll in which nothing changed.
_YOUNG = 20_000


def entry() -> int:
    """Runs one command and returns the exit status; or ends the process with it, where nothing
    but memory is left to give back.
    """
    gc.set_threshold(_YOUNG, 10, 10)
    if "_ARGCOMPLETE" in os.environ:
        from goldmine_ingest.cli.completion_candidates import complete  # only a shell's Tab pays

        complete()
    status = main()
    flush_output()
    if threading.active_count() == 1 and "prefect" not in sys.modules:
        leave(status)
    return status
