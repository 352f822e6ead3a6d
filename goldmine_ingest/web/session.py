"""Who is signed in: sign-in links, the cookie, and what a form must know. Pure.

Every token is an id, a time and a MAC by a key of its own purpose, compared in constant time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from goldmine_ingest.runtime.web_key import WebKey

SESSION_DAYS = 30
_LINK_LIFE = timedelta(minutes=10)
_GRACE = timedelta(seconds=30)
_AHEAD = timedelta(minutes=5)
_ID, _TIME, _MAC = 16, 5, 16


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that was signed in. `session_id` is in hex."""

    session_id: str
    began_at: datetime


def new_session(key: WebKey, now: datetime) -> str:
    """A cookie's value."""
    return _token(key.part("session"), now)


def read_session(key: WebKey, cookie: str, now: datetime) -> Session | None:
    """The session of a cookie; None for one that isn't ours, is too old, or was ended by a new
    key.
    """
    parts = _read(key.part("session"), cookie)
    if parts is None or not now - timedelta(days=SESSION_DAYS) <= parts[1] <= now + _AHEAD:
        return None
    return Session(parts[0], parts[1])


def form_token(key: WebKey, session_id: str, action: str) -> str:
    """What a form of this session for this action must send along. `action` is its path."""
    mac = hmac.digest(key.part("form"), f"{session_id} {action}".encode(), hashlib.sha256)
    return _text(mac[:_MAC])


def is_form_token(key: WebKey, session_id: str, action: str, given: str) -> bool:
    wanted = form_token(key, session_id, action)
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))


def new_link(key: WebKey, boot: str, now: datetime) -> str:
    """A one-time sign-in token for the page's process that bears the random `boot`: any process
    that can read the key can make one, and it dies with that process.
    """
    return _token(key.part(f"link {boot}"), now)


@dataclass(slots=True)
class Links:
    """The sign-in links that were used with this process. One is good for 10 minutes, once; for 30
    seconds after that again, because browsers load ahead what is typed.
    """

    boot: str
    _used: dict[str, datetime] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def use(self, key: WebKey, token: str, now: datetime) -> bool:
        """Whether the link signs in, now."""
        parts = _read(key.part(f"link {self.boot}"), token)
        if parts is None or not now - _LINK_LIFE <= parts[1] <= now + _AHEAD:
            return False
        with self._lock:
            for name in [n for n, at in self._used.items() if at < now - 2 * _LINK_LIFE]:
                del self._used[name]
            return now - self._used.setdefault(parts[0], now) <= _GRACE


@dataclass(slots=True)
class Attempts:
    """At most 20 attempts a minute from one address; the memory of addresses is bounded."""

    clock: Callable[[], float] = time.monotonic
    _times: dict[str, list[float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def allowed(self, address: str) -> bool:
        """Counts one attempt."""
        now = self.clock()
        with self._lock:
            if len(self._times) > 1000:
                self._times.clear()
            recent = [at for at in self._times.get(address, ()) if at > now - 60]
            self._times[address] = [*recent, now][-21:]
            return len(recent) < 20


def _token(key: bytes, now: datetime) -> str:
    payload = secrets.token_bytes(_ID) + int(now.timestamp()).to_bytes(_TIME)
    return _text(payload + hmac.digest(key, payload, hashlib.sha256)[:_MAC])


def _read(key: bytes, text: str) -> tuple[str, datetime] | None:
    """The id in hex and the time of a token that is ours."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(content) != _ID + _TIME + _MAC or _text(content) != text:
        return None
    payload, mac = content[:-_MAC], content[-_MAC:]
    if not hmac.compare_digest(hmac.digest(key, payload, hashlib.sha256)[:_MAC], mac):
        return None
    at = datetime.fromtimestamp(int.from_bytes(payload[_ID:]), UTC)
    return payload[:_ID].hex(), at


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
