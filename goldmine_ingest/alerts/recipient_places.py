"""For whom a destination's alerts are, as far as is known: each of its recipients once. Pure, and
light: every cycle asks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.model.recipient import RecipientEvent

if TYPE_CHECKING:
    from goldmine_ingest.settings.destinations import DestinationSettings

Noted = Mapping[str, Sequence[RecipientEvent]]
"""What became of each destination's recipients, by the destination's name, in order."""


def current(events: Iterable[RecipientEvent]) -> dict[str, RecipientEvent]:
    """The recipients that haven't left, by slot, from their events in order; each by its newest
    event.
    """
    present: dict[str, RecipientEvent] = {}
    for event in events:
        present.pop(event.slot, None)
        if event.event != "left":
            present[event.slot] = event
    return present


def expanded(
    destinations: Sequence[DestinationSettings], noted: Noted
) -> tuple[DestinationSettings, ...]:
    """Each destination once for each of its recipients, as far as they are known."""
    return tuple(
        one
        for destination in destinations
        for one in _each(destination, noted.get(destination.name, ()))
    )


def _each(
    destination: DestinationSettings, events: Sequence[RecipientEvent]
) -> Iterator[DestinationSettings]:
    here = current(events)
    if not here:
        yield destination
    for slot, event in sorted(here.items()):
        yield replace(destination, slot=slot, recipient=event.named.shown if len(here) > 1 else "")


def began(
    noted: Noted, destinations_began: Mapping[str, datetime]
) -> dict[tuple[str, str], datetime]:
    """When each recipient began to be owed anything, by destination and slot."""
    began_at = {(name, ""): at for name, at in destinations_began.items()}
    for name, events in noted.items():
        began_at.update({(name, slot): event.began_at for slot, event in current(events).items()})
    return began_at
