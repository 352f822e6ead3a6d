"""The page's own copy of the history, for questions that take longer than a cycle should wait: near
misses, tuning, reports.

A copy of 100,000 listings takes a third of a second, so it is kept for ten minutes after its last
use, and made anew at most each half minute, where the history has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock, Timer
from typing import TYPE_CHECKING

from goldmine_ingest.exchange.snapshot import copied
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store

_KEPT = timedelta(minutes=10)
_YOUNGEST_REPLACED = timedelta(seconds=30)


@dataclass(slots=True)
class HistoryCopy:
    """One for the process: one question at a time."""

    _lock: Lock = field(default_factory=Lock)
    _file: Path | None = None
    _made_at: datetime | None = None
    _stamp: tuple[int, ...] = ()
    _stack: ExitStack = field(default_factory=ExitStack)
    _timer: Timer | None = None

    @contextmanager
    def open(self, path: Path, now: datetime) -> Iterator[tuple[Store, datetime]]:
        """The copy of the history at `path`, open, and as of when it is. Raises UsageError where
        there is no history, BusyError, StoreError.
        """
        with self.file(path, now) as (copy, as_of), open_store(copy, now=now) as store:
            yield store, as_of

    @contextmanager
    def file(self, path: Path, now: datetime) -> Iterator[tuple[Path, datetime]]:
        """The same as a file, for a question that opens it itself. What it keeps there is gone with
        the copy.
        """
        with self._lock:
            copy, as_of = self._refreshed(path, now)
            if self._timer:
                self._timer.cancel()
            try:
                yield copy, as_of
            finally:  # also where the question failed: a copy never stays for good
                self._timer = Timer(_KEPT.total_seconds(), self.close)
                self._timer.daemon = True
                self._timer.start()

    def _refreshed(self, path: Path, now: datetime) -> tuple[Path, datetime]:
        stamp = stamp_of(path)
        if self._file is not None and self._made_at is not None and self._file.exists():
            young = timedelta(0) <= now - self._made_at < _YOUNGEST_REPLACED
            if stamp == self._stamp or young:
                return self._file, self._made_at
        self._stack.close()
        self._file = None
        copy, _ = self._stack.enter_context(copied(path, now, None))
        self._file, self._made_at, self._stamp = copy, now, stamp_of(path)
        return copy, now

    def close(self) -> None:
        """Delete the copy; the next question makes one."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            self._stack.close()
            self._file = None


def stamp_of(path: Path) -> tuple[int, ...]:
    """What tells that the history was written to: its file, and the log beside it."""
    numbers: list[int] = []
    for file in (path, path.with_name(f"{path.name}.wal")):
        if file.exists():
            state = file.stat()
            numbers += (state.st_ino, state.st_size, state.st_mtime_ns)
    return tuple(numbers)
