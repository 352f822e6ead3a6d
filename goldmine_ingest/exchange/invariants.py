"""What must hold in every history, asked of a copy of it: the statements of `sql/invariants/`, and
the key of the listings.

Each statement is one invariant: its first comment says it, its rows are what breaks it. Measured
with 1,000,000 listings, 3,000,000 names, 8,000,000 text keys and 1,500,000 ledger events: see
docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from goldmine_ingest.runtime.shipped_files import shipped


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. Not `ok`: it is broken, in `count` places of which `example`
    is one. `warning`: odd, but not broken.
    """

    name: str
    ok: bool
    detail: str
    count: int = 0
    example: str | None = None
    warning: bool = False


@contextmanager
def read_only(copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own with a copy of the history attached as `history`, never to be written.
    Nothing is ever downloaded.
    """
    con = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": "512MB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.execute(f"SET temp_directory = {quoted(copy.with_name(copy.name + '.tmp'))}")
        con.execute(f"ATTACH {quoted(copy)} AS history (READ_ONLY)")
        con.execute("USE history")
        yield con
    finally:
        con.close()


def quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def invariants(con: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    """Every invariant of the history that `con` uses."""
    for name, statement in _statements().items():
        says = statement.partition("\n")[0].removeprefix("--").strip()
        count, example = con.execute(
            f"SELECT count(*), min(example) FROM ({statement})"  # noqa: S608 - our own files
        ).fetchall()[0]
        detail = f"{_times(count)}, e.g. {example}. {says}" if count else says
        yield Check(name, ok=not count, detail=detail, count=count, example=example)
    yield _key_agrees(con)


@cache
def _statements() -> dict[str, str]:
    files = sorted((shipped("sql") / "invariants").glob("*.sql"))
    return {
        file.stem: file.read_text(encoding="utf-8").rstrip().removesuffix(";") for file in files
    }


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _key_agrees(con: duckdb.DuckDBPyConnection) -> Check:
    """The key finds what a scan finds (an index may be damaged while the table is whole).
    Literals, because only these use the index.
    """
    ids = [
        row[0] for row in con.execute("SELECT listing_id FROM listing USING SAMPLE 1000").fetchall()
    ]
    listed = ", ".join("'" + listing_id.replace("'", "''") + "'" for listing_id in ids) or "''"
    found = {
        row[0]
        for row in con.execute(
            f"SELECT listing_id FROM listing WHERE listing_id IN ({listed})"  # noqa: S608 - quoted
        ).fetchall()
    }
    lost = sorted(set(ids) - found)
    says = f"The key of the listings finds what a scan finds ({len(ids)} looked up)."
    if not lost:
        return Check("key_of_listings", ok=True, detail=says)
    return Check(
        "key_of_listings",
        ok=False,
        detail=f"{_times(len(lost))}, e.g. {lost[0]}. {says}",
        count=len(lost),
        example=lost[0],
    )
