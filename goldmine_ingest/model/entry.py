"""An entry and its document, as the feed gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldmine_ingest.model import Json


class NotUnderstoodError(ValueError):
    """An entry that no reader understands; its words are for a person."""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as the feed gave it, before anyone has interpreted it; stored, so that a better
    reader can read it again.

    Text fields hold what stood between the tags after XML or JSON decoding (so they may still hold
    HTML and entities). `published` and `updated` are as written. `extra` keeps every other element
    by its prefixed name (lists where repeated), or the whole JSON object of a JSON board, or the
    headers and lines of a mail.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    body: str = ""
    published: str = ""
    updated: str = ""
    categories: tuple[str, ...] = ()
    author: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A parsed feed. `kind` is 'rss', 'atom', 'rdf', 'json' or 'mail'.

    `complete` is False when the document broke off: the entries are those that were closed.
    `problem` says what was odd, for a person. `ttl` is the pace in seconds that the feed itself
    asks for, if it does; in its `skip_hours` (0 to 23, UTC) it asks to be left alone. `keys` are
    the field names that the entries use, for recognising a platform by its vocabulary.
    """

    kind: str
    title: str = ""
    link: str = ""
    generator: str = ""
    ttl: float | None = None
    skip_hours: frozenset[int] = frozenset()
    entries: tuple[RawEntry, ...] = ()
    skipped: int = 0
    complete: bool = True
    problem: str | None = None
    keys: frozenset[str] = frozenset()
