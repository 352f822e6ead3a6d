"""Buttons below alerts: which a message gets, and what becomes of their presses.

Presses are fetched at the beginning of a cycle and between two of a resident process, stored, and
only then confirmed, so that a crash fetches them again; each makes the event whose id is its
token's digest, so that twice is once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.alerts.tokens import (
    Press,
    Token,
    TokenError,
    destination_mark,
    event_id,
    read,
    sign,
)
from goldmine_ingest.analysis.actions import Action, Done, act
from goldmine_ingest.config import reveal
from goldmine_ingest.errors import UnavailableError, UsageError
from goldmine_ingest.model import press as pressed
from goldmine_ingest.model.alert import Why
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.pipeline.proxy import proxy_of
from goldmine_ingest.render import TargetKind, kind_of
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.runtime.web_key import read_key
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import OpenStore, Store

_KINDS = (TargetKind.TELEGRAM, TargetKind.NTFY)
_WORDS: Mapping[str, str] = {"pursue": "Pursue", "skip": "Skip", "good": "Good", "bad": "Bad"}
_DOES: Mapping[Press, str] = {
    "pursue": "pursued",
    "skip": "skipped",
    "good": "good",
    "bad": "bad",
    "undo": "undone",
}
_SAID = {"pursued": "Pursued", "skipped": "Skipped", "good": "Rated good", "bad": "Rated bad"}
_NONE_OF_OURS = "This button is not good any more"
# What `notify test` tells of: a press below it records nothing, and says so.
TEST_LISTING = "0" * 20
_ONLY_A_TEST = "It works: this was a test, nothing is recorded"
_PRESSED = Why(None, "a button of it was pressed: it arrived")
# The names of small facts that the history keeps of a destination.
_MARK, _TAKEN = "presses:", "presses taken:"


def key_of_buttons(database: Path) -> bytes:
    """What signs buttons; `goldmine web sign-out` ends them all. Raises StoreError."""
    return read_key(database.parent).part("action")


def have_buttons(project: Project, destination: DestinationSettings, url: str) -> bool:
    """Whether messages to a destination have buttons."""
    return project.actions is not None and destination.actions and kind_of(url) in _KINDS


def buttons_of(
    project: Project,
    destination: DestinationSettings,
    url: str,
    env: Mapping[str, str],
    redactor: Redactor,
) -> ButtonMaker | None:
    """What makes the buttons of a destination's messages; None where it has none. Raises StoreError
    where the key can't be had, UnavailableError where its reply_token can't.
    """
    if not have_buttons(project, destination, url):
        return None
    token = ""
    if destination.reply_token is not None:
        token = reveal(destination.reply_token, project.home, env)
        redactor.learn(token)
    return ButtonMaker(project, destination.name, key_of_buttons(project.database.path), token)


@dataclass(frozen=True, slots=True)
class ButtonMaker:
    """Makes the buttons of one destination's messages."""

    project: Project
    destination: str
    key: bytes = field(repr=False)
    reply_token: str = field(default="", repr=False)

    def below(self, listing_id: str, told_at: datetime) -> pressed.Buttons:
        """Those of one alert, the same however often it is sent."""
        actions = self.project.actions
        presses: tuple[Press, ...] = actions.buttons if actions else ()
        return pressed.Buttons(
            tuple((_WORDS[each], self.token(each, listing_id, told_at)) for each in presses),
            reply_topic(self.destination, self.key),
            self.reply_token,
        )

    def token(self, press: Press, listing_id: str, told_at: datetime) -> str:
        """A button's token, good for [actions] expires from when its alert was owed."""
        expires = self.project.actions.expires if self.project.actions else None
        until = told_at + expires if expires else told_at
        return sign(Token(press, listing_id, destination_mark(self.destination), until), self.key)


