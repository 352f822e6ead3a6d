"""A feed's own secrets taken out of what it says, before anything of it is judged or stored.

A feed echoes its address (Upwork's and Vollna's do, token and all), and an address is a password.
One redactor per feed: it knows only that feed's secrets, so it costs microseconds an entry however
many feeds there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from goldmine_ingest.config import reveal
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.runtime.redaction import Redactor

if TYPE_CHECKING:
    from goldmine_ingest.model import Json
    from goldmine_ingest.model.entry import RawEntry
    from goldmine_ingest.model.posting import Posting
    from goldmine_ingest.parse.reading import FeedRead, ReadEntry
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project

# A posting's texts; its other fields are codes, figures and times.
_TEXTS = ("title", "description", "url", "guid", "category", "company")
_texts_of = attrgetter(*_TEXTS)


def redactor_for(feed: FeedSettings, project: Project, env: Mapping[str, str]) -> Redactor:
    """Knows the secrets of one feed: its address and what is secret in it, and its headers'
    values.
    """
    redactor = Redactor()
    account = project.imap.get(feed.account or "") if feed.kind == "imap" else None
    hook = project.webhooks.get(feed.account or "") if feed.kind == "webhook" else None
    secrets = [
        *feed.headers.values(),
        *([account.password] if account else []),
        *([hook.token] if hook else []),
    ]
    try:
        if feed.kind == "http":
            redactor.learn_url(reveal(feed.url, project.home, env))
        for reference in secrets:
            if reference.scheme != "literal":
                redactor.learn(reveal(reference, project.home, env))
    except UnavailableError:
        pass  # what isn't to be had on this machine can't have been echoed to it
    return redactor


def clean_read(read: FeedRead, redactor: Redactor) -> FeedRead:
    """What was read, without the feed's secrets."""
    return replace(
        read,
        title=redactor.clean(read.title),
        problem=redactor.clean(read.problem) if read.problem else read.problem,
        entries=tuple(_clean_entry(entry, redactor) for entry in read.entries),
    )


def _clean_entry(entry: ReadEntry, redactor: Redactor) -> ReadEntry:
    """The same entry where no secret occurs in it: looked for once in all that it says."""
    if not redactor.occurs_in("\n".join(_said(entry))):
        return entry
    raw = _clean_raw(entry.raw, redactor) if entry.raw else None
    posting = _clean_posting(entry.posting, redactor) if entry.posting else None
    return replace(entry, raw=raw, posting=posting)


def _said(entry: ReadEntry) -> Iterator[str]:
    """Every text of an entry."""
    if raw := entry.raw:
        yield from (raw.guid, raw.link, raw.title, raw.body, raw.published, raw.updated, raw.author)
        yield from raw.categories
        if raw.extra:
            yield from _strings(raw.extra)
    if posting := entry.posting:
        yield from filter(None, _texts_of(posting))


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)


def _clean_posting(posting: Posting, redactor: Redactor) -> Posting:
    texts = zip(_TEXTS, _texts_of(posting), strict=True)
    cleaned: dict[str, Json] = {name: redactor.clean(text) for name, text in texts if text}
    return replace(posting, **cleaned)


def _clean_raw(raw: RawEntry, redactor: Redactor) -> RawEntry:
    return replace(
        raw,
        **{field.name: _clean_value(getattr(raw, field.name), redactor) for field in fields(raw)},
    )


def _clean_value(value: Json, redactor: Redactor) -> Json:
    if isinstance(value, str):
        return redactor.clean(value)
    if isinstance(value, Mapping):
        return {
            redactor.clean(str(key)): _clean_value(item, redactor) for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return type(value)(_clean_value(item, redactor) for item in value)
    return value
