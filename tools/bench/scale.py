"""`python -m tools.bench.scale [--quick]`: how cost and memory grow with feeds, stored listings,
ledger events, proofs and phrases.

    python -m tools.bench.scale --only listings --keep DIR     # one curve; large histories are kept
    in DIR and used again
    python -m tools.bench.scale --draw                         # draws the charts and tables of
    docs/scale.md again from docs/scale.json

CPU seconds (user and system) of whole processes with the children that they wait for, imports
included, medians; peak memory is that of the largest process. The full run takes about half an hour
of CPU, most of it for the feeds and for making a million listings.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.criteria import Judge
from goldmine_ingest.model.decision import TextFeatures
from goldmine_ingest.settings.criteria import ProofSettings
from tests.histories import NOON
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import upwork_feed
from tests.rig.watching import item
from tools.bench import backtest, big_history, cycle
from tools.bench.scale_charts import RESULTS, draw

NEW = 5  # new entries in a measured cycle
FEEDS = 3  # feeds that it polls


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement: at `size` of what the curve grows with, `what` took so much CPU (in
    `unit`) and at most so many MiB.
    """

    curve: str
    what: str
    size: int
    cpu: float
    peak: float | None = None
    unit: str = "s"


@dataclass(frozen=True, slots=True)
class Extent:
    """The sizes that each curve is measured at, and how often."""

    feeds: Sequence[int]
    listings: Sequence[int]
    events: Sequence[int]
    phrases: Sequence[int]
    runs: int


FULL = Extent(
    (10, 100, 1_000, 10_000),
    (1_000, 10_000, 100_000, 1_000_000),
    (1_000, 10_000, 100_000, 1_000_000),
    (1, 10, 100, 1_000),
    2,
)
QUICK = Extent((10, 50), (300, 3_000), (1_000, 10_000), (1, 10, 100), 1)


def feeds(extent: Extent, _: Path) -> Iterator[Point]:
    """A first poll and a poll in which nothing changed, of so many feeds with two entries each."""
    for size in extent.feeds:
        with _served(size, 2) as url, tempfile.TemporaryDirectory() as folder:
            toml = cycle.project(Path(folder), url, size)
            for what in ("first poll", *["nothing changed"] * extent.runs):
                yield _measured(
                    "feeds", what, size, _goldmine(toml, "run", "--all", "--json"), Path(folder)
                )


def listings(extent: Extent, kept: Path) -> Iterator[Point]:
    """A cycle and commands on a history of so many listings, with as many ledger events; 0 is an
    empty history.
    """
    for size in (0, *extent.listings):
        yield from _history(
            "listings", size, big_history.Size(size, size, polls=max(size, 100)), kept, extent.runs
        )


def events(extent: Extent, kept: Path) -> Iterator[Point]:
    """The same on a history of a thousand listings and so many ledger events."""
    for size in extent.events:
        yield from _history("events", size, big_history.Size(1_000, size), kept, extent.runs)


def proofs(extent: Extent, _: Path) -> Iterator[Point]:
    """Reading the features of a text and deciding, with so many proofs of three phrases each."""
    yield from _judged(
        "proofs", extent.phrases, lambda count: [_proof(number, 3) for number in range(count)]
    )


def phrases(extent: Extent, _: Path) -> Iterator[Point]:
    """The same with one proof of so many phrases."""
    yield from _judged("phrases", extent.phrases, lambda count: [_proof(0, count)])


