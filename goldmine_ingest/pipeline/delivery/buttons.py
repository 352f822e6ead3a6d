"""Buttons and links below alerts: which a message gets. Telegram and ntfy carry buttons whose
presses are fetched; elsewhere there are links to the door, where [actions] url says how a phone
reaches it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from goldmine_ingest.alerts.tokens import Press, Token, destination_mark, door_mark, sign
from goldmine_ingest.config import reveal
from goldmine_ingest.model.press import ActionLinks, Buttons
from goldmine_ingest.pipeline.delivery.pressing import WORDS
from goldmine_ingest.render.targets import TargetKind, kind_of
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.runtime.web_key import read_key
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store

# Before a token in the door's addresses.
DOOR_PATH = "/a/"
_FETCHED = (TargetKind.TELEGRAM, TargetKind.NTFY)
# The name of a small fact that the history keeps of a destination.
TAKEN = "presses taken:"


def key_of_buttons(database: Path) -> bytes:
    """What signs buttons; `goldmine web sign-out` ends them all. Raises StoreError."""
    return read_key(database.parent).part("action")


def have_buttons(project: Project, destination: DestinationSettings, url: str) -> bool:
    """Whether messages to a destination have buttons whose presses are fetched."""
    return _wanted(project, destination) and kind_of(url) in _FETCHED


def have_links(project: Project, destination: DestinationSettings, url: str) -> bool:
    """Whether messages to a destination have links to the door."""
    if project.actions is None or not project.actions.url or destination.is_terminal:
        return False
    return _wanted(project, destination) and kind_of(url) not in _FETCHED


def inbox_of(project: Project, destination: DestinationSettings) -> str:
    """The page, for a digest's reader: by the first name of [web] hosts, behind TLS. "" where
    nothing is to be decided from a destination's messages, or no such name is known.
    """
    if destination.is_terminal or not project.web.hosts or not _wanted(project, destination):
        return ""
    return f"https://{project.web.hosts[0]}/"


def _wanted(project: Project, destination: DestinationSettings) -> bool:
    return bool(project.actions and project.actions.buttons) and destination.actions


def buttons_of(
    project: Project,
    destination: DestinationSettings,
    url: str,
    env: Mapping[str, str],
    redactor: Redactor,
) -> ButtonMaker | None:
    """What makes the buttons or links of a destination's messages; None where it has none. Raises
    StoreError where the key can't be had, UnavailableError where its reply_token can't.
    """
    links = have_links(project, destination, url)
    if not links and not have_buttons(project, destination, url):
        return None
    token = ""
    if destination.reply_token is not None:
        token = reveal(destination.reply_token, project.home, env)
        redactor.learn(token)
    key = key_of_buttons(project.database.path)
    return ButtonMaker(project, destination.name, key, token, linked=links)


@dataclass(frozen=True, slots=True)
class ButtonMaker:
    """Makes the buttons of one destination's messages, or, `linked`, their links."""

    project: Project
    destination: str
    key: bytes = field(repr=False)
    reply_token: str = field(default="", repr=False)
    linked: bool = False

    def below(self, listing_id: str, told_at: datetime) -> Buttons | None:
        """The buttons of one alert, the same however often it is sent; None where it has links."""
        if self.linked:
            return None
        return Buttons(
            tuple((WORDS[name], self.token(name, listing_id, told_at)) for name in self._presses),
            reply_topic(self.destination, self.key),
            self.reply_token,
            self._links(listing_id, told_at) if self._door else (),
        )

    def links(self, listing_id: str, told_at: datetime) -> ActionLinks | None:
        """The links of one alert, likewise; None where it has buttons."""
        if not self.linked:
            return None
        decide = self._address("decide", listing_id, told_at)
        return ActionLinks(self._links(listing_id, told_at), decide)

    def token(self, press: Press, listing_id: str, told_at: datetime) -> str:
        """A button's token, good for [actions] expires from when its alert was owed."""
        return self._signed(press, listing_id, told_at, destination_mark(self.destination))

    @property
    def _presses(self) -> tuple[Press, ...]:
        return self.project.actions.buttons if self.project.actions else ()

    @property
    def _door(self) -> str:
        return self.project.actions.url if self.project.actions else ""

    def _links(self, listing_id: str, told_at: datetime) -> tuple[tuple[str, str], ...]:
        return tuple(
            (WORDS[name], self._address(name, listing_id, told_at)) for name in self._presses
        )

    def _address(self, press: Press, listing_id: str, told_at: datetime) -> str:
        token = self._signed(press, listing_id, told_at, door_mark(self.destination))
        return f"{self._door}{DOOR_PATH}{token}"

    def _signed(self, press: Press, listing_id: str, told_at: datetime, mark: bytes) -> str:
        expires = self.project.actions.expires if self.project.actions else None
        until = told_at + expires if expires else told_at
        return sign(Token(press, listing_id, mark, until), self.key)


def reply_topic(destination: str, key: bytes) -> str:
    """The topic in which ntfy puts presses: 24 letters and digits that nobody guesses."""
    digest = hmac.digest(key, f"reply {destination}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:15]).decode().lower()


def may_have_buttons(store: Store, destination: DestinationSettings) -> bool:
    """Whether presses can be fetched: where another program reads the bot, nobody would hear
    them.
    """
    return store.get_meta(TAKEN + destination.name) != "yes"
