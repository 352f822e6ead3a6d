"""What must hold in every history, asked of a copy of it: the statements of `sql/invariants/`, and
the key of the listings.

Each statement is one invariant: its first comment says it, its rows are what breaks it. Measured
with 1,000,000 listings, 3,000,000 names, 8,000,000 text keys and 1,500,000 ledger events: see
docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import duckdb

from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.store.schemas import use


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
        use(con, "history")
        yield con
    finally:
        con.close()


def quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


Looking = Callable[[duckdb.DuckDBPyConnection], Iterable[Check]]


def invariants(con: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    """Every invariant of the history that `con` uses. Raises duckdb.Error for what can't be
    read.
    """
    for look in each_invariant().values():
        yield from look(con)


def each_invariant() -> dict[str, Looking]:
    """The invariants by name, each to be looked at by itself."""
    return {
        **{name: partial(_invariant, name) for name in _statements()},
        "key_of_listings": _key_agrees,
    }


def each_by_itself(copy: Path, steps: Mapping[str, Looking]) -> Iterator[Check]:
    """What these find in a copy. Where one meets what can't be read, that is what it finds, and the
    others go on, on a new connection.

    Raises duckdb.Error where the copy can't be opened.
    """
    left = list(steps.items())
    while left:
        with read_only(copy) as con:
            while left:
                name, look = left.pop(0)
                try:
                    checks = list(look(con))
                except duckdb.Error as error:
                    checks = [
                        Check(
                            name,
                            ok=False,
                            detail=f"can't be looked at: {unreadable(error)}",
                            count=1,
                        )
                    ]
                    yield from checks
                    break
                yield from checks


def unreadable(error: Exception) -> str:
    """DuckDB's complaint in words that hold no data and no path."""
    if "checksum" in str(error):
        return "a part of the file that it needs can't be read"
    return f"a part of it can't be read ({str(error).partition(':')[0][:60]})"


def _invariant(name: str, con: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    statement = _statements()[name]
    says = statement.partition("\n")[0].removeprefix("--").strip()
    count, example = con.execute(f"SELECT count(*), min(example) FROM ({statement})").fetchall()[0]  # noqa: S608 - our own files
    detail = f"{_times(count)}, e.g. {example}. {says}" if count else says
    yield Check(name, ok=not count, detail=detail, count=count, example=example)


@cache
def _statements() -> dict[str, str]:
    files = sorted((shipped("sql") / "invariants").glob("*.sql"))
    return {
        file.stem: file.read_text(encoding="utf-8").rstrip().removesuffix(";") for file in files
    }


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _key_agrees(con: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    """The key finds what a scan finds (an index may be damaged while the table is whole).
    Literals, because only these use the index.
    """
    ids = [
        row[0] for row in con.execute("SELECT listing_id FROM listing USING SAMPLE 1000").fetchall()
    ]
    listed = ", ".join("'" + listing_id.replace("'", "''") + "'" for listing_id in ids) or "''"
    reached = {
        row[0]
        for row in con.execute(
            f"SELECT listing_id FROM listing WHERE listing_id IN ({listed})"  # noqa: S608 - quoted
        ).fetchall()
    }
    lost = sorted(set(ids) - reached)
    says = f"The key of the listings finds what a scan finds ({len(ids)} looked up)."
    if not lost:
        yield Check("key_of_listings", ok=True, detail=says)
    else:
        yield Check(
            "key_of_listings",
            ok=False,
            detail=f"{_times(len(lost))}, e.g. {lost[0]}. {says}",
            count=len(lost),
            example=lost[0],
        )
