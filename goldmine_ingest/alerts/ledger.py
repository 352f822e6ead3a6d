"""The alert state machine: the events of an alert, and how it stands after each. Pure; the store
keeps the events. What is owed says owing.py, what a result means settling.py.

    owed | held -> attempt -> sent | retry | dead | uncertain        suppressed, sent and dead end
    an alert

An 'attempt' is committed before the call and the result after it, so that a program that dies in
between leaves an attempt without a result, which `settling.recover` turns into 'uncertain'.
Nothing is ever dropped in silence: what is not sent is a row with its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.alerts import reasons
from goldmine_ingest.model.alert import (
    AlertEvent,
    AlertEventKind,
    AlertKind,
    AlertState,
    OpenAlert,
    Why,
)

if TYPE_CHECKING:
    pass

_STATES: dict[AlertEventKind, AlertState] = {
    "owed": "owed",
    "held": "held",
    "attempt": "uncertain",
    "sent": "sent",
    "retry": "retrying",
    "uncertain": "uncertain",
    "dead": "dead",
    "suppressed": "suppressed",
}
_FINAL = frozenset({"sent", "dead", "suppressed"})


def alert_id(subject: str, kind: AlertKind, destination: str, slot: str = "") -> str:
    """The SHA-256 (64 hex digits) of 'subject|kind|destination', and of '|slot' where a
    destination's recipient has one.

    The subject is the listing id; for a notice what it is about with the UTC day
    (`notice_subject`), so that it is told once a day. The destination is its name in the config: a
    rotated token changes nothing, a renamed destination is a new one.
    """
    return hashlib.sha256(
        f"{subject}|{kind}|{destination}{f'|{slot}' if slot else ''}".encode()
    ).hexdigest()


def state(events: Sequence[AlertEvent]) -> AlertState:
    """The state of one alert from its events, oldest first: that of the newest. Raises
    ValueError for none.
    """
    if not events:
        raise ValueError("an alert has at least one event")
    return _STATES[events[-1].event]


def fold(events: Iterable[AlertEvent]) -> OpenAlert | None:
    """One alert as it stands, from its events in order; None if it is finished (sent, dead,
    suppressed) or there are no events.
    """
    alert = None
    for event in events:
        alert = advance(alert, event)
    return alert


def advance(alert: OpenAlert | None, event: AlertEvent) -> OpenAlert | None:
    """The alert after one more event; None once it is finished. From None it begins anew
    (`alerts retry` of a dead one: 'owed').
    """
    if event.event in _FINAL:
        return None
    if alert is None:
        return OpenAlert(
            event.alert_id,
            event.destination,
            event.kind,
            event.listing_id,
            event.subject,
            event.score,
            enqueued_at=event.event_at,
            last_event=event.event,
            last_event_at=event.event_at,
            attempts=event.attempt,
            reason=event.reason,
            next_try_at=event.next_try_at,
            for_digest=event.event == "held",
            may_repeat=event.event == "uncertain",
            cause=event.cause,
            topic=event.topic,
            about=event.about,
            slot=event.slot,
            recipient=event.recipient,
        )
    return replace(
        alert,
        last_event=event.event,
        last_event_at=event.event_at,
        attempts=event.attempt,
        reason=event.reason,
        next_try_at=event.next_try_at,
        for_digest=alert.for_digest and event.event != "owed",
        may_repeat=alert.may_repeat or event.event == "uncertain",
        cause=event.cause,
        recipient=event.recipient,
    )


def attempt(alert: OpenAlert, *, now: datetime, run_id: str | None = None) -> AlertEvent:
    """The event to commit before the call. An attempt is a message of its own until `together`
    makes it a part of one.
    """
    event = event_of(alert, "attempt", now, attempt=alert.attempts + 1, run_id=run_id)
    return replace(event, message=alert.alert_id)


def together(events: Sequence[AlertEvent]) -> list[AlertEvent]:
    """Attempts or results of one message: they bear the id of the alert that stands first in it."""
    return [replace(event, message=events[0].alert_id) for event in events]


def event_of(
    alert: OpenAlert,
    event: AlertEventKind,
    now: datetime,
    *,
    why: Why = reasons.NOTHING,
    attempt: int | None = None,
    next_try_at: datetime | None = None,
    run_id: str | None = None,
) -> AlertEvent:
    """A later event of an open alert, which repeats what the first one said."""
    return AlertEvent(
        alert.alert_id,
        event,
        now,
        alert.destination,
        alert.kind,
        listing_id=alert.listing_id,
        subject=alert.subject,
        score=alert.score,
        attempt=alert.attempts if attempt is None else attempt,
        reason=why.reason,
        next_try_at=next_try_at,
        run_id=run_id,
        cause=why.cause,
        topic=alert.topic,
        about=alert.about,
        slot=alert.slot,
        recipient=alert.recipient,
    )
