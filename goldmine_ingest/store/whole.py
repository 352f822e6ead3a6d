"""Whether a file of the history can be read to its end. DuckDB opens one whose blocks are damaged
or cut off, and counts its rows: only reading them fails.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.errors import StoreError
from goldmine_ingest.store.engine import duckdb as engine

if TYPE_CHECKING:
    import duckdb

_TABLES = (
    "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY"
    " table_name"
)
# Reading back needs blocks to pass by, not to stay.
_MEMORY = "160MB"


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of the database in use."""
    return [name for (name,) in con.execute(_TABLES).fetchall()]


def read_table(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Reads every value of a table, and gives the number of its rows. Raises duckdb.Error for what
    can't be read.

    (By another name than its own, which may be a column's too: `hash(decision)` would read no more
    than that.)
    """
    return int(
        con.execute(f"SELECT count(hash(whole_row)) FROM {name} AS whole_row").fetchall()[0][0]  # noqa: S608 - a name out of our schema
    )


def read_through(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Reads every row of every table of the database in use, and gives their numbers. Raises
    duckdb.Error for what can't be read.

    9 s of CPU for 1,000,000 listings with all that belongs to them (2 GB), on as many cores as
    there are.
    """
    return {name: read_table(con, name) for name in tables(con)}


def expect_readable(copy: Path) -> None:
    """Reads a copy that was just made back, every table of it, and counts. Raises StoreError, which
    names what can't be read.

    A copy is as good as what it was copied from: this finds the damage of the history too.
    """
    bad: list[str] = []
    with engine.connect(
        ":memory:", config={"memory_limit": _MEMORY, "preserve_insertion_order": False}
    ) as con:
        try:
            con.execute(f"ATTACH '{str(copy).replace(chr(39), chr(39) * 2)}' AS copy (READ_ONLY)")
            con.execute("USE copy")
            names = tables(con)
        except engine.Error as error:
            raise _unusable("it can't be opened") from error
        bad = [name for name in names if not is_whole(con, name)]
        if bad:
            raise _unusable(f"these tables can't be read: {', '.join(bad)}")
        said, held = _counts(con)
        if said != held:
            raise _unusable(
                f"it holds {held[0]} of {said[0]} listings, {held[1]} of {said[1]} decisions,"
                f" {held[2]} of {said[2]} events"
            )


def _unusable(why: str) -> StoreError:
    hint = (
        "Nothing was replaced or rotated away. `goldmine doctor` says what can be saved, and how."
    )
    return StoreError(f"the copy was read back, and is no backup: {why}", hint=hint)


def is_whole(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether all of a table can be read, and is as much as its outline says. (A mere count of
    values leaves most blocks unread.)
    """
    try:
        outline = con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]  # noqa: S608 - the same
        return read_table(con, name) == int(outline)
    except engine.Error:
        return False


def _counts(con: duckdb.DuckDBPyConnection) -> tuple[tuple[int, ...], tuple[int, ...]]:
    said = con.execute("SELECT listings, decisions, events FROM counter").fetchall()
    held = con.execute(
        "SELECT (SELECT count(*) FROM listing), (SELECT count(*) FROM decision), (SELECT count(*)"
        " FROM alert_event)"
    )
    return said[0] if said else (0, 0, 0), held.fetchall()[0]
