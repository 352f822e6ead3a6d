"""The page's secret and its name, each a file of mode 0600 beside the history.

From the one key separate ones are derived for each purpose. A new key ends every session, every
sign-in link and every button at once: all of them are read by the key of the moment.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from goldmine_ingest.errors import StoreError
from goldmine_ingest.runtime.locks import make_folder

_KEY, _NAME = "web.key", "web.name"
_BYTES = 32
# Without letters and digits that are taken for each other.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_NAME_LETTERS = 8


@dataclass(frozen=True, slots=True)
class WebKey:
    """32 random bytes that no one but the owner can read."""

    secret: bytes = field(repr=False)

    def part(self, purpose: str) -> bytes:
        """A key of its own for one purpose ("session", "form", "link", "action")."""
        return hmac.digest(self.secret, purpose.encode(), hashlib.sha256)


def read_key(data: Path) -> WebKey:
    """The key in the data folder, made at first use. Raises StoreError."""
    content = _read(data / _KEY)
    if content is None or len(content) != _BYTES:
        return new_key(data)
    return WebKey(content)


def new_key(data: Path) -> WebKey:
    """Another key in its place: whoever was signed in no longer is. Raises StoreError."""
    key = WebKey(secrets.token_bytes(_BYTES))
    _replace(data / _KEY, key.secret)
    return key


def site_name(data: Path) -> str:
    """'goldmine-k3v9x2qd.localhost': loopback for every browser, and a name that no other user of
    the machine knows. Cookies don't know ports: one set for 127.0.0.1 goes to every server there.
    """
    content = _read(data / _NAME)
    found = content.decode("ascii", "replace") if content else ""
    if len(found) != _NAME_LETTERS or not set(found) <= set(_LETTERS):
        found = "".join(secrets.choice(_LETTERS) for _ in range(_NAME_LETTERS))
        _replace(data / _NAME, found.encode())
    return f"goldmine-{found}.localhost"


def _read(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"can't be read: {error.strerror}", subject=str(path)) from error
    with os.fdopen(descriptor, "rb") as file:
        return file.read(1024)


def _replace(path: Path, content: bytes) -> None:
    make_folder(path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StoreError(f"can't be written: {error.strerror}", subject=str(path)) from error
