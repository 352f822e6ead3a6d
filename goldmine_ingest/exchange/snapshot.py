"""A reader's own copy of the history: everything committed before it began, and in no cycle's way
while it is read.

It is the published copy if that is up to date, else a private one, gone afterwards. The database is
held for as long as copying takes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from goldmine_ingest.errors import BusyError, StoreError, UsageError
from goldmine_ingest.runtime.locks import database_lock
from goldmine_ingest.store.engine import duckdb
from goldmine_ingest.store.migrations import is_current
from goldmine_ingest.store.publish import copy_history
from goldmine_ingest.store.rows import read_counter
from goldmine_ingest.store.schemas import use

# Seconds.
_ABANDONED_AFTER = 60.0
_LONGEST_QUEUE = 60.0
_ASK_AGAIN = 0.02


@contextmanager
def copied(path: Path, now: datetime, published: Path | None) -> Iterator[tuple[Path, Path]]:
    """The copy to read, and a private folder for what doesn't fit into memory."""
    if not path.exists():
        raise UsageError("there is no history yet", hint="`goldmine run` makes one.")
    with _room(path) as room:
        with _turn(path):
            copy = published if published is not None and _is_up_to_date(path, published) else None
            if copy is None:
                copy = room / "history.duckdb"
                copy_history(path, copy, now)
        yield copy, room


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """One reader at a time asks for the database: of fifty that did, some would wait too long, and
    a cycle among them too.

    The lock is on the history's folder. Raises BusyError.
    """
    until = time.monotonic() + _LONGEST_QUEUE
    fd = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        while not _locked(fd):
            if time.monotonic() > until:
                raise BusyError(
                    "too many programs are reading the history at once",
                    hint="Try again in a minute.",
                )
            time.sleep(_ASK_AGAIN)
        yield
    finally:
        os.close(fd)


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _room(path: Path) -> Iterator[Path]:
    """A private folder beside the history for one reader's copy, or what doesn't fit into its
    memory; gone afterwards.

    One whose owner was killed is gone with the next reader: nobody holds its lock.
    """
    for left in path.parent.glob(".snapshot-*"):
        _remove_abandoned(left)
    with tempfile.TemporaryDirectory(prefix=".snapshot-", dir=path.parent) as folder:
        fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield Path(folder)
        finally:
            os.close(fd)


def _remove_abandoned(room: Path) -> None:
    """Unless someone holds it, or it is so young that its owner may not have locked it yet."""
    with suppress(FileNotFoundError):  # another reader was quicker
        fd = os.open(room, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if time.time() - os.fstat(fd).st_mtime > _ABANDONED_AFTER and _locked(fd):
                shutil.rmtree(room, ignore_errors=True)
        finally:
            os.close(fd)


def _is_up_to_date(path: Path, published: Path) -> bool:
    """Whether the copy holds as many commits as the lock file notes for the live database, in
    this program's tables and views.
    """
    with database_lock(path) as lock:
        commits = lock.note.get("commits")
    try:
        with duckdb.connect(":memory:") as con:
            # Not the file itself: an engine of this process that has it open may show what it held.
            con.execute("ATTACH $file AS history (READ_ONLY)", {"file": str(published)})
            use(con, "history")
            return is_current(con) and read_counter(con).commits == commits
    except (duckdb.Error, StoreError):
        return False
