"""Moves the tables of a history of before out from among its views.

DuckDB can't move a table to another schema. So the history is written anew beside itself, read back
as a backup is, held against the old one row by row, and put in its place by a rename. Whoever is
killed meanwhile leaves the one or the other, whole; what was half written goes with the next
opening. Where there isn't room for both, or anything else is in the way, the history stays as it is
and works as before. `goldmine doctor` says why.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.errors import StoreError
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.store.engine import ROW_GROUP, STORAGE_VERSION
from goldmine_ingest.store.engine import duckdb as engine
from goldmine_ingest.store.metadata_guard import guard_of
from goldmine_ingest.store.migrations import bring_to, make_views, migrations, schema_digest
from goldmine_ingest.store.schemas import TABLES, VIEWS
from goldmine_ingest.store.whole import expect_readable, outline, tables

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("goldmine_ingest.store")

SUFFIX = ".moving"
# The fact that says which program could not move the tables of this history, and why, in words for
# people. Only a program with other tables or views tries again: a try costs what writing costs.
UNMOVED = "unmoved"
# The fact that a try was begun and never ended, how often: whoever is killed each time (for want of
# memory, say) must not be killed for ever.
_BEGUN = "moving"
_MOST_TRIES = 3
# Writing wants no more, whatever the size of the history and the number of cores.
_MEMORY, _THREADS = "512MB", 2
_SPARE = 16 * 1024 * 1024
# From this size on it takes seconds, and a person would take a silent program for a hanging one:
# 100,000 listings, 210 MB, took 11 s of CPU, a million 126 s.
LARGE = 50_000_000
_RATE = 17_000_000  # bytes a second
# What a database consists of, but for its rows, with DuckDB's name for all of each kind.
_KINDS = {
    "table": "tables",
    "view": "views",
    "function": "functions",
    "index": "indexes",
    "sequence": "sequences",
    "trigger": "triggers",
    "type": "types",
    "schema": "schemas",
}
_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM duckdb_columns()
WHERE database_name = $database AND schema_name = $schema AND table_name IN (
    SELECT table_name FROM duckdb_tables() WHERE database_name = $database
)
ORDER BY table_name, column_index
"""
# Every value of a table, and the order of its rows.
_SUM = """
SELECT count(*), sum(hash(whole_row, place))
FROM (SELECT whole_row, row_number() OVER () AS place FROM {} AS whole_row)
"""


class _UnmovableError(Exception):
    """Why the tables stay where they are, in words that hold no data."""


def needed(path: Path) -> int:
    """How many bytes of disk moving takes, while it lasts."""
    size = path.stat().st_size
    return size + size // 10 + _SPARE


def has_room(path: Path, wanted: int) -> bool:
    """Whether the disk of the history has so many bytes left for us."""
    return shutil.disk_usage(path.resolve().parent).free >= wanted


def clear(path: Path) -> None:
    """Takes away what a move that was killed left."""
    made = _made(path)
    shutil.rmtree(_spill(made), ignore_errors=True)
    for left in (made, _log_of(made)):
        with suppress(OSError):  # mostly it isn't there; where it can't be removed, none is made
            left.unlink()


def move(path: Path, now: datetime) -> str:
    """Give a history that nobody has open, and whose log is empty, its tables in a schema of their
    own; "" or why it stays as it was.
    """
    made = _made(path)
    clear(path)
    if _log_of(path).exists():  # it would be taken for the new file's
        return "its log isn't empty"
    _announce(path.stat().st_size)
    try:
        with _opened(path, made) as con:
            rows = _write(con, made, now)
            expect_readable(made, rows)
            _compare(con, made, rows)
            _put(path, made)
    except _UnmovableError as error:
        return str(error)
    except StoreError as error:
        return error.message
    except OSError as error:
        return error.strerror or type(error).__name__
    except engine.Error as error:
        return f"DuckDB says {str(error).partition(':')[0]}"  # the rest may quote data
    finally:
        clear(path)
    return ""


