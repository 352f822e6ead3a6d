"""One cycle: gather, decide, apply, deliver. Polls the feeds that are due, takes in what they
bring, sends what the ledger owes.

Each step is a module beside this one; here is their order, and what must hold between them: the
database is never open across HTTP or a send; a feed's entries, decisions, owed alerts and
validators are committed together; a failed feed is recorded and stops no other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from goldmine_ingest.errors import BusyError
from goldmine_ingest.model.feed import CycleRecord, FeedCondition, FeedState
from goldmine_ingest.pipeline.cycle_state import CycleState
from goldmine_ingest.pipeline.delivery.addresses import reveal_addresses
from goldmine_ingest.pipeline.delivery.recipients import unread_urls
from goldmine_ingest.pipeline.ingest.baseline import Baseline
from goldmine_ingest.pipeline.polling.busy_database import keep, put_off, set_aside
from goldmine_ingest.pipeline.polling.feed_answer import first_look, unread
from goldmine_ingest.pipeline.polling.gather import Ask, bundled, gather, lacking, select, wanted
from goldmine_ingest.pipeline.polling.spool import Spool, held
from goldmine_ingest.pipeline.polling.unchanged_polls import UnchangedPolls
from goldmine_ingest.pipeline.run_report import RunReport, new_run_id
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.runtime.locks import phone_is_heard
from goldmine_ingest.store.action_files import actions_wait
from goldmine_ingest.store.damage import untold_damage

if TYPE_CHECKING:
    from goldmine_ingest.alerts.recipient_places import Noted
    from goldmine_ingest.model.fetched import Fetched
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.pipeline.monitoring.health_notices import Due
    from goldmine_ingest.pipeline.work import Batches, Work
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.cycle import CycleStore


class Cycle:
    """One run over one project: made for one call of `run` or `deliver_only`, under the cycle lock
    that its caller holds.
    """

    def __init__(self, project: Project, environment: Environment) -> None:
        self._started = environment.now()
        self._state = CycleState.begin(project, environment, new_run_id())
        self._unchanged = UnchangedPolls(self._state)
        self._spool = Spool.beside(project.database.path)
        self._damage: dict[str, str] = {}
        self._work: Work | None = None

    def run(
        self,
        *,
        all_feeds: bool,
        shared: bool = False,
        only: Collection[str] = (),
        notices: Iterable[Due] = (),
        batches: Batches | None = None,
    ) -> RunReport:
        """Polls, stores, decides, delivers. Raises BusyError when another program has the database,
        StoreError when it can't be used.

        `shared`: what workers ask isn't asked here; their `batches` are taken in, as by every cycle
        of a project that has workers. `only`: these feeds by name, due or not, disabled or not.
        `notices` are owed beside what the cycle itself finds to tell.
        """
        state, started = self._state, self._started
        all_feeds = all_feeds or bool(only)
        feeds = (
            wanted(state.project, only)
            if only
            else [feed for feed in state.project.feeds if not (shared and feed.kind == "http")]
        )
        state.watch.must_say(notices)
        try:
            self._begin()
        except BusyError as error:
            if shared:
                raise
            asked = replace(state.project, feeds=tuple(feeds))
            return set_aside(asked, state.environment, state.run_id, error, all_feeds=all_feeds)
        reach("locked")
        self._take_actions()
        self._take_spooled()
        if batches:
            self._behind_the_door().take_batches(batches)
        if busy := self._poll(feeds, all_feeds, named=bool(only)):
            return put_off(state.run_id, started, state.environment.now(), busy, state.tally.feeds)
        if batches:
            self._unchanged.flush()  # the plans tell what is stored
            batches.write_plans(state.history.open)
            state.tally.problems.extend(batches.problems)
            state.tally.notes.extend(batches.notes)
        if state.baseline.everywhere:
            self._behind_the_door().restored()
        if still_open := state.opinions_wanted(started):
            self._behind_the_door().ask_opinions(still_open)
        with state.history.kept_open() as store:  # nothing is asked or sent in here
            self._unchanged.flush()
            if state.watch.finds(state.tally.states, state.environment.now()):
                self._behind_the_door().owe_notices()
            if not self._owes(store):
                self._try_addresses()
                return self._finish()
            prepared = self._behind_the_door().prepare()
        self._behind_the_door().deliver(prepared)
        return self._finish()

    def deliver_only(self, notices: Iterable[Due] = ()) -> RunReport:
        """Delivers what is due (retries, digests, the end of quiet hours) and `notices` without
        polling. The history gets no run of it.
        """
        state, tally = self._state, self._state.tally
        with state.history.open() as store:
            self._recover(store)
            state.watch.begin(store, {}, store.meta(), store.destinations_began())
            noted = store.recipients()
        self._know_recipients(noted)
        self._take_actions()
        state.watch.must_say(notices)
        watch, now = state.watch, self._started
        if watch.due or watch.summaries(now) or watch.weekly(now):
            self._behind_the_door().owe_without_polls()
        with state.history.kept_open() as store:
            prepared = self._behind_the_door().prepare() if self._owes(store) else None
        if prepared:
            self._behind_the_door().deliver(prepared)
        else:
            self._try_addresses()
        return RunReport(
            state.run_id,
            self._started,
            state.environment.now(),
            alerts=tally.alert_counts(),
            problems=tuple(dict.fromkeys(tally.problems)),
            notes=tuple(tally.notes),
        )

    def _behind_the_door(self) -> Work:
        """The lazy door: what reads, judges and stores listings is loaded when there is something
        to read or to tell, and by it what sends, when something is owed. Most cycles find
        nothing; docs/decisions.md has what the door saves them.
        """
        if self._work is None:
            from goldmine_ingest.pipeline.work import Work

            self._work = Work(self._state, self._unchanged, self._started)
        return self._work

    def _take_actions(self) -> None:
        """Takes in what was pressed on the page while the history was busy, and on phones."""
        if actions_wait(self._state.project.database.path):
            self._behind_the_door().take_actions()
        if self._state.project.actions and not phone_is_heard(self._state.project.database.path):
            self._behind_the_door().take_presses()

    def _try_addresses(self) -> None:
        """A destination that can't be reached is said also while nothing is owed to it."""
        _, problems = reveal_addresses(self._state.project, self._state.environment)
        self._state.tally.problems.extend(problems)

    def _recover(self, store: CycleStore) -> None:
        if store.was_sending():
            self._behind_the_door().recover(store, self._started)

    def _owes(self, store: CycleStore) -> bool:
        """Whether there is something to deliver, or to look at before it can be."""
        return store.owes(self._state.watch.digests(self._state.environment.now()))

    def _begin(self) -> None:
        """Reads the feeds' states, and turns sends that a killed cycle left without a result
        into uncertain ones.
        """
        state, started = self._state, self._started
        criteria = state.project.criteria
        with state.history.open() as store:
            facts = store.meta()
            self._damage = untold_damage(facts)
            state.tally.problems.extend(
                ("database", sentence) for sentence in self._damage.values()
            )
            state.tally.states.update(store.feed_states())
            store.use_criteria(criteria.criteria_hash, criteria.text, started)
            names = [destination.name for destination in state.project.destinations]
            began = store.destinations_begin(names, started)
            self._recover(store)
            state.watch.begin(store, state.tally.states, facts, began)
            state.history.begins(CycleRecord(state.run_id, started))
            noted, state.baseline = store.recipients(), Baseline.read(store)
        self._know_recipients(noted)

    def _know_recipients(self, noted: Noted) -> None:
        state = self._state
        unread, refused = unread_urls(state.project, state.environment, noted, state.watch.facts)
        state.tally.refused(refused)
        if unread:
            noted = self._behind_the_door().note_recipients(unread, noted)
        state.knows_recipients(noted)

    def _take_spooled(self) -> None:
        """Takes in first what an earlier cycle could not store, as of the time at which it was
        fetched.
        """
        feeds = {feed.name: feed for feed in self._state.project.feeds}
        for spooled in self._spool.waiting():
            name = spooled.fetched.feed
            if name not in feeds:
                self._state.tally.notes.append(
                    f"{name}: an answer waits in {spooled.path.parent.name}/, but the feed isn't"
                    " configured any more"
                )
                continue
            ask = Ask(feeds[name], self._state.tally.states.get(name) or FeedState(name))
            self._take([spooled.fetched], {name: ask})
            self._unchanged.flush()
            if self._state.environment.stop():
                break  # it may have been let go unread; taken in twice, it is known
            spooled.path.unlink()

    def _poll(
        self, feeds: Sequence[FeedSettings], all_feeds: bool, *, named: bool
    ) -> BusyError | None:
        """Asks the feeds that are due. If another program takes the database meanwhile, the rest
        is set aside: who it is.
        """
        environment = self._state.environment
        busy: BusyError | None = None
        selection = select(
            feeds,
            self._state.tally.states,
            environment.now(),
            all_feeds=all_feeds,
            by_name=named,
        )
        self._state.tally.notes.extend(
            f"{feed}: not asked: {why}" for feed, why in selection.skipped
        )
        self._state.tally.notes.extend(
            f"{ask.feed.name} is paused by hand and was asked by name; it stays paused"
            for asks in selection.rounds
            for ask in asks
            if ask.state.condition is FeedCondition.DISABLED
        )
        self._state.tally.waiting.extend(selection.waiting)
        asked = {ask.feed.name for asks in selection.rounds for ask in asks}
        self._state.tally.problems.extend(
            lacking((f for f in feeds if f.name not in asked), self._state.project, environment.env)
        )
        for asks in selection.rounds:
            by_name = {ask.feed.name: ask for ask in asks}
            answers = gather(
                asks,
                self._state.project,
                env=environment.env,
                redactor=environment.redactor,
                now=environment.now,
                resolve=environment.resolve,
                stop=environment.stop,
            )
            for batch in bundled(answers):
                unstored = [held(fetched) for fetched in batch]
                try:
                    if busy is None:
                        self._take(batch, by_name)
                except BusyError as error:
                    busy = error
                if busy:
                    self._state.tally.feeds.extend(keep(self._spool, each) for each in unstored)
                del unstored
                environment.progress(f"{len(self._state.tally.feeds)} of {selection.count} feeds")
                if environment.stop():
                    break
            if environment.stop():
                self._state.tally.notes.append(
                    "stopped early, as asked; feeds that were not reached are polled next time"
                )
                break
        return busy

    def _take(self, batch: list[Fetched], asks: Mapping[str, Ask]) -> None:
        """Takes answers in, out of the list: a body goes once it is read."""
        reach("fetched")
        answers = first_look(batch, asks, self._state.environment.now)
        batch.clear()
        if unread(answers, asks):
            self._behind_the_door().take(answers, asks)
        else:
            self._unchanged.take(answers)

    def _finish(self) -> RunReport:
        tally, started, finished = self._state.tally, self._started, self._state.environment.now()
        kinds = tally.decisions
        counts = tally.alert_counts()
        failures = sum(not feed.outcome.good for feed in tally.feeds)
        ended = CycleRecord(
            self._state.run_id,
            started,
            finished,
            len(tally.feeds),
            failures,
            tally.new,
            kinds["qualified"],
            counts.get("sent", 0),
        )
        with self._state.history.open() as store:
            store.finish_run(ended)
            good = {feed.feed for feed in tally.feeds if feed.outcome.good}
            tally.notes.extend(
                self._state.baseline.finish(
                    store, [feed.name for feed in self._state.project.feeds], good
                )
            )
            store.damage_told(self._damage)
            store.retain(
                self._state.project.database.keep_raw, self._state.project.database.keep_polls
            )
            store.checkpoint()
        names = {feed.name for feed in self._state.project.feeds if feed.enabled}
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
            self._state.run_id,
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
            problems=tuple(dict.fromkeys(tally.problems)),
            notes=tuple(tally.notes),
            waiting=tuple(tally.waiting),
            qualified_ids=tuple(tally.qualified_ids),
        )
