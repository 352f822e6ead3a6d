"""kill -9 at each crash point and at random moments (docs/reliability.md S1, S2), with the
receiver's log as the truth.

Nothing that a poll received whole is lost. Nothing arrives twice, but for what was on its way when
the process died between the service's acceptance and our record of it: at most one each time, and
marked. A short form runs always, the long one in `make drill`.
"""

from __future__ import annotations

import itertools
import random
import re
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from goldmine_ingest.exchange.invariants import invariants, read_only
from tests.rig.fault_table import fault
from tests.rig.feed_server import FeedServer
from tests.rig.nursery import Nursery
from tests.rig.project import Home
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, serve, told, watching

# The crash points of docs/reliability.md 1.5, K1 to K11, and one between K4 and K5: how often a
# cycle with three matches passes each at least.
POINTS = {
    "locked": 1,
    "fetched": 1,
    "mid_transaction": 1,
    "before_commit": 6,
    "in_wal": 1,
    "committed": 1,  # all that was accepted is recorded by then: before the first message
    "attempted": 3,
    "accepted": 3,
    "recorded": 3,
    "checkpoint": 1,
    "migrating": 1,
    "copying": 1,
}
# Between acceptance and record: the commit that a later pass of before_commit never comes to may be
# that of the record.
DUPLICATE_WINDOWS = ("accepted", "before_commit")
# So many kills before a cycle may end: a cycle that mends what a kill left is killed as well.
IN_A_ROW = 4
ONE_READER = threading.Lock()  # the store is made for one thread of a process


@dataclass
class Figures:
    """What a drill came to. `marked` messages said "may repeat"; the `again` of them had arrived
    before.
    """

    kills: int = 0
    jobs: int = 0
    again: int = 0
    marked: int = 0

    def add(self, more: Figures) -> None:
        self.kills, self.jobs = self.kills + more.kills, self.jobs + more.jobs
        self.again, self.marked = self.again + more.again, self.marked + more.marked

    def line(self) -> str:
        return (
            f"{self.kills} kills, {self.jobs} jobs, 0 lost, {self.again} came twice, {self.marked}"
            " marked"
        )


class Drill:
    """A project, its feeds, and everything that was ever served and arrived. `whole` are the
    statuses of a cycle that came to its end.
    """

    whole: tuple[int, ...] = (0,)

    def __init__(
        self, folder: Path, feeds: FeedServer, sink: Receiver, nursery: Nursery, paths: int = 1
    ) -> None:
        self.feeds, self.sink, self.nursery = feeds, sink, nursery
        self.paths = [f"/feed{n}" for n in range(paths)]
        more = "max_per_hour = 10000\ndigest_at = []"
        self.home: Home = watching(folder, feeds, *self.paths, to={"phone": hook(sink, more)})
        self.home.settings = (
            'publish = "data/history.duckdb"\npublish_every = "1m"\n' + self.home.settings
        )
        self.served: set[int] = set()
        self.kills = 0

    def serve_more(self, count: int) -> None:
        """So many new jobs, spread over the feeds; each feed keeps its last sixty: none leaves
        unread, however many cycles are killed.
        """
        self.served.update(range(len(self.served) + 1, len(self.served) + count + 1))
        for at, path in enumerate(self.paths):
            mine = [n for n in sorted(self.served) if n % len(self.paths) == at]
            serve(self.feeds, path, *(item(n) for n in mine[-60:]))

    def cycle(self, fault: str = "", kill_after: float | None = None) -> int:
        """A cycle in a process of its own, to the end or to its death; the status."""
        self.home.project()
        self.home.clock.forward(minutes=2)
        config_path = self.home.folder / "config/goldmine.toml"
        status = self.nursery.run(
            config_path, self.home.clock(), fault=fault, kill_after=kill_after
        )
        self.kills += status == -signal.SIGKILL
        return status

    def recover(self) -> None:
        """A whole cycle; then every invariant holds (S14)."""
        assert self.cycle() in self.whole
        with ONE_READER:
            copy = self.home.folder / "looked-at.duckdb"
            shutil.copyfile(self.home.folder / "data/goldmine.duckdb", copy)
            with read_only(copy) as con:
                broken = [
                    check.detail for check in invariants(con) if not check.ok and not check.warning
                ]
            copy.unlink()
        assert broken == []
        assert list(self.home.folder.rglob("*.part")) == []

    def check(self, *, duplicates: int) -> Figures:
        """The truth: every job that was served arrived; what arrived again is marked."""
        arrived: Counter[int] = Counter()
        marked = 0
        for message in told(self.sink):
            if message["kind"] != "match":
                continue
            number = int(re.findall(r"\d+", message["listing"]["title"])[-1])
            arrived[number] += 1
            marked += bool(message["may_repeat"])
            assert arrived[number] == 1 or message["may_repeat"], (
                f"job {number} came again and isn't marked"
            )
        assert self.served == set(arrived), f"lost: {sorted(self.served - set(arrived))}"
        assert sum(arrived.values()) - len(arrived) <= duplicates
        with ONE_READER:
            open_states = self.home.rows("SELECT DISTINCT state FROM alerts WHERE kind = 'match'")
            stored = self.home.rows("SELECT count(*), count(DISTINCT listing_id) FROM listings")
        assert open_states == [("sent",)]
        assert stored == [(len(arrived), len(arrived))]
        return Figures(self.kills, len(arrived), sum(arrived.values()) - len(arrived), marked)


