"""`python -m tools.bench.idle --minutes 60 --feeds 100`: what `goldmine serve` uses while nothing
new comes, with and without Prefect, side by side.

The feeds are served on 127.0.0.1, are asked every five minutes and answer that nothing changed; a
phone is configured and nothing is owed. Measured is what all processes of a `serve` use together,
from some minutes after the first poll on: CPU seconds (user and system, with the children that
ended), and memory as the sum of the proportional set sizes, so that what processes share counts
once. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tests.rig.project import CRITERIA
from tools.bench import cycle

_TICK = os.sysconf("SC_CLK_TCK")
_VARIANTS = {"without Prefect": ("serve", "--no-prefect"), "with Prefect": ("serve",)}
_ENTRIES = 20
_EVERY = 10.0  # seconds between two looks at memory
_TELL_EVERY = 10.0  # minutes
_END = 60.0  # seconds that a `serve` may take to end


@dataclass(frozen=True, slots=True)
class Process:
    """One process at one moment. `cpu` is in seconds, with that of the children it waited for;
    `memory` in MiB.
    """

    pid: int
    parent: int
    name: str
    cpu: float
    memory: float


@dataclass(slots=True)
class Served:
    """One `goldmine serve`, and what was seen of it."""

    folder: Path
    root: int
    began: float = 0.0
    cpu_before: float = 0.0
    memory: list[float] = field(default_factory=list)
    last: list[Process] = field(default_factory=list)

    def begin(self) -> None:
        self.began = time.time()
        self.look()
        self.memory.clear()
        self.cpu_before = self.cpu

    def look(self) -> None:
        found = processes(self.root)
        if not found:
            raise SystemExit(f"serve ended:\n{(self.folder / 'out').read_text()[-2000:]}")
        self.last = found
        self.memory.append(sum(process.memory for process in found))

    @property
    def cpu(self) -> float:
        return sum(process.cpu for process in self.last)


def processes(root: int) -> list[Process]:
    """The process and all that descend from it; none if it is gone."""
    found, wanted = [], [root]
    while wanted:
        pid = wanted.pop()
        place = Path(f"/proc/{pid}")
        try:
            found.append(_process(place))
            for task in (place / "task").iterdir():
                wanted += map(int, (task / "children").read_text().split())
        except OSError:  # it ended meanwhile
            continue
    return found


def _process(place: Path) -> Process:
    # The second field is the name in brackets, which may hold spaces.
    fields = (place / "stat").read_text().rpartition(")")[2].split()
    shares = (place / "smaps_rollup").read_text().splitlines()
    (pss,) = (int(line.split()[1]) for line in shares if line.startswith("Pss:"))
    command = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
    return Process(
        pid=int(place.name),
        parent=int(fields[1]),
        name=_name(command),
        cpu=sum(map(int, fields[11:15])) / _TICK,
        memory=pss / 1024,
    )


def _name(command: Sequence[str]) -> str:
    """What tells one process of a `serve` from the others, in a word or two."""
    words = [Path(word).name for word in command if word and not word.startswith("-")]
    line = " ".join(command)
    for mark, name in (
        ("goldmine-read", "child that reads"),
        ("goldmine-send", "child that sends"),
        ("resource_tracker", "resource tracker"),
        ("spawn_main", "child (reads or sends)"),
        ("server", "Prefect's server"),
        ("serve", "serve"),
    ):
        if mark in line:
            return name
    return " ".join(words[:3])


@contextmanager
def serving(folder: Path, url: str, feeds: int, arguments: Sequence[str]) -> Iterator[Served]:
    """`goldmine serve` on a project of its own, ended as Ctrl-C does it."""
    folder.mkdir()
    toml = project(folder, url, feeds)
    command = [sys.executable, "-m", "goldmine_ingest", "--config", str(toml), *arguments]
    with (folder / "out").open("wb") as out:
        running = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=_env())  # noqa: S603 - our own command
    try:
        yield Served(folder, running.pid)
    finally:
        running.send_signal(signal.SIGINT)
        try:
            running.wait(_END)
        except subprocess.TimeoutExpired:
            running.kill()


def _env() -> dict[str, str]:
    """The code of this checkout, whatever folder the command runs in."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def project(folder: Path, url: str, feeds: int) -> Path:
    """The configuration, and where it lies."""
    (folder / "config").mkdir()
    table = "".join(
        f'[[feed]]\nname = "f{n}"\nurl = "{url}/{n}"\nplatform = "upwork"\nevery = "5m"\n'
        for n in range(feeds)
    )
    place = url.removeprefix("http://")
    head = f'[database]\npath = "data/goldmine.duckdb"\n[fetch]\nallow_private = ["{place}"]\n'
    phone = '[[notify]]\nname = "phone"\nurl = "json://127.0.0.1:9/hook"\n'
    path = folder / "config" / "goldmine.toml"
    path.write_text(f"{head}{table}{phone}")
    path.chmod(0o600)
    (folder / "config" / "criteria.toml").write_text(CRITERIA)
    return path


