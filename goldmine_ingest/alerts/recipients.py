"""What becomes of a destination's recipients when its URL is read: who joins, who has left, what
the ledger makes of it. Pure.

Each recipient has a slot, of which its alert ids are made. The first that a destination ever has
bears '', as if it were alone: with one recipient all is as if there were none, and when a second
joins, the first goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.alerts import ledger
from goldmine_ingest.alerts.recipient_places import current
from goldmine_ingest.model.alert import Cause, Why
from goldmine_ingest.model.recipient import Named, RecipientEvent, RecipientEventKind

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertEvent, AlertEventKind, OpenAlert
    from goldmine_ingest.settings.destinations import DestinationSettings

    pass

WHOLE = Named("", "")
"""Stands for a URL that names no recipients or can't be taken apart: a webhook, a channel's own."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a URL's recipients change. `inherits` maps a slot to the one whose state it takes
    over; `ends` are slots that left.
    """

    events: tuple[RecipientEvent, ...] = ()
    inherits: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, ...] = ()


def change(
    destination: str,
    events: Sequence[RecipientEvent],
    named: Sequence[Named],
    *,
    began_at: datetime,
    now: datetime,
) -> Change:
    """What to note of `named`, the recipients of the URL as it is now, after what was noted before.

    At the first reading all of them take over what the destination did before: what it sent, held
    or buried is each one's. Later one that is new owes from now on. Where none of those before is
    left, the address has changed and not the people: the new ones go on for them, those with the
    same label first. `began_at` is when the destination began.
    """
    named = sorted(set(named), key=lambda n: n.key) or [WHOLE]
    here = current(events)
    if not here:
        first, *others = _slots(events, named)
        notes = [
            _note(destination, "joined", slot, n, began_at, now) for slot, n in (first, *others)
        ]
        return Change(tuple(notes), tuple((slot, first[0]) for slot, _ in others))
    stayed = {event.key for event in here.values()} & {n.key for n in named}
    if not stayed:
        return _moved(destination, events, here, named, now)
    new = _slots(events, [n for n in named if n.key not in stayed])
    gone = [event for event in here.values() if event.key not in stayed]
    return Change(
        (
            *(_left(event, now) for event in gone),
            *(_note(destination, "joined", slot, n, now, now) for slot, n in new),
        ),
        ends=tuple(event.slot for event in gone),
    )


def taken_over(
    alert: OpenAlert, recipient: DestinationSettings, text: str
) -> tuple[AlertEvent, ...]:
    """The events that put a recipient where another one's open alert stands. `text` is what that
    began with: of a notice, its words.
    """
    began: AlertEventKind = "held" if alert.for_digest else "owed"
    first = ledger.event_of(
        alert,
        began,
        alert.enqueued_at,
        why=Why(Cause.DIGEST if alert.for_digest else None, text),
        attempt=0,
    )
    events = [first]
    if alert.may_repeat and alert.last_event != "uncertain":
        events.append(
            ledger.event_of(
                alert,
                "uncertain",
                alert.last_event_at,
                why=Why(Cause.UNCERTAIN),
                next_try_at=alert.next_try_at,
            )
        )
    if alert.last_event != began or alert.reason != text:
        again = ledger.event_of(
            alert,
            alert.last_event,
            alert.last_event_at,
            why=alert.why,
            next_try_at=alert.next_try_at,
        )
        events.append(again)
    return tuple(_for(recipient, event) for event in events)


def buried_with(dead: AlertEvent, recipient: DestinationSettings) -> tuple[AlertEvent, ...]:
    """The events of a recipient's own alert that died before it was told apart from the others."""
    owed = replace(dead, event="owed", cause=None, reason="", attempt=0, next_try_at=None)
    return _for(recipient, owed), _for(recipient, dead)


def _for(recipient: DestinationSettings, event: AlertEvent) -> AlertEvent:
    ident = ledger.alert_id(event.listing_id or event.subject or "", event.kind, *recipient.place)
    return replace(
        event, alert_id=ident, slot=recipient.slot, recipient=recipient.recipient, message=None
    )


def _moved(
    destination: str,
    events: Sequence[RecipientEvent],
    here: dict[str, RecipientEvent],
    named: Sequence[Named],
    now: datetime,
) -> Change:
    """Everybody has another address: each of those before goes on as one of the new; further new
    ones are in the state of the first.
    """
    pairs = _paired(list(here.values()), named)
    notes = [
        replace(event, event="moved", noted_at=now, key=n.key, label=n.label) for event, n in pairs
    ]
    more = _slots(events, [n for n in named if n not in [new for _, new in pairs]])
    gone = [event for event in here.values() if event not in [old for old, _ in pairs]]
    first = pairs[0][0]
    joined = [_note(destination, "joined", slot, n, first.began_at, now) for slot, n in more]
    return Change(
        (*(_left(event, now) for event in gone), *notes, *joined),
        tuple((slot, first.slot) for slot, _ in more),
        tuple(event.slot for event in gone),
    )


def _paired(
    before: list[RecipientEvent], named: Sequence[Named]
) -> list[tuple[RecipientEvent, Named]]:
    by_label = {n.label: n for n in named if [m.label for m in named].count(n.label) == 1}
    sure = [(event, by_label[event.label]) for event in before if event.label in by_label]
    sure = [pair for pair in sure if [other.label for other in before].count(pair[0].label) == 1]
    rest = [event for event in before if event not in [old for old, _ in sure]]
    left = [n for n in named if n not in [new for _, new in sure]]
    return sure + list(zip(rest, left, strict=False))


def _slots(events: Sequence[RecipientEvent], named: Iterable[Named]) -> list[tuple[str, Named]]:
    """A slot for each that joins: its own again if it was there before, '' for a destination's
    first, else its key.
    """
    used, taken = {event.key: event.slot for event in events}, set(current(events))
    ever = {event.slot for event in events}
    slots = []
    for n in named:
        own = used.get(n.key)
        slot = own if own is not None and own not in taken else _free(n.key if ever else "", ever)
        taken.add(slot)
        ever.add(slot)
        slots.append((slot, n))
    return slots


def _free(key: str, taken: set[str]) -> str:
    return next(
        slot for slot in (key + "+" * count for count in range(len(taken) + 1)) if slot not in taken
    )


def _note(
    destination: str,
    event: RecipientEventKind,
    slot: str,
    n: Named,
    began_at: datetime,
    now: datetime,
) -> RecipientEvent:
    return RecipientEvent(destination, event, now, slot, n.key, n.label, began_at)


def _left(event: RecipientEvent, now: datetime) -> RecipientEvent:
    return replace(event, event="left", noted_at=now)
