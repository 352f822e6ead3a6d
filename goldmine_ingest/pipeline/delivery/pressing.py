"""What a signed token does to the history, whichever way it came: fetched from a service, or
through the door.

A token's digest is the id of its event, so that the same press is one event, however often and by
however many ways it comes. What takes an event back names it, so that it can't take back another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from goldmine_ingest.alerts.tokens import (
    Press,
    Token,
    TokenError,
    event_id,
    once_more,
    sign,
    taken_back_by,
    undo_of,
)
from goldmine_ingest.analysis.action_spool import set_aside, take_in, waiting
from goldmine_ingest.analysis.actions import Action, Doing, Done, act
from goldmine_ingest.errors import GoldmineError, UsageError
from goldmine_ingest.model.pursuit import RecordedEvent
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.store.history import Store, open_store

# How long a press waits for another program that has the history, before it is set aside.
PATIENCE = timedelta(seconds=2)
# What `notify test` tells of: a press below it records nothing, and says so.
TEST_LISTING = "0" * 20
WORDS: Mapping[Press, str] = {"pursue": "Pursue", "skip": "Skip", "good": "Good", "bad": "Bad"}
_DOES: Mapping[Press, Doing] = {
    "pursue": "pursued",
    "skip": "skipped",
    "good": "good",
    "bad": "bad",
}
_SAID = {"pursued": "Pursued", "skipped": "Skipped", "good": "Rated good", "bad": "Rated bad"}
# How often an event can have been taken back until its link is refused.
_MOST_OFTEN = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a press. "already": it stands, by this press or by another way; "undone": an
    event was taken back; "taken_back": this press's own event was, meanwhile; "noted": on the disk,
    it goes into the history when that is free; "test": it was below a test message. `event` is
    what stands or stood; `own`: it is this token's.
    """

    state: Literal["recorded", "already", "undone", "taken_back", "noted", "test"]
    token: Token
    event: RecordedEvent | None = None
    own: bool = True

    @property
    def stands(self) -> bool:
        return self.state in ("recorded", "already")


def word_of(event: RecordedEvent) -> str:
    """'Pursued', 'Rated good'."""
    return _SAID.get(event.what, event.what.capitalize())


def press(store: Store, token: Token, key: bytes) -> Outcome:
    """Records what a token says, in one transaction. Raises TokenError for one that does nothing:
    of a listing that there isn't, of all actions at once, or of an event that never was.
    """
    if token.listing == TEST_LISTING:
        return Outcome("test", token)
    if token.listing not in store.listings([token.listing]):
        raise TokenError
    try:
        done = act(store, _action(token, key, store.now))
    except UsageError:
        raise TokenError from None
    return _outcome(done, token, key)


def set_press_aside(
    database: Path, token: Token, destination: str, key: bytes, now: datetime
) -> Outcome:
    """Keeps a press below a message to `destination` on the disk while another program has the
    history. Raises TokenError for one that does nothing, OSError where the folder can't be written.
    """
    if token.listing == TEST_LISTING:
        return Outcome("test", token)
    set_aside(database, replace(_action(token, key, now), destination=destination))
    reach("set_aside")
    return Outcome("noted", token)


def _action(token: Token, key: bytes, now: datetime) -> Action:
    own, original = event_id(sign(token, key)), taken_back_by(token)
    if original is not None:
        taken_back = event_id(sign(original, key))
        return Action(own, "undone", token.listing, now, "phone", undoes=taken_back)
    if token.press not in _DOES:
        raise TokenError
    return Action(own, _DOES[token.press], token.listing, now, "phone")


def _outcome(done: Done, token: Token, key: bytes) -> Outcome:
    if taken_back_by(token) is not None:
        return Outcome("undone", token, done.event)
    if done.event is not None and done.event.undone:
        return Outcome("taken_back", token, done.event)
    own = done.event is not None and done.event.event_id == event_id(sign(token, key))
    return Outcome("recorded" if done.state == "recorded" else "already", token, done.event, own)


def follows(outcome: Outcome, presses: tuple[Press, ...]) -> tuple[tuple[str, Token], ...]:
    """What can be pressed after it, each with its word: take it back, or, where it was taken back,
    everything once more.
    """
    token = outcome.token
    if outcome.state in ("undone", "taken_back"):
        again = once_more(taken_back_by(token) or token)
        return tuple((WORDS[name], _as(again, name)) for name in presses)
    takes_back = taken_back_by(token) is not None
    if outcome.own and (outcome.stands or (outcome.state == "noted" and not takes_back)):
        return (("Undo", undo_of(token)),)
    return ()


def _as(token: Token, name: Press) -> Token:
    return Token(name, token.listing, token.destination, token.expires_at)


def unused(events: Iterable[RecordedEvent], token: Token, key: bytes) -> Token:
    """The token, or that of a later hour where its event was taken back. `events` are all of its
    listing's. Raises TokenError where that happened without end.
    """
    undone = {event.event_id for event in events if event.undone}
    for _ in range(_MOST_OFTEN):
        if event_id(sign(token, key)) not in undone:
            return token
        token = once_more(token)
    raise TokenError


@dataclass(slots=True)
class SpoolEmptier:
    """Has what was set aside taken in as soon as the history is free. What waits when the process
    ends is taken in by the next cycle.
    """

    now: Callable[[], datetime]
    _taking: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hurry(self, database: Path) -> None:
        with self._lock:
            if self._taking is None or not self._taking.is_alive():
                self._taking = threading.Thread(target=self._empty, args=(database,), daemon=True)
                self._taking.start()

    def _empty(self, database: Path) -> None:
        while next(waiting(database), None) is not None:
            try:
                with open_store(database, wait=PATIENCE, now=self.now()) as store:
                    take_in(store, database)
            except GoldmineError:
                time.sleep(1)
