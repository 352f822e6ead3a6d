"""A listing that the user found: read whatever grammar it came in, judged as a feed's would be,
stored only if asked, alerted never.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.owing import owe
from goldmine_ingest.alerts.recipient_places import Noted, expanded
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.would_change import WouldChange
from goldmine_ingest.errors import UsageError
from goldmine_ingest.facts.rates import Rates
from goldmine_ingest.model.alert import AlertEvent
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.feed import FeedState, PollRecord
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.parse.charset import decode
from goldmine_ingest.parse.reading import FeedRead, ReadEntry, ReadJob, entry_digest, read_feed
from goldmine_ingest.pipeline.ingest.ingest_context import (
    IngestContext,
    KnownListings,
    aliases_of,
)
from goldmine_ingest.pipeline.ingest.load_known import load_known
from goldmine_ingest.pipeline.ingest.taking_in import take_in
from goldmine_ingest.pipeline.polling.poll_result import PollResult
from goldmine_ingest.runtime.locks import cycle_lock
from goldmine_ingest.settings.feeds import FeedSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.settings.reference import Reference
from goldmine_ingest.sources.pasted import read_pasted
from goldmine_ingest.store.history import AlertRow, open_store
from goldmine_ingest.text.plain_text import html_to_text

# Asks a language model about a listing with this decision; None where it has no say.
Asking = Callable[[Listing, Decision], Opinion | None]
FEED = "judged"
MAX_BYTES = 10 * 1024 * 1024
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n", re.M)
_MAIL_HEADER = re.compile(
    rb"^(?:from|subject|received|return-path|delivered-to|message-id|mime-version)\s*:", re.I | re.M
)
_FEED = re.compile(rb"^\s*(?:<\?xml[^>]*\?>\s*)?<(?:rss|feed|rdf:RDF|channel)\b", re.I)
_ITEM = re.compile(rb"^\s*(?:<\?xml[^>]*\?>\s*)?<(item|entry)\b", re.I)
_PAGE = re.compile(
    rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype"
    rb" html|html|head|body|div|p|section|article|h[1-6]|main|span|ul|table)\b",
    re.I | re.S,
)
# What no text holds, save by accident: bytes of a picture or an archive, read as text, are a tenth
# of this.
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_MOST_UNREADABLE = 0.02
_UNDECLARED = re.compile(rb"<([A-Za-z_][\w.-]*):")


@dataclass(frozen=True, slots=True)
class Judged:
    """One listing under the present criteria. `stored`: the history has it (`new`: since now).
    `alerts` are its rows in the ledger; `would_owe` what a feed that brought it would have owed.
    """

    listing: Listing
    feeds: tuple[str, ...]
    decision: Decision
    would_change: tuple[WouldChange, ...]
    stored: bool = False
    new: bool = False
    alerts: tuple[AlertRow, ...] = ()
    would_owe: tuple[AlertEvent, ...] = ()


def read_anything(data: bytes, now: datetime) -> FeedRead:
    """The listings in what was pasted: a feed, one item of it, JSON, an alert mail, a page, or
    text. Raises UsageError without any.
    """
    if len(data) > MAX_BYTES:
        raise UsageError(f"more than {MAX_BYTES // 2**20} MiB; that is no listing")
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise UsageError(
            "nothing was given",
            hint="goldmine judge FILE, or paste into goldmine judge - and end with Ctrl-D",
        )
    job = _as_feed(data, now)
    read = read_feed(job) if job else _as_text(data, now)
    if not read.entries:
        raise UsageError(read.problem or "there is no listing in it")
    return read


def _as_feed(data: bytes, now: datetime) -> ReadJob | None:
    """What the readers of feeds can read; None for text."""
    start = data.lstrip(b" \t\r\n\xef\xbb\xbf")
    if start[:1] in (b"{", b"["):
        one = start[:1] == b"{" and not re.search(
            rb'"(?:items|jobs|projects|hits|results|edges|entries|data)"\s*:\s*[\[{]', start
        )
        return _job(b"[" + start + b"]" if one else start, "application/json", now)
    if _FEED.match(start):
        return _job(start, "application/xml", now)
    if item := _ITEM.match(start):
        return _job(_in_a_feed(start, item[1].lower()), "application/xml", now)
    head = data.replace(b"\r\n", b"\n").lstrip()
    if (mail := _MAIL.match(head)) and _MAIL_HEADER.search(mail[0]):
        return _job(head, "message/rfc822", now)
    return None


def _job(body: bytes, content_type: str, now: datetime) -> ReadJob:
    return ReadJob(FEED, body, content_type, "", "auto", frozenset(), now)


def _in_a_feed(item: bytes, name: bytes) -> bytes:
    """A lone item as the feed that it was copied from, with its prefixes declared."""
    item = re.sub(rb"^<\?xml[^>]*\?>\s*", b"", item)
    prefixes = {
        prefix for prefix in _UNDECLARED.findall(item) if b"xmlns:" + prefix not in item
    } - {b"xml", b"http", b"https"}
    declared = b"".join(
        b' xmlns:%s="urn:pasted:%s"' % (prefix, prefix) for prefix in sorted(prefixes)
    )
    if name == b"entry":
        return b'<feed xmlns="http://www.w3.org/2005/Atom"%s>%s</feed>' % (declared, item)
    return b'<rss version="2.0"%s><channel><title>pasted</title>%s</channel></rss>' % (
        declared,
        item,
    )


def _as_text(data: bytes, now: datetime) -> FeedRead:
    text, _ = decode(data)
    if data.startswith(b"%PDF-") or len(_UNREADABLE.findall(text)) > len(text) * _MOST_UNREADABLE:
        raise UsageError(
            "this is no text (a picture, a PDF, an archive?)",
            hint="Copy the listing's text from its page and paste that.",
        )
    if _PAGE.match(data):
        text = html_to_text(text)
    try:
        posting = read_pasted(text, now)
    except ValueError as error:
        raise UsageError(str(error)) from error
    raw = RawEntry(link=posting.url or "", title=posting.title, body=text)
    return FeedRead(
        Outcome.OK, posting.platform, entries=(ReadEntry(entry_digest(raw), raw, posting),)
    )


def judge(
    data: bytes,
    project: Project,
    now: datetime,
    *,
    save: bool = False,
    ask: Asking | None = None,
) -> tuple[tuple[Judged, ...], str | None]:
    """Every listing in what was pasted, judged, and what was odd in it. With `save`, they are
    stored, in the feed named 'judged'; with `ask`, a language model is asked about each.

    Raises UsageError for what holds no listing, and with `save` BusyError while a cycle runs.
    """
    read = read_anything(data, now)
    if save:
        with cycle_lock(project.database.path):
            return _judge(read, project, now, save=True, ask=ask), read.problem
    return _judge(read, project, now, save=False, ask=ask), read.problem


def judge_read(read: FeedRead, project: Project, now: datetime) -> tuple[Judged, ...]:
    """Every listing of what was read, judged as a feed's would be; nothing is stored."""
    return _judge(read, project, now, save=False)