# A child of a large process counts that one's memory as its own until it begins its program:
# commands are started by a small one.
_LAUNCHER = """
import os, sys
out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
actions = [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, out, 2)]
_, status, used = os.wait4(os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=actions), 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""

CURVES = {
    "feeds": feeds,
    "listings": listings,
    "events": events,
    "proofs": proofs,
    "phrases": phrases,
}


def _goldmine(toml: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "goldmine_ingest", "--config", str(toml), *arguments]


class _served:  # noqa: N801 - used as a function
    """Feeds on loopback, served by a process of their own."""

    def __init__(self, count: int, entries: int) -> None:
        context = multiprocessing.get_context("spawn")
        ours: Connection
        ours, theirs = context.Pipe()
        self._server = context.Process(
            target=cycle.serve, args=(count, entries, theirs), daemon=True
        )
        self._server.start()
        self._url = f"http://127.0.0.1:{ours.recv()}"

    def __enter__(self) -> str:
        return self._url

    def __exit__(self, *_: object) -> None:
        self._server.kill()
        self._server.join()


def _history(
    curve: str, size: int, wanted: big_history.Size, kept: Path, runs: int
) -> Iterator[Point]:
    folder = kept / f"{wanted.listings}-listings-{wanted.events}-events"
    if wanted.listings and not (folder / "config").is_dir():
        # In a process of its own: a child begins with the memory of its parent.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            pool.apply(big_history.project, (folder, wanted))
    with FeedServer() as server:
        toml = _project(folder, server)
        _cost(_goldmine(toml, "run", "--all", "--json"), folder)  # the first sight of its feeds
        number = int(time.time())
        for _ in range(runs):
            number += 2 * NEW
            _bring(server, number)
            yield _measured(
                curve,
                f"cycle with {NEW} new entries",
                size,
                _goldmine(toml, "run", "--all", "--json"),
                folder,
            )
            yield _measured(
                curve, "cycle without news", size, _goldmine(toml, "run", "--all", "--json"), folder
            )
            yield Point(
                curve,
                f"resident cycle with {NEW} new entries",
                size,
                _resident(toml, server, number + NEW),
            )
        yield _measured(curve, "publish", size, _goldmine(toml, "publish"), folder)
        for _ in range(runs):
            for what, arguments in _commands(toml):
                yield _measured(curve, what, size, _goldmine(toml, *arguments), folder)


def _measured(curve: str, what: str, size: int, command: Sequence[str], folder: Path) -> Point:
    return Point(curve, what, size, *_cost(command, folder))


def _cost(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """CPU seconds and peak MiB of a command with the children that it waited for. Raises
    SystemExit if it fails.
    """
    launch = [sys.executable, "-S", "-c", _LAUNCHER, str(folder / "out"), *command]
    done = subprocess.run(launch, check=False, capture_output=True, text=True)  # noqa: S603 - our own commands
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{(folder / 'out').read_text()[-2000:]}")
    cpu, peak = map(float, done.stdout.split())
    return cpu, peak


def _commands(toml: Path) -> Iterator[tuple[str, Sequence[str]]]:
    from goldmine_ingest.exchange.sql import run_sql

    project = config.load(toml, env={}, cwd=toml.parent)
    newest = "SELECT arg_max(listing_id, first_seen_at) FROM listings"
    listing_id = run_sql(
        project.database.path, newest, now=NOON, published=project.database.publish
    ).rows[0][0]
    yield (
        "sql: decisions by month",
        (
            "sql",
            (
                "SELECT date_trunc('month', decided_at), decision, count(*) FROM decisions GROUP"
                " BY ALL"
            ),
        ),
    )
    yield "find two words", ("find", "reconciliation ledger", "--json")
    yield "explain a listing", ("explain", str(listing_id), "--json")
    yield "alerts that are owed", ("alerts", "--state", "owed", "--json")


def _project(folder: Path, server: FeedServer) -> Path:
    """The history's project, with feeds that bring something and a terminal that gets all of it."""
    files = folder / "config"
    files.mkdir(parents=True, exist_ok=True)
    table = "".join(
        f'[[feed]]\nname = "new-{n}"\nurl = "{server.url(f"/{n}")}"\nplatform = "upwork"\n'
        for n in range(FEEDS)
    )
    toml = files / "scale.toml"
    toml.write_text(
        '[database]\npath = "data/goldmine.duckdb"\npublish = "data/history.duckdb"\npublish_every'
        f' = "52w"\n[fetch]\nallow_private = ["{server.place}"]\n[alerts]\nbacklog = "all"\nmax_age'
        f' = "none"\n{table}[[notify]]\nname = "{big_history.DESTINATION}"\nurl ='
        ' "terminal"\nmax_per_hour = 1000\n'
    )
    toml.chmod(0o600)
    (files / "criteria.toml").write_bytes((big_history.ROOT / "config/criteria.toml").read_bytes())
    _bring(server, 0)
    return toml


def _bring(server: FeedServer, number: int) -> None:
    """The first feed shows new entries from now on, the others what they showed."""
    for n in range(FEEDS):
        entries = (
            [item(number + i) for i in range(NEW)]
            if n == 0
            else [item(10**6 * n + i) for i in range(20)]
        )
        server.script(f"/{n}", Answer(body=upwork_feed(*entries)))


