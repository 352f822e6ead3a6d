"""What a URL that was read changes of a destination's recipients, and of their alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.alerts.recipient_places import Noted, expanded
from goldmine_ingest.alerts.recipients import buried_with, change, taken_over
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model.alert import AlertEvent
from goldmine_ingest.model.recipient import Named, RecipientEvent
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.delivery.recipients import UnreadUrl
from goldmine_ingest.pipeline.monitoring.watch import DIGEST_TOLD, SUMMED_UP
from goldmine_ingest.render.targets import TargetKind, kind_of
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.store.history import Store
from goldmine_ingest.store.recipient_rows import key_of


@dataclass(frozen=True, slots=True)
class Reading:
    """A URL that was read: the fact that keeps its mark, and whom it names. None: Apprise refuses
    it, so that its destination keeps the recipients that it had; it is read again in another hour.
    """

    destination: DestinationSettings
    fact: str
    mark: str
    named: tuple[Named, ...] | None


def read_urls(
    unread: Sequence[UnreadUrl], database: Path, notifier: Callable[[], Notifier]
) -> list[Reading]:
    """Whom the URLs name. Raises StoreError where the key of the history at `database` can't be
    used.
    """
    secret = key_of(database)
    readings = []
    for one in unread:
        try:
            named = _named(one, secret, notifier)
        except UnavailableError:
            continue  # said when something is sent there
        mark = one.refused_mark if named is None else one.mark
        readings.append(Reading(one.destination, one.fact, mark, named))
    return readings


def _named(
    one: UnreadUrl, secret: bytes, notifier: Callable[[], Notifier]
) -> tuple[Named, ...] | None:
    if one.destination.is_terminal or kind_of(one.url) is TargetKind.WEBHOOK:
        return ()
    return notifier().recipients(one.url, secret)


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
    changes = change(destination.name, before, named, began_at=began_at, now=now)
    waiting = (
        [alert for alert in store.open_alerts() if alert.destination == destination.name]
        if before or changes.inherits
        else []
    )
    alerts = [
        event_of(alert, "suppressed", now, why=reasons.LEFT, run_id=run_id)
        for alert in waiting
        if alert.slot in changes.ends
    ]
    here = {
        one.slot: one
        for one in expanded([destination], {destination.name: [*before, *changes.events]})
    }
    texts = store.first_reasons({alert.alert_id for alert in waiting}) if changes.inherits else {}
    dead = store.dead_alerts(destination.name) if changes.inherits and not before else ()
    kept: dict[str, str] = {}
    for slot, source in changes.inherits:
        heir, model = here[slot], replace(destination, slot=source)
        for alert in waiting:
            if alert.slot == source:
                alerts += taken_over(alert, heir, texts.get(alert.alert_id, ""))
        for event in dead:
            alerts += buried_with(event, heir)
        kept |= {
            heir.fact(prefix): facts[model.fact(prefix)]
            for prefix in (DIGEST_TOLD, SUMMED_UP)
            if model.fact(prefix) in facts
        }
    return changes.events, alerts, kept
