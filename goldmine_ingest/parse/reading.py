"""Bytes of a feed to postings: parse, recognise the platform, normalise what is new. Pure; run
it in the reading worker.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.model.entry import FeedDocument, NotUnderstoodError, RawEntry
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.mail_outcome import MailOutcome
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.runtime.memory import give_back

if TYPE_CHECKING:
    from goldmine_ingest.model.changes import StoredEntry
    from goldmine_ingest.sources import Source


_LARGE = 4 * 1024 * 1024  # bytes of a body
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A body to read. `url_host` is the host that answered, `platform` a source's name or 'auto';
    entries with a digest in `known` are not interpreted again. `now` dates what a feed tells
    relative to today. `address` is what relative links are relative to where the body names
    nothing.
    """

    feed: str
    body: bytes = field(repr=False)
    content_type: str
    url_host: str
    platform: str
    known: frozenset[str] = field(repr=False)
    now: datetime
    max_entries: int = 20_000
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One entry in the feed. `raw` and `posting` are None for a known digest. `kind` is its
    document's, `source` who read it.
    """

    digest: str
    raw: RawEntry | None = None
    posting: Posting | None = None
    kind: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What a body held. `outcome` is OK, PARTIAL (it broke off, or had more than the limit),
    NOT_A_FEED, ERROR or PARSE_TIMEOUT.

    `platform` is the source that read it, `ttl` the pace in seconds that the feed or its board asks
    for. `skipped` counts entries that could not be read, `not_jobs` those that are none (replies,
    freelancers' own advertisements). `problem` says what was odd; it may quote the body's first
    characters, so redact it like the body. `bad_parts` are the mails or files of a poll that could
    not be read, and why. `mail_outcomes` is what mails that are no alerts say of jobs ("your
    proposal was viewed").
    """

    outcome: Outcome
    platform: str | None = None
    title: str = ""
    ttl: float | None = None
    entries: tuple[ReadEntry, ...] = ()
    skipped: int = 0
    problem: str | None = None
    not_jobs: int = 0
    bad_parts: tuple[tuple[str, str], ...] = ()
    mail_outcomes: tuple[MailOutcome, ...] = ()


def read_feed(job: ReadJob) -> FeedRead:
    """Reads a body. One bad entry never loses the feed; if all are bad, it is no feed.
    Raises only for an unknown platform name.
    """
    # Imported here, so that the parent can name these types without paying for lxml and bs4.
    from goldmine_ingest.parse.dispatch import NotAFeed, parse
    from goldmine_ingest.parse.limits import capped
    from goldmine_ingest.sources import detect
    from goldmine_ingest.sources.producer_errors import producer_error

    document = parse(job.body, job.content_type, max_entries=job.max_entries)
    if len(job.body) >= _LARGE:
        give_back()  # the tree of 50,000 entries, 80 MB: what comes next doesn't fit its holes
    if isinstance(document, NotAFeed):
        return FeedRead(document.outcome, problem=document.problem)
    source = detect(document, host=job.url_host, platform=job.platform)
    bad: Counter[str] = Counter()
    messages: list[str] = []
    not_jobs = 0
    outcomes: list[MailOutcome] = []
    entries: dict[str, ReadEntry] = {}
    for raw in _parts(document):
        digest = entry_digest(raw)
        if digest in entries:
            continue
        if digest in job.known:
            entries[digest] = ReadEntry(digest)
            continue
        raw = capped(raw)
        if document.kind != "mail" and (words := producer_error(raw)):
            messages.append(words)
            continue
        raw = _at_home(raw, document, job)
        try:
            posting = _not_empty(source.normalise(raw, document, job.now))
        except Exception as error:  # noqa: BLE001 - whatever an entry provokes, the others must come through; counted and told
            bad[_why(error)] += 1
            continue
        if posting is None:
            not_jobs += 1
            outcomes += _said_of_a_job(raw, document)
        else:
            entries[digest] = ReadEntry(digest, raw, posting, document.kind, source.name)
    if messages and not entries and not not_jobs:
        return FeedRead(
            Outcome.NOT_A_FEED,
            platform=source.name,
            skipped=len(messages) + sum(bad.values()),
            problem=f"the feed's producer says: {messages[0][:160]}",
        )
    bad.update(f"the feed's producer says: {words[:160]}" for words in messages)
    feed_read = _result(document, source, tuple(entries.values()), bad, not_jobs, job.now)
    return replace(feed_read, mail_outcomes=tuple(outcomes)) if outcomes else feed_read


def _said_of_a_job(raw: RawEntry, document: FeedDocument) -> list[MailOutcome]:
    """What a mail that is no alert says of a job that it links."""
    if document.kind != "mail":
        return []
    from goldmine_ingest.sources import alert_mail

    outcome = alert_mail.outcome_of(raw)
    return [outcome] if outcome else []


def _at_home(raw: RawEntry, document: FeedDocument, job: ReadJob) -> RawEntry:
    """An entry whose link is relative to nothing that the document names: to the feed's own
    address.
    """
    base = job.address or (f"https://{job.url_host}/" if job.url_host else "")
    if document.kind == "mail" or not base or not raw.link or _HAS_SCHEME.match(raw.link):
        return raw
    from goldmine_ingest.parse.json_feed import absolute

    return replace(raw, link=absolute(raw.link, base))


