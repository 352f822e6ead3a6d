"""kill -9 at each crash point and at random moments (RELIABILITY.md S1, S2), with the receiver's log as the truth.

Nothing that a poll received whole is lost. Nothing arrives twice, but for what was on its way when the process died between the service's
acceptance and our record of it: at most one each time, and marked. A short form runs always, the long one in `make drill`.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from goldmine_ingest.history.invariants import invariants, read_only
from tests.rig.fault_table import fault
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, serve, told, watching

ROOT = Path(__file__).parent.parent
# The crash points of RELIABILITY.md 1.5, K1 to K11, and how often a cycle that brings three matches passes each at least.
POINTS = {
    "locked": 1,
    "fetched": 1,
    "mid_transaction": 1,
    "before_commit": 8,
    "committed": 3,
    "attempted": 3,
    "accepted": 3,
    "recorded": 3,
    "checkpoint": 1,
    "migrating": 1,
    "copying": 1,
}
# Between acceptance and record: the commit that a later pass of before_commit never comes to may be that of the record.
DUPLICATE_WINDOWS = ("accepted", "before_commit")
# So many kills before a cycle may end: a cycle that mends what a kill left is killed as well.
IN_A_ROW = 4
ONE_READER = threading.Lock()  # the store is made for one thread of a process


class Drill:
    """A project, its feeds, and everything that was ever served and arrived."""

    def __init__(self, folder: Path, feeds: FeedServer, sink: Receiver, paths: int = 1) -> None:
        self.feeds, self.sink = feeds, sink
        self.paths = [f"/feed{n}" for n in range(paths)]
        more = "max_per_hour = 10000\ndigest_at = []"
        self.home: Home = watching(folder, feeds, *self.paths, to={"phone": hook(sink, more)})
        self.home.settings = 'publish = "data/history.duckdb"\npublish_every = "1m"\n' + self.home.settings
        self.served: set[int] = set()
        self.kills = 0

    def serve_more(self, count: int) -> None:
        """So many new jobs, spread over the feeds; each feed keeps its last ninety."""
        self.served.update(range(len(self.served) + 1, len(self.served) + count + 1))
        for at, path in enumerate(self.paths):
            mine = [n for n in sorted(self.served) if n % len(self.paths) == at]
            serve(self.feeds, path, *(item(n) for n in mine[-90:]))

    def start(self, fault: str | None = None) -> subprocess.Popen[str]:
        """A process that is about to run a cycle; `begin` lets it."""
        self.home.project()
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-m", "tests.rig.one_cycle", str(self.home.folder / "config/goldmine.toml")],
            cwd=ROOT,
            env=env | ({"FAULT_POINT": fault} if fault else {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def begin(self, process: subprocess.Popen[str], kill_after: float | None = None) -> int:
        """Its cycle, to the end or to its death; the status."""
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        self.home.clock.forward(minutes=2)
        process.stdin.write(f"{self.home.clock()}\n")
        process.stdin.flush()
        try:
            _, said = process.communicate(timeout=kill_after or 300)
        except subprocess.TimeoutExpired:
            process.kill()
            _, said = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), said
        self.kills += process.returncode != 0
        return process.returncode

    def recover(self) -> None:
        """The next cycle, in a process that was there before (this one); then every invariant holds (S14)."""
        self.home.clock.forward(minutes=2)
        with ONE_READER:
            assert self.home.run().exit_status == 0
            copy = self.home.folder / "looked-at.duckdb"
            shutil.copyfile(self.home.folder / "data/goldmine.duckdb", copy)
            with read_only(copy) as con:
                broken = [check.detail for check in invariants(con) if not check.ok and not check.warning]
            copy.unlink()
        assert broken == []
        assert list(self.home.folder.rglob("*.part")) == []

    def check(self, *, duplicates: int) -> None:
        """The truth: every job that was served arrived; what arrived again is marked."""
        arrived: Counter[int] = Counter()
        for message in told(self.sink):
            if message["kind"] != "match":
                continue
            number = int(re.findall(r"\d+", message["listing"]["title"])[-1])
            arrived[number] += 1
            assert arrived[number] == 1 or message["may_repeat"], f"job {number} came again and isn't marked"
        assert self.served == set(arrived), f"lost: {sorted(self.served - set(arrived))}"
        assert sum(arrived.values()) - len(arrived) <= duplicates
        with ONE_READER:
            open_states = self.home.rows("SELECT DISTINCT state FROM alerts WHERE kind = 'match'")
            stored = self.home.rows("SELECT count(*), count(DISTINCT listing_id) FROM listings")
        assert open_states == [("sent",)]
        assert stored == [(len(arrived), len(arrived))]


def kill_at(point: str, rounds: int, folder: Path, feeds: FeedServer) -> None:
    with Receiver() as sink:
        drill = Drill(folder, feeds, sink)
        for round_ in range(rounds):
            if point == "migrating":  # a history is made once
                sink.arrived.clear()
                drill = Drill(folder / str(round_), feeds, sink)
            drill.serve_more(3)
            assert drill.begin(drill.start(f"{point}:{1 + round_ % POINTS[point]}")) == -signal.SIGKILL
            if point == "migrating" or round_ % IN_A_ROW == IN_A_ROW - 1 or round_ == rounds - 1:
                drill.recover()
            if point == "migrating":
                drill.check(duplicates=0)
        drill.check(duplicates=drill.kills if point in DUPLICATE_WINDOWS else 0)


def kill_at_random(rounds: int, folder: Path, feeds: FeedServer) -> None:
    """5 feeds. The kills fall all over a cycle, as long as the last whole one was; the next process gets ready meanwhile."""
    chance = random.Random(7)  # noqa: S311 - a drill that can be repeated
    with Receiver() as sink:
        drill = Drill(folder, feeds, sink, paths=5)
        spare = drill.start()
        length = 1.0
        for round_ in range(rounds):
            drill.serve_more(8)
            process, spare = spare, drill.start()
            drill.begin(process, chance.uniform(0.02, length))
            if round_ % IN_A_ROW == IN_A_ROW - 1:  # what the kills left must not grow without end
                began = time.monotonic()
                drill.recover()
                length = min(3.0, max(0.5, time.monotonic() - began))
        spare.kill()
        spare.communicate()
        drill.recover()
        drill.recover()
        drill.check(duplicates=drill.kills)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS, ids=[f"k{n}_{point}" for n, point in enumerate(POINTS, start=1)])
@fault("S1", "kill -9 at each of 11 crash points", "0 lost; duplicates only in their window, and marked")
def test_s1_a_kill_at_each_crash_point_loses_nothing(point: str, tmp_path: Path, feeds: FeedServer) -> None:
    """Once each; the next cycle brings everything."""
    kill_at(point, 1, tmp_path, feeds)


@pytest.mark.slow
@fault("S2", "kill -9 at random moments", "0 lost; duplicates only in their window, and marked")
def test_s2_kills_at_random_moments_lose_nothing(tmp_path: Path, feeds: FeedServer) -> None:
    """Three of them."""
    kill_at_random(3, tmp_path, feeds)


@pytest.mark.drill
@pytest.mark.parametrize("point", POINTS, ids=[f"k{n}_{point}" for n, point in enumerate(POINTS, start=1)])
@fault("S1", "the same, 20 times each (drill)", "0 lost; duplicates only in their window, and marked")
def test_s1_twenty_kills_at_each_crash_point(point: str, tmp_path: Path, feeds: FeedServer) -> None:
    """The drill's number, in two projects side by side, so that both cores work; later rounds die at later passes."""
    with FeedServer() as others, ThreadPoolExecutor(2) as pool:
        sides = [pool.submit(kill_at, point, 10, tmp_path / name, server) for name, server in (("left", feeds), ("right", others))]
        for side in sides:
            side.result()


@pytest.mark.drill
@fault("S2", "the same, 100 rounds (drill)", "0 lost; duplicates only in their window, and marked")
def test_s2_a_hundred_kills_at_random_moments(tmp_path: Path, feeds: FeedServer) -> None:
    """5 feeds, 8 new jobs between two kills."""
    kill_at_random(100, tmp_path, feeds)