def _judge(
    read: FeedRead, project: Project, now: datetime, *, save: bool, ask: Asking | None = None
) -> tuple[Judged, ...]:
    feed = FeedSettings(FEED, Reference("file:pasted"), kind="file")
    judge, run_id = Judge(project.criteria), f"judge-{uuid.uuid4().hex[:12]}"
    known, state, current, noted = _history(read, project, now, save=save)
    before = frozenset(known.listings)
    context = replace(
        _context(judge, feed, project, run_id, now),
        destinations=expanded(project.destinations, noted),
    )
    poll = PollResult(
        feed,
        replace(state, last_ok_at=now, last_outcome=Outcome.OK),
        read,
        _record(read, run_id, now),
        current,
    )
    intake = take_in(poll, known, context)
    alerts: dict[str, tuple[AlertRow, ...]] = {}
    ids = [
        intake.changes.present[e.digest]
        for e in read.entries
        if intake.changes.present and e.digest in intake.changes.present
    ]
    if save or before:
        with open_store(project.database.path, now=now) as store:
            if save:
                store.use_criteria(project.criteria.criteria_hash, project.criteria.text, now)
                store.apply(intake.changes)
            alerts = {
                listing_id: store.alert_rows_of(listing_id)
                for listing_id in ids
                if save or listing_id in before
            }
    asked = _ask(ids, known, ask)
    judged = tuple(_judged(ids, known, before, judge, project, now, save=save, alerts=alerts))
    if save and asked:
        with open_store(project.database.path, now=now) as store:
            store.save_opinions(asked)
            store.decide_again([one.decision for one in judged], (), ())
    return judged


