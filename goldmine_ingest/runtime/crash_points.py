"""Places at which the kill drill ends the process (docs/reliability.md "Crash points"). They do
nothing unless FAULT_POINT is set.

    FAULT_POINT=accepted:3 goldmine run        kill -9 the third time that the cycle comes to
    `accepted`

The names, in the order of a cycle: locked, fetched, mid_transaction, before_commit, in_wal,
committed, attempted, accepted, recorded, checkpoint, migrating, copying. Of a history whose
tables are moved: moving (after each table), compared, moved. Of a press that waits on the disk:
set_aside, taken_in. Of opinions: opinions_stored. Of workers: batch_encoded, part_written,
batch_written; of their loader: batch_committed, batch_removed, planned.
"""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_NAME, _, _PASS = os.environ.get("FAULT_POINT", "").partition(":")
_passes = itertools.count(1)
_INTO_IT = 0.0005  # seconds: a CHECKPOINT takes 14 ms and more


def reach(name: str) -> None:
    """A step is reached; here the process dies if the drill says so."""
    if name == _NAME and next(_passes) == int(_PASS or 1):
        _die()


@contextmanager
def during(name: str) -> Iterator[None]:
    """A step that takes a while; the process dies in the middle of it, or at its end if it was
    quicker.
    """
    if name != _NAME or next(_passes) != int(_PASS or 1):
        yield
        return
    timer = threading.Timer(_INTO_IT, _die)
    timer.start()
    yield
    _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