def reply_topic(destination: str, key: bytes) -> str:
    """The topic in which ntfy puts presses: 24 letters and digits that nobody guesses."""
    digest = hmac.digest(key, f"reply {destination}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:15]).decode().lower()


def take_presses(
    project: Project,
    environment: Environment,
    urls: Mapping[tuple[str, str], str],
    open_store: OpenStore,
    *,
    run_id: str,
) -> list[str]:
    """Fetches presses, stores what they say, confirms them. Gives sentences for a person."""
    asked = {
        destination.name: (destination, urls[destination.place])
        for destination in reversed(project.destinations)
        if destination.place in urls and have_buttons(project, destination, urls[destination.place])
    }
    if not asked:
        return []
    key, notifier = key_of_buttons(project.database.path), environment.notifier()
    try:
        proxy = proxy_of(project, environment.env)
    except UnavailableError:
        return []  # each send says it
    with open_store() as store:
        marks = {name: store.get_meta(_MARK + name) or "" for name in asked}
        taken = {
            name: not may_have_buttons(store, destination)
            for name, (destination, _) in asked.items()
        }
    had = {
        name: notifier.presses(url, pressed.Asking(marks[name], reply_topic(name, key)), proxy)
        for name, (_, url) in asked.items()
    }
    if any((each.mark, each.taken) != (marks[n], taken[n]) for n, each in had.items()):
        with open_store() as store:
            recorder = _Recorder(store, project, key, asked, had, run_id)
            confirmings = {name: recorder.take(name) for name in asked}
        _confirm_all(notifier, asked, confirmings, proxy)
    return [f"{name}: buttons: {each.why}" for name, each in had.items() if each.why]


def _confirm_all(
    notifier: Notifier,
    asked: Mapping[str, tuple[DestinationSettings, str]],
    confirmings: Mapping[str, list[pressed.Confirming]],
    proxy: str,
) -> None:
    for name, (_, url) in asked.items():
        if confirmings[name]:
            notifier.confirm(url, confirmings[name], proxy)


def may_have_buttons(store: Store, destination: DestinationSettings) -> bool:
    """Whether presses can be fetched: where another program reads the bot, nobody would hear
    them.
    """
    return store.get_meta(_TAKEN + destination.name) != "yes"


@dataclass(slots=True)
class _Recorder:
    """Stores what was pressed."""

    store: Store
    project: Project
    key: bytes
    asked: Mapping[str, tuple[DestinationSettings, str]]
    had: Mapping[str, pressed.Presses]
    run_id: str
    _seen: set[str] = field(default_factory=set)

    def take(self, name: str) -> list[pressed.Confirming]:
        """What one destination's service had; where to go on is stored after it."""
        had, confirmings = self.had[name], []
        for press in had.presses:
            if press.ref and press.ref in self._seen:
                continue  # one bot of two destinations has it for both
            self._seen.add(press.ref)
            confirmings.append(self._record(name, press))
        self.store.set_meta(_MARK + name, had.mark)
        if had.taken or not had.why:
            self.store.set_meta(_TAKEN + name, "yes" if had.taken else "no")
        return confirmings

    def _record(self, name: str, press: pressed.Press) -> pressed.Confirming:
        try:
            token = read(press.token, self.key, self.store.now)
            owner = self._owner(token, name, press)
        except TokenError:
            return pressed.Confirming(press, _NONE_OF_OURS)
        if token.listing == TEST_LISTING:
            return pressed.Confirming(press, _ONLY_A_TEST)
        listing = self.store.listings([token.listing]).get(token.listing)
        if listing is None or token.press not in _DOES:
            return pressed.Confirming(press, _NONE_OF_OURS)
        what = _DOES[token.press]
        try:
            done = act(
                self.store,
                Action(
                    event_id(press.token),
                    what,
                    token.listing,
                    self.store.now,
                    "phone",
                    undoes=self._last_by_phone(token.listing) if what == "undone" else None,
                    connects=listing.posting.connects if what == "pursued" else None,
                ),
            )
        except UsageError:
            return pressed.Confirming(press, "There is nothing to take back")
        self._arrived(token.listing, owner.name)
        return pressed.Confirming(press, *self._answer(done, token, owner))

    def _owner(self, token: Token, name: str, press: pressed.Press) -> DestinationSettings:
        """The destination whose message it was. Raises TokenError where it is none of these, or was
        pressed elsewhere, or by somebody who isn't among its people.
        """
        for other, (destination, _) in self.asked.items():
            if destination_mark(other) != token.destination:
                continue
            if press.chat == 0:
                if other == name:
                    return destination
            elif press.chat in self.had[other].chats and (
                press.alone or press.who in destination.people
            ):
                return destination
        raise TokenError

    def _last_by_phone(self, listing_id: str) -> str | None:
        events = self.store.events(ids=[listing_id])
        return next((e.event_id for e in events if e.way == "phone" and not e.undone), None)

    def _arrived(self, listing_id: str, destination: str) -> None:
        """A button that was pressed proves that its message arrived."""
        self.store.append_events(
            [
                event_of(alert, "sent", self.store.now, why=_PRESSED, run_id=self.run_id)
                for alert in self.store.open_alerts()
                if (alert.listing_id, alert.destination) == (listing_id, destination)
                and alert.last_event == "uncertain"
            ]
        )

    def _answer(
        self, done: Done, token: Token, owner: DestinationSettings
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        maker = ButtonMaker(self.project, owner.name, self.key)
        again = self.store.now
        if done.state == "undone" or done.event is None:
            return "Taken back", maker.below(token.listing, again).presses
        at = f"{done.event.recorded_at:%H:%M} UTC"
        label = _SAID.get(done.event.what, done.event.what.capitalize())
        undo = (("Undo", maker.token("undo", token.listing, again)),)
        # pressed once more, it is known
        mark = (f"✓ {label} {at}", sign(token, self.key))
        if done.state == "already":
            return f"Already {label.lower()} at {at}", (mark, *undo)
        return label, (mark, *undo)


def with_buttons(
    maker: ButtonMaker | None, listing_id: str | None, told_at: datetime
) -> pressed.Buttons | None:
    """The buttons of one message; none below a notice."""
    return maker.below(listing_id, told_at) if maker and listing_id else None
