"""Presses that are fetched from services: once, as a cycle does, and what each of them becomes.

A press is stored first, in the history or beside it on the disk, and only then confirmed, so that a
crash has it come again; its token's digest makes it one event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from goldmine_ingest.alerts.tokens import Token, TokenError, destination_mark, read, sign
from goldmine_ingest.analysis.action_spool import take_in
from goldmine_ingest.analysis.arrival import arrived
from goldmine_ingest.errors import BusyError, UnavailableError
from goldmine_ingest.model.press import Asking, Confirming, Press, Presses
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.delivery.buttons import (
    TAKEN,
    have_buttons,
    key_of_buttons,
    reply_topic,
)
from goldmine_ingest.pipeline.delivery.pressing import (
    Outcome,
    follows,
    press,
    set_press_aside,
    word_of,
)
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.pipeline.proxy import proxy_of
from goldmine_ingest.runtime.locks import phone_lock
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import OpenStore, Store

_NONE_OF_OURS = "This button is not good any more"
_ONLY_A_TEST = "It works: this was a test, nothing is recorded"
_NOTED = "Noted; it goes into the history in a moment"
# The name of a small fact that the history keeps of a destination: where to go on.
_MARK = "presses:"

Asked = Mapping[str, tuple[DestinationSettings, str]]


def fetched_from(project: Project, urls: Mapping[tuple[str, str], str]) -> Asked:
    """The destinations whose presses are fetched, by their names, each with its address."""
    return {
        destination.name: (destination, urls[destination.place])
        for destination in reversed(project.destinations)
        if destination.place in urls and have_buttons(project, destination, urls[destination.place])
    }


def take_presses(
    project: Project,
    environment: Environment,
    urls: Mapping[tuple[str, str], str],
    open_store: OpenStore,
    *,
    run_id: str,
) -> list[str]:
    """Fetches presses, stores what they say, confirms them. Gives sentences for a person. Does
    nothing where a resident process waits for them.
    """
    asked = fetched_from(project, urls)
    if not asked:
        return []
    try:
        with phone_lock(project.database.path):
            return _take_presses(project, environment, asked, open_store, run_id)
    except BusyError:
        return []


def _take_presses(
    project: Project, environment: Environment, asked: Asked, open_store: OpenStore, run_id: str
) -> list[str]:
    key, notifier = key_of_buttons(project.database.path), environment.notifier()
    try:
        proxy = proxy_of(project, environment.env)
    except UnavailableError:
        return []  # each send says it
    with open_store() as store:
        marks = {name: mark_of(store, name) for name in asked}
        taken = {name: is_taken(store, name) for name in asked}
    had = {
        name: notifier.presses(url, Asking(marks[name], reply_topic(name, key)), proxy)
        for name, (_, url) in asked.items()
    }
    chats = {name: presses.chats for name, presses in had.items()}
    if any((each.mark, each.taken) != (marks[n], taken[n]) for n, each in had.items()):
        recorder = Recorder(project, key, chats, run_id)
        with open_store() as store:
            confirmings = {name: recorder.take(store, name, had[name]) for name in asked}
        confirm_all(notifier, asked, confirmings, proxy)
    return [f"{name}: buttons: {each.why}" for name, each in had.items() if each.why]


def confirm_all(
    notifier: Notifier,
    asked: Asked,
    confirmings: Mapping[str, Sequence[Confirming]],
    proxy: str,
) -> None:
    """Tells who pressed what became of it."""
    for name, answers in confirmings.items():
        if answers:
            notifier.confirm(asked[name][1], answers, proxy)


def mark_of(store: Store, name: str) -> str:
    """Where to go on with a destination's presses."""
    return store.get_meta(_MARK + name) or ""


def is_taken(store: Store, name: str) -> bool:
    """Whether another program reads them, as far as we know."""
    return store.get_meta(TAKEN + name) == "yes"


