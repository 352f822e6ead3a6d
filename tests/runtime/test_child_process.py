"""The processes of our own that read bodies and send messages."""

from __future__ import annotations

import gc
from multiprocessing.connection import Connection

from goldmine_ingest.runtime.child_process import ChildProcess

PYTHONS = 2_000  # no Python's own threshold is above


def tell_threshold(pipe: Connection) -> None:
    """In the child: after how many new objects the collector looks through them."""
    pipe.send(gc.get_threshold())


def test_a_child_looks_for_garbage_as_seldom_as_a_command() -> None:
    """Else a twentieth of what it takes to read the first feed is looking for none."""
    child = ChildProcess("test", tell_threshold)
    told = child.pipe.recv()
    assert (told[0] > PYTHONS, child.close()) == (True, 0)
