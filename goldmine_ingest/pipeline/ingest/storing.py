"""Storing what was read: it becomes polls, states, listings, decisions and owed alerts, each feed's
committed together.

A cycle takes in what it asked itself as it comes; a batch that a worker wrote is taken in by one
transaction, which also notes that it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from goldmine_ingest.alerts import reasons
from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.inputs import brings_only_news
from goldmine_ingest.model.changes import FeedChanges
from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.model.fetched import Outcome, Validators
from goldmine_ingest.pipeline.cycle_state import CycleState
from goldmine_ingest.pipeline.ingest import mail_outcomes
from goldmine_ingest.pipeline.ingest.counting import took_in
from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext, KnownListings
from goldmine_ingest.pipeline.ingest.ingest_result import IngestResult
from goldmine_ingest.pipeline.ingest.load_known import load_alike, load_known, names_in
from goldmine_ingest.pipeline.ingest.recognition import is_swapped, only_new
from goldmine_ingest.pipeline.ingest.taking_in import PART, take_in
from goldmine_ingest.pipeline.narrowing import narrowed, refused
from goldmine_ingest.pipeline.polling import poll_result
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
from goldmine_ingest.pipeline.polling.poll_result import PollResult
from goldmine_ingest.pipeline.polling.unchanged_polls import (
    MOST_WAITING,
    Quiet,
    UnchangedPolls,
    put_away,
)
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.store.history import Store


@dataclass(slots=True)
class SortedAnswers:
    """The answers of several feeds: `polls` bring entries, `quiet` ones nothing. `answers` has
    them all by feed.

    `late` names those that began before a poll that is stored already, with the state that stays.
    """

    answers: dict[str, FeedAnswer] = field(default_factory=dict)
    polls: list[PollResult] = field(default_factory=list)
    quiet: list[Quiet] = field(default_factory=list)
    late: dict[str, FeedState] = field(default_factory=dict)


class Ingestion:
    """One cycle's. Its state knows the feeds' states, and is told what was stored."""

    def __init__(
        self, state: CycleState, unchanged: UnchangedPolls, context: IngestContext
    ) -> None:
        self._state = state
        self._unchanged = unchanged
        self.context = context

    def take(self, answers: Sequence[FeedAnswer]) -> None:
        """Takes in answers that this cycle got. Raises BusyError where another program has the
        database: then they aren't stored.
        """
        batch = self._sort(answers)
        for poll in batch.quiet:
            self._unchanged.add(poll)
        if batch.polls:
            self._store(batch)
        for answer in answers:
            if answer.nothing_new:
                put_away(self._state, answer)
        self._unchanged.flush(at_least=MOST_WAITING)

    def take_batch(self, batch_id: str, answers: Sequence[FeedAnswer]) -> None:
        """Takes in a worker's answers: all of it, and the note that it was taken, by one
        transaction.

        If that can't be done, each feed has a transaction and a note of its own.
        """
        try:
            self._take_whole(answers, (batch_id, ""))
        except PROVOKED:
            for answer in answers:
                self._take_one(answer, (batch_id, answer.feed))
            self._take_whole([], (batch_id, ""))

    def _take_one(self, answer: FeedAnswer, mark: tuple[str, str]) -> None:
        try:
            self._take_whole([answer], mark)
        except PROVOKED as error:
            (present,), current = self._as_it_stands([answer])
            left = narrowed(present, lambda part: self._fault_of(part, current))
            self._take_whole([left or refused(answer, error)], mark)

    def _take_whole(self, answers: Sequence[FeedAnswer], mark: tuple[str, str]) -> None:
        answers, current = self._as_it_stands(answers)
        batch = self._sort(answers, current)
        taken, quiet = self._apply(batch, mark)
        for poll in quiet:
            self._state.tally.polled(*poll)
        for _, intake in taken:
            self._took_in(intake)

    def _as_it_stands(
        self, answers: Sequence[FeedAnswer]
    ) -> tuple[list[FeedAnswer], dict[str, dict[str, str]]]:
        """A worker's answers without what this history doesn't know, and the entries that their
        feeds hold by now.
        """
        with self._open_store() as store:
            current = store.current_entries(
                [answer.feed for answer in answers if answer.read is not None]
            )
            return [
                _without_unknown(answer, current.get(answer.feed, {}), store) for answer in answers
            ], current

    def _sort(
        self, answers: Sequence[FeedAnswer], current: Mapping[str, Mapping[str, str]] | None = None
    ) -> SortedAnswers:
        """`current` are the entries that the feeds hold by now, for answers that waited; what
        was just asked knows them.
        """
        batch = SortedAnswers({answer.feed: answer for answer in answers})
        for answer in answers:
            ask = self._state.ask(answer.feed)
            if current is not None and poll_result.is_late(
                answer, ask.state, self._state.environment.now()
            ):
                batch.late[answer.feed] = ask.state
            known = (
                answer.known
                if current is None
                else {**answer.known, **current.get(answer.feed, {})}
            )
            try:
                poll = poll_result.poll_of(ask, answer, known, self._state.run_id)
            except PROVOKED as error:
                failing = refused(answer, error)
                poll = poll_result.failed(ask, failing.fetched, self._state.run_id, failing.at)
            if isinstance(poll, tuple):
                batch.quiet.append((poll[0], batch.late.get(answer.feed, poll[1])))
            else:
                batch.polls.append(poll)
        return batch

    def _store(self, batch: SortedAnswers) -> None:
        """Takes in feeds that came together in one transaction; or, if that can't be done or one
        of them comes in parts, each by itself: a part must not name what isn't stored yet.
        """
        if len(batch.polls) > 1 and any(len(poll.read.entries) >= PART for poll in batch.polls):
            for poll in batch.polls:
                self._store(replace(batch, polls=[poll]))
            return
        try:
            taken, held = self._apply(batch)
        except PROVOKED as error:
            if len(batch.polls) > 1:
                for poll in batch.polls:
                    self._store(replace(batch, polls=[poll]))
            else:
                self._store_what_fits(batch.answers[batch.polls[0].feed.name], error)
            return
        for quiet in held:
            self._unchanged.add(quiet)
        for poll, intake in taken:
            self._took_in(intake)
            put_away(self._state, batch.answers[poll.feed.name])

    def _store_what_fits(self, answer: FeedAnswer, error: Exception) -> None:
        """Takes in a feed without the entries that keep it from being stored; the whole feed
        fails where they can't be told.
        """
        if left := narrowed(answer, self._fault_of):
            batch = self._sort([left])
            self._store(replace(batch, polls=[_asked_whole(poll) for poll in batch.polls]))
            return
        failing = refused(answer, error)
        self._unchanged.add(
            poll_result.failed(
                self._state.ask(failing.feed), failing.fetched, self._state.run_id, failing.at
            )
        )

    def _fault_of(
        self, answer: FeedAnswer, current: Mapping[str, Mapping[str, str]] | None = None
    ) -> Exception | None:
        """What goes wrong when this is taken in, or None; nothing is stored."""
        try:
            batch = self._sort([answer], current)
            if batch.polls:
                self._apply(batch, trial=True)
        except PROVOKED as error:
            return error
        return None

    def _apply(
        self, batch: SortedAnswers, mark: tuple[str, str] | None = None, *, trial: bool = False
    ) -> tuple[list[tuple[PollResult, IngestResult]], list[Quiet]]:
        """Stores the polls that bring entries; with a `mark` also the quiet ones. Gives what was
        taken in, and the other polls.

        `trial`: only whether that can be done; nothing is stored. Raises RefusedError.
        """
        mails = [mail for poll in batch.polls for mail in poll.read.mail_outcomes]
        mails = mails if self.context.mail_outcomes else []
        with self._open_store() as store:
            history = load_known(store, names_in(batch.polls) | mail_outcomes.digests(mails))
            if self.context.has_opinions:
                history.opinions = store.opinions(history.listings)
            if mails:
                history.pursuits = store.pursuits(mail_outcomes.listings_of(mails, history))
            load_alike(store, history, batch.polls)
        polls = [
            _late(poll, batch, history) if poll.feed.name in batch.late else poll
            for poll in batch.polls
        ]
        swapped = [poll for poll in polls if is_swapped(poll, history)]
        in_parts = not (trial or mark)
        taken = [
            (poll, self._intake(poll, batch, history, in_parts=in_parts))
            for poll in polls
            if poll not in swapped
        ]
        quiet = [self._held(poll, batch.answers[poll.feed.name].at) for poll in swapped]
        quiet += batch.quiet if mark else []
        changes = [intake.changes for _, intake in taken]
        with self._open_store() as store:
            if trial:
                store.try_on(changes)
                return taken, quiet
            with self._unchanged.taken_along() as waiting:
                store.apply(changes, unchanged=[*waiting, *quiet] if mark else waiting, batch=mark)
        if mark:
            reach("batch_committed")
        return taken, quiet

    def _intake(
        self, poll: PollResult, batch: SortedAnswers, history: KnownListings, *, in_parts: bool
    ) -> IngestResult:
        """What a poll comes to. `in_parts`: of one with very many entries all but the last part is
        stored already.
        """
        at = batch.answers[poll.feed.name].at
        origin = self._state.baseline.of(poll.feed.name)
        why_silent = reasons.baseline(origin) if origin else None
        if why_silent and poll.feed.kind == "webhook":
            # What was sent to us waits until it is taken in, by whichever history: it was never
            # told.
            why_silent, poll = None, replace(poll, state=replace(poll.state, seen_entries=True))
        began = self._state.watch.began
        context = replace(self.context, began=began, now=at, baseline=why_silent)
        intake = take_in(poll, history, context, self._store_part if in_parts else None)
        if (stays := batch.late.get(poll.feed.name)) is None:
            return intake
        state = replace(stays, seen_entries=intake.changes.state.seen_entries)
        return replace(intake, changes=replace(intake.changes, state=state, present=None))

    def _store_part(self, part: FeedChanges) -> None:
        with self._open_store() as store:
            store.apply_part(part)

    def _held(self, poll: PollResult, at: datetime) -> Quiet:
        return poll_result.held(self._state.ask(poll.feed.name), poll, self._state.run_id, at)

    def _took_in(self, intake: IngestResult) -> None:
        took_in(self._state.tally, intake)
        if intake.rotated or any(event.event == "owed" for event in intake.events):
            from goldmine_ingest.pipeline.monitoring.notice_ledger import note_intake

            note_intake(self._state.watch, intake, self._state.project)

    @contextmanager
    def _open_store(self) -> Iterator[Store]:
        with self._state.history.open() as store:
            yield Store.of(store)


def _late(poll: PollResult, batch: SortedAnswers, history: KnownListings) -> PollResult:
    """Of a poll that is older than what is stored, only the jobs that are news all the same:
    those that no name makes known.
    """
    return only_new(replace(poll, state=batch.late[poll.feed.name], moved=None), history)


def _without_unknown(answer: FeedAnswer, current: Mapping[str, str], store: Store) -> FeedAnswer:
    """Without the entries that the worker left unread because of listings that this history
    doesn't have: an older copy was restored.
    """
    doubtful = {i for digest, i in answer.known.items() if current.get(digest) != i}
    missing = doubtful - store.listings(doubtful).keys() if doubtful else set()
    if not missing or answer.read is None:
        return answer
    known = {digest: i for digest, i in answer.known.items() if i not in missing}
    entries = tuple(
        entry
        for entry in answer.read.entries
        if entry.raw is not None or entry.digest in known or entry.digest in current
    )
    problem = (
        "it names listings that this history doesn't have (was a copy restored?); the whole feed is"
        " asked for next"
    )
    return replace(
        answer,
        known=known,
        read=replace(answer.read, outcome=Outcome.PARTIAL, entries=entries, problem=problem),
    )


def _asked_whole(poll: PollResult) -> PollResult:
    """A poll of which an entry was left out: nothing says next time that the feed didn't change,
    so that the entry is tried again.
    """
    position = poll.state.validators if brings_only_news(poll.feed) else Validators()
    return replace(poll, state=replace(poll.state, validators=position, body_hash=None))