class EmptyEntryError(ValueError):
    """An entry that has neither title nor text nor a link."""


def _why(error: Exception) -> str:
    """What is told of an entry that a reader refused: its own words, never a class of Python's."""
    sentence = str(error) if isinstance(error, EmptyEntryError | NotUnderstoodError) else ""
    return sentence[:200] or "a value in it is of a kind that no reader knows"


def _not_empty(posting: Posting | None) -> Posting | None:
    """The same; raises ValueError for one that nobody could judge or open (a damaged entry whose
    only link is none).
    """
    if posting is not None and not (posting.title or posting.description or posting.url):
        raise EmptyEntryError("an entry without title, text and link")
    return posting


def _parts(document: FeedDocument) -> Iterator[RawEntry]:
    """The entries; of a digest mail, each of its jobs."""
    from goldmine_ingest.sources.archives import is_mailbox

    if document.kind != "mail" and not is_mailbox(document):
        yield from document.entries
        return
    from goldmine_ingest.sources import alert_mail, vollna_mail

    for entry in document.entries:
        entry = entry if entry.published else replace(entry, published=entry.updated)
        if vollna_mail.recognise(FeedDocument("mail", entries=(entry,))):
            yield from vollna_mail.split_digest(entry)
        else:
            yield from alert_mail.split(entry)


def _result(
    document: FeedDocument,
    source: Source,
    entries: tuple[ReadEntry, ...],
    bad: Counter[str],
    not_jobs: int,
    now: datetime,
) -> FeedRead:
    failed = sum(bad.values())
    problem = document.problem or _of_nothing(document)
    if bad:
        reason, _ = bad.most_common(1)[0]
        problem = (
            f"{failed} of {failed + len(entries) + not_jobs} entries could not be read ({reason})"
        )
    some = bool(entries or not_jobs)
    return FeedRead(
        outcome=_outcome(document, bad, some=some),
        platform=source.name,
        title=document.title,
        ttl=_pace(document, source, now),
        entries=entries,
        skipped=document.skipped + failed,
        problem=problem,
        not_jobs=not_jobs,
    )


def _of_nothing(document: FeedDocument) -> str | None:
    """What to say of items that the parser left out, for they held nothing."""
    if not document.skipped:
        return None
    return f"{document.skipped} entries have neither title, text nor link"


def _outcome(document: FeedDocument, bad: Counter[str], *, some: bool) -> Outcome:
    """Nothing that is a job is no feed; a part that couldn't be read makes it partial."""
    lost = bool(bad) or document.skipped > 0
    if lost and not some:
        return Outcome.NOT_A_FEED
    return Outcome.PARTIAL if lost or not document.complete else Outcome.OK


def _pace(document: FeedDocument, source: Source, now: datetime) -> float | None:
    """The slowest of what the feed asks for, what its board allows and the end of the hours in
    which it isn't to be asked, in seconds.
    """
    return (
        max(
            document.ttl or 0.0,
            source.slowest_pace.total_seconds() if source.slowest_pace else 0.0,
            _pause(document, now),
        )
        or None
    )


def _pause(document: FeedDocument, now: datetime) -> float:
    """Seconds until the first hour that isn't skipped; 0 outside the skipped hours."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    later = next(
        (
            hours
            for hours in range(24)
            if (hour + timedelta(hours=hours)).hour not in document.skip_hours
        ),
        0,
    )
    return (hour + timedelta(hours=later) - now).total_seconds() if later else 0.0


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str).encode


def entry_digest(raw: RawEntry) -> str:
    """32 hex digits over everything that an entry says, whatever the run or Python; the order of
    `extra` doesn't matter.
    """
    parts = (
        raw.guid,
        raw.link,
        raw.title,
        raw.body,
        raw.published,
        raw.updated,
        raw.categories,
        raw.author,
        raw.extra,
    )
    return hashlib.blake2b(_canonical(parts).encode("ascii"), digest_size=16).hexdigest()


# Readers that take what no platform's own reader knows: a stored entry that one of them read is
# looked at anew.
_COMMON = frozenset({"", "generic", "jsonfeed", "wpjobmanager"})


def reread(entries: Sequence[StoredEntry]) -> tuple[Posting | str | None, ...]:
    """Stored entries by the present readers: a posting each, None for what is no job, or a
    sentence that says why it can't be read.
    """
    return tuple(_reread(entry) for entry in entries)


def _reread(entry: StoredEntry) -> Posting | str | None:
    from goldmine_ingest.sources import all_sources, by_name, detect

    document = FeedDocument(entry.kind, entries=(entry.raw,), keys=frozenset(entry.raw.extra))
    is_known = entry.source not in _COMMON and any(
        source.name == entry.source for source in all_sources()
    )
    source = by_name(entry.source) if is_known else detect(document)
    try:
        return _not_empty(source.normalise(entry.raw, document, entry.seen_at))
    except Exception as error:  # noqa: BLE001 - whatever an entry provokes, the others must come through; counted and told
        return _why(error)
