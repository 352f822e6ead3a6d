"""One cycle: gather, decide, apply, deliver. Polls the feeds that are due, takes in what they bring, sends what the ledger owes.

Each step is a module beside this one; here is their order, and what must hold between them: the database is never open across HTTP or a
send; a feed's entries, decisions, owed alerts and validators are committed together; a failed feed is recorded and stops no other.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from goldmine_ingest import ledger
from goldmine_ingest.model import AlertEvent, AlertState, CycleRecord, Decision, FeedState, Fetched, Outcome, PollRecord
from goldmine_ingest.pipeline import outcomes
from goldmine_ingest.pipeline.deliver import deliver
from goldmine_ingest.pipeline.gather import Ask, gather, read_job, select
from goldmine_ingest.pipeline.intake import Intake, Known, Poll, Terms, aliases_of, take_in
from goldmine_ingest.pipeline.report import FeedReport, RunReport
from goldmine_ingest.pipeline.world import World
from goldmine_ingest.settings import Project
from goldmine_ingest.store import Store, open_store

# Polls that brought nothing are stored together; a kill loses no more than their rows.
_FLUSH = 500


@dataclass(slots=True)
class _Tally:
    """What the cycle has brought so far."""

    feeds: list[FeedReport] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    alerts: Counter[AlertState] = field(default_factory=Counter)
    open_alerts: dict[str, AlertState] = field(default_factory=dict)
    states: dict[str, FeedState] = field(default_factory=dict)
    unchanged: list[tuple[PollRecord, FeedState]] = field(default_factory=list)
    new: int = 0
    changed: int = 0

    def polled(self, row: PollRecord, state: FeedState) -> None:
        self.states[row.feed] = state
        self.feeds.append(FeedReport(row.feed, row.outcome, row.http_status, row.entries, row.new_listings, row.error))
        if row.outcome is not Outcome.OK and not row.outcome.good:
            self.problems.append((row.feed, row.error or row.outcome.value))

    def happened(self, events: Iterable[AlertEvent]) -> None:
        """Counts each alert once, by the state that this cycle leaves it in."""
        for event in events:
            self.open_alerts.pop(event.alert_id, None)
            state = ledger.state([event])
            if state in ("sent", "dead", "suppressed"):
                self.alerts[state] += 1
            else:
                self.open_alerts[event.alert_id] = state

    def alert_counts(self) -> dict[AlertState, int]:
        return dict(self.alerts + Counter(self.open_alerts.values()))


class _Lazily:
    """The terms, made when the first body has to be judged: a cycle in which nothing changed doesn't load word lists."""

    def __init__(self, make: Callable[[], Terms]) -> None:
        self._make = make
        self._made: Terms | None = None

    def get(self) -> Terms:
        if self._made is None:
            self._made = self._make()
        return self._made