def kill_at(point: str, rounds: int, folder: Path, feeds: FeedServer, nursery: Nursery) -> Figures:
    figures = Figures()
    with Receiver() as sink:
        drill = Drill(folder, feeds, sink, nursery)
        for round_ in range(rounds):
            if point == "migrating":  # a history is made once
                sink.arrived.clear()
                drill = Drill(folder / str(round_), feeds, sink, nursery)
            drill.serve_more(3)
            assert drill.cycle(f"{point}:{1 + round_ % POINTS[point]}") == -signal.SIGKILL
            if point == "migrating" or round_ % IN_A_ROW == IN_A_ROW - 1 or round_ == rounds - 1:
                drill.recover()
            if point == "migrating":
                figures.add(drill.check(duplicates=0))
        if point != "migrating":
            figures.add(drill.check(duplicates=drill.kills if point in DUPLICATE_WINDOWS else 0))
    return figures


def kill_at_random(
    kills: int,
    folder: Path,
    feeds: FeedServer,
    nursery: Nursery,
    *,
    items: int = 0,
    seed: int = 7,
) -> Figures:
    """5 feeds, `items` jobs in them at first, 4 more between two kills, which fall all over a
    cycle, as long as the last whole one was.
    """
    chance = random.Random(seed)  # noqa: S311 - a drill that can be repeated
    with Receiver() as sink:
        drill = Drill(folder, feeds, sink, nursery, paths=5)
        length = 1.0
        drill.serve_more(items)
        for round_ in itertools.count():
            drill.serve_more(4)
            drill.cycle(kill_after=chance.uniform(0.02, length))
            if round_ % IN_A_ROW == IN_A_ROW - 1:  # what the kills left must not grow without end
                began = time.monotonic()
                drill.recover()
                length = min(3.0, max(0.5, time.monotonic() - began))
            if drill.kills == kills:
                break
        drill.recover()
        drill.recover()
        return drill.check(duplicates=drill.kills)


@pytest.mark.slow
@pytest.mark.parametrize(
    "point", POINTS, ids=[f"k{n}_{point}" for n, point in enumerate(POINTS, start=1)]
)
@fault(
    "S1",
    "kill -9 at each of 12 crash points",
    "0 lost; duplicates only in their window, and marked",
)
def test_s1_a_kill_at_each_crash_point_loses_nothing(
    point: str, quick_folder: Path, feeds: FeedServer, nursery: Nursery
) -> None:
    """Once each; the next cycle brings everything."""
    kill_at(point, 1, quick_folder, feeds, nursery)


@pytest.mark.slow
@fault("S2", "kill -9 at random moments", "0 lost; duplicates only in their window, and marked")
def test_s2_kills_at_random_moments_lose_nothing(
    quick_folder: Path, feeds: FeedServer, nursery: Nursery
) -> None:
    """Three of them."""
    kill_at_random(3, quick_folder, feeds, nursery)


@pytest.mark.drill
@fault(
    "S1", "the same, 20 times each (drill)", "0 lost; duplicates only in their window, and marked"
)
def test_s1_twenty_kills_at_each_crash_point(
    quick_folder: Path, record_property: Callable[[str, object], None]
) -> None:
    """The drill's number, two points side by side, so that both cores work; later rounds die at
    later passes.
    """

    def side(point: str) -> Figures:
        with FeedServer() as feeds, Nursery() as nursery:
            return kill_at(point, 20, quick_folder / point, feeds, nursery)

    total = Figures()
    with ThreadPoolExecutor(2) as pool:
        for point, figures in zip(POINTS, pool.map(side, POINTS), strict=True):
            print(f"{point}: {figures.line()}")
            total.add(figures)
    print(total.line())
    record_property("figure", total.line())
    assert total.kills == 20 * len(POINTS)


@pytest.mark.drill
@fault("S2", "the same, 100 rounds (drill)", "0 lost; duplicates only in their window, and marked")
def test_s2_a_hundred_kills_at_random_moments(
    quick_folder: Path, record_property: Callable[[str, object], None]
) -> None:
    """Fifty in each of two projects side by side, of 5 feeds with 40 jobs. Cycles that were
    quicker than their kill come on top.
    """

    def side(seed: int) -> Figures:
        with FeedServer() as feeds, Nursery() as nursery:
            return kill_at_random(
                50, quick_folder / str(seed), feeds, nursery, items=200, seed=seed
            )

    total = Figures()
    with ThreadPoolExecutor(2) as pool:
        for figures in pool.map(side, (7, 8)):
            total.add(figures)
    print(total.line())
    record_property("figure", total.line())
    assert total.kills == 100
