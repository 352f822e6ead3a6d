"""Tokens of the buttons below an alert: what a press does, to which listing, from which
destination, until when; signed, so that nobody else can make one. Pure.

33 bytes, 44 characters of base64url (Telegram's buttons hold 64): version, action, listing (the
first 10 bytes of its id), destination, hour of expiry, and 16 bytes of HMAC-SHA256 over all of
them. The same alert has the same token however often it is sent: no row is made for it. Taken once:
its digest is the id of the event that it makes. What takes an event back is made of the token that
made it, so that it takes back that event and no other, however often it comes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, cast, get_args

Press = Literal[
    "pursue",
    "skip",
    "good",
    "bad",
    "decide",
    "undo_pursue",
    "undo_skip",
    "undo_good",
    "undo_bad",
]
PRESSES: tuple[Press, ...] = get_args(Press)
_UNDO = "undo_"
_VERSION = 1
_LISTING, _DESTINATION, _HOUR, _MAC = 10, 2, 3, 16
_LENGTH = 1 + 1 + _LISTING + _DESTINATION + _HOUR + _MAC
TEXT_LENGTH = 44


class TokenError(ValueError):
    """A text that is no token of ours, or one whose time is over: no one is told which."""


@dataclass(frozen=True, slots=True)
class Token:
    """`listing` is a listing's id (20 hex digits); `destination` is `destination_mark` of the one
    whose message has the button, or `door_mark` where it is a link. Good until the end of the hour
    in which `expires_at` lies. "decide" stands for all of the actions, one of which is chosen
    later.
    """

    press: Press
    listing: str
    destination: bytes
    expires_at: datetime


def destination_mark(name: str) -> bytes:
    """Two bytes that tell destinations apart: a button that was forwarded into another chat is none
    of that one's.
    """
    return hashlib.sha256(name.encode()).digest()[:_DESTINATION]


def door_mark(name: str) -> bytes:
    """That of a destination's links: what a member of a chat reads out of a button there is no link
    that works.
    """
    return destination_mark(f"door\0{name}")


def undo_of(token: Token) -> Token:
    """What takes back the event of a token that records one."""
    return replace(token, press=cast(Press, _UNDO + token.press))


def taken_back_by(token: Token) -> Token | None:
    """The token whose event this one takes back; None for one that records an event."""
    if not token.press.startswith(_UNDO):
        return None
    return replace(token, press=cast(Press, token.press.removeprefix(_UNDO)))


def once_more(token: Token) -> Token:
    """The same action's next token, for after its event was taken back: of the following hour."""
    return replace(token, expires_at=token.expires_at + timedelta(hours=1))


def sign(token: Token, key: bytes) -> str:
    """The token's text. Raises ValueError for a listing's id that isn't hexadecimal."""
    hour = int(token.expires_at.timestamp()) // 3600
    listing = bytes.fromhex(token.listing)
    if len(listing) != _LISTING:
        raise ValueError("a listing's id has 20 hexadecimal digits")
    payload = b"".join(
        (
            bytes((_VERSION, PRESSES.index(token.press))),
            listing,
            token.destination,
            hour.to_bytes(_HOUR, "big"),
        )
    )
    return base64.urlsafe_b64encode(payload + _mac(payload, key)).decode()


def read(text: str, key: bytes, now: datetime) -> Token:
    """The token that a press sent. Raises TokenError for everything that isn't one of ours, of this
    key, and in its time.
    """
    if len(text) != TEXT_LENGTH or not text.isascii():
        raise TokenError
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise TokenError from None
    if len(raw) != _LENGTH:
        raise TokenError
    payload, mac = raw[:-_MAC], raw[-_MAC:]
    if not hmac.compare_digest(mac, _mac(payload, key)):
        raise TokenError
    version, press = payload[0], payload[1]
    if version != _VERSION or press >= len(PRESSES):
        raise TokenError
    at = 2 + _LISTING
    hour = int.from_bytes(payload[at + _DESTINATION :], "big")
    if now.timestamp() >= (hour + 1) * 3600:
        raise TokenError
    return Token(
        PRESSES[press],
        payload[2:at].hex(),
        payload[at : at + _DESTINATION],
        datetime.fromtimestamp(hour * 3600, UTC),
    )


def event_id(text: str) -> str:
    """The id of the event that a token makes: the same press twice is one event. 32 hex digits."""
    return hashlib.sha256(f"press {text}".encode()).hexdigest()[:32]


def _mac(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, payload, hashlib.sha256)[:_MAC]