def told(name: str, served: Served, minutes: float) -> Iterator[str]:
    """The figures of one `serve`, and of its processes as they are at the end."""
    used = served.cpu - served.cpu_before
    yield (
        f"{name}: {used:.2f} s of CPU in {minutes:.0f} minutes, {used * 60 / minutes:.1f} an hour;"
        f" memory {statistics.median(served.memory):.0f} MiB, at most {max(served.memory):.0f}"
    )
    for process in served.last:
        yield f"    {process.memory:6.1f} MiB {process.cpu:8.2f} s since its start  {process.name}"


def polls(served: Served) -> str:
    """How often its feeds were asked since measuring began, by what came of it; once it ended."""
    with duckdb.connect(str(served.folder / "data/goldmine.duckdb"), read_only=True) as con:
        rows = con.execute(
            "SELECT outcome, count(*) FROM polls WHERE epoch(started_at) > $began GROUP BY ALL",
            {"began": served.began},
        ).fetchall()
    return ", ".join(
        f"{count:,} {outcome}" for outcome, count in sorted(Counter(dict(rows)).items())
    )


def measure(folder: Path, url: str, options: argparse.Namespace) -> None:
    names = [name for name in _VARIANTS if options.only in ("", name)]
    with ExitStack() as stack:
        all_served = {
            name: stack.enter_context(
                serving(folder / name.replace(" ", "-"), url, options.feeds, _VARIANTS[name])
            )
            for name in names
        }
        time.sleep(options.settle * 60)
        for served in all_served.values():
            served.begin()
        began = time.monotonic()
        tell_at = [*_interim(options.minutes)]
        while tell_at:
            time.sleep(_EVERY)
            for served in all_served.values():
                served.look()
            minutes = (time.monotonic() - began) / 60
            if minutes >= tell_at[0]:
                tell_at.pop(0)
                for name, served in all_served.items():
                    print(*told(name, served, minutes), sep="\n", flush=True)
    print(f"load at the end: {os.getloadavg()[2]:.1f} (mean of 15 minutes)")
    for name, served in all_served.items():
        print(f"{name}, polls: {polls(served)}")


def _interim(minutes: float) -> Iterator[float]:
    """Each ten minutes, and the end."""
    at = _TELL_EVERY
    while at < minutes:
        yield at
        at += _TELL_EVERY
    yield minutes


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--feeds", type=int, default=100)
    parser.add_argument("--settle", type=float, default=3, help="minutes before measuring begins")
    parser.add_argument("--only", default="", choices=["", *_VARIANTS])
    options = parser.parse_args(arguments)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(
        target=cycle.serve, args=(options.feeds, _ENTRIES, theirs), daemon=True
    )
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), f"http://127.0.0.1:{ours.recv()}", options)
    finally:
        server.kill()


if __name__ == "__main__":
    main(sys.argv[1:])
