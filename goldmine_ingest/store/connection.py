"""Opening and closing the database: locks, modes, versions, damage.

One in-memory DuckDB lives as long as the process, and the history is attached to it for each use:
attaching takes 2.5 ms of CPU, a connection of its own 33 ms, and a cycle opens the history several
times. Detaching checkpoints, so that between uses there is no WAL.
"""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock

from goldmine_ingest.errors import BusyError, StoreError
from goldmine_ingest.runtime.locks import HeldLock, database_lock
from goldmine_ingest.store import metadata_guard
from goldmine_ingest.store.damage import remember
from goldmine_ingest.store.engine import MEMORY_LIMIT, ROW_GROUP, STORAGE_VERSION, duckdb
from goldmine_ingest.store.engine_errors import told
from goldmine_ingest.store.migrations import bring_to, migrate, schema_digest
from goldmine_ingest.store.rows import Counter, field_names, read_counter
from goldmine_ingest.store.schemas import TABLES, tables_in, use

# DuckDB 2.0 keeps 3 kB of each attached database that was written to, until the engine itself ends:
# 60 kB a cycle with news, 6 MB a day of a process that polls every quarter of an hour. A new engine
# costs 30 ms of CPU.
ENGINE_LIFE = 300  # openings
_RETRY = 0.05
# In the lock's note: how the file looked when its last holder left it. As long as it looks so,
# neither its schema nor its counts have to be asked for: 4 ms of the 12 that an opening took.
_LEFT = "left"
# Beside it, where the tables lie among the views for want of room: the bytes that moving takes.
_NEEDS = "needs"
_HELD_BY = re.compile(r"held in (\S+) \(PID (\d+)\)")
_aliases = itertools.count(1)
_engine_turn = Lock()  # an engine's own connection is one thread's at a time

Opened = tuple[duckdb.DuckDBPyConnection, tuple[str, ...], Callable[[Counter], None]]


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """The process's own DuckDB, without data. Nothing is ever downloaded."""
    engine = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY_LIMIT,
            # Its allocator keeps what a question freed, up to 100 MB, until a later one needs
            # it; with a thread of its own it gives that back within a second or two.
            "allocator_background_threads": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    engine.execute("SET GLOBAL TimeZone = 'UTC'")
    return engine


def hold_at_most(memory: str) -> None:
    """How much of files DuckDB may keep in memory, such as "256MB"; from now on, in all of this
    process.
    """
    with _engine_turn:
        _engine().execute("SET GLOBAL memory_limit = $memory", {"memory": memory})


@contextmanager
def opened(path: Path, wait: timedelta, now: datetime) -> Iterator[Opened]:
    """A connection to the history, sentences about what opening it had to do, and what to call
    after each commit.
    """
    deadline = time.monotonic() + wait.total_seconds()
    if path.exists() and not path.is_file():  # opening a pipe would wait for ever
        what = "is a folder" if path.is_dir() else "is not a regular file"
        raise StoreError(
            f"{what}, so that no history can be there",
            subject=str(path),
            hint="[database] path names it.",
        )
    with database_lock(path, wait) as lock, _private_files(), told(path):
        new = not path.exists()
        needs = _noted_need(lock)
        as_left = not new and lock.note.get(_LEFT) == _look_of(path) and not _may_move(path, needs)
        with ExitStack() as attached:
            con, warnings = attached.enter_context(_attached(path, deadline, now))
            if not as_left:
                migrate(con, now)
                warnings += _missing(lock, read_counter(con), new=new)
                needs = _needed_to_move(con, path)
                if _may_move(path, needs):
                    from goldmine_ingest.store import moving

                    moving.begin(con)
                    attached.close()
                    why = moving.move(path, now)
                    again = time.monotonic() + wait.total_seconds()
                    con, more = attached.enter_context(_attached(path, again, now))
                    warnings += more
                    needs = moving.settle(con, path, why)
            remember(con, warnings, now)
            yield con, tuple(warnings), lambda counter: lock.write(note_of(counter))
        lock.write({**lock.note, _LEFT: _look_of(path), **({_NEEDS: needs} if needs else {})})


@contextmanager
def _attached(
    path: Path, deadline: float, now: datetime
) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[str]]]:
    """A connection that uses the history, and what opening it had to do."""
    engine = _engine()
    metadata_guard.keep(path)
    warnings = _attach_or_recover(engine, path, deadline, now)
    name = warnings.pop()
    with _engine_turn:
        con = engine.cursor()
    try:
        use(con, name)
        yield con, warnings
    finally:
        _detach(engine, con, name)


def _noted_need(lock: HeldLock) -> int:
    needs = lock.note.get(_NEEDS)
    return needs if isinstance(needs, int) else 0


