"""Brings a history to the form that this program knows: append-only migrations, then the views.

A migration and its record are one transaction, so that a kill in between leaves the database as it
was. The views hold no data; they are made anew whenever their texts differ from those that made
them. What is made goes where the history has its kind: tables into `internal`, or beside the views
in a history of before that has them there (schemas.py).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.errors import StoreError
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.store.engine import duckdb, roll_back
from goldmine_ingest.store.schemas import TABLES, VIEWS, look_everywhere, look_in, tables_in

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATE = (
    "SELECT (SELECT max(version) FROM schema_version), (SELECT value FROM meta WHERE key = 'views')"
)
_VERSIONS = (
    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL, name VARCHAR NOT NULL,"
    " applied_at TIMESTAMPTZ NOT NULL)"
)
_ANY_TABLE = "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() LIMIT 1"
# Views that others rest on come first; the rest in any order.
_FIRST = ("listing_newest", "decision_newest", "decisions", "listings", "client_listings")


@cache
def migrations() -> tuple[Path, ...]:
    """The files of `sql/migrations/`, in order; the n-th brings a history to version n."""
    return tuple(sorted((shipped("sql") / "migrations").glob("*.sql")))


@cache
def view_scripts() -> tuple[str, ...]:
    """The texts of `sql/views/`, each after those that it rests on."""
    files = {path.stem: path for path in sorted((shipped("sql") / "views").glob("*.sql"))}
    names = [*_FIRST, *(name for name in files if name not in _FIRST)]
    return tuple(files[name].read_text(encoding="utf-8") for name in names)


@cache
def _views_digest() -> str:
    return hashlib.sha256("\n".join(view_scripts()).encode()).hexdigest()


@cache
def schema_digest() -> str:
    """Another one for each set of migrations and views."""
    return f"{len(migrations())}-{_views_digest()[:16]}"


def migrate(
    con: duckdb.DuckDBPyConnection, now: datetime, *, steps: Sequence[Path] | None = None
) -> bool:
    """Bring the database up to date; True if anything was done. One query when there is nothing to
    do.

    Raises StoreError, without writing, if the database is newer than this program or not a history
    at all.
    """
    steps = migrations() if steps is None else steps
    look_everywhere(con)
    version, views = _state(con)
    if version > len(steps):
        raise StoreError(
            f"the history has schema version {version}, this program knows {len(steps)}",
            hint="Install the newer goldmine-ingest that wrote it.",
        )
    if version == len(steps) and views == _views_digest():
        return False
    schema = _schema_for_tables(con)
    for number, path in enumerate(steps[version:], start=version + 1):
        _step(con, number, path, now)
    make_views(con, schema)
    con.execute("CHECKPOINT")
    return True


def is_current(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a history, which may be a copy, has the tables and views of this program."""
    return _state(con) == (len(migrations()), _views_digest())


def bring_to(con: duckdb.DuckDBPyConnection, version: int, now: datetime) -> None:
    """Give an empty database the tables of an earlier schema version, without views: to be
    filled, and then migrated like any other.
    """
    _schema_for_tables(con)
    for number, path in enumerate(migrations()[:version], start=1):
        _step(con, number, path, now)


def _state(con: duckdb.DuckDBPyConnection) -> tuple[int, str | None]:
    try:
        row = con.execute(_STATE).fetchone()
    except duckdb.CatalogException:
        if con.execute(_ANY_TABLE).fetchone():
            raise StoreError(
                "this DuckDB file belongs to another program: it holds tables, but no goldmine"
                " history"
            ) from None
        return 0, None
    return (row[0] or 0, row[1]) if row else (0, None)


def _schema_for_tables(con: duckdb.DuckDBPyConnection) -> str:
    """Where this history has its tables, or is to have them if it has none; what is made without
    a schema's name goes there from now on.
    """
    schema = tables_in(con)
    if schema == VIEWS and not con.execute(_ANY_TABLE).fetchone():
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {TABLES}")
        schema = TABLES
    look_in(con, *dict.fromkeys((schema, VIEWS)))
    return schema


def _step(con: duckdb.DuckDBPyConnection, number: int, path: Path, now: datetime) -> None:
    con.begin()
    try:
        con.execute(_VERSIONS)
        con.execute(path.read_text(encoding="utf-8"))
        reach("migrating")
        con.execute("INSERT INTO schema_version VALUES (?, ?, ?)", [number, path.stem, now])
        con.commit()
    except BaseException:
        roll_back(con)
        raise


def make_views(con: duckdb.DuckDBPyConnection, schema: str) -> None:
    """The views of a history whose tables lie in this schema. While they are made only `main` is
    looked in: one that doesn't say where its tables are fails here, not with its reader.
    """
    con.begin()
    try:
        look_in(con, VIEWS)
        for script in view_scripts():
            con.execute(script.replace(f"{TABLES}.", f"{schema}."))
        look_everywhere(con)
        con.execute("DELETE FROM meta WHERE key = 'views'")
        con.execute("INSERT INTO meta VALUES ('views', ?)", [_views_digest()])
        con.commit()
    except BaseException:
        roll_back(con)
        raise
