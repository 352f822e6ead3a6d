"""The process of one command, as the operating system starts it."""

from __future__ import annotations

import gc

from goldmine_ingest.cli import main

# Objects that may come before the collector looks for cycles among them (Python: 700). A command makes some 100,000 while it loads, nearly
# all of them to stay: looking through them again and again is a tenth of the CPU of a poll in which nothing changed.
_YOUNG = 20_000


def entry() -> int:
    """Runs one command and returns the exit status."""
    gc.set_threshold(_YOUNG, 20, 20)
    status = main()
    # What is there now goes with the process: without this the interpreter looks through all of it for cycles, three times, before it ends.
    gc.freeze()
    return status
