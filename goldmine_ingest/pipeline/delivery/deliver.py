"""The last step of a cycle: what the ledger owes goes to each destination that is in the
configuration, as far as its plan lets it.

Each destination has a thread of its own: one that fails or hangs stops only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread
from types import MappingProxyType

from goldmine_ingest.model.alert import OpenAlert
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.delivery.addresses import reveal_addresses
from goldmine_ingest.pipeline.delivery.delivery_result import Delivery
from goldmine_ingest.pipeline.delivery.sender import Sender
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.runtime.threads import start
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.engine_errors import told
from goldmine_ingest.store.history import OpenStore, Store
from goldmine_ingest.store.stored_times import without_future

# Seconds for what is being sent when the process is asked to end. Who starts and stops programs
# waits for longer, but not much: ten seconds (Docker) to ninety (systemd) until they kill, and a
# kill leaves the send unrecorded.
FINISH_WITHIN = 9.0
_LOOK_EVERY = 0.25


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is owed to each destination, with all that the history says of it: to be sent when it
    isn't open any more.
    """

    environment: Environment
    relays: Sequence[Sender]
    notifier: Notifier
    over: Event
    delivery: Delivery
    errors: Sequence[Exception] = ()

    def deliver(self) -> Delivery:
        """Sends it. Gives what happened at all destinations; where one's couldn't be read, that is
        raised when the others are served.
        """
        if self.relays:
            with _bounded(self.environment.stop, self.over, self.notifier):
                _serve(self.relays, self.notifier, self.over)
        if self.errors:
            raise self.errors[0]
        for relay in self.relays:
            self.delivery.add(relay.delivery)
        return self.delivery


def prepare(
    project: Project,
    environment: Environment,
    store: Store,
    *,
    run_id: str,
    open_store: OpenStore,
    in_full: Mapping[str, str] = MappingProxyType({}),
) -> Prepared:
    """Reads what is owed to every destination that can be reached, and what that is about. While it
    is sent, `open_store` opens the history. `in_full` as in Delivery, of one just before.
    """
    waiting = without_future(store.open_alerts(), environment.now())
    urls, problems = reveal_addresses(project, environment)
    delivery = Delivery(problems=problems, notes=_orphans(waiting, project.destinations))
    notifier, open_in_turn, over = environment.notifier(), _in_turn(open_store), Event()
    its_environment = replace(environment, stop=lambda: over.is_set() or environment.stop())
    relays: list[Sender] = []
    errors: list[Exception] = []
    for destination in project.destinations:
        mine = [
            replace(alert, recipient=destination.recipient)
            for alert in waiting
            if (alert.destination, alert.slot) == destination.place
        ]
        if mine and destination.place in urls:
            relay = Sender(
                project,
                its_environment,
                destination,
                urls[destination.place],
                notifier,
                open_in_turn,
                run_id,
                Delivery(),
                {alert.alert_id: alert for alert in mine},
                in_full=in_full,
            )
            try:
                with told(project.database.path):
                    relay.load(store)
            except Exception as error:  # noqa: BLE001 - raised by `deliver`
                errors.append(error)
            else:
                relays.append(relay)
    return Prepared(environment, relays, notifier, over, delivery, errors)


def _orphans(
    waiting: Sequence[OpenAlert], destinations: Sequence[DestinationSettings]
) -> list[str]:
    """Alerts that wait for a destination which is no longer in the configuration: they stay, and
    are said.
    """
    names = {destination.name for destination in destinations}
    gone = sorted({alert.destination for alert in waiting} - names)
    return [
        f"{sum(a.destination == name for a in waiting)} alerts wait for '{name}', which is not in"
        " the configuration any more (`goldmine alerts`; `goldmine alerts drop` lets them go)"
        for name in gone
    ]


@contextmanager
def _bounded(stop: Callable[[], bool], over: Event, notifier: Notifier) -> Iterator[None]:
    """Once asked to end, what is being sent may take so long, and is uncertain then: the process
    must be gone in time.
    """
    done = Event()

    def watch() -> None:
        while not done.wait(_LOOK_EVERY):
            if stop():
                if not done.wait(FINISH_WITHIN):
                    over.set()
                    notifier.abandon()
                return

    watcher = Thread(target=watch, name="goldmine-end", daemon=True)
    start(watcher)
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _serve(relays: Sequence[Sender], notifier: Notifier, over: Event) -> None:
    """Runs the relays. The terminal, and one that is alone, need no thread. `over` tells them to
    end.
    """
    threaded = [relay for relay in relays if not relay.destination.is_terminal]
    if len(threaded) < 2:
        threaded = []
    errors: list[Exception] = []
    here = [relay for relay in relays if relay not in threaded]
    threads = []
    for relay in threaded:
        name = f"to {relay.destination.called}"
        thread = Thread(target=_catching, args=(relay, errors), name=name)
        try:
            start(thread)
        except OSError:  # no room for another thread: one after the other, then
            here.append(relay)
        else:
            threads.append(thread)
    try:
        for relay in here:
            _run(relay)
        for thread in threads:
            thread.join()
    except BaseException:
        # a second Ctrl-C, or a history that can't be written: what is being sent is uncertain, and
        # is recorded so
        over.set()
        notifier.abandon()
        for thread in threads:
            thread.join()
        raise
    if errors:
        raise errors[0]


def _catching(relay: Sender, errors: list[Exception]) -> None:
    """In a thread: what goes wrong is raised where the thread was started."""
    try:
        _run(relay)
    except Exception as error:  # noqa: BLE001 - raised again by `_serve`
        errors.append(error)


def _run(relay: Sender) -> None:
    if not relay.environment.stop():
        relay.run()


def _in_turn(open_store: OpenStore) -> OpenStore:
    """One thread at a time has the history open, so that none has to wait for the lock file as
    another process would.
    """
    turn = Lock()

    @contextmanager
    def opened() -> Iterator[Store]:
        with turn, open_store() as store:
            yield store

    return opened
