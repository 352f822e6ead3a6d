"""The process with which multiprocessing keeps account of what a process and its children share:
Prefect's runner starts it.
"""

from __future__ import annotations

import signal
from multiprocessing import resource_tracker


def start_tracker() -> None:
    """Starts it, if it isn't there yet: out of reach of a terminal that is closed.

    It ignores SIGINT and SIGTERM by itself; SIGHUP would end it, and the children's ends would be
    tracebacks then. A signal that is blocked here stays blocked in a process that is started so.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        resource_tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
