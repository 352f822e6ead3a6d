"""Polls that brought nothing: counted at once, stored many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from goldmine_ingest.inputs import settle
from goldmine_ingest.model.feed import FeedState, PollRecord
from goldmine_ingest.pipeline.polling.poll_result import brought_nothing

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.cycle_state import CycleState
    from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer

# A kill loses no more than the rows of so many polls.
MOST_WAITING = 2_000

Quiet = tuple[PollRecord, FeedState]


class UnchangedPolls:
    """One cycle's."""

    def __init__(self, state: CycleState) -> None:
        self._state = state
        self._polls: list[Quiet] = []

    def take(self, answers: Sequence[FeedAnswer]) -> None:
        """Takes in answers of which there is nothing to read."""
        for answer in answers:
            ask = self._state.ask(answer.feed)
            self.add(brought_nothing(ask, answer, self._state.run_id))
            if answer.nothing_new:
                put_away(self._state, answer)
        self.flush(at_least=MOST_WAITING)

    def add(self, poll: Quiet) -> None:
        self._state.tally.polled(*poll)
        self._polls.append(poll)

    def flush(self, *, at_least: int = 1) -> None:
        """Stores them, once there are so many."""
        if len(self._polls) >= at_least:
            with self._state.history.open() as store:
                store.save_unchanged(self._polls)
            self._polls.clear()

    @contextmanager
    def taken_along(self) -> Iterator[Sequence[Quiet]]:
        """Those that wait, for who stores them with something else."""
        yield self._polls
        self._polls.clear()


def put_away(state: CycleState, answer: FeedAnswer) -> None:
    """Lets a folder put away what is committed now."""
    bad_parts = answer.read.bad_parts if answer.read else ()
    for sentence in settle(
        state.feeds[answer.feed],
        answer.fetched.body,
        bad_parts,
        database=state.project.database.path,
    ):
        state.tally.problems.append((answer.feed, sentence))
