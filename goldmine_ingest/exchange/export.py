"""The history as Parquet files with a manifest: `goldmine export`.

DIR/manifest.json                             what is here (manifest.py)
DIR/tables/NAME/month=2026-11/HASH.parquet    everything that is stored; `goldmine import` reads
these DIR/views/NAME/month=2026-11/HASH.parquet     the documented views, for other programs; hive
layout

A second export into the same folder writes only the months whose rows changed. It may be read
meanwhile: new files are made beside, get their names when all are made, then the manifest is
replaced, then what it doesn't name any more goes. A file never changes under its name.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from goldmine_ingest import __version__
from goldmine_ingest.errors import StoreError, UsageError
from goldmine_ingest.exchange.export_parts import Months, Part, parts
from goldmine_ingest.exchange.manifest import MANIFEST, Entry, read_manifest, sha256, write_manifest
from goldmine_ingest.exchange.sql import snapshot
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.runtime.locks import EXPORT_LOCK, export_lock, make_folder
from goldmine_ingest.store.damage import is_damage
from goldmine_ingest.store.rows import Counter, field_names, read_counter
from goldmine_ingest.store.salvage import salvage
from goldmine_ingest.store.schemas import look_everywhere

_FOLDERS = ("tables", "views")
_MAKING = ".part-"
_OURS = re.compile(r"[0-9a-f]{16}\.parquet")
_NO_MONTH = "month=__HIVE_DEFAULT_PARTITION__"
# of what has no rows yet: a folder from which every engine can tell the column's type
_EMPTY = "month=none"
# A writer of partitions closes files beyond so many (and begins second ones); this is 80 years of
# months.
_MONTHS_AT_ONCE = 1000

_Key = tuple[str, str, str | None]


def export(
    path: Path,
    target: Path,
    now: datetime,
    *,
    published: Path | None = None,
    readable: bool = False,
) -> dict[str, Any]:
    """Bring the export in the folder `target` up to the history as of now. Gives the manifest;
    `"written"` beside it counts new files.

    `readable`: of a damaged history what can be read, into a new folder; `"lost"` beside the
    manifest maps tables to lost rows (-1: all). Raises UsageError if something else is in the
    folder, BusyError (another export is being written there), StoreError.
    """
    _expect_ours(target)
    if readable and (target / MANIFEST).exists():
        raise UsageError(
            "there is an earlier export",
            subject=str(target),
            hint="What it holds may be lost in the history: name a new folder.",
        )
    with snapshot(path, now, published) as copy, export_lock(target), _told(target):
        for left in target.glob(f"{_MAKING}*"):  # of an export that was killed
            shutil.rmtree(left)
        making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=target))
        try:
            if not readable:
                return _bring_up(copy, target, making, now)
            saved = making / "saved.duckdb"
            lost = salvage(copy, saved, now)
            return {**_bring_up(saved, target, making, now), "lost": lost}
        finally:
            shutil.rmtree(making, ignore_errors=True)


def _bring_up(copy: Path, target: Path, making: Path, now: datetime) -> dict[str, Any]:
    held = _held(target)
    with _reading(copy, making) as con:
        made: list[Entry] = []
        kept: list[Entry] = []
        for part in parts(con):
            months = part.months(con)
            changed = [
                month
                for month in months
                if not _stands(target, held.get((part.kind, part.name, month.month)), month)
            ]
            kept += [
                entry
                for month in months
                if month not in changed
                for entry in held[part.kind, part.name, month.month]
            ]
            made += _write(con, part, changed, making)
        files = sorted(
            kept + made,
            key=lambda entry: (entry["kind"], entry["name"], entry["month"] or "~", entry["file"]),
        )
        manifest = _manifest(con, files, now)
    reach("exporting")
    for entry in made:
        _put(making / entry["file"], target, entry["file"])
    write_manifest(target, manifest)
    reach("exported")
    _forget(
        target,
        {entry["file"] for entry in files},
        {entry["file"] for entries in held.values() for entry in entries},
    )
    return {**manifest, "written": len(made)}


def _held(target: Path) -> dict[_Key, list[Entry]]:
    """The files of the earlier export, by kind, name and month; none if its manifest can't be
    used.
    """
    entries_of: dict[_Key, list[Entry]] = {}
    try:
        entries = read_manifest(target)["files"]
    except UsageError:
        return entries_of
    for entry in entries:
        entries_of.setdefault((entry["kind"], entry["name"], entry.get("month")), []).append(entry)
    return entries_of


def _stands(target: Path, entries: Iterable[Entry] | None, month: Months) -> bool:
    """Whether what is there holds these rows: by its fingerprint and the sizes of its files."""
    return entries is not None and all(
        entry.get("fingerprint") == month.fingerprint
        and _size(target / entry["file"]) == entry["bytes"]
        for entry in entries
    )


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else -1


@contextmanager
def _reading(copy: Path, making: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own on the copy, within a gigabyte of memory. One thread: one file for
    each month, with the rows in order.
    """
    config: dict[str, Any] = {
        "memory_limit": "1GB",
        "threads": 1,
        "temp_directory": str(making / "spill"),
    }
    with duckdb.connect(str(copy), read_only=True, config=config) as con:
        look_everywhere(con)
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")  # DuckDB's own, on standard output
        con.execute(f"SET partitioned_write_max_open_files = {_MONTHS_AT_ONCE}")
        yield con


