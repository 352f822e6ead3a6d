"""Leaving out, of an answer that can't be taken in as a whole, the entries whose fault that is, so
that they cost themselves alone. Pure.

Entries may depend on each other (two that would store one row), so each is tried with those that
were accepted before it: halves are tried, then their halves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from goldmine_ingest.errors import RefusedError
from goldmine_ingest.model.fetched import Outcome

if TYPE_CHECKING:
    from goldmine_ingest.parse.reading import ReadEntry
    from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer

# A trial costs as much as taking the feed in; a feed of 20,000 entries with three bad ones takes
# some 45.
_TRIALS = 60

Fits = Callable[["FeedAnswer"], Exception | None]


def why(error: Exception) -> str:
    """What went wrong, for a person: the history's sentence, or that the program failed."""
    return (
        error.message
        if isinstance(error, RefusedError)
        else "it can't be taken in, which is a fault of the program"
    )


def refused(answer: FeedAnswer, error: Exception) -> FeedAnswer:
    """What stays of an answer that can't be taken in at all: a failed poll."""
    fetched = replace(answer.fetched, outcome=Outcome.ERROR, error=why(error), body=b"")
    return replace(answer, read=None, fetched=fetched)


def narrowed(answer: FeedAnswer, fits: Fits) -> FeedAnswer | None:
    """The answer without the entries that don't fit; None where that would be all, or where there
    are too many to be found.

    `fits` tries an answer and gives what went wrong, or None.
    """
    read = answer.read
    if read is None or len(read.entries) < 2:
        return None
    search = _Search(answer, fits)
    search.add(read.entries)
    if not search.accepted or search.trials < 0 or search.fault is None:
        return None
    left_out = len(read.entries) - len(search.accepted)
    problem = f"{left_out} of {len(read.entries)} entries could not be stored ({why(search.fault)})"
    skipped = replace(
        read, entries=tuple(search.accepted), skipped=read.skipped + left_out, problem=problem
    )
    return replace(answer, read=skipped)


class _Search:
    """`accepted` are entries that fit together; `trials` is how many are left, under 0 once they
    are used up.
    """

    def __init__(self, answer: FeedAnswer, fits: Fits) -> None:
        self._answer = answer
        self._fits = fits
        self.accepted: list[ReadEntry] = []
        self.fault: Exception | None = None
        self.trials = _TRIALS

    def add(self, entries: Sequence[ReadEntry]) -> None:
        """Accepts what of these fits with what was accepted before."""
        self.trials -= 1
        if self.trials < 0:
            return
        fault = self._fault_of([*self.accepted, *entries])
        if fault is None:
            self.accepted.extend(entries)
        elif len(entries) == 1:
            self.fault = fault
        else:
            half = len(entries) // 2
            self.add(entries[:half])
            self.add(entries[half:])

    def _fault_of(self, entries: Sequence[ReadEntry]) -> Exception | None:
        if self._answer.read is None:
            return None
        return self._fits(
            replace(self._answer, read=replace(self._answer.read, entries=tuple(entries)))
        )
