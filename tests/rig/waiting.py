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
    """Asks again and again, and the more seldom the longer it has waited: asking takes from the
    processor on which it is awaited.
    """
    began = time.monotonic()
    while not what():
        waited = time.monotonic() - began
        assert waited < PATIENCE, f"{awaited} never came"
        time.sleep(min(max(0.02, waited / 10), 0.5))
