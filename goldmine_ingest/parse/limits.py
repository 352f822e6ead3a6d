"""How much of an entry is kept: hostile and broken feeds have guids of 64 kB and titles of 2 MB
(docs/reliability.md X13).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import RawEntry

LONGEST_BODY = 512 * 1024  # characters, as many as are ever read as markup
LONGEST_LINE = (
    8 * 1024
)  # titles, links, dates; a longer link is no address, so that cutting it makes no other one
LONGEST_GUID = 2 * 1024
_MOST_VALUES = 2_000  # of a list or object in `extra`
_DEEPEST = 12


def capped(entry: RawEntry) -> RawEntry:
    """The entry with every field at a sane length. A guid that is too long becomes its start and
    the hash of all of it, so that it stays a name of this entry alone; applied twice, nothing
    changes. Most entries come back as they are.
    """
    if _is_small(entry):
        return entry
    return replace(
        entry,
        guid=_short_guid(entry.guid),
        link=entry.link[:LONGEST_LINE],
        title=entry.title[:LONGEST_LINE],
        body=entry.body[:LONGEST_BODY],
        published=entry.published[:LONGEST_LINE],
        updated=entry.updated[:LONGEST_LINE],
        categories=tuple(each[:LONGEST_LINE] for each in entry.categories[:_MOST_VALUES]),
        author=entry.author[:LONGEST_LINE],
        extra={
            key[:LONGEST_LINE]: _capped(value, 0)
            for key, value in list(entry.extra.items())[:_MOST_VALUES]
        },
    )


def _is_small(entry: RawEntry) -> bool:
    lines = (
        entry.link,
        entry.title,
        entry.published,
        entry.updated,
        entry.author,
        *entry.categories,
    )
    return (
        len(entry.guid) <= LONGEST_GUID
        and len(entry.body) <= LONGEST_BODY
        and max(map(len, lines)) <= LONGEST_LINE
        and len(entry.categories) <= _MOST_VALUES
        and len(entry.extra) <= _MOST_VALUES
        and all(
            isinstance(value, str | int | float | None) and len(str(value)) <= LONGEST_BODY
            for value in entry.extra.values()
        )
    )


def _short_guid(guid: str) -> str:
    if len(guid) <= LONGEST_GUID:
        return guid
    return (
        f"{guid[:200]}…sha256:{hashlib.sha256(guid.encode('utf-8', 'surrogatepass')).hexdigest()}"
    )


def _capped(value: Json, depth: int) -> Json:
    if isinstance(value, str):
        return value[:LONGEST_BODY]
    if isinstance(value, list):
        return (
            [_capped(each, depth + 1) for each in value[:_MOST_VALUES]] if depth < _DEEPEST else []
        )
    if isinstance(value, Mapping):
        several = list(value.items())[:_MOST_VALUES] if depth < _DEEPEST else []
        return {key[:LONGEST_LINE]: _capped(each, depth + 1) for key, each in several}
    return value
