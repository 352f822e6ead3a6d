"""Politeness: who may be asked next, so many at a time per host, so long after the one before.
Pure: the time is an argument.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

Job = TypeVar("Job")


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `at_once` connections to a host, and `spacing` seconds from one request to the
    next.
    """

    at_once: int
    spacing: float = 0.0


@dataclass(slots=True)
class _Host(Generic[Job]):
    pace: Pace
    jobs: deque[Job] = field(default_factory=deque)
    active: int = 0
    not_before: float = 0.0
    listed: bool = False  # in the ready list or the heap, never in both


class HostQueues(Generic[Job]):
    """Jobs wait by host ('host:port'); `take` hands out the next that may start. Every step
    costs the same for one host or thousands.
    """

    def __init__(self, pace_of: Callable[[str], Pace]) -> None:
        self._pace_of = pace_of
        self._hosts: dict[str, _Host[Job]] = {}
        self._ready: deque[_Host[Job]] = deque()
        self._spaced: list[tuple[float, int, _Host[Job]]] = []
        self._serial = count()
        self.waiting = 0

    def add(self, place: str, job: Job) -> None:
        host = self._hosts.get(place)
        if host is None:
            host = self._hosts[place] = _Host(self._pace_of(place))
        host.jobs.append(job)
        self.waiting += 1
        self._list(host)

    def take(self, now: float) -> Job | None:
        while self._spaced and self._spaced[0][0] <= now:
            self._ready.append(heapq.heappop(self._spaced)[2])
        if not self._ready:
            return None
        host = self._ready.popleft()
        host.listed = False
        host.active += 1
        host.not_before = now + host.pace.spacing
        self.waiting -= 1
        job = host.jobs.popleft()
        self._list(host)
        return job

    def done(self, place: str) -> None:
        """A job that `take` gave has ended."""
        host = self._hosts[place]
        host.active -= 1
        self._list(host)

    def slow_down(self, place: str) -> None:
        """From now on one at a time: the host has said that we ask too often."""
        self._hosts[place].pace = Pace(1, self._hosts[place].pace.spacing)

    @property
    def ready(self) -> bool:
        """A host may be asked at once, whatever the clock says."""
        return bool(self._ready)

    def next_start(self) -> float | None:
        """When the next spaced host may be asked; None if none waits for the clock."""
        return self._spaced[0][0] if self._spaced else None

    def _list(self, host: _Host[Job]) -> None:
        if host.listed or not host.jobs or host.active >= host.pace.at_once:
            return
        host.listed = True
        if host.pace.spacing and host.not_before:
            heapq.heappush(self._spaced, (host.not_before, next(self._serial), host))
        else:
            self._ready.append(host)
