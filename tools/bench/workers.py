"""10,000 feeds over four worker processes and one loader: `python -m tools.bench.workers [FEEDS]
[JOBS]`. Takes some minutes.

Three rounds: first sight of everything, nothing changed (304), one feed in ten has a new job.
Workers run side by side, each in a process of its own; wall and CPU seconds and peak memory are
those of whole processes with their children, imports included. The feed server runs in this process
and takes its share of the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.rig.feed_server import FeedServer
from tests.rig.project import Home
from tests.workers.site import Site

SHARDS = 4
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float
    peak_mib: float


def start(home: Home, step: str) -> tuple[subprocess.Popen[bytes], float]:
    command = [
        sys.executable,
        "-m",
        "tests.workers.one_step",
        step,
        str(home.folder / "config/goldmine.toml"),
        home.clock().isoformat(),
    ]
    return (
        subprocess.Popen(  # noqa: S603 - our own
            command, cwd=ROOT, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        ),
        time.monotonic(),
    )


def finish(process: subprocess.Popen[bytes], began: float) -> Cost:
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, status
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measure(home: Home, label: str) -> None:
    began = time.monotonic()
    running = [start(home, f"shard:{shard}") for shard in range(SHARDS)]
    costs = [finish(*each) for each in running]
    wall = time.monotonic() - began
    batches = list((home.folder / "shared/batches").glob("*.parquet"))
    size = sum(path.stat().st_size for path in batches) / 2**20
    cpu, peak = sum(c.cpu for c in costs), max(c.peak_mib for c in costs)
    print(
        f"{label}: {SHARDS} workers: wall {wall:.1f} s, CPU {cpu:.1f} s in all, peak memory"
        f" {peak:.0f} MiB each at most;",
        end=" ",
    )
    print(f"{len(batches)} batches, {size:.1f} MiB", flush=True)
    cost = finish(*start(home, "load"))
    plans = sum(path.stat().st_size for path in (home.folder / "shared/plans").iterdir()) / 2**20
    print(
        f"{label}: loader: wall {cost.wall:.1f} s, CPU {cost.cpu:.1f} s, peak memory"
        f" {cost.peak_mib:.0f} MiB; plans {plans:.1f} MiB",
        flush=True,
    )


def main(feeds: int, jobs: int) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        FeedServer("0.0.0.0") as server,  # noqa: S104 - every address of loopback
    ):
        site = Site(server, feeds=feeds, jobs=jobs, hosts=200, one_in=500)
        home = site.home(Path(name), "terminal", shards=SHARDS)
        home.project()
        cost = finish(*start(home, "load"))
        print(
            f"{feeds} feeds of {jobs} jobs; first plans: wall {cost.wall:.1f} s, CPU"
            f" {cost.cpu:.1f} s",
            flush=True,
        )
        measure(home, "first sight")
        home.clock.at += timedelta(minutes=5)
        measure(home, "nothing new")
        site.newer.update(range(0, feeds, 10))
        home.clock.at += timedelta(minutes=5)
        measure(home, "one in ten has news")
        jobs_stored = home.rows("SELECT count(*), count(DISTINCT listing_id) FROM listings")[0]
        alerts = home.rows(
            "SELECT count(*), count(DISTINCT listing_id) FROM alerts WHERE kind = 'match'"
        )[0]
        print(
            f"stored: {jobs_stored[0]} listings ({jobs_stored[1]} distinct), {alerts[0]} matches"
            f" ({alerts[1]} distinct)"
        )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:] or ("10000", "5")))
