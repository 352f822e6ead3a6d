"""The history from an export: `goldmine import`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.errors import StoreError, UsageError
from goldmine_ingest.exchange.manifest import Entry, check_files, read_manifest
from goldmine_ingest.model.absence import Origin
from goldmine_ingest.store.backup import begin_anew, replacing
from goldmine_ingest.store.connection import begun
from goldmine_ingest.store.engine import roll_back
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.migrations import migrations
from goldmine_ingest.store.rows import read_counter

if TYPE_CHECKING:
    import duckdb

_NAMES = (
    "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY ALL"
)


def take_in(path: Path, source: Path, now: datetime) -> dict[str, Any]:
    """Make the history at `path`, which must be empty or missing, from an export; every file is
    checked first. Gives the manifest.

    The ledger comes as it was; the next cycle is a baseline. Raises UsageError (no export, another
    schema, a history that isn't empty), StoreError (a file that isn't what the manifest says),
    BusyError.
    """
    manifest = read_manifest(source)
    _expect_known(manifest["schema_version"], source)
    tables: dict[str, list[Entry]] = {}
    for entry in manifest["files"]:
        if entry["kind"] == "table":
            tables.setdefault(entry["name"], []).append(entry)
    check_files(source, (entry for entries in tables.values() for entry in entries))
    with replacing(path, now) as (part, put):
        with begun(part, manifest["schema_version"], now) as con:
            _fill(con, source, tables)
        with open_store(part, now=now) as store:
            begin_anew(store, Origin.IMPORTED)
            store.checkpoint()
            counter = read_counter(store.con)
        put(counter)
    return manifest


def _expect_known(version: int, source: Path) -> None:
    """An export of an earlier schema is filled into that one's tables and then migrated."""
    if not 1 <= version <= len(migrations()):
        raise UsageError(
            f"the export has schema version {version}, this program knows {len(migrations())}",
            subject=str(source),
            hint="Import it with the goldmine-ingest that wrote it, or a newer one.",
        )


def _fill(con: duckdb.DuckDBPyConnection, source: Path, tables: dict[str, list[Entry]]) -> None:
    """All rows in one transaction, in the order in which they were stored. The views are made
    when the history is opened.
    """
    names = [name for (name,) in con.execute(_NAMES).fetchall() if name != "schema_version"]
    if missing := [name for name in names if name not in tables]:
        raise UsageError(
            f"the export lacks tables: {', '.join(missing)}",
            subject=str(source),
            hint="Make the export again.",
        )
    con.begin()
    try:
        for name in names:
            con.execute(f"DELETE FROM {name}")  # noqa: S608 - the name of one of our own tables
            for entry in tables[name]:  # the manifest has the months in order
                file = str(source / entry["file"])
                con.execute(
                    f"INSERT INTO {name} BY NAME FROM read_parquet(?, hive_partitioning = false)",
                    [file],
                )
            _expect_rows(con, name, tables[name])
        con.execute("DELETE FROM meta WHERE key = 'views'")
        con.commit()
    except BaseException:
        roll_back(con)
        raise


def _expect_rows(con: duckdb.DuckDBPyConnection, name: str, entries: list[Entry]) -> None:
    rows = sum(entry["rows"] for entry in entries)
    held = con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]  # noqa: S608 - the name of one of our own tables
    if held != rows:
        raise StoreError(
            f"it holds {held} rows, the manifest says {rows}",
            subject=f"tables/{name}",
            hint="Nothing was imported.",
        )
