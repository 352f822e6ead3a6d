"""Bytes of a feed to postings: parse, recognise the platform, normalise what is new. Pure; run it in the reading worker."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from goldmine_ingest.model import FeedDocument, Outcome, Posting, RawEntry


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A body to read. `url_host` is the host that answered, `platform` a source's name or 'auto'; entries with a digest in `known`
    are not interpreted again. `now` dates what a feed tells relative to today.
    """

    feed: str
    body: bytes = field(repr=False)
    content_type: str
    url_host: str
    platform: str
    known: frozenset[str] = field(repr=False)
    now: datetime
    max_entries: int = 20_000


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One entry in the feed. `raw` and `posting` are None for a known digest."""

    digest: str
    raw: RawEntry | None = None
    posting: Posting | None = None


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What a body held. `outcome` is OK, PARTIAL (it broke off, or had more than the limit), NOT_A_FEED, ERROR or PARSE_TIMEOUT.

    `platform` is the source that read it, `ttl` the pace in seconds that the feed asks for. `skipped` counts entries that could not be
    read, `not_jobs` those that are none (replies, freelancers' own advertisements). `problem` says what was odd; it may quote the
    body's first characters, so redact it like the body.
    """

    outcome: Outcome
    platform: str | None = None
    title: str = ""
    ttl: float | None = None
    entries: tuple[ReadEntry, ...] = ()
    skipped: int = 0
    problem: str | None = None
    not_jobs: int = 0


def read_feed(job: ReadJob) -> FeedRead:
    """Reads a body. One bad entry never loses the feed; if all are bad, the feed is an error. Raises only for an unknown platform name."""
    # Imported here, so that the parent can name these types without paying for lxml and bs4.
    from goldmine_ingest.parse import NotAFeed, parse
    from goldmine_ingest.sources import detect

    document = parse(job.body, job.content_type, max_entries=job.max_entries)
    if isinstance(document, NotAFeed):
        return FeedRead(document.outcome, problem=document.problem)
    source = detect(document, host=job.url_host, platform=job.platform)
    bad: Counter[str] = Counter()
    not_jobs = 0
    entries: dict[str, ReadEntry] = {}
    for raw in _parts(document):
        digest = entry_digest(raw)
        if digest in entries:
            continue
        if digest in job.known:
            entries[digest] = ReadEntry(digest)
            continue
        try:
            posting = source.normalise(raw, document, job.now)
        except Exception as error:  # noqa: BLE001 - whatever an entry provokes, the others must come through; counted and told
            bad[f"{type(error).__name__}: {error}"[:200]] += 1
            continue
        if posting is None:
            not_jobs += 1
        else:
            entries[digest] = ReadEntry(digest, raw, posting)
    return _result(document, source.name, tuple(entries.values()), bad, not_jobs)


def _parts(document: FeedDocument) -> Iterator[RawEntry]:
    """The entries; of a digest mail, each of its jobs."""
    if document.kind != "mail":
        yield from document.entries
        return
    from goldmine_ingest.sources.vollna_mail import split_digest

    for entry in document.entries:
        yield from split_digest(entry)


def _result(document: FeedDocument, platform: str, entries: tuple[ReadEntry, ...], bad: Counter[str], not_jobs: int) -> FeedRead:
    failed = sum(bad.values())
    problem = document.problem
    if bad:
        reason, _ = bad.most_common(1)[0]
        problem = f"{failed} of {failed + len(entries) + not_jobs} entries could not be read ({reason})"
    whole = Outcome.OK if document.complete else Outcome.PARTIAL
    return FeedRead(
        outcome=Outcome.ERROR if bad and not entries and not not_jobs else whole,
        platform=platform,
        title=document.title,
        ttl=document.ttl,
        entries=entries,
        skipped=document.skipped + failed,
        problem=problem,
        not_jobs=not_jobs,
    )


def entry_digest(raw: RawEntry) -> str:
    """32 hex digits over everything that an entry says, whatever the run or Python; the order of `extra` doesn't matter."""
    said = (raw.guid, raw.link, raw.title, raw.body, raw.published, raw.updated, raw.categories, raw.author, raw.extra)
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(canonical.encode("ascii"), digest_size=16).hexdigest()
