"""The last step of a cycle: sending what the ledger owes, one destination after the other. One's failure stops only that one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldmine_ingest.config import reveal
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model import AlertEvent, OpenAlert
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.world import World
from goldmine_ingest.settings import DestinationSettings, Project
from goldmine_ingest.store import Store

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.health import Change

OpenHistory = Callable[[], AbstractContextManager[Store]]


@dataclass(slots=True)
class Delivery:
    """What happened: the ledger's new events in order, what a person should hear, and how each destination stood before and after."""

    events: list[AlertEvent] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    standings: dict[str, Change] = field(default_factory=dict)


def deliver(project: Project, world: World, *, run_id: str, open_history: OpenHistory) -> Delivery:
    """Sends what is owed to every destination, as far as each one's plan lets it."""
    delivery = Delivery()
    with open_history() as store:
        waiting = store.open_alerts()
    delivery.notes.extend(_orphans(waiting, project.destinations))
    with ExitStack() as stack:
        notifier = world.notifier or stack.enter_context(Notifier())
        for destination in project.destinations:
            try:
                url = reveal(destination.url, project.home, world.env)
            except UnavailableError as error:
                delivery.problems.append((destination.name, error.message))
                continue
            if destination.url.scheme != "literal" or "://" in url:
                world.redactor.learn_url(url)
            mine = {alert.alert_id: alert for alert in waiting if alert.destination == destination.name}
            if mine and not world.stop():
                from goldmine_ingest.pipeline.relay import Relay  # a cycle with nothing to send pays for no rendering

                Relay(project, world, destination, url, notifier, open_history, run_id, delivery, mine).run()
    return delivery


def _orphans(waiting: Sequence[OpenAlert], destinations: Sequence[DestinationSettings]) -> list[str]:
    """Alerts that wait for a destination which is no longer in the configuration: they stay, and are said."""
    names = {destination.name for destination in destinations}
    gone = sorted({alert.destination for alert in waiting} - names)
    return [
        f"{sum(a.destination == name for a in waiting)} alerts wait for '{name}', which is not in the configuration any more "
        "(`goldmine alerts`; `goldmine alerts drop` lets them go)"
        for name in gone
    ]