def _write(
    con: duckdb.DuckDBPyConnection, part: Part, months: list[Months], making: Path
) -> list[Entry]:
    """These months' files (mode 0600, on disk), and their entries in the manifest."""
    if not months:
        return []
    made = making / part.folder
    made.mkdir(parents=True)
    if part.divided and any(month.rows for month in months):
        con.execute(
            "CREATE OR REPLACE TEMP TABLE wanted AS SELECT unnest($1::VARCHAR[]) AS month",
            [[month.month for month in months]],
        )
        rows = f"SELECT * FROM ({part.rows}) WHERE coalesce(month, '') IN (SELECT coalesce(month, '') FROM wanted)"  # noqa: S608 - our own names
        con.execute(
            f"COPY ({rows}) TO {_quoted(made)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY"
            " (month), OVERWRITE_OR_IGNORE)"
        )
    else:
        folder = made / _EMPTY if part.divided else made
        folder.mkdir(exist_ok=True)
        columns = "SELECT * EXCLUDE (month)" if part.divided else "SELECT *"
        con.execute(
            f"COPY ({columns} FROM ({part.rows})) TO {_quoted(folder / 'all.parquet')} (FORMAT"
            " parquet, COMPRESSION zstd)"
        )
    by_month = {f"month={month.month}" if month.month else _NO_MONTH: month for month in months}
    return [
        _entry(con, part, file, by_month.get(file.parent.name, months[0]), making)
        for file in sorted(made.rglob("*.parquet"))
    ]


def _entry(
    con: duckdb.DuckDBPyConnection, part: Part, file: Path, month: Months, making: Path
) -> Entry:
    """Names the file by its content."""
    digest = sha256(file)
    named = file.with_name(f"{digest[:16]}.parquet")
    file.replace(named)
    named.chmod(0o600)
    with named.open("rb") as opened:
        os.fsync(opened.fileno())
    rows = con.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(named)]).fetchall()[0][
        0
    ]
    return {
        "file": named.relative_to(making).as_posix(),
        "kind": part.kind,
        "name": part.name,
        "month": month.month,
        "rows": rows,
        "bytes": named.stat().st_size,
        "sha256": digest,
        "fingerprint": month.fingerprint,
    }


def _manifest(con: duckdb.DuckDBPyConnection, files: list[Entry], now: datetime) -> dict[str, Any]:
    version = con.execute("SELECT max(version) FROM schema_version").fetchall()[0][0]
    first, last = con.execute(
        "SELECT min(first_seen_at), max(first_seen_at) FROM listing"
    ).fetchall()[0]
    counter = read_counter(con)
    return {
        "schema": 1,
        "program": f"goldmine-ingest {__version__}",
        "schema_version": version,
        "exported_at": now,
        "from": first,
        "to": last,
        "marks": {name: getattr(counter, name) for name in field_names(Counter)},
        "files": files,
    }


def _put(made: Path, target: Path, name: str) -> None:
    """Under its name; a file that is there already has the same content, by which it is called."""
    place = target / name
    make_folder(place.parent)
    made.replace(place)


def _forget(target: Path, named: set[str], before: set[str]) -> None:
    """What the manifest doesn't name any more: files named before, and those of an export that
    was killed. Others aren't ours.
    """
    for part in _FOLDERS:
        for file in (target / part).rglob("*.parquet"):
            name = file.relative_to(target).as_posix()
            if name not in named and (name in before or _OURS.fullmatch(file.name)):
                file.unlink(missing_ok=True)
        for folder in (target / part).rglob("month=*"):
            if not any(folder.iterdir()):
                folder.rmdir()


def _expect_ours(target: Path) -> None:
    """An export goes into nothing but an export."""
    if not target.exists():
        return
    if not target.is_dir() or any(not _is_ours(entry.name) for entry in target.iterdir()):
        raise UsageError(
            "there is something else",
            subject=str(target),
            hint="Name a new folder, an empty one, or that of an earlier export.",
        )


def _is_ours(name: str) -> bool:
    return name in (MANIFEST, f".{MANIFEST}.part", EXPORT_LOCK, *_FOLDERS) or name.startswith(
        _MAKING
    )


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        if is_damage(error):
            hint = (
                "`goldmine export DIR --readable` writes what can be read; `goldmine doctor` says"
                " what else can be saved."
            )
            raise StoreError(
                "nothing was exported: a part of the history can't be read", hint=hint
            ) from error
        raise StoreError(
            "the export can't be written; is the disk full?", subject=str(target)
        ) from error
    except OSError as error:
        raise StoreError(
            f"the export can't be written: {error.strerror}", subject=str(target)
        ) from error


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"
