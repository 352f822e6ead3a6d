"""What a delivery brought, of one destination or of all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.pipeline.monitoring.health_notices import Change


@dataclass(slots=True)
class Delivery:
    """What happened: the ledger's new events in order, what a person should hear, and how each
    destination stood before and after. `in_full` maps a stored sentence to the one that is told in
    its place while it is known, and stored nowhere.
    """

    events: list[AlertEvent] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    standings: dict[tuple[str, str], Change] = field(default_factory=dict)
    in_full: dict[str, str] = field(default_factory=dict)

    def add(self, other: Delivery) -> None:
        """What happened at one more destination."""
        self.events.extend(other.events)
        self.problems.extend(other.problems)
        self.notes.extend(other.notes)
        self.standings.update(other.standings)
        self.in_full.update(other.in_full)
