"""Ending a process without Python's own clearing up.

Python would look through every object for cycles, three times, and take DuckDB's tables of
functions apart: a tenth of the CPU of a poll in which nothing changed, an eighth of one with news.
There is no public way to run what libraries registered for the end (semaphores, the prompt's lines)
and leave out the rest, so that this module, and no other, reaches for `atexit._run_exitfuncs`. Only
for a process in which nothing but memory is left to give back: files, locks and the history are
closed by those who opened them.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from typing import NoReturn, TextIO


def leave(status: int) -> NoReturn:
    """Does what was registered for the end, and ends the process with this status."""
    atexit._run_exitfuncs()
    flush_output()
    os._exit(status)


def flush_output() -> None:
    """What can't be written, because the terminal was closed or a reader has left, goes nowhere:
    Python's own attempt at exit would make the status 120.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # as Python has it where the stream was closed before it started
            _flush(stream)


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
