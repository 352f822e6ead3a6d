"""One cycle: gather, decide, apply, deliver. Polls the feeds that are due, takes in what they
bring, sends what the ledger owes.

Each step is a module beside this one; here is their order, and what must hold between them: the
database is never open across HTTP or a send; a feed's entries, decisions, owed alerts and
validators are committed together; a failed feed is recorded and stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from goldmine_ingest.alerts.places import expanded
from goldmine_ingest.errors import BusyError
from goldmine_ingest.model.feed import CycleRecord, FeedCondition, FeedState
from goldmine_ingest.pipeline.delivery.deliver import deliver
from goldmine_ingest.pipeline.ingest.baseline import Baseline
from goldmine_ingest.pipeline.ingest.taking import Lazily, Taking
from goldmine_ingest.pipeline.monitoring.watch import Watch
from goldmine_ingest.pipeline.polling.feed_answer import hear
from goldmine_ingest.pipeline.polling.gather import Ask, bundled, gather, lacking, select, wanted
from goldmine_ingest.pipeline.polling.spool import Spool
from goldmine_ingest.pipeline.run_report import RunReport, new_run_id
from goldmine_ingest.pipeline.tally import Tally
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.store.cycle import CycleStore, open_for_cycle
from goldmine_ingest.store.damage import tell, untold

if TYPE_CHECKING:
    from goldmine_ingest.alerts.places import Noted
    from goldmine_ingest.model.alert import OpenAlert
    from goldmine_ingest.model.fetched import Fetched
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext
    from goldmine_ingest.pipeline.monitoring.health_notices import Due
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project


class Batches(Protocol):
    """What workers heard, as `workers.loader` hands it in: the cycle knows no workers."""

    problems: list[tuple[str, str]]
    notes: list[str]

    def take_batches(self, taking: Taking, stop: Callable[[], bool]) -> None: ...

    def write_plans(self) -> None: ...


OpenHistory = Callable[[], AbstractContextManager[CycleStore]]


class Cycle:
    """One run over one project: made for one call of `run`, under the cycle lock that its caller
    holds.
    """

    def __init__(
        self,
        project: Project,
        world: Environment,
        make_terms: Callable[[str, datetime], IngestContext],
        batches: Callable[[OpenHistory], Batches] | None = None,
    ) -> None:
        self._batches = batches
        self._project = project
        self._world = world
        self._make_terms = make_terms
        self._run_id = new_run_id()
        self._tally = Tally()
        self._spool = Spool.beside(project.database.path)
        self._baseline = Baseline()
        self._watch = Watch(project, self._run_id, self._open)
        self._opened: CycleStore | None = None
        self._damage: dict[str, str] = {}

    def run(
        self,
        *,
        all_feeds: bool,
        shared: bool = False,
        only: Collection[str] = (),
        notices: Iterable[Due] = (),
    ) -> RunReport:
        """Polls, stores, decides, delivers. Raises BusyError when another program has the database,
        StoreError when it can't be used.

        `shared`: what workers ask isn't asked here; their batches are taken in, as by every cycle
        of a project that has workers. `only`: these feeds by name, due or not, disabled or not.
        `notices` are owed beside what the cycle itself finds to tell.
        """
        started = self._world.now()
        feeds = (
            wanted(self._project, only)
            if only
            else [feed for feed in self._project.feeds if not (shared and feed.kind == "http")]
        )
        self._watch.must_say(notices)
        try:
            baseline = self._begin(started)
        except BusyError as error:
            if shared:
                raise
            from goldmine_ingest.pipeline.polling.busy_database import set_aside  # rare; so below

            return set_aside(
                replace(self._project, feeds=tuple(feeds)),
                self._world,
                self._run_id,
                error,
                all_feeds=all_feeds or bool(only),
            )
        reach("locked")
        self._baseline = baseline
        terms = Lazily(
            lambda: replace(
                self._make_terms(self._run_id, started), destinations=self._project.destinations
            )
        )
        taking = Taking(
            self._project,
            self._run_id,
            self._world.now,
            self._tally,
            self._watch,
            self._open,
            terms,
            baseline,
        )
        self._take_spooled(taking)
        loading = self._load(taking)
        if busy := self._poll(feeds, taking, all_feeds or bool(only)):
            from goldmine_ingest.pipeline.polling.busy_database import put_off

            return put_off(self._run_id, started, self._world.now(), busy, self._tally.feeds)
        if loading:
            taking.flush()  # the plans tell what is stored
            loading.write_plans()
            self._tally.problems.extend(loading.problems)
            self._tally.notes.extend(loading.notes)
        if baseline.everywhere:
            self._watch.restored()
        with self._kept_open() as store:  # nothing is asked or sent in here
            taking.flush()
            self._tally.happened(self._watch.before_delivery(self._tally.states, self._world.now()))
            waiting = store.open_alerts()
            if not waiting:
                self._deliver(())
                return self._finish(started)
        self._deliver(waiting)
        return self._finish(started)

    def deliver_only(self, notices: Iterable[Due] = ()) -> RunReport:
        """Delivers what is due (retries, digests, the end of quiet hours) and `notices` without
        polling. The history gets no run of it.
        """
        started = self._world.now()
        with self._open() as store:
            self._recover(store, started)
            self._watch.begin(store, {})
            noted = store.recipients()
        self._know_recipients(noted)
        self._watch.must_say(notices)
        self._tally.happened(self._watch.summaries(started))
        self._deliver(self._waiting())
        tally = self._tally
        return RunReport(
            self._run_id,
            started,
            self._world.now(),
            alerts=tally.alert_counts(),
            problems=tuple(tally.problems),
            notes=tuple(tally.notes),
        )

    def _deliver(self, waiting: Sequence[OpenAlert]) -> None:
        delivery = deliver(
            self._project, self._world, waiting, run_id=self._run_id, open_history=self._open
        )
        self._tally.happened(delivery.events)
        self._tally.problems.extend(delivery.problems)
        self._tally.notes.extend(delivery.notes)
        # What one destination's delivery showed is told on the others at once; they are few, and
        # this happens rarely.
        if owed := self._watch.after_delivery(delivery, self._world.now()):
            self._tally.happened(owed)
            again = deliver(
                self._project,
                self._world,
                self._waiting(),
                run_id=self._run_id,
                open_history=self._open,
            )
            self._tally.happened(again.events)

    def _waiting(self) -> tuple[OpenAlert, ...]:
        with self._open() as store:
            return store.open_alerts()

    def _recover(self, store: CycleStore, now: datetime) -> None:
        if not (waiting := store.open_alerts()):
            return
        from goldmine_ingest.alerts import (
            ledger,
        )  # a cycle in which nothing changed knows no alert; so in tally.py

        if lost := ledger.recover(
            waiting, now, self._project.alerts.uncertain, run_id=self._run_id
        ):
            store.whole.append_events(lost)

    @contextmanager
    def _open(self) -> Iterator[CycleStore]:
        if self._opened:
            yield self._opened
            return
        database = self._project.database
        with open_for_cycle(database.path, wait=database.wait, now=self._world.now()) as store:
            yield store

    @contextmanager
    def _kept_open(self) -> Iterator[CycleStore]:
        """Opens the history once for several steps: opening and closing it costs as much as ten
        feeds.
        """
        with self._open() as store:
            self._opened = store
            try:
                yield store
            finally:
                self._opened = None

    def _begin(self, started: datetime) -> Baseline:
        """Reads the feeds' states, and turns sends that a killed cycle left without a result
        into uncertain ones.
        """
        criteria = self._project.criteria
        with self._open() as store:
            self._damage = untold(store)
            self._tally.problems.extend(("database", said) for said in self._damage.values())
            self._tally.states.update(store.feed_states())
            store.use_criteria(criteria.criteria_hash, criteria.text, started)
            for destination in self._project.destinations:
                store.destination_began(destination.name, started)
            self._recover(store, started)
            self._watch.begin(store, self._tally.states)
            store.start_run(CycleRecord(self._run_id, started))
            noted, baseline = store.recipients(), Baseline.read(store)
        self._know_recipients(noted)
        return baseline

    def _know_recipients(self, noted: Noted) -> None:
        """From here on the project has each destination once for each of its recipients."""
        from goldmine_ingest.pipeline.delivery.recipients import read_urls

        if any(
            not destination.is_terminal or destination.name in noted
            for destination in self._project.destinations
        ):
            facts = self._watch.facts()
            if readings := read_urls(self._project, self._world, noted, facts):
                from goldmine_ingest.pipeline.delivery.recipient_changes import note  # rare

                with self._open() as store:
                    self._tally.happened(
                        note(store.whole, readings, noted, facts, run_id=self._run_id)
                    )
                    noted = store.recipients()
        self._project = replace(
            self._project, destinations=expanded(self._project.destinations, noted)
        )
        self._watch.knows(self._project, noted)

    def _take_spooled(self, taking: Taking) -> None:
        """Takes in first what an earlier cycle could not store, as of the time at which it was
        fetched.
        """
        feeds = {feed.name: feed for feed in self._project.feeds}
        for spooled in self._spool.waiting():
            name = spooled.fetched.feed
            if name not in feeds:
                self._tally.notes.append(
                    f"{name}: an answer waits in {spooled.path.parent.name}/, but the feed isn't"
                    " configured any more"
                )
                continue
            ask = Ask(feeds[name], self._tally.states.get(name) or FeedState(name))
            self._take([spooled.fetched], {name: ask}, taking)
            taking.flush()
            if self._world.stop():
                break  # it may have been let go unread; taken in twice, it is known
            spooled.path.unlink()

    def _load(self, taking: Taking) -> Batches | None:
        """Takes in what workers have heard, if the caller handed their batches in."""
        if self._batches is None:
            return None
        batches = self._batches(self._open)
        batches.take_batches(taking, self._world.stop)
        return batches

    def _poll(
        self, feeds: Sequence[FeedSettings], taking: Taking, all_feeds: bool
    ) -> BusyError | None:
        """Asks the feeds that are due. If another program takes the database meanwhile, the rest
        is set aside: who it is.
        """
        world = self._world
        busy: BusyError | None = None
        selection = select(feeds, self._tally.states, world.now(), all_feeds=all_feeds)
        self._tally.notes.extend(f"{feed}: not asked: {why}" for feed, why in selection.skipped)
        self._tally.waiting.extend(selection.waiting)
        asked = {ask.feed.name for asks in selection.rounds for ask in asks}
        self._tally.problems.extend(
            lacking((f for f in feeds if f.name not in asked), self._project, world.env)
        )
        for asks in selection.rounds:
            by_name = {ask.feed.name: ask for ask in asks}
            answers = gather(
                asks,
                self._project,
                env=world.env,
                redactor=world.redactor,
                now=world.now,
                resolve=world.resolve,
                stop=world.stop,
            )
            for batch in bundled(answers):
                try:
                    if busy is None:
                        self._take(batch, by_name, taking)
                except BusyError as error:
                    busy = error
                if busy:
                    from goldmine_ingest.pipeline.polling.busy_database import keep

                    self._tally.feeds.extend(keep(self._spool, fetched) for fetched in batch)
                world.progress(f"{len(self._tally.feeds)} of {selection.count} feeds")
                if world.stop():
                    break
            if world.stop():
                self._tally.notes.append(
                    "stopped early, as asked; feeds that were not reached are polled next time"
                )
                break
        return busy

    def _take(self, batch: Sequence[Fetched], asks: Mapping[str, Ask], taking: Taking) -> None:
        reach("fetched")
        taking.take(hear(batch, asks, self._entries_of, self._project, self._world))

    def _entries_of(self, feeds: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        with self._open() as store:
            return store.current_entries(feeds)

    def _finish(self, started: datetime) -> RunReport:
        tally, finished = self._tally, self._world.now()
        kinds = tally.decisions
        counts = tally.alert_counts()
        failures = sum(not feed.outcome.good for feed in tally.feeds)
        with self._open() as store:
            store.finish_run(
                CycleRecord(
                    self._run_id,
                    started,
                    finished,
                    len(tally.feeds),
                    failures,
                    tally.new,
                    kinds["qualified"],
                    counts.get("sent", 0),
                )
            )
            good = {feed.feed for feed in tally.feeds if feed.outcome.good}
            tally.notes.extend(
                self._baseline.finish(store, [feed.name for feed in self._project.feeds], good)
            )
            tell(store, self._damage)
            store.retain(self._project.database.keep_raw, self._project.database.keep_polls)
            store.checkpoint()
        names = {feed.name for feed in self._project.feeds if feed.enabled}
        polled = (
            FeedCondition.OK,
            FeedCondition.BACKOFF,
            FeedCondition.PAUSED,
        )  # held feeds wait for a person, not for a time
        due_times = [
            s.next_poll_at
            for name, s in tally.states.items()
            if name in names and s.condition in polled and s.next_poll_at
        ]
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
            waiting=tuple(tally.waiting),
            qualified_ids=tuple(tally.qualified_ids),
        )
