"""Sending to several destinations at once. Each has a thread of its own: one that fails or hangs
stops only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from goldmine_ingest.pipeline.delivery.deliver import Delivery, OpenHistory
from goldmine_ingest.pipeline.delivery.sender import OpenInTurn, Sender

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import OpenAlert
    from goldmine_ingest.notify import Notifier
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store

# Seconds for what is being sent when the process is asked to end. Who starts and stops programs
# waits for longer, but not much: ten seconds (Docker) to ninety (systemd) until they kill, and a
# kill leaves the send unrecorded.
FINISH_WITHIN = 9.0
_LOOK_EVERY = 0.25


def send(
    todo: Sequence[tuple[DestinationSettings, str, Sequence[OpenAlert]]],
    project: Project,
    world: Environment,
    *,
    run_id: str,
    open_history: OpenHistory,
) -> list[Delivery]:
    """Sends to each destination, at its address, those of its alerts that are due. Gives what
    happened at each.
    """
    notifier, open_in_turn, over = world.notifier(), _in_turn(open_history), Event()
    its_world = replace(world, stop=lambda: over.is_set() or world.stop())
    relays = [
        Sender(
            project,
            its_world,
            destination,
            url,
            notifier,
            open_in_turn,
            run_id,
            Delivery(),
            {alert.alert_id: alert for alert in alerts},
        )
        for destination, url, alerts in todo
    ]
    with _bounded(world.stop, over, notifier):
        _serve(relays, notifier, over)
    return [relay.delivery for relay in relays]


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
    watcher.start()
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
    threads = [
        Thread(target=_catching, args=(relay, errors), name=f"to {relay.destination.called}")
        for relay in threaded
    ]
    for thread in threads:
        thread.start()
    try:
        for relay in relays:
            if not threaded or relay.destination.is_terminal:
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
    if not relay.world.stop():
        relay.run()


def _in_turn(open_history: OpenHistory) -> OpenInTurn:
    """One thread at a time has the history open, so that none has to wait for the lock file as
    another process would.
    """
    turn = Lock()

    @contextmanager
    def opened() -> Iterator[Store]:
        with turn, open_history() as store:
            yield store.whole

    return opened
