"""Many questions to one endpoint: two at a time, within the time of a cycle, and not on and on to
one that fails.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from goldmine_ingest.model.opinion import Opinion, Purpose, Shape
from goldmine_ingest.opinion.question import Question, Questions
from goldmine_ingest.pipeline.opinions.endpoint import LADDER, Asked, Endpoint, ask
from goldmine_ingest.store.opinion_store import Call

_AT_ONCE = 2
_MOST_FAILURES = 3  # in a row: then it is left alone for a while
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one call may take and all of them together (None: no end), by the clock."""

    deadline: timedelta
    together: timedelta | None = None


def failures(calls: Iterable[Call]) -> int:
    """How many calls failed in a row until now; `calls` the newest first."""
    count = 0
    for call in calls:
        if call.state != "failed":
            break
        count += 1
    return count


def paused_until(calls: Sequence[Call]) -> datetime | None:
    """Until when an endpoint is left alone: 5 minutes after the third failure in a row, twice as
    long after each further one, an hour at most. None: it may be asked.
    """
    failed = failures(calls)
    if failed < _MOST_FAILURES:
        return None
    pause = _FIRST_PAUSE
    for _ in range(_MOST_FAILURES, failed):
        pause = min(2 * pause, _LONGEST_PAUSE)
    return calls[0].asked_at + pause


def first_shape(calls: Sequence[Call]) -> Shape:
    """Where on the ladder an endpoint takes a question: where it last did."""
    return next((call.shape for call in calls if call.state != "failed"), LADDER[0])


@dataclass(slots=True)
class Calls:
    """The calls of one round. `failed` counts failures in a row, those of earlier rounds too."""

    endpoint: Endpoint
    questions: Questions
    limits: Limits
    purpose: Purpose
    shape: Shape
    failed: int
    now: Callable[[], datetime]
    stop: Callable[[], bool]

    def ask_all(
        self, asked: Sequence[tuple[str, Question]], keep: Callable[[Opinion], None]
    ) -> None:
        """Asks about (listing, question) in their order; `keep` is told each outcome as it comes.
        What there is no time for is left.

        An endpoint that failed is asked one question at a time, until it answers.
        """
        waiting = deque(asked)
        ends = None
        if self.limits.together is not None:
            ends = monotonic() + self.limits.together.total_seconds()
        trying = self.failed >= _MOST_FAILURES  # one more, to see whether it is back
        running: set[Future[Opinion | None]] = set()
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="opinion") as pool:
            while True:
                at_once = 1 if self.failed else _AT_ONCE
                while waiting and len(running) < at_once and self._may_begin(ends, trying=trying):
                    trying = False
                    running.add(pool.submit(self._ask, *waiting.popleft(), self._seconds(ends)))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    if (opinion := future.result()) is not None:
                        self._learn(opinion)
                        keep(opinion)

    def _may_begin(self, ends: float | None, *, trying: bool) -> bool:
        if self.stop() or (self.failed >= _MOST_FAILURES and not trying):
            return False
        if ends is None:
            return True
        # A call that could only be cut off would look like a failure of the endpoint.
        deadline = self.limits.deadline.total_seconds()
        whole = (self.limits.together or self.limits.deadline).total_seconds()
        return ends - monotonic() >= min(deadline, whole) / 2

    def _seconds(self, ends: float | None) -> float:
        deadline = self.limits.deadline.total_seconds()
        return deadline if ends is None else min(deadline, ends - monotonic())

    def _ask(self, listing_id: str, question: Question, seconds: float) -> Opinion | None:
        asked = Asked(listing_id, question, self.shape, self.purpose)
        return ask(self.endpoint, self.questions, asked, seconds, self.now, self.stop)

    def _learn(self, opinion: Opinion) -> None:
        if opinion.state == "failed":
            self.failed += 1
        else:
            self.failed, self.shape = 0, opinion.shape
