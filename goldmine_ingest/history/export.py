"""The history as Parquet files with a manifest, and back: `goldmine export` and `goldmine import`.

DIR/manifest.json    what is here: schema version, from and to, and of each file its rows and SHA-256
DIR/tables/*.parquet everything that is stored; `import` reads these
DIR/views/*.parquet  the documented views, for other programs
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from goldmine_ingest import __version__
from goldmine_ingest.errors import StoreError, UsageError
from goldmine_ingest.history import as_json
from goldmine_ingest.history.sql_query import snapshot
from goldmine_ingest.locks import make_folder
from goldmine_ingest.migrate import migrations
from goldmine_ingest.store import Store, open_store
from goldmine_ingest.store.backup import begin_anew, replacing
from goldmine_ingest.store.rows import read_counter

MANIFEST = "manifest.json"
BASELINE = "imported from an export"
_PARTS = ("tables", "views")
# Our own parts, not the contract's: they only make other views cheap.
_INNER_VIEWS = ("decision_newest", "listing_newest")


def export(path: Path, target: Path, now: datetime, *, published: Path | None = None) -> dict[str, Any]:
    """Write the history as of now to the folder `target`, whole or not at all; an earlier export there is replaced. Gives the manifest.

    Raises UsageError if something else is in the folder, BusyError, StoreError.
    """
    _expect_ours(target)
    with snapshot(path, now, published) as copy, _beside(target) as made:
        try:
            with duckdb.connect(str(copy), read_only=True) as con:
                con.execute("SET TimeZone = 'UTC'")
                files = [_write(con, made, part, name) for part in _PARTS for name in _names(con, part)]
                manifest = _manifest(con, files, now)
        except duckdb.Error as error:
            raise StoreError("the export can't be written; is the disk full?", subject=str(target)) from error
        (made / MANIFEST).write_text(as_json.dumps(manifest) + "\n", encoding="utf-8")
        (made / MANIFEST).chmod(0o600)
        _put(made, target)
    return manifest


def take_in(path: Path, source: Path, now: datetime) -> dict[str, Any]:
    """Make the history at `path`, which must be empty or missing, from an export; every file is checked first. Gives the manifest.

    The ledger comes as it was; the next cycle is a baseline. Raises UsageError (no export, another schema, a history that isn't empty),
    StoreError (a file that isn't what the manifest says), BusyError.
    """
    manifest = _read_manifest(source)
    tables = _check(source, manifest)
    with replacing(path, now) as (part, put):
        with open_store(part, now=now) as store:
            _fill(store, source, tables)
            begin_anew(store, BASELINE)
            store.checkpoint()
            counter = read_counter(store.con)
        put(counter)
    return manifest


def _names(con: duckdb.DuckDBPyConnection, part: str) -> list[str]:
    if part == "tables":
        found = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY ALL").fetchall()
        return [name for (name,) in found]
    found = con.execute(
        "SELECT view_name FROM duckdb_views() WHERE database_name = current_database() AND NOT internal ORDER BY ALL"
    ).fetchall()
    return sorted(name for (name,) in found if name not in _INNER_VIEWS)


def _write(con: duckdb.DuckDBPyConnection, made: Path, part: str, name: str) -> dict[str, Any]:
    """One table or view as a file (mode 0600), and its entry in the manifest."""
    file = made / part / f"{name}.parquet"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    con.execute(f"COPY (FROM {name}) TO {_quoted(file)} (FORMAT parquet, COMPRESSION zstd)")
    file.chmod(0o600)
    rows = con.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchall()[0][0]
    return {"file": f"{part}/{file.name}", "kind": part.removesuffix("s"), "name": name, "rows": rows, "sha256": _sha256(file)}


def _manifest(con: duckdb.DuckDBPyConnection, files: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    version = con.execute("SELECT max(version) FROM schema_version").fetchall()[0][0]
    first, last = con.execute("SELECT min(first_seen_at), max(first_seen_at) FROM listing").fetchall()[0]
    return {
        "schema": 1,
        "program": f"goldmine-ingest {__version__}",
        "schema_version": version,
        "exported_at": now,
        "from": first,
        "to": last,
        "files": files,
    }


def _read_manifest(source: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        version = manifest["schema_version"]
        known = manifest["schema"] == 1 and all({"file", "kind", "name", "rows", "sha256"} <= entry.keys() for entry in manifest["files"])
    except FileNotFoundError as error:
        raise UsageError(f"there is no {MANIFEST} in it", subject=str(source), hint="goldmine export DIR makes an export.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"its {MANIFEST} can't be read", subject=str(source), hint="Make the export again.") from error
    if not known or version != len(migrations()):
        raise UsageError(
            f"the export has schema version {version}, this program knows {len(migrations())}",
            subject=str(source),
            hint="Import it with the goldmine-ingest that wrote it, or make a new export.",
        )
    return dict(manifest)


def _check(source: Path, manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The tables' entries, once each file is what the manifest says of it."""
    tables = {entry["name"]: entry for entry in manifest["files"] if entry["kind"] == "table"}
    for name, entry in tables.items():
        file = source / "tables" / f"{name}.parquet"
        if not name.isidentifier() or not file.is_file():
            raise StoreError("the manifest names a file that isn't there", subject=f"{source.name}/{entry['file']}")
        if _sha256(file) != entry["sha256"]:
            raise StoreError(
                "isn't what the manifest says (SHA-256)", subject=f"{source.name}/{entry['file']}", hint="Nothing was imported."
            )
    return tables


def _fill(store: Store, source: Path, tables: dict[str, dict[str, Any]]) -> None:
    """All rows in one transaction, in the order in which they were stored."""
    con = store.con
    names = [name for name in _names(con, "tables") if name != "schema_version"]
    if missing := [name for name in names if name not in tables]:
        raise UsageError(f"the export lacks tables: {', '.join(missing)}", subject=str(source), hint="Make the export again.")
    views = store.get_meta("views")
    con.begin()
    try:
        for name in names:
            con.execute(f"DELETE FROM {name}")  # noqa: S608 - the name of one of our own tables
            con.execute(f"INSERT INTO {name} BY NAME FROM read_parquet(?)", [str(source / "tables" / f"{name}.parquet")])
            _expect_rows(con, name, tables[name]["rows"])
        con.execute("UPDATE meta SET value = ? WHERE key = 'views'", [views])
        con.commit()
    except BaseException:
        con.rollback()
        raise


def _expect_rows(con: duckdb.DuckDBPyConnection, name: str, rows: int) -> None:
    held = con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]  # noqa: S608 - the name of one of our own tables
    if held != rows:
        raise StoreError(f"it holds {held} rows, the manifest says {rows}", subject=f"tables/{name}.parquet", hint="Nothing was imported.")


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"


def _expect_ours(target: Path) -> None:
    """An export replaces nothing but an export."""
    if target.exists() and (not target.is_dir() or {entry.name for entry in target.iterdir()} - {MANIFEST, *_PARTS}):
        raise UsageError(
            "there is something else", subject=str(target), hint="Name a new folder, an empty one, or that of an earlier export."
        )


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A private folder on the same disk, gone afterwards unless it was renamed."""
    make_folder(target.parent)
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"the export can't be written: {error.strerror}", subject=str(target)) from error


def _put(made: Path, target: Path) -> None:
    """The earlier export makes place only when the new one is complete."""
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    if target.exists():
        target.rename(old)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)