def note_taken(store: Store, name: str, had: Presses) -> None:
    """Notes whether another program reads them."""
    if had.taken or not had.why:
        store.set_meta(TAKEN + name, "yes" if had.taken else "no")


@dataclass(slots=True)
class Recorder:
    """Stores what was pressed. `chats` are those of each destination from which presses are
    fetched.
    """

    project: Project
    key: bytes = field(repr=False)
    chats: Mapping[str, tuple[int, ...]] = field(repr=False)
    run_id: str = ""
    _seen: set[str] = field(default_factory=set)

    def take(self, store: Store, name: str, had: Presses) -> list[Confirming]:
        """What one destination's service had; where to go on is stored after it."""
        take_in(store, self.project.database.path)
        confirmings = [self.record(store, name, press) for press in self._new(had)]
        store.set_meta(_MARK + name, had.mark)
        note_taken(store, name, had)
        return confirmings

    def record(self, store: Store, name: str, pressed: Press) -> Confirming:
        """Stores one press."""
        try:
            token, owner = self._read(name, pressed, store.now)
            outcome = press(store, token, self.key)
        except TokenError:
            return Confirming(pressed, _NONE_OF_OURS)
        if outcome.state != "test":
            arrived(store, token.listing, owner.name, self.run_id)
        return self._confirming(pressed, outcome)

    def set_aside(self, name: str, had: Presses, now: datetime) -> list[Confirming]:
        """Keeps presses on the disk while another program has the history. Raises OSError."""
        return [self._set_aside(name, pressed, now) for pressed in self._new(had)]

    def _new(self, had: Presses) -> list[Press]:
        """One bot of two destinations has each press for both."""
        new = [each for each in had.presses if not each.ref or each.ref not in self._seen]
        self._seen.update(each.ref for each in new)
        return new

    def _set_aside(self, name: str, pressed: Press, now: datetime) -> Confirming:
        try:
            token, owner = self._read(name, pressed, now)
            path = self.project.database.path
            outcome = set_press_aside(path, token, owner.name, self.key, now)
        except TokenError:
            return Confirming(pressed, _NONE_OF_OURS)
        return self._confirming(pressed, outcome)

    def _read(self, name: str, pressed: Press, now: datetime) -> tuple[Token, DestinationSettings]:
        """The token, and the destination whose message it was. Raises TokenError where it is none
        of these, or was pressed elsewhere, or by somebody who isn't among its people.
        """
        token = read(pressed.token, self.key, now)
        for destination in self.project.destinations:
            if destination_mark(destination.name) != token.destination:
                continue
            if pressed.chat == 0:
                if destination.name == name:
                    return token, destination
            elif pressed.chat in self.chats.get(destination.name, ()) and (
                pressed.alone or pressed.who in destination.people
            ):
                return token, destination
        raise TokenError

    def _confirming(self, pressed: Press, outcome: Outcome) -> Confirming:
        presses = self.project.actions.buttons if self.project.actions else ()
        below = [(word, sign(token, self.key)) for word, token in follows(outcome, presses)]
        said, mark = _said(outcome)
        if mark:  # pressed once more, it is known
            below.insert(0, (mark, sign(outcome.token, self.key)))
        return Confirming(pressed, said, tuple(below))


def _said(outcome: Outcome) -> tuple[str, str]:
    """What is shown for a moment, and what stands below the message from then on ("": nothing)."""
    if outcome.state == "test":
        return _ONLY_A_TEST, ""
    if outcome.state == "noted":
        return _NOTED, "✓ Noted"
    if outcome.state == "undone":
        return "Taken back", ""
    if outcome.event is None or outcome.state == "taken_back":
        return "It was taken back; press once more", ""
    label, at = word_of(outcome.event), f"{outcome.event.recorded_at:%H:%M} UTC"
    said = label if outcome.state == "recorded" else f"Already {label.lower()} at {at}"
    return said, f"✓ {label} {at}"