def _announce(size: int) -> None:
    """Say what takes so long; it happens once in the life of a history."""
    log.log(
        logging.WARNING if size >= LARGE else logging.INFO,
        "the history (%d MB) is written anew, once, for this version: some %d seconds. It may be"
        " stopped at any time; the old one stays until the new one is whole.",
        size // 1_000_000,
        max(1, size // _RATE),
    )


def hindrance(con: duckdb.DuckDBPyConnection, database: str) -> str:
    """What, but for room, keeps this program from moving the tables of an attached history: what
    went wrong when it tried, or what would be lost. "" if nothing does.
    """
    if why := _fact(con, UNMOVED):
        return why
    if int(_fact(con, _BEGUN) or 0) >= _MOST_TRIES:
        return f"it was broken off {_MOST_TRIES} times (is there too little memory?)"
    return _strange(con, database)


def wanted(con: duckdb.DuckDBPyConnection, database: str, path: Path) -> int:
    """How many bytes of disk moving the tables of an attached history takes; 0 where something
    else than room is in the way.
    """
    clear(path)
    return 0 if hindrance(con, database) else needed(path)


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Before a try."""
    tries = int(_fact(con, _BEGUN) or 0) + 1
    _forget(con)
    _keep(con, _BEGUN, str(tries))


def settle(con: duckdb.DuckDBPyConnection, path: Path, why: str) -> int:
    """After a try: how many bytes the next one needs, if it was room that lacked after all. What
    else went wrong is kept, for `goldmine doctor`, and so that it isn't tried at each opening.
    """
    needs = needed(path) if why else 0
    if has_room(path, needs):
        needs = 0
    with suppress(engine.Error):  # a quota, say: reading must go on
        _forget(con)
        if why and not needs:
            _keep(con, UNMOVED, why)
    return needs


def _fact(con: duckdb.DuckDBPyConnection, key: str) -> str:
    """What this program, with the tables and views that it has, noted under this name."""
    row = con.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    digest, _, value = str(row[0]).partition(" ") if row else ("", "", "")
    return value if digest == schema_digest() else ""


def _keep(con: duckdb.DuckDBPyConnection, key: str, value: str) -> None:
    con.execute("INSERT INTO meta VALUES (?, ?)", [key, f"{schema_digest()} {value}"])


def _forget(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM meta WHERE key IN (?, ?)", [UNMOVED, _BEGUN])


def _made(path: Path) -> Path:
    """The new file lies where the history does, not where a link to it does."""
    file = path.resolve()
    return file.with_name(file.name + SUFFIX)


def _log_of(file: Path) -> Path:
    return file.with_name(file.name + ".wal")


def _spill(made: Path) -> Path:
    return made.with_name(made.name + ".tmp")


@contextmanager
def _opened(path: Path, made: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine of its own, gone with all that it took, that has the history as `old`: while it
    has, nobody else can write to it.
    """
    config: dict[str, Any] = {
        "memory_limit": _MEMORY,
        "threads": _THREADS,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(_spill(made)),
    }
    with engine.connect(":memory:", config=config) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.execute(f"ATTACH {_quoted(path)} AS old (READ_ONLY)")
        yield con


def _write(con: duckdb.DuckDBPyConnection, made: Path, now: datetime) -> dict[str, int]:
    """The new file; gives how many rows each of its tables has."""
    con.execute(
        f"ATTACH {_quoted(made)} AS new (ROW_GROUP_SIZE {ROW_GROUP}, STORAGE_VERSION"
        f" '{STORAGE_VERSION}')"
    )
    con.execute("USE new")
    bring_to(con, len(migrations()), now)
    make_views(con, TABLES)
    if strange := _strange(con, "old"):
        raise _UnmovableError(strange)
    for name in tables(con):
        con.execute(f"DELETE FROM {name}")  # noqa: S608 - names out of our own schema; so below
        con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM old.{VIEWS}.{name}")  # noqa: S608
        reach("moving")
    rows = outline(con)
    con.execute("USE memory")
    con.execute("DETACH new")
    return rows


def _strange(con: duckdb.DuckDBPyConnection, database: str) -> str:
    """What a history that was just migrated has beyond a new one, or has in another form: what
    isn't made by our own statements (somebody keeps notes in it) would be lost.
    """
    things, columns = _new_history()
    if more := sorted(_things(con, database) - things):
        return f"it holds what isn't goldmine's: {', '.join(more)}"
    if _columns(con, database, VIEWS) != columns:
        return "its tables aren't quite as this program makes them"
    return ""


@cache
def _new_history() -> tuple[frozenset[str], list[tuple[object, ...]]]:
    """What a new history consists of: its things, and the columns of its tables."""
    with engine.connect(":memory:") as con:
        bring_to(con, len(migrations()), datetime.fromtimestamp(0, UTC))
        make_views(con, TABLES)
        return _things(con, "memory"), _columns(con, "memory", TABLES)


def _things(con: duckdb.DuckDBPyConnection, database: str) -> frozenset[str]:
    return frozenset(
        f"{kind} {name}"
        for kind, plural in _KINDS.items()
        for (name,) in con.execute(
            f"SELECT {kind}_name FROM duckdb_{plural}() WHERE database_name = $database",  # noqa: S608
            {"database": database},
        ).fetchall()
    )


def _columns(
    con: duckdb.DuckDBPyConnection, database: str, schema: str
) -> list[tuple[object, ...]]:
    return con.execute(_COLUMNS, {"database": database, "schema": schema}).fetchall()


def _compare(con: duckdb.DuckDBPyConnection, made: Path, rows: dict[str, int]) -> None:
    """The new file, as it is on disk, holds the rows of the old one, each value in its place."""
    con.execute(f"ATTACH {_quoted(made)} AS new (READ_ONLY)")
    for name in rows:
        old, new = (
            con.execute(_SUM.format(f"{schema}.{name}")).fetchall()
            for schema in (f"old.{VIEWS}", f"new.{TABLES}")
        )
        if old != new:
            raise _UnmovableError(f"its table {name} came out differently")
    con.execute("DETACH new")
    reach("compared")


def _put(path: Path, made: Path) -> None:
    """The new file gets the history's name, mode and owner; a kill or a power cut leaves the old
    one or the new one.
    """
    file = path.resolve()
    shutil.copystat(file, made)  # an access list, too
    os.utime(made)
    was, now = file.stat(), made.stat()
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        os.chown(made, was.st_uid, was.st_gid)
    _flush(made)
    guard_of(path).unlink(missing_ok=True)  # it knows the old file's blocks
    reach("moved")
    made.replace(file)
    with suppress(OSError):  # not every file system can flush a folder
        _flush(file.parent)


def _flush(file: Path) -> None:
    fd = os.open(file, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