def _resident(toml: Path, server: FeedServer, number: int) -> float:
    """CPU seconds of a cycle in a process that has run one before."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run_twice, args=(toml, theirs))
    process.start()
    ours.recv()
    _bring(server, number)
    ours.send("go")
    cpu: float = ours.recv()
    process.join()
    return cpu


def _run_twice(toml: Path, pipe: Connection) -> None:
    import io
    from datetime import UTC, datetime

    from goldmine_ingest.app import Resources, run_cycle

    project = config.load(toml, env={}, cwd=toml.parent)
    with Resources() as resources:
        for turn in range(2):
            before = time.process_time()
            run_cycle(
                project,
                env={},
                now=lambda: datetime.now(UTC),
                out=io.StringIO(),
                all_feeds=True,
                resources=resources,
            )
            pipe.send(time.process_time() - before)
            if turn == 0:
                pipe.recv()


def _judged(
    curve: str, sizes: Sequence[int], make: Callable[[int], list[ProofSettings]]
) -> Iterator[Point]:
    criteria = config.load_criteria(big_history.ROOT / "config/criteria.toml")
    sample = [backtest._listing(number) for number in range(100)]
    for size in sizes:
        judge = Judge(replace(criteria, proofs=tuple(make(size))))
        found = [judge.features(listing.posting) for listing in sample]
        judge.decide(sample[0], found[0], now=NOON)

        def features(judge: Judge = judge) -> None:
            for listing in sample:
                judge.features(listing.posting)

        def decide(judge: Judge = judge, found: Sequence[TextFeatures] = tuple(found)) -> None:
            for listing, each in zip(sample, found, strict=True):
                judge.decide(listing, each, now=NOON)

        for what, work in (("features", features), ("decide", decide)):
            before = time.process_time()
            work()
            yield Point(
                curve, what, size, (time.process_time() - before) / len(sample) * 1e6, unit="µs"
            )


def _proof(number: int, count: int) -> ProofSettings:
    """A proof whose phrases are words that listings use, in pairs that few of them have."""
    words = sorted(
        {
            word
            for listing in range(50)
            for word in backtest._listing(listing).posting.title.lower().split()
            if word.isalpha()
        }
    )
    pairs = [
        f"{words[(number + n) % len(words)]} {words[(7 * number + 3 * n + 1) % len(words)]} {n}"
        for n in range(count)
    ]
    return ProofSettings(
        name=f"Proof {number}",
        url=None,
        result="",
        offer="",
        skills=("Python",),
        phrases=tuple(pairs),
        first_step="",
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, once each; writes nothing"
    )
    parser.add_argument(
        "--only",
        choices=CURVES,
        action="append",
        help="these curves; the others stay as they are in docs/scale.json",
    )
    parser.add_argument(
        "--keep", type=Path, help="keep the histories in this folder, and use those that are there"
    )
    parser.add_argument(
        "--draw", action="store_true", help="measure nothing; draw docs/scale.json again"
    )
    args = parser.parse_args()
    if not args.draw:
        wanted = args.only or list(CURVES)
        with tempfile.TemporaryDirectory() as folder:
            points = [
                _said(point)
                for name in wanted
                for point in CURVES[name](QUICK if args.quick else FULL, args.keep or Path(folder))
            ]
        if args.quick:
            return
        earlier = json.loads(RESULTS.read_text())["points"] if RESULTS.exists() else []
        rest = [point for point in earlier if point["curve"] not in wanted]
        rows = ",\n".join(json.dumps(point) for point in rest + _medians(points))
        RESULTS.write_text(
            f'{{"measured": "{time.strftime("%Y-%m-%d")}", "points": [\n{rows}\n]}}\n'
        )
    draw()


def _said(point: Point) -> Point:
    peak = f"{point.peak:7.0f} MiB" if point.peak else ""
    print(
        f"{point.curve:9} {point.size:>9,} {point.what:36}{point.cpu:10.2f} {point.unit}{peak}",
        flush=True,
    )
    return point


def _medians(points: Sequence[Point]) -> list[dict[str, object]]:
    """One point for each size: the median of its runs, and the highest peak."""
    groups: dict[tuple[str, str, int], list[Point]] = {}
    for point in points:
        groups.setdefault((point.curve, point.what, point.size), []).append(point)
    medians = []
    for group in groups.values():
        peak = max((point.peak for point in group if point.peak), default=None)
        medians.append(
            asdict(
                replace(
                    group[0],
                    cpu=round(statistics.median(point.cpu for point in group), 4),
                    peak=peak,
                )
            )
        )
    return medians


if __name__ == "__main__":
    main()
