"""The plain resident loop: one process that polls when a feed is due, delivers when something is,
and sleeps in between.

Waiting is on the monotonic clock, in slices; due times are wall-clock times, looked at anew after
each slice. So a computer that slept, a clock that was set forward or back, and a change of time
zone (nothing here is in local time) each cost one slice at the most, and a night asleep becomes one
poll.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from goldmine_ingest.errors import in_words
from goldmine_ingest.pipeline.run_report import RunReport

log = logging.getLogger("goldmine_ingest.pipeline")

# How long at the most until the clock is looked at again, an owed alert is tried, and a busy or
# broken database asked again.
SLICE = timedelta(seconds=30)
# Wall clock and monotonic clock drift apart by less than this in a slice, unless somebody set the
# clock.
_SET_BACK = timedelta(seconds=5)
# Until the next cycle where no feed has a due time: all are paused, or none is enabled.
_IDLE = timedelta(minutes=5)


@dataclass(slots=True)
class Resident:
    """What the loop needs. `cycle` polls and delivers, `deliver` only delivers; what they raise
    is said.

    `now` is the wall clock, `monotonic` seconds that only grow. `wait` sleeps for so many seconds
    and says whether to end. `upkeep` is called after each cycle. `told` gets each report,
    `complain` what stopped a cycle. `hurry` is asked after each wait whether something came that no
    due time tells of (a webhook's body), so that a cycle runs at once.
    """

    cycle: Callable[[], RunReport]
    deliver: Callable[[], RunReport]
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    wait: Callable[[float], bool]
    stop: Callable[[], bool]
    told: Callable[[RunReport], None]
    complain: Callable[[str], None]
    upkeep: Callable[[], None] = lambda: None
    hurry: Callable[[], bool] = lambda: False
    _next: datetime = field(init=False)
    _said: str = field(default="", init=False)

    def run(self) -> None:
        """Polls at once, then whenever a feed is due, until asked to stop."""
        while not self.stop():
            self._try(self._poll)
            self._sleep()

    def _poll(self) -> None:
        report = self.cycle()
        self._next = report.next_due_at or self.now() + _IDLE
        self.told(report)
        if not self.stop():
            self.upkeep()

    def _deliver(self) -> None:
        report = self.deliver()
        if report.alerts or report.problems:
            self.told(report)

    def _try(self, step: Callable[[], None]) -> None:
        """What is in the way now may be gone in a slice; it is said once, until it is something
        else. Nothing that goes wrong in a cycle ends the loop, a bug neither: who relies on it
        would hear of no job any more.
        """
        try:
            step()
        except Exception as error:
            log.info("a cycle failed", exc_info=True)
            self._next = self.now() + SLICE
            words = in_words(error)
            if words != self._said:
                self.complain(f"{words}; tried again until it works")
            self._said = words
        else:
            self._said = ""

    def _sleep(self) -> None:
        """Until the next feed is due, the clock was set back, or the end; between slices, what
        is owed is tried.
        """
        while not self.stop():
            now, mark = self.now(), self.monotonic()
            rest = min(self._next - now, SLICE).total_seconds()
            if self.wait(rest if rest > 0 else 1.0):
                return
            passed = timedelta(seconds=self.monotonic() - mark)
            if self.hurry() or self.now() >= self._next or self.now() - now < passed - _SET_BACK:
                return
            self._try(self._deliver)
