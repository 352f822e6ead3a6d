"""Who reads stops no cycle, and a cycle stops no one who reads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.exchange.sql import run_sql
from tests.rig import crowd
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


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def published(tmp_path: Path, feeds: FeedServer) -> Home:
    """A project with a published copy that is refreshed by each cycle."""
    place = watching(tmp_path, feeds, "/a", to={"here": 'url = "terminal"'})
    project = place.project()
    text = (tmp_path / "config/goldmine.toml").read_text()
    (tmp_path / "config/goldmine.toml").write_text(
        text.replace("[database]\n", '[database]\npublish = "data/history.duckdb"\n')
    )
    place.project = lambda: config.load(project.config_path, env={}, cwd=tmp_path)  # type: ignore[method-assign]
    return place


@contextmanager
def shell_on(file: Path) -> Iterator[subprocess.Popen[str]]:
    """A person's DuckDB shell in a process of its own, in the middle of a transaction."""
    command = [sys.executable, "-c", SHELL, str(file)]
    with subprocess.Popen(  # noqa: S603 - our own
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as shell:
        yield shell


def test_a_shell_open_on_the_published_copy_stops_no_cycle(
    tmp_path: Path, feeds: FeedServer
) -> None:
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
        assert run_sql(
            tmp_path / "data/goldmine.duckdb",
            "SELECT count(*) FROM listings",
            now=place.clock(),
            published=copy,
        ).rows == [(2,)]
        shell.stdin.write("\n")
        shell.stdin.close()
        assert shell.stdout.readline() == "1\n"


def cycles_amid_readers(
    tmp_path: Path, feeds: FeedServer, *, readers: int, cycles: int
) -> list[crowd.Answer]:
    """Each cycle brings two jobs, while so many processes read; what each of them saw. No cycle
    is put off.
    """
    serve(feeds, "/a", item(1), item(2))
    place = published(tmp_path, feeds)
    place.clock.at = datetime.now(UTC) + timedelta(
        hours=1
    )  # each cycle finds the copy old enough, whenever it was made
    assert place.run().new_listings == 2
    committed, database = tmp_path / "committed", place.project().database
    committed.write_text("2")
    assert database.publish
    with crowd.crowd(database.path, database.publish, committed, readers) as answers:
        for jobs in range(4, 2 * cycles + 3, 2):
            serve(feeds, "/a", *(item(n) for n in range(1, jobs + 1)))
            place.clock.forward(hours=1)
            report = place.run()
            assert (report.exit_status, report.new_listings, report.problems) == (0, 2, ())
            committed.with_suffix(".new").write_text(str(jobs))
            committed.with_suffix(".new").replace(committed)
        seen = list(answers)
    assert not list(database.path.parent.glob(".*snapshot*"))
    assert not list((database.path.parent / "spool").glob("*"))
    return seen


def check(seen: list[crowd.Answer], *, readers: int, cycles: int) -> None:
    """No one failed, each saw a whole commit, and all but plain DuckDB on the copy everything
    that was committed before.
    """
    assert [answer.failed for answer in seen if answer.failed] == []
    assert len(seen) == readers
    assert all(answer.jobs == answer.decided for answer in seen)
    assert {answer.jobs for answer in seen} <= {*range(2, 2 * cycles + 3, 2)}
    assert [
        answer for answer in seen if answer.jobs < answer.before and answer.way != crowd.WAYS[2]
    ] == []


def test_a_cycle_and_fifty_readers_at_once(tmp_path: Path, feeds: FeedServer) -> None:
    """Fifty processes: as `goldmine sql` reads, a copy of the live history, and plain DuckDB on
    the published copy.
    """
    check(cycles_amid_readers(tmp_path, feeds, readers=50, cycles=2), readers=50, cycles=2)


@pytest.mark.drill
def test_many_cycles_and_five_hundred_readers(tmp_path: Path, feeds: FeedServer) -> None:
    """The same for longer: readers come and go all the while, fifty at a time."""
    check(cycles_amid_readers(tmp_path, feeds, readers=500, cycles=12), readers=500, cycles=12)
