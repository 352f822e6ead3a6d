"""The last step of a cycle: what the ledger owes goes to each destination that is in the
configuration, as far as its plan lets it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from goldmine_ingest.clock import without_future
from goldmine_ingest.config import reveal_address
from goldmine_ingest.errors import UnavailableError

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertEvent, OpenAlert
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.pipeline.monitoring.health_notices import Change
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.cycle import CycleStore

OpenHistory = Callable[[], AbstractContextManager["CycleStore"]]


@dataclass(slots=True)
class Delivery:
    """What happened: the ledger's new events in order, what a person should hear, and how each
    destination stood before and after.
    """

    events: list[AlertEvent] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    standings: dict[tuple[str, str], Change] = field(default_factory=dict)

    def add(self, other: Delivery) -> None:
        """What happened at one more destination."""
        self.events.extend(other.events)
        self.problems.extend(other.problems)
        self.notes.extend(other.notes)
        self.standings.update(other.standings)


def deliver(
    project: Project,
    world: Environment,
    waiting: Sequence[OpenAlert],
    *,
    run_id: str,
    open_history: OpenHistory,
) -> Delivery:
    """Sends what is owed to every destination. `waiting` are the open alerts as they stand;
    where there are none, no history is opened.
    """
    delivery = Delivery()
    waiting = without_future(waiting, world.now())
    delivery.notes.extend(_orphans(waiting, project.destinations))
    todo = []
    for destination in project.destinations:
        try:
            url = reveal_address(destination, project.home, world.env)
        except UnavailableError as error:
            if (
                problem := (destination.name, error.message)
            ) not in delivery.problems:  # once for all of its recipients
                delivery.problems.append(problem)
            continue
        if destination.url.scheme != "literal" or "://" in url:
            world.redactor.learn_url(url)
        if mine := [
            replace(a, recipient=destination.recipient)
            for a in waiting
            if (a.destination, a.slot) == destination.place
        ]:
            todo.append((destination, url, mine))
    if todo:
        from goldmine_ingest.pipeline.delivery.sending import (
            send,
        )  # a cycle with nothing to send pays for no rendering

        for sent in send(todo, project, world, run_id=run_id, open_history=open_history):
            delivery.add(sent)
    return delivery


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
