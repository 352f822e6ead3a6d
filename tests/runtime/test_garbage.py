"""How often rings of objects are collected: seldom in a command, as usual in a process that stays
and makes them all the time.
"""

from __future__ import annotations

import subprocess
import sys

# As many rings as some polls of Prefect's clients leave; how many of them are still there at once.
_RINGS = """
import weakref
from goldmine_ingest.runtime.garbage import collect_as_usual, collect_seldom
class Ring:
    def __init__(self):
        self.me = self
collect_seldom()
{then}
made = [weakref.ref(Ring()) for _ in range(20_000)]
print(sum(ring() is not None for ring in made))
"""


def left(then: str) -> int:
    code = _RINGS.format(then=then)
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


def test_a_process_that_stays_keeps_few_rings() -> None:
    assert left("collect_as_usual()") < 10_000
    assert left("") == 20_000
