"""Whether a file of the history can be read to its end. DuckDB opens one whose blocks are damaged
or cut off, and counts its rows: only reading them fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_TABLES = (
    "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY"
    " table_name"
)


def read_through(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Reads every row of every table of the database in use, and gives their numbers. Raises
    duckdb.Error for what can't be read.

    5 s of CPU for 1,000,000 listings with all that belongs to them (1 GB).
    """
    found = {}
    for (name,) in con.execute(_TABLES).fetchall():
        found[name] = int(con.execute(f"SELECT count(hash({name})) FROM {name}").fetchall()[0][0])  # noqa: S608 - a name out of our schema
    return found
