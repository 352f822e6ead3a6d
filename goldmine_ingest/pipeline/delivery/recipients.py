"""The recipients of each destination, found out when its URL is first read or has changed: several
are told each by itself.

Only Apprise's plugins know whom a URL names, and loading one takes longer than a quiet cycle: what
was found is kept, with a mark of the URL that it was found in. Kept are keyed hashes and masked
labels; the addresses never leave the URL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from goldmine_ingest import reasons
from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.alerts.recipients import buried_with, change, expanded, taken_over
from goldmine_ingest.config import reveal_address
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model.recipient import keyed
from goldmine_ingest.store.recipient_rows import key_of

if TYPE_CHECKING:
    from goldmine_ingest.alerts.recipients import Noted
    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.model.recipient import Named, RecipientEvent
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store

_MARK = (
    "recipients:"  # and the destination's name: in `meta`, the mark of the URL that was read last
)
# How recipients are told apart. Another number has every URL read again.
_READING = "1"


@dataclass(frozen=True, slots=True)
class Reading:
    """A URL that was read: the fact that keeps its mark, and whom it names."""

    destination: DestinationSettings
    fact: str
    mark: str
    named: tuple[Named, ...]


def read_urls(
    project: Project, world: Environment, noted: Noted, facts: Mapping[str, str]
) -> list[Reading]:
    """Whom the URLs name that weren't read yet. Those that can't be had now keep the recipients
    that they had.

    Raises StoreError where the history's key can't be used.
    """
    secret = key_of(project.database.path)
    readings = []
    for destination in project.destinations:
        if destination.is_terminal and destination.name not in noted:
            continue
        try:
            url = reveal_address(destination, project.home, world.env)
            fact, mark = _MARK + destination.name, _READING + keyed(secret, url)
            if facts.get(fact) != mark:
                readings.append(
                    Reading(destination, fact, mark, _named(destination, url, secret, world))
                )
        except UnavailableError:
            continue  # said when something is sent there
    return readings


def _named(
    destination: DestinationSettings, url: str, secret: bytes, world: Environment
) -> tuple[Named, ...]:
    from goldmine_ingest.render.targets import (
        TargetKind,
        kind_of,
    )  # a cycle that has read all of its URLs renders nothing

    if destination.is_terminal or kind_of(url) is TargetKind.WEBHOOK:
        return ()
    return world.notifier().recipients(destination.name, url, secret)


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
        events, alerts, kept = _consequences(
            store, reading, noted.get(reading.destination.name, ()), facts, run_id
        )
        store.note_recipients(events, alerts, {**kept, reading.fact: reading.mark})
        happened += alerts
    return happened


def _consequences(
    store: Store,
    reading: Reading,
    before: Sequence[RecipientEvent],
    facts: Mapping[str, str],
    run_id: str,
) -> tuple[Sequence[RecipientEvent], list[AlertEvent], dict[str, str]]:
    destination, now = reading.destination, store.now
    began_at = store.destination_began(destination.name, now)
    found = change(destination.name, before, reading.named, began_at=began_at, now=now)
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
