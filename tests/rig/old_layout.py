"""A history as programs of before schema version 18 kept it: its tables among its views."""

from __future__ import annotations

from pathlib import Path

import duckdb

from goldmine_ingest.store.migrations import migrations
from tests.histories import NOON

_LAST = 17
_COLUMNS = (
    "SELECT column_name FROM duckdb_columns() WHERE database_name = 'before' AND table_name = ?"
)


def as_before(history: Path, made: Path) -> Path:
    """Writes what a history holds into a file of that kind; gives its path."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"ATTACH '{history}' AS history (READ_ONLY)")
        con.execute(f"ATTACH '{made}' AS before (ROW_GROUP_SIZE 8192, STORAGE_VERSION 'v1.4.0')")
        con.execute("USE before")
        con.execute("CREATE TABLE schema_version (version INTEGER NOT NULL, name VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)")  # fmt: skip
        for number, step in enumerate(migrations()[:_LAST], start=1):
            con.execute(step.read_text())
            con.execute("INSERT INTO schema_version VALUES (?, ?, ?)", [number, step.stem, NOON])
        names = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'before' AND table_name"
            " <> 'schema_version'"
        ).fetchall()
        for (name,) in names:
            columns = ", ".join(
                f'"{column}"' for (column,) in con.execute(_COLUMNS, [name]).fetchall()
            )
            con.execute(f"DELETE FROM {name}")  # noqa: S608 - names out of our own schema
            con.execute(f"INSERT INTO {name} BY NAME SELECT {columns} FROM history.internal.{name}")  # noqa: S608
    return made
