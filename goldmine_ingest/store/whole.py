"""Whether a file of the history can be read to its end. DuckDB opens one whose blocks are damaged
or cut off, and counts its rows: only reading them fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.errors import StoreError
from goldmine_ingest.store import blocks
from goldmine_ingest.store.engine import duckdb as engine
from goldmine_ingest.store.schemas import use

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


def outline(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rows each table of the database in use says that it has; reads none of them."""
    return {
        name: int(con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0])  # noqa: S608 - a name out of our schema
        for name in tables(con)
    }


def expect_readable(copy: Path, rows: Mapping[str, int]) -> None:
    """Reads a copy that was just made back: every block of it is as it was written, it opens, and
    each table has the `rows` that the history has. Raises StoreError, which names the tables that
    can't be read.

    A copy is as good as what it was copied from: this finds the damage of the history too.
    """
    seen = blocks.look(copy)
    if seen.outline:
        raise _unusable(seen.outline)
    with engine.connect(
        ":memory:", config={"memory_limit": _MEMORY, "preserve_insertion_order": False}
    ) as con:
        try:
            con.execute(f"ATTACH '{str(copy).replace(chr(39), chr(39) * 2)}' AS copy (READ_ONLY)")
            use(con, "copy")
            held = outline(con)
        except engine.Error as error:
            raise _unusable("it can't be opened") from error
        if seen.damaged:
            _name_unreadable(con, seen)
        missing = [name for name in rows if held.get(name) != rows[name]]
        if missing:
            raise _unusable(
                ", ".join(
                    f"it holds {held.get(name, 0)} of {rows[name]} {name}" for name in missing
                )
            )
        expected, actual = _counts(con)
        if expected != actual:
            raise _unusable(
                f"it holds {actual[0]} of {expected[0]} listings, {actual[1]} of {expected[1]}"
                f" decisions, {actual[2]} of {expected[2]} events"
            )


def _name_unreadable(con: duckdb.DuckDBPyConnection, seen: blocks.Look) -> None:
    """Some blocks aren't as they were written: which tables that hits. Raises StoreError.

    Where DuckDB knows of other free blocks than we found, it keeps its list in a way that we don't
    know: then what all tables say, read to their ends, decides.
    """
    bad = [name for name in tables(con) if not is_whole(con, name)]
    if bad:
        raise _unusable(f"these tables can't be read: {', '.join(bad)}")
    free = con.execute(
        "SELECT free_blocks FROM pragma_database_size() WHERE database_name = current_database()"
    ).fetchall()[0][0]
    if seen.free == free:
        raise _unusable(f"{seen.damaged} of its blocks are damaged")


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
    counter = con.execute("SELECT listings, decisions, events FROM counter").fetchall()
    held = con.execute(
        "SELECT (SELECT count(*) FROM listing), (SELECT count(*) FROM decision), (SELECT count(*)"
        " FROM alert_event)"
    )
    return counter[0] if counter else (0, 0, 0), held.fetchall()[0]
