"""Where things lie in a history: the documented views in `main`, what is behind them in `internal`.

A history of before lists its tables beside its views, until there is room to write it anew
(moving.py). So our own statements name no schema and find both; the views name theirs, for who
reads them with a DuckDB of their own looks in `main` only.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from goldmine_ingest.store.engine import duckdb as engine

if TYPE_CHECKING:
    import duckdb

VIEWS = "main"
TABLES = "internal"
_WHERE = """
SELECT schema_name FROM duckdb_tables()
WHERE database_name = coalesce($database, current_database())
    AND table_name = 'counter' AND schema_name IN ('internal', 'main')
ORDER BY schema_name
"""


def use(con: duckdb.DuckDBPyConnection, database: str) -> None:
    """Names without a schema are looked for in this attached history: among its views, then
    behind them. One of an older version has nothing but `main`.
    """
    try:
        con.execute(f"SET search_path = '{database}.{VIEWS},{database}.{TABLES}'")
    except engine.CatalogException:
        con.execute(f"USE {database}")


def look_in(con: duckdb.DuckDBPyConnection, *schemas: str) -> None:
    """The same of the database in use, by these schemas: what is made without a schema's name goes
    into the first.
    """
    con.execute(f"SET search_path = '{','.join(schemas)}'")


def look_everywhere(con: duckdb.DuckDBPyConnection) -> None:
    """As `use`, of the database in use."""
    with suppress(engine.CatalogException):
        look_in(con, VIEWS, TABLES)


def tables_in(con: duckdb.DuckDBPyConnection, database: str | None = None) -> str:
    """The schema that holds the tables of this history, or of the one in use."""
    row = con.execute(_WHERE, {"database": database}).fetchone()
    return str(row[0]) if row else VIEWS
