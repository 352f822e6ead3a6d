"""What a person does about a listing by a key, a tap or a button: one function for the page and for
every way that a phone's answer comes by.

Each action bears the id of the event that it would record, made where it was offered, so that the
same press twice is one event. `seen` is the listing's last event as the person saw it: has
something happened since, nothing is written and the caller says what is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, get_args

from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.pursuit import Because, Led, Rated, RecordedEvent, Stage, Way

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store

Doing = Stage | Rated | Literal["undone"]
RATED: tuple[str, ...] = get_args(Rated)
STAGES: tuple[str, ...] = get_args(Stage)
NOTHING_SEEN = ""
_A_MOMENT = timedelta(microseconds=1)
_SAME_TIME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Action:
    """`what` is a stage, a rating, or "undone": then `undoes` names the event to take back. `seen`
    None: whatever happened since, it is recorded; "" : nothing had happened. `destination` is that
    of the message whose button was pressed, where it waits on the disk.
    """

    event_id: str
    what: str
    listing_id: str
    at_time: datetime
    way: Way
    seen: str | None = None
    undoes: str | None = None
    because: Because | None = None
    connects: int | None = None
    amount: Decimal | None = None
    objection: str | None = None
    note: str | None = None
    source: str | None = None
    title: str | None = None
    hours: Decimal | None = None
    led: Led | None = None
    destination: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an action. "already": it stands, by this press or an earlier one; "conflict":
    something else happened since, which `event` is (None: what was seen was undone), and nothing
    was written. Otherwise `event` is what was recorded or taken back.
    """

    state: Literal["recorded", "undone", "already", "conflict"]
    event: RecordedEvent | None


def act(store: Store, action: Action) -> Done:
    """Record an action in one transaction. Raises UsageError for what isn't an action."""
    if action.what == "undone":
        return _undo(store, action)
    if action.what not in (*STAGES, *RATED):
        raise UsageError(f"{action.what!r} is no action")
    recorded = store.events(event_id=action.event_id)
    if recorded:
        return Done("already", recorded[0])
    events = store.events(ids=[action.listing_id])
    last = last_event(events)
    if last is not None and _says_the_same(last, action):
        return Done("already", last)
    if action.seen is not None and action.seen != (last.event_id if last else NOTHING_SEEN):
        return Done("conflict", last)
    whole = _with_connects(store, _of_own_work(action, events))
    event = _event(whole, _after(events, store.now))
    store.record_event(event)
    return Done("recorded", event)


def last_event(events: tuple[RecordedEvent, ...]) -> RecordedEvent | None:
    """The newest that stands, of events with the newest first."""
    return next((event for event in events if not event.undone), None)


def _undo(store: Store, action: Action) -> Done:
    named = store.events(event_id=action.undoes) if action.undoes else ()
    if not named:
        raise UsageError("there is no such event to take back")
    event = named[0]
    if event.undone:
        return Done("already", event)
    store.undo_event(event)
    return Done("undone", event)


def _says_the_same(last: RecordedEvent, action: Action) -> bool:
    """Nothing new would be known by it, but for a reason that is given now."""
    return last.what == action.what and (action.because is None or last.because == action.because)


def _after(events: tuple[RecordedEvent, ...], now: datetime) -> datetime:
    """Now, or a moment after the newest event where that bears the same time: several that waited
    in the spool go in at once, in their order.
    """
    newest = events[0].recorded_at if events else now
    return newest + _A_MOMENT if now <= newest < now + _SAME_TIME else now


def _with_connects(store: Store, action: Action) -> Action:
    """What a pursuit cost: pressed on a phone, where nobody is asked, what the listing names."""
    if action.connects is not None or (action.what, action.way) != ("pursued", "phone"):
        return action
    listing = store.listings([action.listing_id]).get(action.listing_id)
    return replace(action, connects=listing.posting.connects) if listing else action


def _of_own_work(action: Action, events: tuple[RecordedEvent, ...]) -> Action:
    """Each event of work that no feed brought bears its title and source, so that it is told from
    one of a listing.
    """
    first = next((event for event in reversed(events) if event.title), None)
    return replace(action, title=first.title, source=first.source) if first else action


def _event(action: Action, now: datetime) -> RecordedEvent:
    rating = action.what in RATED
    return RecordedEvent(
        action.event_id,
        action.listing_id,
        "rating" if rating else "pursuit",
        action.what,
        now if rating else min(action.at_time, now),
        now,
        action.because,
        action.connects,
        action.amount,
        action.objection,
        action.note,
        action.way,
        source=action.source,
        title=action.title,
        hours=action.hours,
        led=action.led,
    )
