"""Waiting for what another process or thread does: with one patience for all, so that a slow and
busy machine is no failure.
"""

from __future__ import annotations

import time
from collections.abc import Callable

# Seconds. Nothing that works takes as long, on a machine ten times slower and busy; what never
# comes is told soon enough. Who waits on an event, a process, a thread or a socket waits so long.
PATIENCE = 300.0


def wait_for(what: Callable[[], object], awaited: str = "it") -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, f"{awaited} never came"
        time.sleep(0.02)
