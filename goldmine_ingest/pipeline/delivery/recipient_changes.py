"""What a URL that was read changes of a destination's recipients, and of their alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from goldmine_ingest import reasons
from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.alerts.places import expanded
from goldmine_ingest.alerts.recipients import buried_with, change, taken_over

if TYPE_CHECKING:
    from goldmine_ingest.alerts.places import Noted
    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.model.recipient import Named, RecipientEvent
    from goldmine_ingest.pipeline.delivery.recipients import Reading
    from goldmine_ingest.store.history import Store


def note(
    store: Store,
    readings: Sequence[Reading],
    noted: Noted,
    facts: Mapping[str, str],
    *,
    run_id: str,
) -> list[AlertEvent]:
    """Stores what was read: who joined and who left, and what that makes of alerts that weren't
    finished. Gives the ledger's events.
    """
    happened: list[AlertEvent] = []
    for reading in readings:
        if reading.named is None:
            store.set_meta(reading.fact, reading.mark)
            continue
        events, alerts, kept = _consequences(
            store, reading, reading.named, noted.get(reading.destination.name, ()), facts, run_id
        )
        store.note_recipients(events, alerts, {**kept, reading.fact: reading.mark})
        happened += alerts
    return happened


def _consequences(
    store: Store,
    reading: Reading,
    named: Sequence[Named],
    before: Sequence[RecipientEvent],
    facts: Mapping[str, str],
    run_id: str,
) -> tuple[Sequence[RecipientEvent], list[AlertEvent], dict[str, str]]:
    destination, now = reading.destination, store.now
    began_at = store.destination_began(destination.name, now)
    found = change(destination.name, before, named, began_at=began_at, now=now)
    waiting = (
        [alert for alert in store.open_alerts() if alert.destination == destination.name]
        if before or found.inherits
        else []
    )
    alerts = [
        event_of(alert, "suppressed", now, why=reasons.LEFT, run_id=run_id)
        for alert in waiting
        if alert.slot in found.ends
    ]
    here = {
        one.slot: one
        for one in expanded([destination], {destination.name: [*before, *found.events]})
    }
    texts = store.first_reasons({alert.alert_id for alert in waiting}) if found.inherits else {}
    dead = store.dead_alerts(destination.name) if found.inherits and not before else ()
    kept: dict[str, str] = {}
    for slot, source in found.inherits:
        heir, model = here[slot], replace(destination, slot=source)
        for alert in waiting:
            if alert.slot == source:
                alerts += taken_over(alert, heir, texts.get(alert.alert_id, ""))
        for event in dead:
            alerts += buried_with(event, heir)
        kept |= {
            heir.fact(prefix): facts[model.fact(prefix)]
            for prefix in ("digest:", "summary:")
            if model.fact(prefix) in facts
        }
    return found.events, alerts, kept
