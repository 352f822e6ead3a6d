"""Reading stored raw entries again with the present readers: facts that a better reader finds
become revisions, and no one is alerted.

A job's entries are read in the order in which they came and folded as a cycle would have folded
them. Where the result says something else than the history, that is a correction: a revision whose
changes name their kind, `"kind": [null, "reparse"]`. Ids never change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.owing import owe
from goldmine_ingest.alerts.recipient_places import expanded
from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.identity import edits, job_names, near_duplicates
from goldmine_ingest.identity.same_text import stable_words
from goldmine_ingest.model import Json
from goldmine_ingest.model.alert import AlertEvent
from goldmine_ingest.model.changes import ListingVersion, Reread, StoredEntry
from goldmine_ingest.model.names import Alias, KnownAlias, TextKeys
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store

KIND = "reparse"
_BATCH = 200  # jobs; one reading of their entries takes well under a second
_MASK = "***"  # what stands for a secret in a stored entry
# Facts that a later entry doesn't edit, but that a reader may have got wrong.
_ALSO = ("posted_at", "truncated")
_ONLY_IF_UNKNOWN = ("url", "platform_job_id")
# The first raw entry is stored in the transaction of the first sight, so that both bear the same
# time; a clock may have been set since.
_AT_ONCE = timedelta(minutes=1)

Reader = Callable[[Sequence[StoredEntry]], Sequence[Posting | str | None]]


@dataclass(slots=True)
class ReparseReport:
    """What was read again: jobs and entries, how many jobs changed, which facts, how those are
    judged now, what can't be read.
    """

    jobs: int = 0
    entries: int = 0
    changed: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    without_entries: int = 0


@dataclass(frozen=True, slots=True)
class _Correction:
    """A job whose facts changed, with the changes and the names under which it can come back
    now.
    """

    listing: Listing
    changes: dict[str, tuple[Json, Json]]
    aliases: tuple[Alias, ...]


def read_again(
    project: Project,
    context: IngestContext,
    *,
    since: datetime | None,
    read: Reader,
    progress: Callable[[str], None] = lambda _: None,
) -> ReparseReport:
    """Reads the entries of all jobs first seen from `since` on (None: ever) again, a few hundred
    jobs and one transaction at a time.

    Needs the cycle lock. Raises BusyError when another program has the database, StoreError when it
    can't be used.
    """
    report = ReparseReport()
    path, now = project.database.path, context.now
    with open_store(path, now=now) as store:
        store.use_criteria(project.criteria.criteria_hash, project.criteria.text, now)
        ids = store.listing_ids(since)
        context = replace(context, destinations=expanded(context.destinations, store.recipients()))
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        with open_store(path, now=now) as store:
            listings, entries = store.listings(some), store.raw_entries(some)
            feeds, alerted = store.listing_feeds(some), store.alerted(some)
            said = store.opinions(some) if context.has_opinions else {}
        corrections = _corrections(listings, entries, read(entries), report)
        report.jobs += len(some)
        if corrections:
            with open_store(path, now=now) as store:
                aliases = store.known_aliases(
                    {alias.digest for correction in corrections for alias in correction.aliases}
                )
                store.save_reread(
                    _decided(corrections, aliases, feeds, alerted, said, context, report)
                )
        progress(f"{report.jobs} of {len(ids)} jobs read again, {report.changed} changed")
    return report


def _corrections(
    listings: Mapping[str, Listing],
    entries: Sequence[StoredEntry],
    postings: Sequence[Posting | str | None],
    report: ReparseReport,
) -> list[_Correction]:
    corrections = []
    report.entries += len(entries)
    with_entries = set()
    for listing_id, group in groupby(
        zip(entries, postings, strict=True), key=lambda pair: pair[0].listing_id
    ):
        with_entries.add(listing_id)
        pairs = list(group)
        report.unreadable.update(reason for _, reason in pairs if isinstance(reason, str))
        readings = [(entry, posting) for entry, posting in pairs if isinstance(posting, Posting)]
        listing = listings.get(listing_id)
        if (
            listing
            and readings
            and (correction := _correction(listing, readings, whole=_whole(listing, pairs)))
        ):
            corrections.append(correction)
    report.without_entries += len(listings.keys() - with_entries)
    return corrections


def _whole(listing: Listing, pairs: Sequence[tuple[StoredEntry, object]]) -> bool:
    """Whether everything that was ever read of a job is still there and readable: only then does
    silence mean that nobody said it.
    """
    return pairs[0][0].seen_at <= listing.first_seen_at + _AT_ONCE and all(
        isinstance(posting, Posting) for _, posting in pairs
    )


def _correction(
    listing: Listing, readings: Sequence[tuple[StoredEntry, Posting]], *, whole: bool
) -> _Correction | None:
    """What the readings, folded as they came, say otherwise than the stored listing."""
    stored, posting = listing.posting, readings[0][1]
    feeds = {readings[0][0].feed}
    for entry, later in readings[1:]:
        edit = edits.changes(posting, later, same_feed=entry.feed in feeds)
        posting = replace(posting, **{name: new for name, (_, new) in edit.items()})
        feeds.add(entry.feed)
    changes = {
        name: (old, new)
        for name in (*edits.CONTENT_FIELDS, *_ALSO, *_ONLY_IF_UNKNOWN)
        if _says_otherwise(
            name, old := getattr(stored, name), new := getattr(posting, name), whole=whole
        )
    }
    if not changes:
        return None
    corrected = replace(
        listing,
        posting=replace(stored, **{name: new for name, (_, new) in changes.items()}),
        revision=listing.revision + 1,
    )
    aliases = dict.fromkeys(
        alias for entry, posting in readings for alias in job_names.names(posting, entry.feed)
    )
    return _Correction(corrected, {"kind": (None, KIND), **changes}, tuple(aliases))


def _says_otherwise(name: str, old: Json, new: Json, *, whole: bool) -> bool:
    if old == new or (name in _ONLY_IF_UNKNOWN and old is not None):
        return False
    if _MASK in str(new) and _MASK not in str(old):
        return False  # a secret was taken out of the stored entry, not out of the job
    if new in (None, "", ()):
        return whole
    return name not in ("title", "description") or stable_words(str(old)) != stable_words(str(new))


def _decided(
    corrections: Sequence[_Correction],
    aliases: Iterable[KnownAlias],
    feeds: Mapping[str, tuple[str, ...]],
    alerted: Mapping[str, datetime],
    opinions: Mapping[str, Sequence[Opinion]],
    context: IngestContext,
    report: ReparseReport,
) -> Reread:
    """The corrections to store, each with its decision; what it would owe is suppressed, where
    nothing was owed before.
    """
    taken = {alias.digest for alias in aliases}
    kept, versions, features, decisions = [], [], [], []
    events: list[AlertEvent] = []
    for correction in corrections:
        listing = replace(
            correction.listing,
            base=context.base_amounts(correction.listing.posting, correction.listing.first_seen_at),
        )
        its_feeds = feeds.get(listing.listing_id, ())
        try:
            text = context.judge.features(listing.posting)
            said = Opinions(opinions.get(listing.listing_id, ()))
            decision = context.decide(listing, text, its_feeds, said)
        except PROVOKED as error:  # this job stays as it was; no other waits for it
            report.unreadable[f"{type(error).__name__}: {error}"[:200]] += 1
            continue
        kept.append(correction)
        versions.append(ListingVersion(listing, context.now, text.text_hash, correction.changes))
        features.append(text)
        decisions.append(decision)
        if listing.listing_id not in alerted:
            events += owe(
                decision,
                listing,
                context.destinations,
                feeds=its_feeds,
                now=context.now,
                run_id=None,
                hold_back=reasons.REREAD,
            )
        report.changed += 1
        report.facts.update(name for name in correction.changes if name != "kind")
        report.decisions[decision.decision] += 1
    return Reread(
        tuple(versions),
        tuple(
            KnownAlias(alias.kind, alias.digest, correction.listing.listing_id, context.now)
            for correction in kept
            for alias in correction.aliases
            if alias.digest not in taken
        ),
        tuple(
            TextKeys(
                correction.listing.listing_id,
                near_duplicates.text_keys(correction.listing.posting),
            )
            for correction in kept
            if "description" in correction.changes
        ),
        tuple(features),
        tuple(decisions),
        tuple(events),
    )
