"""`python -m tools.bench.cycle --feeds 100 --entries 35`: what a cycle costs, beside the script
that most job bots are.

CPU seconds (user and system) of whole processes, imports and children included, and the peak memory
of the largest process. The other script is feedparser.parse(url) in a loop with a seen-set, with
and without validators. Quote the ratios: seconds depend on the machine. Needs nothing but this
project's own environment; the feeds are made here and served on 127.0.0.1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

from tests.rig.project import CRITERIA, upwork_feed, upwork_item

_TEXT = (
    "we need a developer to build and maintain the monthly export reconcile bank ledger python sql"
    " report dashboard api data with tests and clean documentation for our finance team please send"
    " examples of your work and a short plan remote long term urgent"
)
_NAIVE = """
import sqlite3, sys
import feedparser
con = sqlite3.connect(sys.argv[1])
con.execute("create table if not exists seen(id text primary key, title text, summary text)")
con.execute("create table if not exists validators(url text primary key, etag text)")
for number in range(int(sys.argv[3])):
    url = f"{sys.argv[2]}/{number}"
    row = con.execute("select etag from validators where url = ?", (url,)).fetchone()
    feed = feedparser.parse(url, etag=row[0] if row and sys.argv[4] == "etag" else None)
    if feed.get("status") == 304:
        continue
    con.execute("insert or replace into validators values (?, ?)", (url, feed.get("etag")))
    con.executemany("insert or ignore into seen values (?, ?, ?)", [(e.id, e.title, e.summary) for e in feed.entries])
    con.commit()
"""


def body(feed: int, entries: int) -> bytes:
    """One feed; the same for the same number."""
    rng = random.Random(feed)  # noqa: S311 - a benchmark wants the same feeds each time
    items, words = [], _TEXT.split()
    for n in range(entries):
        lines = [
            " ".join(rng.choices(words, k=rng.randint(8, 18))).capitalize() + "."
            for _ in range(rng.randint(6, 20))
        ]
        items.append(
            upwork_item(
                feed * 1000 + n,
                budget=f"${rng.choice((100, 500, 1500)):,}",
                body="<br />\n".join(lines),
            )
        )
    return upwork_feed(*items)


def serve(feeds: int, entries: int, pipe: Connection) -> None:
    """Serves the feeds with validators until the process is ended."""
    bodies = {f"/{n}": body(n, entries) for n in range(feeds)}
    etags = {path: f'"{hashlib.sha256(text).hexdigest()[:16]}"' for path, text in bodies.items()}

    class Feeds(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            unchanged = self.headers["If-None-Match"] == etags[self.path]
            content = b"" if unchanged else bodies[self.path]
            self.send_response(304 if unchanged else 200)
            self.send_header("ETag", etags[self.path])
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feeds)
    pipe.send(server.server_port)
    server.serve_forever()


def cost(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """CPU seconds and peak MiB of a command with the children that it waited for. Raises
    SystemExit if it fails.
    """
    with (folder / "out").open("wb") as out:
        pid = os.posix_spawn(
            command[0],
            list(command),
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, out.fileno(), 2),
            ],
        )
        _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed:\n{(folder / 'out').read_text()[-2000:]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def project(folder: Path, url: str, feeds: int) -> Path:
    """The configuration, and where it lies."""
    (folder / "config").mkdir()
    table = "".join(
        f'[[feed]]\nname = "f{n}"\nurl = "{url}/{n}"\nplatform = "upwork"\n' for n in range(feeds)
    )
    place = url.removeprefix("http://")
    head = f'[database]\npath = "data/goldmine.duckdb"\n[fetch]\nallow_private = ["{place}"]\n'
    text = f'{head}{table}[[notify]]\nname = "here"\nurl = "terminal"\n'
    path = folder / "config" / "goldmine.toml"
    path.write_text(text)
    path.chmod(0o600)
    (folder / "config" / "criteria.toml").write_text(CRITERIA)
    return path


def compare(folder: Path, url: str, feeds: int, runs: int) -> None:
    """Measures each in turn, so that a busy minute is a busy minute for all."""
    config = project(folder, url, feeds)
    (folder / "naive.py").write_text(_NAIVE)
    ours = [
        sys.executable,
        "-m",
        "goldmine_ingest",
        "--config",
        str(config),
        "run",
        "--all",
        "--json",
    ]
    plain, etag = (
        [
            sys.executable,
            str(folder / "naive.py"),
            str(folder / f"{kind}.db"),
            url,
            str(feeds),
            kind,
        ]
        for kind in ("plain", "etag")
    )
    for phase, others in (("first poll", (plain, etag)), ("unchanged", (etag,))):
        measured: dict[str, list[tuple[float, float]]] = {}
        for _ in range(runs):
            if phase == "first poll":
                shutil.rmtree(folder / "data", ignore_errors=True)
                for database in folder.glob("*.db"):
                    database.unlink()
            measured.setdefault("goldmine", []).append(cost(ours, folder))
            for other in others:
                measured.setdefault(f"naive {other[-1]}", []).append(cost(other, folder))
        medians = {
            name: (statistics.median(cpu for cpu, _ in each), max(peak for _, peak in each))
            for name, each in measured.items()
        }
        for name, (cpu, peak) in medians.items():
            ratio = (
                ""
                if name == "goldmine"
                else f"  goldmine is {medians['goldmine'][0] / cpu:.2f} of it"
            )
            print(f"{phase:11} {name:12} {cpu:7.3f} s CPU  {peak:5.0f} MiB{ratio}")
        if phase == "unchanged":
            cpu = resident(config, folder)
            print(
                f"{phase:11} {'resident':12} {cpu:7.3f} s CPU for each cycle "
                f" {cpu / medians['naive etag'][0]:.2f} of naive etag"
            )


def resident(config: Path, folder: Path) -> float:
    """The median CPU seconds of 20 cycles of one process; its peak memory isn't told."""
    cost([sys.executable, "-m", "tools.bench.resident", str(config), "20"], folder)
    used: list[float] = json.loads((folder / "out").read_text().splitlines()[-1])
    return statistics.median(used)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=50)
    parser.add_argument("--entries", type=int, default=35)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(
        target=serve, args=(options.feeds, options.entries, theirs), daemon=True
    )
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), f"http://127.0.0.1:{ours.recv()}", options.feeds, options.runs)
    finally:
        server.kill()


if __name__ == "__main__":
    main(sys.argv[1:])