def _ask(ids: Sequence[str], known: KnownListings, ask: Asking | None) -> list[Opinion]:
    """What a language model says of those that aren't rejected by what no opinion lifts; `known`
    learns it.
    """
    asked: list[Opinion] = []
    for listing_id in dict.fromkeys(ids) if ask else ():
        decision = known.decisions.get(listing_id)
        opinion = ask(known.listings[listing_id], decision) if ask and decision else None
        if opinion is not None:
            asked.append(opinion)
            known.opinions[listing_id] = (*known.opinions.get(listing_id, ()), opinion)
    return asked


def _history(
    read: FeedRead, project: Project, now: datetime, *, save: bool
) -> tuple[KnownListings, FeedState, dict[str, str], Noted]:
    """What is known of these jobs, of the listings that were judged by hand before, and of
    recipients; nothing without a history.
    """
    if not save and not project.database.path.exists():
        return KnownListings(), FeedState(FEED), {}, {}
    with open_store(project.database.path, now=now) as store:
        state = store.feed_states().get(FEED) or FeedState(FEED)
        current = store.current_entries([FEED]).get(FEED, {}) if save else {}
        known = load_known(store, aliases_of(FEED, read))
        if project.criteria.opinion:
            known.opinions = store.opinions(known.listings)
        return known, state, current, store.recipients()


def _context(
    judge: Judge, feed: FeedSettings, project: Project, run_id: str, now: datetime
) -> IngestContext:
    rates = Rates().beside(project.config_path)
    return IngestContext(
        judge=judge,
        base_currency=project.criteria.base_currency,
        convert=lambda amount, currency, base, on: rates.convert(amount, currency, base, on.date()),
        feeds={each.name: each for each in (feed, *project.feeds)},
        destinations=project.destinations,
        alerts=project.alerts,
        run_id=run_id,
        now=now,
        baseline=reasons.JUDGED,
    )


def _record(read: FeedRead, run_id: str, now: datetime) -> PollRecord:
    return PollRecord(
        run_id,
        FEED,
        now,
        Outcome.OK,
        entries=len(read.entries),
        skipped=read.skipped,
        error=read.problem,
    )


def _judged(
    ids: Sequence[str],
    known: KnownListings,
    before: frozenset[str],
    judge: Judge,
    project: Project,
    now: datetime,
    *,
    save: bool,
    alerts: dict[str, tuple[AlertRow, ...]],
) -> Iterator[Judged]:
    """Each listing once, under the present criteria, whatever was decided of it before."""
    for listing_id in dict.fromkeys(ids):
        listing = known.listings[listing_id]
        features = judge.features(listing.posting)
        said = known.said_of(listing_id)
        decision = judge.decide(listing, features, now=now, opinions=said)
        feeds = known.feeds.get(listing_id, ())
        yield Judged(
            listing,
            feeds,
            decision,
            judge.would_change(listing, features, now=now, opinions=said),
            stored=save or listing_id in before,
            new=save and listing_id not in before,
            alerts=alerts.get(listing_id, ()),
            would_owe=owe(
                decision, listing, project.destinations, feeds=feeds, now=now, run_id=None
            ),
        )