def _needed_to_move(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """How much disk it takes to move the tables of a history that has them among its views; 0
    where that was done, or can't be.
    """
    (name,) = con.execute("SELECT current_database()").fetchall()[0]
    if tables_in(con, name) == TABLES:
        return 0
    from goldmine_ingest.store import moving

    return moving.wanted(con, str(name), path)


def _may_move(path: Path, needs: int) -> bool:
    if not needs:
        return False
    from goldmine_ingest.store import moving

    moving.clear(path)
    return moving.has_room(path, needs)


def _look_of(path: Path) -> str | None:
    """What tells a file that nobody wrote to from any other, and which schema and views it was
    last checked for.
    """
    try:
        seen = path.stat()
    except FileNotFoundError:  # somebody took it away while it was open
        return None
    wal = path.with_name(path.name + ".wal")
    return (
        f"{seen.st_ino} {seen.st_size} {seen.st_mtime_ns}"
        f" {'wal ' if wal.exists() else ''}{schema_digest()}"
    )


@contextmanager
def begun(path: Path, version: int, now: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new file with the empty tables of a schema version, to be filled by the caller alone;
    the next `opened` migrates it.
    """
    with _private_files(), told(path):
        engine = _engine()
        name = _attach(engine, path, time.monotonic())
        with _engine_turn:
            con = engine.cursor()
        try:
            con.execute(f"USE {name}")
            bring_to(con, version, now)
            yield con
        finally:
            _detach(engine, con, name)


def _detach(engine: duckdb.DuckDBPyConnection, con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.close()
    with _engine_turn:
        try:
            engine.execute(f"DETACH {name}")
        except duckdb.Error:
            engine.close()
            _engine.cache_clear()
            raise
    if int(name.rpartition("_")[2]) % ENGINE_LIFE == 0:
        _engine.cache_clear()  # whoever has another database open in it keeps it until then


@contextmanager
def _private_files() -> Iterator[None]:
    """Files that DuckDB creates are the owner's only. The umask is the process's: this runs
    under the database lock, one at a time.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _attach_or_recover(
    engine: duckdb.DuckDBPyConnection,
    path: Path,
    deadline: float,
    now: datetime,
    *,
    mended: bool = False,
) -> list[str]:
    """Attach; after a checkpoint that was cut off, mend what it was writing over; if only the WAL
    is damaged, set it aside (never delete it) and open what the last checkpoint holds.

    The last item is the name of the attached database, those before it are warnings.
    """
    wal = path.with_name(path.name + ".wal")
    try:
        return [_attach(engine, path, deadline)]
    except duckdb.Error as error:
        if not mended and _is_damage(error) and metadata_guard.heal(path):
            return _attach_or_recover(engine, path, deadline, now, mended=True)
        if not (wal.exists() and _is_damage(error)):
            raise
        aside = wal.with_name(f"{wal.name}.corrupt-{now:%Y%m%dT%H%M%S}")
        wal.rename(aside)
        try:
            name = _attach(engine, path, deadline)
        except duckdb.Error:
            aside.rename(wal)
            raise error from None
        return [
            (
                f"the history's write-ahead log was damaged: set aside as {aside.name}, opened as"
                " of the last checkpoint"
            ),
            name,
        ]


def _attach(engine: duckdb.DuckDBPyConnection, path: Path, deadline: float) -> str:
    """Attach the file under a name of its own and give that name. Raises BusyError if another
    program keeps it open until `deadline`.
    """
    name = f"history_{next(_aliases)}"
    options = f"ROW_GROUP_SIZE {ROW_GROUP}" + (
        "" if path.exists() else f", STORAGE_VERSION '{STORAGE_VERSION}'"
    )
    quoted = str(path).replace("'", "''")
    while True:
        try:
            with _engine_turn:
                engine.execute(f"ATTACH '{quoted}' AS {name} ({options})")
        except duckdb.IOException as error:
            if "Conflicting lock" not in str(error):
                raise
            if time.monotonic() >= deadline:
                raise BusyError(
                    "another program has the history open",
                    hint=f"It is {_holder(error)}; close it and try again.",
                ) from error
            time.sleep(_RETRY)
        else:
            return name


def _holder(error: duckdb.Error) -> str:
    holder = _HELD_BY.search(str(error))
    return (
        f"{Path(holder[1]).name} (process {holder[2]})"
        if holder
        else "a DuckDB shell or another tool"
    )


def note_of(counter: Counter) -> dict[str, int]:
    return {name: getattr(counter, name) for name in field_names(Counter)}


def _missing(lock: HeldLock, counter: Counter, *, new: bool) -> list[str]:
    """What the last holder had committed and this database doesn't hold: a WAL can lose its end
    without an error.
    """
    noted, present = lock.note, note_of(counter)
    if lock.damaged or any(not isinstance(noted.get(name, 0), int) for name in present):
        lock.write(present)
        return (
            []
            if new
            else [
                "the history's .lock file held rubbish, so it can't be told whether the history"
                " lacks what was stored last"
            ]
        )
    if new or noted.get("commits", 0) <= counter.commits:
        return []
    lost = {
        name: noted[name] - count for name, count in present.items() if noted.get(name, 0) > count
    }
    lock.write(present)
    return [
        "the history lacks what was stored last: "
        + ", ".join(f"{count} {name}" for name, count in lost.items())
    ]


def _is_damage(error: duckdb.Error) -> bool:
    return not re.search(
        r"Permission denied|No space left|newer version|version number|Is a directory|Read-only"
        r" file system",
        str(error),
    )
