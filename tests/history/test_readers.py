"""Who reads stops no cycle, and a cycle stops no one who reads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.history.sql_query import run_sql
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home
from tests.rig.watching import item, serve, watching

SHELL = """
import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=True)
con.execute("BEGIN")
print(con.execute("SELECT count(*) FROM listings").fetchone()[0], flush=True)
sys.stdin.readline()
print(con.execute("SELECT count(*) FROM listings").fetchone()[0], flush=True)
"""
COUNT = "SELECT count(*), count(DISTINCT listing_id) FROM listings JOIN decisions USING (listing_id)"


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def published(tmp_path: Path, feeds: FeedServer) -> Home:
    """A project with a published copy that is refreshed by each cycle."""
    place = watching(tmp_path, feeds, "/a", to={"here": 'url = "terminal"'})
    project = place.project()
    text = (tmp_path / "config/goldmine.toml").read_text()
    (tmp_path / "config/goldmine.toml").write_text(text.replace("[database]\n", '[database]\npublish = "data/history.duckdb"\n'))
    place.project = lambda: config.load(project.config_path, env={}, cwd=tmp_path)  # type: ignore[method-assign]
    return place


@contextmanager
def shell_on(file: Path) -> Iterator[subprocess.Popen[str]]:
    """A person's DuckDB shell in a process of its own, in the middle of a transaction."""
    command = [sys.executable, "-c", SHELL, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shell:  # noqa: S603 - our own
        yield shell


def test_a_shell_open_on_the_published_copy_stops_no_cycle(tmp_path: Path, feeds: FeedServer) -> None:
    """It goes on reading what it opened; the copy is refreshed under its name meanwhile."""
    serve(feeds, "/a", item(1))
    place = published(tmp_path, feeds)
    assert place.run().exit_status == 0
    copy = tmp_path / "data/history.duckdb"
    with shell_on(copy) as shell:
        assert shell.stdin
        assert shell.stdout
        assert shell.stdout.readline() == "1\n"
        serve(feeds, "/a", item(1), item(2))
        place.clock.at = datetime.now(UTC) + timedelta(hours=1)
        report = place.run()
        assert (report.exit_status, report.new_listings) == (0, 1)
        assert run_sql(tmp_path / "data/goldmine.duckdb", "SELECT count(*) FROM listings", now=place.clock(), published=copy).rows == [(2,)]
        shell.stdin.write("\n")
        shell.stdin.close()
        assert shell.stdout.readline() == "1\n"


def test_a_cycle_and_fifty_readers_at_once(tmp_path: Path, feeds: FeedServer) -> None:
    """Each reader sees a whole commit, at least what was there when it began; the cycles go through without one being put off."""
    serve(feeds, "/a", *(item(n) for n in range(1, 4)))
    place = published(tmp_path, feeds)
    assert place.run().new_listings == 3
    database = place.project().database

    def read(_: int) -> tuple[int, int]:
        return tuple(run_sql(database.path, COUNT, now=place.clock(), published=database.publish).rows[0])  # type: ignore[return-value]

    with ThreadPoolExecutor(8) as readers:
        answers = readers.map(read, range(50))
        for last in (5, 7):
            serve(feeds, "/a", *(item(n) for n in range(1, last)))
            place.clock.forward(minutes=10)
            assert place.run().exit_status == 0
        seen = list(answers)
    assert all(rows == jobs for rows, jobs in seen)
    assert {jobs for _, jobs in seen} <= {3, 4, 6}
    assert read(0) == (6, 6)
    assert not list(database.path.parent.glob(".snapshot-*"))
