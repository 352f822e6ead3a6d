"""The recipients of a destination, as the history keeps them: by a keyed hash and a masked label,
never by address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal

# Sixteen letters in place of hex digits: no chat id, number or word can occur in a key by chance.
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")

REFUSED_URL = (
    "Apprise refuses the url of this destination (not shown, it may hold a secret); correct it"
    " where it is written"
)
"""Said in each cycle of a destination whose URL names nobody that Apprise knows how to tell."""

RecipientEventKind = Literal["joined", "moved", "left"]


@dataclass(frozen=True, slots=True)
class Named:
    """A recipient as a URL names it: `key` is `keyed` of its identity, `label` what may be shown
    of it ("chat …42").
    """

    key: str
    label: str

    @property
    def shown(self) -> str:
        """What the ledger and every report say of it."""
        return f"{self.key} {self.label}"


@dataclass(frozen=True, slots=True)
class RecipientEvent:
    """One line of what became of a destination's recipients.

    `slot` is what its alert ids are made of, and stays as long as it is the same person: '' for the
    first that a destination had, so that its alerts are the ones that it had when it was alone;
    else the key with which it came. 'moved' gives a slot another key (the address changed).
    `began_at` is from when on it owes, `noted_at` when it was noted.
    """

    destination: str
    event: RecipientEventKind
    noted_at: datetime
    slot: str
    key: str
    label: str
    began_at: datetime

    @property
    def named(self) -> Named:
        return Named(self.key, self.label)


def keyed(secret: bytes, text: str) -> str:
    """12 letters that stand for a text, always the same, and tell nothing of it to those who don't
    have the secret (1 to 64 bytes).

    A plain hash of a phone number is found again by trying them all. Keyed BLAKE2b (RFC 7693), 48
    bits of it.
    """
    digest = blake2b(text.encode("utf-8", "replace"), key=secret, digest_size=6)
    return digest.hexdigest().translate(_LETTERS)
