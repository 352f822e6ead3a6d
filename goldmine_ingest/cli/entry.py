"""The process of one command, as the operating system starts it."""

from __future__ import annotations

import os
import sys
import threading

from goldmine_ingest.cli import main
from goldmine_ingest.runtime.garbage import collect_seldom
from goldmine_ingest.runtime.quick_exit import flush_output, leave


def entry() -> int:
    """Runs one command and returns the exit status; or ends the process with it, where nothing
    but memory is left to give back.
    """
    collect_seldom()
    if "_ARGCOMPLETE" in os.environ:
        from goldmine_ingest.cli.completion_candidates import complete  # only a shell's Tab pays

        complete()
    status = main()
    flush_output()
    if threading.active_count() == 1 and "prefect" not in sys.modules:
        leave(status)
    return status
