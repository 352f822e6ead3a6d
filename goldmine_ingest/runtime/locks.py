"""Locks, freed by the operating system when their holder dies: one cycle, one user of the database,
and one `serve` at a time.

flock on a file of its own beside the database. The file also tells who holds it, and carries a note
from one holder to the next.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from goldmine_ingest.errors import BusyError, StoreError

# How often a waiting process asks again, in seconds: short beside the milliseconds for which the
# database is held.
_ASK_EVERY = 0.02
EXPORT_LOCK = ".lock"
_LARGEST = 65536  # bytes of a lock file; ours are some hundred


@dataclass(slots=True)
class HeldLock:
    """A lock that this process holds, with the note that its file carries from holder to holder.

    `damaged`: the file held something that no holder writes, so that the last holder's note is
    lost.
    """

    fd: int
    note: dict[str, Any]
    damaged: bool = False

    def write(self, note: Mapping[str, Any]) -> None:
        """Replace the note; it stays for the next holder, whatever becomes of this process."""
        self.note = dict(note)
        text = json.dumps({"holder": _me(), "note": self.note}).encode()
        os.pwrite(self.fd, text, 0)
        os.ftruncate(self.fd, len(text))

    def touch(self) -> None:
        """Says that the holder is at work: `serve_age` tells how long ago."""
        os.utime(self.fd)


def cycle_lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".cycle")


def database_lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


@contextmanager
def cycle_lock(database: Path) -> Iterator[HeldLock]:
    """Be the only cycle on this database. Raises BusyError at once if another one runs."""
    with _hold(cycle_lock_path(database), timedelta(0), "another cycle is running") as lock:
        yield lock


@contextmanager
def database_lock(database: Path, wait: timedelta = timedelta(seconds=10)) -> Iterator[HeldLock]:
    """Be the only process of ours that has the database open. Raises BusyError if another one
    keeps it for longer than `wait`.
    """
    with _hold(
        database_lock_path(database), wait, "another goldmine command is using the history"
    ) as lock:
        yield lock


@contextmanager
def serve_lock(database: Path) -> Iterator[HeldLock]:
    """Be the only `serve` on this database. Raises BusyError at once if another one runs."""
    with _hold(
        _serve_lock_path(database), timedelta(0), "another goldmine serve is running"
    ) as lock:
        yield lock


def serve_age(database: Path) -> timedelta | None:
    """How long ago the `serve` that runs on this database last said that it is at work; None
    where none runs.
    """
    with _held_by_another(_serve_lock_path(database)) as fd:
        return None if fd is None else timedelta(seconds=time.time() - os.fstat(fd).st_mtime)


def _serve_lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".serve")


@contextmanager
def web_lock(database: Path) -> Iterator[HeldLock]:
    """Be the only local page of this database; the note says where it listens. Raises BusyError at
    once if another one runs.
    """
    with _hold(
        _web_lock_path(database), timedelta(0), "the page of this project is running"
    ) as lock:
        yield lock


def web_note(database: Path) -> Mapping[str, Any] | None:
    """What the local page that runs now noted: its port and the mark of its process; None where
    none runs.
    """
    with _held_by_another(_web_lock_path(database)) as fd:
        return None if fd is None else _read(fd).note


@contextmanager
def _held_by_another(path: Path) -> Iterator[int | None]:
    """The lock's file while another process holds it; None where none does."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        yield None
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield fd
    else:
        yield None
    finally:
        os.close(fd)


@contextmanager
def phone_lock(database: Path) -> Iterator[HeldLock]:
    """Be the only one that fetches presses of this database's buttons. Raises BusyError at once if
    another one does.
    """
    with _hold(
        _phone_lock_path(database), timedelta(0), "another goldmine hears what is pressed"
    ) as lock:
        yield lock


def phone_is_heard(database: Path) -> bool:
    """Whether somebody holds `phone_lock` now."""
    with _held_by_another(_phone_lock_path(database)) as fd:
        return fd is not None


def _phone_lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".phone")


def _web_lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".web")


@contextmanager
def export_lock(folder: Path) -> Iterator[HeldLock]:
    """Be the only one that writes an export to this folder. Raises BusyError at once if another
    one does.
    """
    with _hold(folder / EXPORT_LOCK, timedelta(0), "another export is being written there") as lock:
        yield lock


def make_folder(folder: Path) -> None:
    """Create a folder (0700, whatever the umask) and its parents. Raises StoreError."""
    try:
        missing = [f for f in (folder, *folder.parents) if not f.exists()]
        for one in reversed(missing):
            one.mkdir(mode=0o700, exist_ok=True)
            one.chmod(0o700)
    except OSError as error:
        raise StoreError(
            f"can't create the folder: {error.strerror}", subject=str(folder)
        ) from error


@contextmanager
def _hold(path: Path, wait: timedelta, busy: str) -> Iterator[HeldLock]:
    make_folder(path.parent)
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        os.fchmod(fd, 0o600)
    except OSError as error:
        raise StoreError(
            f"can't write beside the history: {error.strerror}", subject=str(path)
        ) from error
    try:
        _wait_for(fd, wait, busy)
        content = _read(fd)
        lock = HeldLock(fd, content.note, content.damaged)
        lock.write(lock.note)
        yield lock
    finally:
        os.close(fd)


def _wait_for(fd: int, wait: timedelta, busy: str) -> None:
    deadline = time.monotonic() + wait.total_seconds()
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                holder = _read(fd).holder
                who = f"It is {holder}" if holder else "Its lock file doesn't say who it is"
                raise BusyError(busy, hint=f"{who}; try again when it is done.") from error
            time.sleep(_ASK_EVERY)
        else:
            return


@dataclass(frozen=True, slots=True)
class _Content:
    """What a lock file says: who holds it ("" if it doesn't say), and the note."""

    holder: str = ""
    note: dict[str, Any] = field(default_factory=dict)
    damaged: bool = False


def _read(fd: int) -> _Content:
    """Empty for a new file; damaged for one that a crash left half written, or that somebody
    else wrote, whatever it holds.
    """
    text = os.pread(fd, _LARGEST, 0)
    if not text:
        return _Content()
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return _Content(damaged=True)
    note = values.get("note", {}) if isinstance(values, dict) else None
    if not isinstance(note, dict) or any(isinstance(value, dict | list) for value in note.values()):
        return _Content(damaged=True)
    holder = values.get("holder")
    return _Content(holder if isinstance(holder, str) else "", note)


def _me() -> str:
    """'goldmine run (process 1234)': the program and its command, none of their arguments."""
    command = next((word for word in sys.argv[1:] if word.isalpha()), "")
    return f"{Path(sys.argv[0]).name or 'python'} {command}".strip() + f" (process {os.getpid()})"
