"""The page's own copy of the history, for questions that take longer than a cycle should wait: near
misses, tuning, searches, reports.

A copy of 100,000 listings takes a third of a second, so it is kept for ten minutes after its last
use, and made anew at most each half minute, where the history has changed. What was asked of a copy
once is kept with it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, TypeVar

from goldmine_ingest.exchange.snapshot import copied
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store

T = TypeVar("T")

_KEPT = timedelta(minutes=10)
_YOUNGEST_REPLACED = timedelta(seconds=30)
_MOST_ANSWERS = 50


@dataclass(slots=True, eq=False)
class Copy:
    """One copy: its file, as of when it is, and a private folder beside it. `closing` is done when
    it goes; `trying` is held by whoever tries criteria on it.
    """

    file: Path
    room: Path
    as_of: datetime
    stamp: tuple[int, ...]
    closing: ExitStack
    trying: Lock = field(default_factory=Lock)
    users: int = 0
    _answers: dict[Hashable, Any] = field(default_factory=dict)
    _kept: tuple[Hashable, Any] | None = None
    _open: ExitStack = field(default_factory=ExitStack)
    _asking: Lock = field(default_factory=Lock)

    @contextmanager
    def open(self) -> Iterator[Store]:
        with open_store(self.file, now=self.as_of) as store:
            yield store

    def answer(self, about: Hashable, question: Callable[[Store], T]) -> T:
        """The answer to this question, asked once of each copy."""
        with self._asking:
            if about not in self._answers:
                if len(self._answers) >= _MOST_ANSWERS:
                    self._answers.clear()
                with self.open() as store:
                    self._answers[about] = question(store)
            answer: T = self._answers[about]
            return answer

    def forget(self) -> None:
        """Ask everything anew."""
        with self._asking:
            self._answers.clear()

    def keep(self, about: Hashable, make: Callable[[], AbstractContextManager[T]]) -> T:
        """What is made about this, kept until something about something else is, or the copy goes.
        For who holds `trying`.
        """
        if self._kept is None or self._kept[0] != about:
            self.release()
            self._kept = about, self._open.enter_context(make())
        kept: T = self._kept[1]
        return kept

    def release(self) -> None:
        """Let go what is kept."""
        self._kept = None
        self._open.close()

    def remove(self) -> None:
        self.release()
        self.closing.close()


@dataclass(slots=True)
class HistoryCopy:
    """One for the process. A copy that was replaced goes with its last user."""

    _lock: Lock = field(default_factory=Lock)
    _copy: Copy | None = None
    _timer: Timer | None = None

    @contextmanager
    def use(self, path: Path, now: datetime) -> Iterator[Copy]:
        """The copy of the history at `path`. Raises UsageError where there is no history,
        BusyError, StoreError.
        """
        with self._lock:
            copy = self._refreshed(path, now)
            copy.users += 1
            if self._timer:
                self._timer.cancel()
        try:
            yield copy
        finally:  # also where the question failed: a copy never stays for good
            with self._lock:
                copy.users -= 1
                self._let_go(copy)
                if self._timer:
                    self._timer.cancel()
                self._timer = Timer(_KEPT.total_seconds(), self.close)
                self._timer.daemon = True
                self._timer.start()

    def _refreshed(self, path: Path, now: datetime) -> Copy:
        stamp, before = stamp_of(path), self._copy
        if before is not None and before.file.exists():
            young = timedelta(0) <= now - before.as_of < _YOUNGEST_REPLACED
            if stamp == before.stamp or young:
                return before
        closing = ExitStack()
        file, room = closing.enter_context(copied(path, now, None))
        self._copy = Copy(file, room, now, stamp_of(path), closing)
        if before is not None:
            self._let_go(before)
        return self._copy

    def _let_go(self, copy: Copy) -> None:
        if copy.users == 0 and copy is not self._copy:
            copy.remove()

    def close(self) -> None:
        """Delete the copy; the next question makes one."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            copy, self._copy = self._copy, None
            if copy is not None:
                self._let_go(copy)


def stamp_of(path: Path) -> tuple[int, ...]:
    """What tells that the history was written to: its file, and the log beside it."""
    numbers: list[int] = []
    for file in (path, path.with_name(f"{path.name}.wal")):
        if file.exists():
            state = file.stat()
            numbers += (state.st_ino, state.st_size, state.st_mtime_ns)
    return tuple(numbers)
