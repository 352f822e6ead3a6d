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
from goldmine_ingest.crash_points import reach
from goldmine_ingest.errors import BusyError, RefusedError
from goldmine_ingest.model import AlertEvent, AlertState, CycleRecord, DecisionKind, FeedCondition, FeedState, Fetched, Outcome, PollRecord
from goldmine_ingest.pipeline import outcomes
from goldmine_ingest.pipeline.cleaning import clean_read, redactor_for
from goldmine_ingest.pipeline.deliver import deliver
from goldmine_ingest.pipeline.gather import Ask, gather, lacking, read_job, select
from goldmine_ingest.pipeline.intake import Intake, Known, Poll, Terms, is_swapped, take_in, unheard_texts
from goldmine_ingest.pipeline.report import FeedReport, RunReport
from goldmine_ingest.pipeline.set_aside import keep, put_off, set_aside
from goldmine_ingest.pipeline.spool import Spool
from goldmine_ingest.pipeline.watch import Watch
from goldmine_ingest.pipeline.world import World
from goldmine_ingest.settings import FeedSettings, Project
from goldmine_ingest.store import Store, open_store
from goldmine_ingest.ways_in import settle
from goldmine_ingest.ways_in.parts import read_parts

# Polls that brought nothing are stored together; a kill loses no more than their rows.
_FLUSH = 500


