"""Taking in: what was heard becomes polls, states, listings, decisions and owed alerts, each feed's
committed together.

A cycle takes in what it asked itself as it comes; a batch that a worker wrote is taken in by one
transaction, which also notes that it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.inputs import brings_only_news, settle
from goldmine_ingest.model.feed import FeedState, PollRecord
from goldmine_ingest.model.fetched import Outcome, Validators
from goldmine_ingest.pipeline.narrowing import narrowed, why
from goldmine_ingest.pipeline.polling import poll_result as outcomes
from goldmine_ingest.pipeline.polling.gather import Ask

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.ingest.baseline import Baseline
    from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext, PollResult
    from goldmine_ingest.pipeline.ingest.intake import IngestResult
    from goldmine_ingest.pipeline.monitoring.watch import Watch
    from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
    from goldmine_ingest.pipeline.tally import Tally
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.cycle import CycleStore

# Polls that brought nothing are stored together; a kill loses no more than their rows.
_FLUSH = 2_000

Quiet = tuple[PollRecord, FeedState]


class Lazily:
    """The terms, made when the first body has to be judged: a cycle in which nothing changed
    doesn't load word lists.
    """

    def __init__(self, make: Callable[[], IngestContext]) -> None:
        self._make = make
        self._made: IngestContext | None = None

    def get(self) -> IngestContext:
        if self._made is None:
            self._made = self._make()
        return self._made


@dataclass(slots=True)
class Sorted:
    """What was heard of several feeds: `polls` bring entries, `quiet` ones nothing. `heard` has
    them all by feed.

    `late` names those that began before a poll that is stored already, with the state that stays.
    """

    heard: dict[str, FeedAnswer] = field(default_factory=dict)
    polls: list[PollResult] = field(default_factory=list)
    quiet: list[Quiet] = field(default_factory=list)
    late: dict[str, FeedState] = field(default_factory=dict)


class Taking:
    """One cycle's. `tally` knows the feeds' states, and is told what was stored."""

    def __init__(
        self,
        project: Project,
        run_id: str,
        now: Callable[[], datetime],
        tally: Tally,
        watch: Watch,
        open_history: Callable[[], AbstractContextManager[CycleStore]],
        terms: Lazily,
        baseline: Baseline,
    ) -> None:
        self._project = project
        self._run_id = run_id
        self._now = now
        self._tally = tally
        self._watch = watch
        self._open = open_history
        self._terms = terms
        self._baseline = baseline
        self._feeds: Mapping[str, FeedSettings] = {feed.name: feed for feed in project.feeds}
        self._unchanged: list[Quiet] = []

    def take(self, heard: Sequence[FeedAnswer]) -> None:
        """Takes in answers that this cycle got. Raises BusyError where another program has the
        database: then they aren't stored.
        """
        found = self._sort(heard)
        for poll in found.quiet:
            self._nothing_new(poll)
        if found.polls:
            self._store(found)
        for each in heard:
            if each.nothing_new:
                self._settle(each.feed, found)
        self.flush(at_least=_FLUSH)

    def take_batch(self, batch_id: str, heard: Sequence[FeedAnswer]) -> None:
        """Takes in what a worker heard: all of it, and the note that it was taken, by one
        transaction.

        If that can't be done, each feed has a transaction and a note of its own.
        """
        try:
            self._take_whole(heard, (batch_id, ""))
        except PROVOKED:
            for each in heard:
                self._take_one(each, (batch_id, each.feed))
            self._take_whole([], (batch_id, ""))

    def flush(self, *, at_least: int = 1) -> None:
        """Stores the polls that brought nothing, once there are so many."""
        if len(self._unchanged) >= at_least:
            with self._open() as store:
                store.save_unchanged(self._unchanged)
            self._unchanged.clear()

    def _take_one(self, heard: FeedAnswer, mark: tuple[str, str]) -> None:
        try:
            self._take_whole([heard], mark)
        except PROVOKED as error:
            found, current = self._as_it_stands([heard])
            left = narrowed(found[0], lambda each: self._fault_of(each, current))
            self._take_whole([left or _refused(heard, error)], mark)

    def _take_whole(self, heard: Sequence[FeedAnswer], mark: tuple[str, str]) -> None:
        heard, current = self._as_it_stands(heard)
        found = self._sort(heard, current)
        taken, quiet = self._apply(found, mark)
        for poll in quiet:
            self._tally.polled(*poll)
        for _, intake in taken:
            self._took_in(intake)

    def _as_it_stands(
        self, heard: Sequence[FeedAnswer]
    ) -> tuple[list[FeedAnswer], dict[str, dict[str, str]]]:
        """A worker's answers without what this history doesn't know, and the entries that their
        feeds hold by now.
        """
        with self._open() as store:
            current = store.current_entries([each.feed for each in heard if each.read is not None])
            return [
                _without_unknown(each, current.get(each.feed, {}), store) for each in heard
            ], current

    def _sort(
        self, heard: Sequence[FeedAnswer], current: Mapping[str, Mapping[str, str]] | None = None
    ) -> Sorted:
        """`current` are the entries that the feeds hold by now, for answers that waited; what
        was just asked knows them.
        """
        found = Sorted({each.feed: each for each in heard})
        for each in heard:
            ask = self._ask(each.feed)
            if current is not None and outcomes.is_late(each, ask.state, self._now()):
                found.late[each.feed] = ask.state
            known = each.known if current is None else {**each.known, **current.get(each.feed, {})}
            poll = outcomes.poll_of(ask, each, known, self._run_id)
            if isinstance(poll, tuple):
                found.quiet.append((poll[0], found.late.get(each.feed, poll[1])))
            else:
                found.polls.append(poll)
        return found

    def _nothing_new(self, poll: Quiet) -> None:
        self._tally.polled(*poll)
        self._unchanged.append(poll)

    def _store(self, found: Sorted) -> None:
        """Takes in feeds that came together in one transaction; or, if that can't be done, each
        by itself.
        """
        try:
            taken, held = self._apply(found)
        except PROVOKED as error:
            if len(found.polls) > 1:
                for poll in found.polls:
                    self._store(replace(found, polls=[poll]))
            else:
                self._store_what_fits(found.heard[found.polls[0].feed.name], error)
            return
        for quiet in held:
            self._nothing_new(quiet)
        for poll, intake in taken:
            self._took_in(intake)
            self._settle(poll.feed.name, found)

    def _store_what_fits(self, heard: FeedAnswer, error: Exception) -> None:
        """Takes in a feed without the entries that keep it from being stored; the whole feed
        fails where they can't be told.
        """
        if left := narrowed(heard, self._fault_of):
            found = self._sort([left])
            self._store(replace(found, polls=[_asked_whole(poll) for poll in found.polls]))
            return
        refused = _refused(heard, error)
        self._nothing_new(
            outcomes.failed(self._ask(refused.feed), refused.fetched, self._run_id, refused.at)
        )

    def _fault_of(
        self, heard: FeedAnswer, current: Mapping[str, Mapping[str, str]] | None = None
    ) -> Exception | None:
        """What goes wrong when this is taken in, or None; nothing is stored."""
        try:
            found = self._sort([heard], current)
            if found.polls:
                self._apply(found, trial=True)
        except PROVOKED as error:
            return error
        return None

    def _apply(
        self, found: Sorted, mark: tuple[str, str] | None = None, *, trial: bool = False
    ) -> tuple[list[tuple[PollResult, IngestResult]], list[Quiet]]:
        from goldmine_ingest.pipeline.ingest.storing import (
            store_polls,
        )  # a cycle in which nothing changed stores no listing

        terms = replace(self._terms.get(), began=self._watch.began)
        return store_polls(
            found,
            terms,
            self._baseline,
            open_history=self._open,
            ask_of=self._ask,
            mark=mark,
            trial=trial,
        )

    def _ask(self, feed: str) -> Ask:
        return Ask(self._feeds[feed], self._tally.states.get(feed) or FeedState(feed))

    def _took_in(self, intake: IngestResult) -> None:
        self._tally.took_in(intake)
        self._watch.saw(intake)

    def _settle(self, feed: str, found: Sorted) -> None:
        """Lets a folder put away what is committed now."""
        heard = found.heard[feed]
        bad_parts = heard.read.bad_parts if heard.read else ()
        for sentence in settle(
            self._feeds[feed], heard.fetched.body, bad_parts, database=self._project.database.path
        ):
            self._tally.problems.append((feed, sentence))


def _without_unknown(
    heard: FeedAnswer, current: Mapping[str, str], store: CycleStore
) -> FeedAnswer:
    """Without the entries that the worker left unread because of listings that this history
    doesn't have: an older copy was restored.
    """
    doubtful = {i for digest, i in heard.known.items() if current.get(digest) != i}
    missing = doubtful - store.whole.listings(doubtful).keys() if doubtful else set()
    if not missing or heard.read is None:
        return heard
    known = {digest: i for digest, i in heard.known.items() if i not in missing}
    entries = tuple(
        entry
        for entry in heard.read.entries
        if entry.raw is not None or entry.digest in known or entry.digest in current
    )
    problem = (
        "it names listings that this history doesn't have (was a copy restored?); the whole feed is"
        " asked for next"
    )
    return replace(
        heard,
        known=known,
        read=replace(heard.read, outcome=Outcome.PARTIAL, entries=entries, problem=problem),
    )


def _asked_whole(poll: PollResult) -> PollResult:
    """A poll of which an entry was left out: nothing says next time that the feed didn't change,
    so that the entry is tried again.
    """
    position = poll.state.validators if brings_only_news(poll.feed) else Validators()
    return replace(poll, state=replace(poll.state, validators=position, body_hash=None))


def _refused(heard: FeedAnswer, error: Exception) -> FeedAnswer:
    return replace(
        heard,
        read=None,
        fetched=replace(heard.fetched, outcome=Outcome.ERROR, error=why(error), body=b""),
    )
