"""The work of a cycle that has any: reading, storing, telling of trouble, delivering. Behind the
lazy door (cycle.py): whoever imports this loads the readers' values and the rules; what sends is
loaded by who owes something.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from goldmine_ingest.alerts import settling
from goldmine_ingest.alerts.recipient_places import Noted
from goldmine_ingest.pipeline.cycle_state import CycleState
from goldmine_ingest.pipeline.delivery.addresses import reveal_addresses
from goldmine_ingest.pipeline.delivery.delivery_result import Delivery
from goldmine_ingest.pipeline.delivery.recipients import UnreadUrl
from goldmine_ingest.pipeline.ingest.counting import happened
from goldmine_ingest.pipeline.ingest.storing import Ingestion
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
from goldmine_ingest.pipeline.polling.gather import Ask
from goldmine_ingest.pipeline.polling.read_answer import read_answers
from goldmine_ingest.pipeline.polling.unchanged_polls import UnchangedPolls
from goldmine_ingest.store.cycle import CycleStore, OpenHistory
from goldmine_ingest.store.history import Store

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.delivery.deliver import Prepared
    from goldmine_ingest.pipeline.monitoring.notice_ledger import NoticeLedger


class Batches(Protocol):
    """What workers answer, as `workers.loader` hands it in: the pipeline knows no workers."""

    problems: list[tuple[str, str]]
    notes: list[str]

    def take_batches(
        self, ingestion: Ingestion, history: OpenHistory, stop: Callable[[], bool]
    ) -> None: ...

    def write_plans(self, history: OpenHistory) -> None: ...


class Work:
    """One cycle's."""

    def __init__(self, state: CycleState, unchanged: UnchangedPolls, started: datetime) -> None:
        self._state = state
        self._unchanged = unchanged
        self._started = started
        self._made: Ingestion | None = None

    def take(self, answers: list[FeedAnswer], asks: Mapping[str, Ask]) -> None:
        """Reads answers that came together, out of the list, and stores what they bring."""
        state = self._state
        state.environment.resources.wake(self._addresses)
        read = read_answers(answers, asks, self._entries_of, state.project, state.environment)
        self._ingestion().take(read)

    def _addresses(self) -> Mapping[str, str]:
        """Of the destinations that a child sends to, by name."""
        state = self._state
        urls, _ = reveal_addresses(state.project, state.environment)
        return {
            each.name: urls[each.place]
            for each in state.project.destinations
            if not each.is_terminal and each.place in urls
        }

    def ask_opinions(self, ids: Sequence[str]) -> None:
        """Asks a language model about these listings, and decides again what it answered."""
        from goldmine_ingest.pipeline.opinions.second_opinions import SecondOpinions

        state, ingestion = self._state, self._ingestion()
        judge = state.environment.resources.judge(state.project.criteria)
        SecondOpinions(state, judge, ingestion.context, self._started).run(ids)

    def take_actions(self) -> None:
        """Records what someone pressed while another program had the history open."""
        from goldmine_ingest.analysis.action_spool import take_in

        with self._state.history.open() as store:
            take_in(Store.of(store), self._state.project.database.path)

    def take_presses(self) -> None:
        """Records what was pressed on phones since the last look."""
        from goldmine_ingest.pipeline.delivery.presses import take_presses

        state = self._state
        urls, _ = reveal_addresses(state.project, state.environment)
        state.tally.notes.extend(
            take_presses(
                state.project, state.environment, urls, self._open_store, run_id=state.run_id
            )
        )

    def take_batches(self, batches: Batches) -> None:
        """Takes in what workers have answer."""
        stop = self._state.environment.stop
        batches.take_batches(self._ingestion(), self._state.history.open, stop)

    def recover(self, store: CycleStore, now: datetime) -> None:
        """Turns sends that a killed cycle left without a result into uncertain ones."""
        state, whole = self._state, Store.of(store)
        lost = settling.recover(
            whole.open_alerts(), now, state.project.alerts.uncertain, run_id=state.run_id
        )
        if lost:
            whole.append_events(lost)

    def note_recipients(self, unread: Sequence[UnreadUrl], noted: Noted) -> Noted:
        """Reads whom these URLs name and stores it. Gives the recipients that are known then."""
        from goldmine_ingest.pipeline.delivery.recipient_changes import note, read_urls

        state = self._state
        readings = read_urls(unread, state.project.database.path, state.environment.notifier)
        state.tally.refused(each.destination.name for each in readings if each.named is None)
        if not readings:
            return noted
        with self._open_store() as store:
            events = note(store, readings, noted, state.watch.facts, run_id=state.run_id)
            happened(state.tally, events)
            return store.recipients()

    def restored(self) -> None:
        """Owes the word that this cycle is the baseline after a restore."""
        from goldmine_ingest.pipeline.monitoring.notice_ledger import note_restored

        note_restored(self._state.watch, self._state.project)

    def owe_notices(self) -> None:
        """Owes what the polls showed of the program's own health, and the day's summaries."""
        state = self._state
        now = state.environment.now()
        happened(state.tally, self._notices().after_polls(state.tally.states, now))

    def owe_without_polls(self) -> None:
        """Owes what must be said, and the day's summaries, where nothing was polled."""
        happened(self._state.tally, self._notices().without_polls(self._state.environment.now()))

    def prepare(self, in_full: Mapping[str, str] = MappingProxyType({})) -> Prepared:
        """Reads what is owed, for `deliver`. `in_full` as in Delivery, of one just before."""
        from goldmine_ingest.pipeline.delivery.deliver import prepare

        state = self._state
        with self._open_store() as store:
            return prepare(
                state.project,
                state.environment,
                store,
                run_id=state.run_id,
                open_store=self._open_store,
                in_full=in_full,
            )

    def deliver(self, prepared: Prepared) -> None:
        """Sends what is owed and due."""
        state = self._state
        delivery = self._delivered(prepared)
        state.tally.problems.extend(delivery.problems)
        state.tally.notes.extend(delivery.notes)
        # What one destination's delivery showed is told on the others at once; they are few, and
        # this happens rarely.
        if owed := self._notices().after_delivery(delivery, state.environment.now()):
            happened(state.tally, owed)
            self._delivered(self.prepare(delivery.in_full))

    def _delivered(self, prepared: Prepared) -> Delivery:
        delivery = prepared.deliver()
        happened(self._state.tally, delivery.events)
        return delivery

    def _notices(self) -> NoticeLedger:
        from goldmine_ingest.pipeline.monitoring.notice_ledger import NoticeLedger

        state = self._state
        return NoticeLedger(state.project, state.run_id, state.watch, self._open_store)

    def _ingestion(self) -> Ingestion:
        """Made with the first body: judging needs word lists, which sending doesn't."""
        if self._made is None:
            state = self._state
            context = state.environment.resources.ingest_context(
                state.project, state.run_id, self._started
            )
            self._made = Ingestion(state, self._unchanged, context)
        return self._made

    def _entries_of(self, feeds: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        with self._state.history.open() as store:
            return store.current_entries(feeds)

    @contextmanager
    def _open_store(self) -> Iterator[Store]:
        with self._state.history.open() as store:
            yield Store.of(store)