@dataclass(slots=True)
class _Tally:
    """What the cycle has brought so far."""

    feeds: list[FeedReport] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    decisions: Counter[DecisionKind] = field(default_factory=Counter)
    qualified_ids: list[str] = field(default_factory=list)
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
        self._spool = Spool.beside(project.database.path)
        self._as_of: datetime | None = None
        self._watch = Watch(project, self._run_id, self._open)

    def run(self, *, all_feeds: bool) -> RunReport:
        """Polls, stores, decides, delivers. Raises BusyError when another program has the database, StoreError when it can't be used."""
        started = self._world.now()
        try:
            baseline = self._begin(started)
        except BusyError as error:
            return set_aside(self._project, self._world, self._run_id, error, all_feeds=all_feeds)
        reach("locked")
        terms = _Lazily(lambda: self._make_terms(self._run_id, started, baseline))
        self._take_spooled(terms)
        if busy := self._poll(terms, all_feeds):
            return put_off(self._run_id, started, self._world.now(), busy, self._tally.feeds)
        if baseline:
            self._watch.restored()
        self._tally.happened(self._watch.before_delivery(self._tally.states, self._world.now()))
        self._deliver()
        return self._finish(started, baseline)

    def deliver_only(self) -> RunReport:
        """Delivers what is due (retries, digests, the end of quiet hours) without polling. The history gets no run of it."""
        started = self._world.now()
        with self._open() as store:
            self._recover(store, started)
            self._watch.begin(store, {})
        self._tally.happened(self._watch.summaries(started))
        self._deliver()
        tally = self._tally
        return RunReport(
            self._run_id, started, self._world.now(), alerts=tally.alert_counts(), problems=tuple(tally.problems), notes=tuple(tally.notes)
        )

    def _deliver(self) -> None:
        delivery = deliver(self._project, self._world, run_id=self._run_id, open_history=self._open)
        self._tally.happened(delivery.events)
        self._tally.problems.extend(delivery.problems)
        self._tally.notes.extend(delivery.notes)
        # What one destination's delivery showed is told on the others at once; they are few, and this happens rarely.
        if owed := self._watch.after_delivery(delivery, self._world.now()):
            self._tally.happened(owed)
            again = deliver(self._project, self._world, run_id=self._run_id, open_history=self._open)
            self._tally.happened(again.events)

    def _recover(self, store: Store, now: datetime) -> None:
        if lost := ledger.recover(store.open_alerts(), now, self._project.alerts.uncertain, run_id=self._run_id):
            store.append_events(lost)

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
            self._recover(store, started)
            self._watch.begin(store, self._tally.states)
            store.start_run(CycleRecord(self._run_id, started))
            return store.get_meta("baseline")

    def _take_spooled(self, terms: _Lazily) -> None:
        """Takes in first what an earlier cycle could not store, as of the time at which it was fetched."""
        feeds = {feed.name: feed for feed in self._project.feeds}
        for spooled in self._spool.waiting():
            name = spooled.fetched.feed
            if name not in feeds:
                self._tally.notes.append(f"{name}: an answer waits in {spooled.path.parent.name}/, but the feed isn't configured any more")
                continue
            ask = Ask(feeds[name], self._tally.states.get(name) or FeedState(name))
            self._as_of = spooled.fetched.started_at
            self._take([spooled.fetched], {name: ask}, terms)
            self._flush(at_least=1)
            spooled.path.unlink()
        self._as_of = None

    def _poll(self, terms: _Lazily, all_feeds: bool) -> BusyError | None:
        """Asks the feeds that are due. If another program takes the database meanwhile, the rest is set aside: who it is."""
        world = self._world
        busy: BusyError | None = None
        selection = select(self._project.feeds, self._tally.states, world.now(), all_feeds=all_feeds)
        self._tally.notes.extend(f"{feed}: not asked: {why}" for feed, why in selection.skipped)
        asked = {ask.feed.name for asks in selection.rounds for ask in asks}
        self._tally.problems.extend(lacking((f for f in self._project.feeds if f.name not in asked), self._project, world.env))
        for asks in selection.rounds:
            by_name = {ask.feed.name: ask for ask in asks}
            for batch in gather(
                asks, self._project, env=world.env, redactor=world.redactor, now=world.now, resolve=world.resolve, stop=world.stop
            ):
                try:
                    if busy is None:
                        self._take(batch, by_name, terms)
                except BusyError as error:
                    busy = error
                if busy:
                    self._tally.feeds.extend(keep(self._spool, fetched) for fetched in batch)
                world.progress(f"{len(self._tally.feeds)} of {selection.count} feeds")
                if world.stop():
                    break
            if world.stop():
                self._tally.notes.append("stopped early, as asked; feeds that were not reached are polled next time")
                break
        if busy is None:
            self._flush(at_least=1)
        return busy

    def _take(self, batch: Sequence[Fetched], asks: Mapping[str, Ask], terms: _Lazily) -> None:
        reach("fetched")
        bodies = []
        for fetched in batch:
            ask = asks[fetched.feed]
            if fetched.outcome is Outcome.NOT_MODIFIED or (fetched.outcome is Outcome.OK and outcomes.is_same_body(fetched, ask.state)):
                self._nothing_new(outcomes.unchanged(ask, fetched, self._run_id, self._world.now()))
                self._settle(ask.feed, fetched.body)
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
        brought: dict[str, Fetched] = {}
        for fetched in bodies:
            ask, known = asks[fetched.feed], current.get(fetched.feed, {})
            read = read_parts(read_job(ask, fetched, known, self._world.now()), self._world.read)
            read = clean_read(read, redactor_for(ask.feed, self._project, self._world.env))
            poll = outcomes.read_as(ask, fetched, read, known, self._run_id, self._world.now())
            if isinstance(poll, Poll):
                polls.append(poll)
                brought[fetched.feed] = fetched
            else:
                self._nothing_new(outcomes.failed(ask, poll, self._run_id, self._world.now()))
        if polls:
            self._store(polls, brought, asks, terms)

    def _store(self, polls: Sequence[Poll], brought: Mapping[str, Fetched], asks: Mapping[str, Ask], terms: _Lazily) -> None:
        """Takes in feeds that came together in one transaction; or, if the history refuses that, each by itself."""
        try:
            taken = self._apply(polls, asks, terms)
        except RefusedError as error:
            if len(polls) > 1:
                for poll in polls:
                    self._store([poll], brought, asks, terms)
                return
            fetched = brought[polls[0].feed.name]
            refused = replace(fetched, outcome=Outcome.ERROR, error=error.message, body=b"")
            self._nothing_new(outcomes.failed(asks[fetched.feed], refused, self._run_id, self._world.now()))
            return
        for poll, intake in taken:
            self._count(intake)
            self._settle(poll.feed, brought[poll.feed.name].body, poll.read.bad_parts)

    def _apply(self, polls: Sequence[Poll], asks: Mapping[str, Ask], terms: _Lazily) -> list[tuple[Poll, Intake]]:
        wanted = {alias.digest for poll in polls for entry in poll.read.entries for alias in poll.names_of(entry)}
        with self._open() as store:
            history = load_known(store, wanted)
            load_alike(store, history, polls)
        swapped = [poll for poll in polls if is_swapped(poll, history)]
        now_terms = replace(terms.get(), now=self._world.now(), began=self._watch.began)
        taken = [(poll, take_in(poll, history, now_terms)) for poll in polls if poll not in swapped]
        with self._open() as store:
            store.apply([intake.changes for _, intake in taken])
        for poll in swapped:
            self._nothing_new(outcomes.held(asks[poll.feed.name], poll, self._run_id, self._world.now()))
        return taken

    def _settle(self, feed: FeedSettings, body: bytes, bad_parts: tuple[tuple[str, str], ...] = ()) -> None:
        """Lets a folder put away what is committed now."""
        for sentence in settle(feed, body, bad_parts, database=self._project.database.path):
            self._tally.problems.append((feed.name, sentence))

    def _count(self, intake: Intake) -> None:
        tally, changes = self._tally, intake.changes
        tally.polled(changes.poll, changes.state)
        tally.new += intake.new
        tally.changed += intake.changed
        tally.decisions.update(decision.decision for decision in intake.decisions)
        tally.qualified_ids.extend(decision.listing_id for decision in intake.decisions if decision.decision == "qualified")
        tally.happened(changes.events)
        self._watch.saw(intake)
        if intake.rotated:
            tally.notes.append(f"{changes.poll.feed}: the feed renamed its entries; they were known by their texts, so nothing is new")
        if intake.first_sight:
            tally.notes.append(_first_sight(intake))

    def _finish(self, started: datetime, baseline: str | None) -> RunReport:
        tally, finished = self._tally, self._world.now()
        kinds = tally.decisions
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
            store.retain(self._project.database.keep_raw, self._project.database.keep_polls)
            store.checkpoint()
        names = {feed.name for feed in self._project.feeds if feed.enabled}
        polled = (FeedCondition.OK, FeedCondition.BACKOFF)  # paused and held feeds wait for a person, not for a time
        due_times = [s.next_poll_at for name, s in tally.states.items() if name in names and s.condition in polled and s.next_poll_at]
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
            qualified_ids=tuple(tally.qualified_ids),
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


def load_alike(store: Store, known: Known, polls: Sequence[Poll]) -> None:
    """Adds to what is known the jobs whose texts may be nearly the same as those of new entries."""
    for key, listing_id in store.texts_like(unheard_texts(polls, known)):
        known.learn_text(key, listing_id)
    found = {i for poll in polls for entry in poll.read.entries if entry.posting for i in known.alike(entry)} - known.listings.keys()
    if found:
        known.listings.update(store.listings(found))
        roots = {listing.repost_of for i in found if (listing := known.listings.get(i)) and listing.repost_of}
        known.alerted.update(store.alerted(found | roots))


def _first_sight(intake: Intake) -> str:
    held = len({e.listing_id for e in intake.changes.events if e.event == "suppressed" and e.reason.startswith("backlog")})
    what = f"{held} of its qualified or review matches alert no one (backlog)" if held else "nothing was held back"
    return f"{intake.changes.poll.feed}: first sight, {intake.new} new listings stored; {what}"
