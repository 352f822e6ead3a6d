"""The names under which a job can come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AliasKind = Literal["platform_id", "link", "guid", "fingerprint"]


@dataclass(frozen=True, slots=True)
class Alias:
    """One name under which a job can come back. `digest` is 32 hex digits of SHA-256, so that no
    secret in a link or guid is kept.
    """

    kind: AliasKind
    digest: str


@dataclass(frozen=True, slots=True)
class KnownAlias:
    """An alias as stored, with the listing that it means (one alias may mean several: a reused
    guid).
    """

    kind: AliasKind
    digest: str
    listing_id: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class TextKeys:
    """The keys under which a listing's text is found by texts that are nearly the same
    (near_duplicates.py); 32 bits each.
    """

    listing_id: str
    keys: tuple[int, ...]
