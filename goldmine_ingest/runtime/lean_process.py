"""Spawned children: such as don't import the parent's main module, and what all of them need before
the first one starts. Apart, so that whoever starts no child doesn't load multiprocessing.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any


class _LeanProcess(multiprocessing.context.SpawnProcess):
    """A spawned process that doesn't import the parent's main module: ours needs nothing of it,
    and it may be heavy (a flow, pytest).
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - multiprocessing's name
        start_tracker()
        with _without_main():
            return multiprocessing.context.SpawnProcess._Popen(process_obj)


class LeanContext(multiprocessing.context.SpawnContext):
    Process = _LeanProcess


def start_tracker() -> None:
    """Starts the process with which multiprocessing keeps account of what its children share, if it
    isn't there yet: out of reach of a terminal that is closed.

    It ignores SIGINT and SIGTERM by itself; SIGHUP would end it, and the children's ends would be
    tracebacks then. A signal that is blocked here stays blocked in a process that is started so.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        resource_tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _without_main() -> Iterator[None]:
    main: Any = sys.modules["__main__"]
    saved = {
        name: getattr(main, name)
        for name in ("__file__", "__spec__")
        if getattr(main, name, None) is not None
    }
    for name in saved:
        setattr(main, name, None)
    try:
        yield
    finally:
        for name, value in saved.items():
            setattr(main, name, value)
