"""Many people's programs that read the history at once. Each is a process of its own, forked from
one that has DuckDB loaded: fifty starts of Python would cost half a minute. Run as `python -m
tests.rig.crowd DATABASE PUBLISHED COMMITTED COUNT`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from goldmine_ingest.errors import BusyError
from goldmine_ingest.exchange.sql import run_sql
from tests.rig.waiting import PATIENCE

WAYS = ("as goldmine sql", "live", "plain duckdb on the copy")
# Rows that only belong together if a commit is seen as a whole.
COUNT = (
    "SELECT count(*), count(DISTINCT listing_id) FROM listings JOIN decisions USING (listing_id)"
)
AT_ONCE = 50
_BETWEEN_STARTS = 0.03  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reader saw; `before` is what had been committed when it began, `failed` what went
    wrong.
    """

    way: str
    before: int
    jobs: int
    decided: int
    failed: str


@contextmanager
def crowd(
    database: Path, published: Path, committed: Path, count: int
) -> Iterator[Iterator[Answer]]:
    """Starts the readers and gives their answers; `committed` is a file with the number of jobs
    that are committed for sure.
    """
    command = [
        sys.executable,
        "-m",
        "tests.rig.crowd",
        str(database),
        str(published),
        str(committed),
        str(count),
    ]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield (Answer(**json.loads(line)) for line in process.stdout)
    assert process.returncode == 0


def _main(database: str, published: str, committed: str, count: str) -> None:
    print("ready", flush=True)
    for number in range(int(count)):
        if number >= AT_ONCE:
            os.wait()
        if not os.fork():
            _be_reader(WAYS[number % len(WAYS)], Path(database), Path(published), Path(committed))
        time.sleep(_BETWEEN_STARTS)
    for _ in range(min(int(count), AT_ONCE)):
        os.wait()


def _be_reader(way: str, database: Path, published: Path, committed: Path) -> None:
    before, jobs, decided, failed = int(committed.read_text()), 0, 0, ""
    try:
        jobs, decided = _ask_again(way, database, published)
    except Exception as error:  # noqa: BLE001 - the test shows it
        failed = f"{type(error).__name__}: {error}"
    answer = {"way": way, "before": before, "jobs": jobs, "decided": decided, "failed": failed}
    os.write(1, f"{json.dumps(answer)}\n".encode())  # one write: lines of two readers don't mix
    os._exit(0)


def _ask_again(way: str, database: Path, published: Path) -> tuple[int, int]:
    """Who is told that too many read at once tries again, as a person does: a busy machine is no
    failure.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return _ask(way, database, published)
        except BusyError:
            if time.monotonic() > until:
                raise


def _ask(way: str, database: Path, published: Path) -> tuple[int, int]:
    if way == WAYS[2]:
        with duckdb.connect(str(published), read_only=True) as con:
            rows = con.execute(COUNT).fetchall()
    else:
        copy = published if way == WAYS[0] else None
        rows = run_sql(database, COUNT, now=datetime.now(UTC), published=copy).rows
    ((jobs, decided),) = rows
    return jobs, decided


if __name__ == "__main__":
    _main(*sys.argv[1:])
