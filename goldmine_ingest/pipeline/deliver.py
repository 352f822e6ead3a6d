"""The last step of a cycle: sending what the ledger owes. Each destination has a thread of its own: one that fails or hangs stops only
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from goldmine_ingest.config import reveal
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.notify import Notifier
from goldmine_ingest.store.history import Store

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertEvent, OpenAlert
    from goldmine_ingest.pipeline.health import Change
    from goldmine_ingest.pipeline.relay import Relay
    from goldmine_ingest.pipeline.world import World
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project

OpenHistory = Callable[[], AbstractContextManager[Store]]


@dataclass(slots=True)
class Delivery:
    """What happened: the ledger's new events in order, what a person should hear, and how each destination stood before and after."""

    events: list[AlertEvent] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    standings: dict[str, Change] = field(default_factory=dict)

    def add(self, other: Delivery) -> None:
        """What happened at one more destination."""
        self.events.extend(other.events)
        self.problems.extend(other.problems)
        self.notes.extend(other.notes)
        self.standings.update(other.standings)


def deliver(project: Project, world: World, *, run_id: str, open_history: OpenHistory) -> Delivery:
    """Sends what is owed to every destination, as far as each one's plan lets it."""
    delivery = Delivery()
    with open_history() as store:
        waiting = store.open_alerts()
    delivery.notes.extend(_orphans(waiting, project.destinations))
    open_in_turn, over = _in_turn(open_history), Event()
    its_world = replace(world, stop=lambda: over.is_set() or world.stop())
    with ExitStack() as stack:
        notifier = world.notifier or stack.enter_context(Notifier())
        relays = []
        for destination in project.destinations:
            try:
                url = reveal(destination.url, project.home, world.env)
            except UnavailableError as error:
                delivery.problems.append((destination.name, error.message))
                continue
            if destination.url.scheme != "literal" or "://" in url:
                world.redactor.learn_url(url)
            mine = {alert.alert_id: alert for alert in waiting if alert.destination == destination.name}
            if mine:
                from goldmine_ingest.pipeline.relay import Relay  # a cycle with nothing to send pays for no rendering

                relays.append(Relay(project, its_world, destination, url, notifier, open_in_turn, run_id, Delivery(), mine))
        _serve(relays, notifier, over)
    for relay in relays:
        delivery.add(relay.delivery)
    return delivery


def _serve(relays: Sequence[Relay], notifier: Notifier, over: Event) -> None:
    """Runs the relays. The terminal, and one that is alone, need no thread. `over` tells them to end."""
    threaded = [relay for relay in relays if not relay.destination.is_terminal]
    if len(threaded) < 2:
        threaded = []
    errors: list[Exception] = []
    threads = [Thread(target=_catching, args=(relay, errors), name=f"to {relay.destination.name}") for relay in threaded]
    for thread in threads:
        thread.start()
    try:
        for relay in relays:
            if not threaded or relay.destination.is_terminal:
                _run(relay)
        for thread in threads:
            thread.join()
    except BaseException:  # a second Ctrl-C, or a history that can't be written: what is being sent is uncertain, and is recorded so
        over.set()
        notifier.abandon()
        for thread in threads:
            thread.join()
        raise
    if errors:
        raise errors[0]


def _catching(relay: Relay, errors: list[Exception]) -> None:
    """In a thread: what goes wrong is raised where the thread was started."""
    try:
        _run(relay)
    except Exception as error:  # noqa: BLE001 - raised again by `_serve`
        errors.append(error)


def _run(relay: Relay) -> None:
    if not relay.world.stop():
        relay.run()


def _in_turn(open_history: OpenHistory) -> OpenHistory:
    """One thread at a time has the history open, so that none has to wait for the lock file as another process would."""
    turn = Lock()

    @contextmanager
    def opened() -> Iterator[Store]:
        with turn, open_history() as store:
            yield store

    return opened


def _orphans(waiting: Sequence[OpenAlert], destinations: Sequence[DestinationSettings]) -> list[str]:
    """Alerts that wait for a destination which is no longer in the configuration: they stay, and are said."""
    names = {destination.name for destination in destinations}
    gone = sorted({alert.destination for alert in waiting} - names)
    return [
        f"{sum(a.destination == name for a in waiting)} alerts wait for '{name}', which is not in the configuration any more "
        "(`goldmine alerts`; `goldmine alerts drop` lets them go)"
        for name in gone
    ]