class Cycle:
    """One run over one project: made for one call of `run`, under the cycle lock that its caller holds."""

    def __init__(self, project: Project, world: World, make_terms: Callable[[str, datetime, str | None], Terms]) -> None:
        self._project = project
        self._world = world
        self._make_terms = make_terms
        self._run_id = uuid.uuid4().hex[:12]
        self._tally = _Tally()

    def run(self, *, all_feeds: bool) -> RunReport:
        """Polls, stores, decides, delivers. Raises BusyError when another program has the database, StoreError when it can't be used."""
        started = self._world.now()
        baseline = self._begin(started)
        self._poll(_Lazily(lambda: self._make_terms(self._run_id, started, baseline)), all_feeds)
        delivery = deliver(self._project, self._world, run_id=self._run_id, open_history=self._open)
        self._tally.happened(delivery.events)
        self._tally.problems.extend(delivery.problems)
        self._tally.notes.extend(delivery.notes)
        return self._finish(started, baseline)

    def _open(self) -> AbstractContextManager[Store]:
        return open_store(self._project.database.path, now=self._world.now())

    def _begin(self, started: datetime) -> str | None:
        """Reads the feeds' states, and turns sends that a killed cycle left without a result into uncertain ones."""
        criteria = self._project.criteria
        with self._open() as store:
            self._tally.problems.extend(("database", warning) for warning in store.warnings)
            self._tally.states.update(store.feed_states())
            store.use_criteria(criteria.criteria_hash, criteria.text, started)
            for destination in self._project.destinations:
                store.destination_began(destination.name, started)
            if lost := ledger.recover(store.open_alerts(), started, self._project.alerts.uncertain, run_id=self._run_id):
                store.append_events(lost)
            store.start_run(CycleRecord(self._run_id, started))
            return store.get_meta("baseline")

    def _poll(self, terms: _Lazily, all_feeds: bool) -> None:
        world = self._world
        selection = select(self._project.feeds, self._tally.states, world.now(), all_feeds=all_feeds)
        self._tally.notes.extend(f"{feed}: not asked: {why}" for feed, why in selection.skipped)
        for asks in selection.rounds:
            by_name = {ask.feed.name: ask for ask in asks}
            for batch in gather(asks, self._project, env=world.env, redactor=world.redactor, now=world.now, resolve=world.resolve):
                self._take(batch, by_name, terms)
                world.progress(f"{len(self._tally.feeds)} of {selection.count} feeds")
                if world.stop():
                    break
            if world.stop():
                self._tally.notes.append("stopped early, as asked; feeds that were not reached are polled next time")
                break
        self._flush(at_least=1)

    def _take(self, batch: Sequence[Fetched], asks: Mapping[str, Ask], terms: _Lazily) -> None:
        bodies = []
        for fetched in batch:
            ask = asks[fetched.feed]
            if fetched.outcome is Outcome.NOT_MODIFIED or (fetched.outcome is Outcome.OK and outcomes.is_same_body(fetched, ask.state)):
                self._nothing_new(outcomes.unchanged(ask, fetched, self._run_id, self._world.now()))
            elif fetched.outcome is Outcome.OK:
                bodies.append(fetched)
            else:
                self._nothing_new(outcomes.failed(ask, fetched, self._run_id, self._world.now()))
        if bodies:
            self._take_in(bodies, asks, terms)
        self._flush(at_least=_FLUSH)

    def _nothing_new(self, poll: tuple[PollRecord, FeedState]) -> None:
        self._tally.polled(*poll)
        self._tally.unchanged.append(poll)

    def _flush(self, *, at_least: int) -> None:
        if len(self._tally.unchanged) >= at_least:
            with self._open() as store:
                store.save_unchanged(self._tally.unchanged)
            self._tally.unchanged.clear()

    def _take_in(self, bodies: Sequence[Fetched], asks: Mapping[str, Ask], terms: _Lazily) -> None:
        with self._open() as store:
            current = store.current_entries([fetched.feed for fetched in bodies])
        polls = []
        for fetched in bodies:
            ask, known = asks[fetched.feed], current.get(fetched.feed, {})
            read = self._world.read(read_job(ask, fetched, known, self._world.now()))
            poll = outcomes.read_as(ask, fetched, read, known, self._run_id, self._world.now())
            if isinstance(poll, Poll):
                polls.append(poll)
            else:
                self._nothing_new(outcomes.failed(ask, poll, self._run_id, self._world.now()))
        if not polls:
            return
        wanted = {digest for poll in polls for digest in aliases_of(poll.feed.name, poll.read)}
        with self._open() as store:
            history = load_known(store, wanted)
        taken = [take_in(poll, history, replace(terms.get(), now=self._world.now())) for poll in polls]
        with self._open() as store:
            for intake in taken:
                store.apply(intake.changes)
                self._count(intake)

    def _count(self, intake: Intake) -> None:
        tally, changes = self._tally, intake.changes
        tally.polled(changes.poll, changes.state)
        tally.new += intake.new
        tally.changed += intake.changed
        tally.decisions.extend(intake.decisions)
        tally.happened(changes.events)
        if intake.rotated:
            tally.notes.append(f"{changes.poll.feed}: the feed renamed its entries; they were known by their texts, so nothing is new")
        if intake.first_sight:
            tally.notes.append(_first_sight(intake))

    def _finish(self, started: datetime, baseline: str | None) -> RunReport:
        tally, finished = self._tally, self._world.now()
        kinds = Counter(decision.decision for decision in tally.decisions)
        counts = tally.alert_counts()
        failures = sum(not feed.outcome.good for feed in tally.feeds)
        with self._open() as store:
            store.finish_run(
                CycleRecord(
                    self._run_id, started, finished, len(tally.feeds), failures, tally.new, kinds["qualified"], counts.get("sent", 0)
                )
            )
            if baseline:
                store.set_meta("baseline", "")
                tally.notes.append(f"{baseline}: this cycle stored what the feeds hold and alerted no one of it")
            store.checkpoint()
        names = {feed.name for feed in self._project.feeds if feed.enabled}
        due_times = [s.next_poll_at for name, s in tally.states.items() if name in names and s.next_poll_at]
        return RunReport(
            self._run_id,
            started,
            finished,
            feeds=tuple(tally.feeds),
            new_listings=tally.new,
            changed=tally.changed,
            qualified=kinds["qualified"],
            review=kinds["review"],
            rejected=kinds["rejected"],
            alerts=counts,
            next_due_at=min(due_times, default=None),
            problems=tuple(tally.problems),
            notes=tuple(tally.notes),
            qualified_ids=tuple(d.listing_id for d in tally.decisions if d.decision == "qualified"),
        )


def load_known(store: Store, digests: Collection[str]) -> Known:
    """What the history knows of the jobs that these names may mean."""
    known = Known()
    for alias in store.known_aliases(digests):
        known.learn_alias(alias)
    ids = {alias.listing_id for found in known.aliases.values() for alias in found}
    if not ids:
        return known
    known.listings = store.listings(ids)
    known.feeds = store.listing_feeds(ids)
    known.observations = store.latest_observations(ids)
    known.decisions = store.decisions(ids)
    known.alerted = store.alerted(ids | {listing.repost_of for listing in known.listings.values() if listing.repost_of})
    return known


def _first_sight(intake: Intake) -> str:
    held = sum(event.event == "suppressed" and event.reason.startswith("backlog") for event in intake.changes.events)
    what = f"{held} of its qualified or review matches alert no one (backlog)" if held else "nothing was held back"
    return f"{intake.changes.poll.feed}: first sight, {intake.new} new listings stored; {what}"
