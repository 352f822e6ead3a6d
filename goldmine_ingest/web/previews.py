"""Long answers, a piece at a time: one preview runs at a time, in a thread of its own, and a newer
one ends it. A page shows what there is so far; the script comes back for the rest.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator

T = TypeVar("T")
_GOODBYE = 10.0  # seconds for a piece that is being made


@dataclass(slots=True, eq=False)
class Job(Generic[T]):
    """`pieces` each stand for all before them; `latest` is the last one (None: none yet). `error`
    is what ended it, raised where it is asked for.
    """

    number: int
    about: Hashable
    pieces: Callable[[], Generator[T, None, None]]
    latest: T | None = None
    error: Exception | None = None
    ended: bool = False
    stopped: bool = False
    _changed: Condition = field(default_factory=Condition)

    def run(self) -> None:
        try:
            with closing(self.pieces()) as pieces:
                for piece in pieces:
                    with self._changed:
                        self.latest = piece
                        self._changed.notify_all()
                    if self.stopped:
                        return
        except Exception as error:  # noqa: BLE001 - it is raised where it is asked for
            self.error = error
        finally:
            with self._changed:
                self.ended = True
                self._changed.notify_all()

    def stop(self) -> None:
        """After the piece that is being made."""
        self.stopped = True

    def wait_for_end(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self.ended, _GOODBYE)

    def wait(self, seconds: float | None = None) -> T | None:
        """The latest piece, once it is the last one or so much time has passed (None: however
        long). Raises what ended it.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.ended, seconds)
        if self.error is not None:
            raise self.error
        return self.latest


@dataclass(slots=True)
class Jobs(Generic[T]):
    """The one that runs, or ran last."""

    _last: Job[T] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: Lock = field(default_factory=Lock)

    def start(
        self, pieces: Callable[[], Generator[T, None, None]], about: Hashable = None
    ) -> Job[T]:
        """Ends the one before, unless that is about the same (None: nothing is)."""
        with self._lock:
            last = self._last
            if last is not None:
                if about is not None and last.about == about and last.error is None:
                    return last
                last.stop()
            job = self._last = Job(next(self._numbers), about, pieces)
            Thread(target=job.run, daemon=True).start()
            return job

    def close(self) -> None:
        """End the one that runs, and wait for that: a thread that still asks would be cut off."""
        with self._lock:
            job, self._last = self._last, None
        if job is not None:
            job.stop()
            job.wait_for_end()

    @property
    def is_idle(self) -> bool:
        return self._last is None or self._last.ended

    def get(self, number: int) -> Job[T] | None:
        """None for one that a newer one has taken the place of."""
        job = self._last
        return job if job is not None and job.number == number else None
