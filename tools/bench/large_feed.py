"""`python -m tools.bench.large_feed`: the memory that a first poll of one very large feed takes.

The feed has more entries than are taken of one (20,000), each with a text of some 450 characters,
and is served on 127.0.0.1. Measured is what all processes of the cycle hold together at most, as the sum
of their proportional set sizes, and the CPU seconds of all. The reading child has no deadline here,
so that a busy machine measures the same. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.app import Resources, run_cycle
from goldmine_ingest.parse.reading_child import ReadingWorker
from goldmine_ingest.runtime.garbage import collect_seldom
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import CRITERIA
from tools.bench.idle import processes

_WORDS = """
    we need a developer to build and maintain the monthly export reconcile bank ledger python sql
    report dashboard api data with tests and clean documentation for our finance team please send
    examples of your work and a short plan remote long term urgent
    """.split()  # noqa: SIM905 - a list of fifty quoted words is no easier to read
_EVERY = 0.2  # seconds between two looks
_DEADLINE = 3_600.0  # seconds


def body(entries: int, length: int) -> bytes:
    """The feed, the same each time."""
    chance = random.Random(1)  # noqa: S311 - the same texts each time

    def text(characters: int) -> str:
        words, size = [], 0
        while size < characters:
            words.append(chance.choice(_WORDS))
            size += len(words[-1]) + 1
        return " ".join(words)

    items = "".join(
        f"<item><title>{text(20)}, no. {n}</title><link>https://example.org/job-{n}</link>"
        f"<guid>{n}</guid><description>{text(length)}</description></item>"
        for n in range(entries)
    )
    return f"<rss version='2.0'><channel><title>Jobs</title>{items}</channel></rss>".encode()


def project(folder: Path, server: FeedServer) -> Path:
    """The configuration, and where it lies."""
    (folder / "config").mkdir()
    path = folder / "config" / "goldmine.toml"
    path.write_text(
        '[database]\npath = "data/goldmine.duckdb"\n'
        f'[fetch]\nallow_private = ["{server.place}"]\nmax_wire = "50MiB"\nmax_body = "50MiB"\n'
        f'[[feed]]\nname = "large"\nurl = "{server.url("/large")}"\n'
        '[[notify]]\nname = "here"\nurl = "terminal"\n'
    )
    path.chmod(0o600)
    (folder / "config" / "criteria.toml").write_text(CRITERIA)
    return path


def poll(path: Path) -> None:
    """One cycle, in a process of its own. Says what it stored and what it cost."""
    collect_seldom()
    with Resources(ReadingWorker(deadline=_DEADLINE)) as resources:
        report = run_cycle(
            config.load(path, env={}, cwd=path.parent),
            env={},
            now=lambda: datetime.now(UTC),
            out=io.StringIO(),
            all_feeds=True,
            resources=resources,
        )
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    print(f"{report.new_listings} new listings, {cpu:.1f} s of CPU", *report.problems, flush=True)
    os._exit(0)


def measure(path: Path) -> list[tuple[str, float]]:
    """By process, what each held in MiB when all together held most."""
    cycle = multiprocessing.get_context("spawn").Process(target=poll, args=(path,))
    cycle.start()
    most: list[tuple[str, float]] = []
    while cycle.is_alive():
        found = [(each.name, each.memory) for each in processes(cycle.pid or 0)]
        most = max(most, found, key=lambda held: sum(memory for _, memory in held))
        time.sleep(_EVERY)
    return most


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.large_feed")
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--length", type=int, default=450, help="characters of each text")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, FeedServer() as server:
        rss = {"Content-Type": "application/rss+xml"}
        server.script("/large", Answer(body=body(options.entries, options.length), headers=rss))
        most = measure(project(Path(name), server))
    print(f"at most {sum(memory for _, memory in most):.0f} MiB at once")
    for process, memory in most:
        print(f"  {memory:.0f} MiB: {process}")


if __name__ == "__main__":
    main(sys.argv[1:])
