"""What one poll of one feed means: which entries are new jobs, edits, or known; what is decided;
what is owed to whom. Pure.

Takes the entries that were read and what the history knows of them; gives the changes to store in
one transaction. It asks nothing and stores nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.owing import owe
from goldmine_ingest.identity import edits, job_identity, job_names
from goldmine_ingest.model.alert import AlertEvent, AlertKind, Why
from goldmine_ingest.model.changes import FeedChanges, ListingVersion, StoredEntry
from goldmine_ingest.model.decision import Decision, TextFeatures
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.model.names import Alias, KnownAlias, TextKey
from goldmine_ingest.model.posting import BaseAmounts, Listing, Observation, Posting
from goldmine_ingest.model.pursuit import Pursuit
from goldmine_ingest.parse.reading import ReadEntry
from goldmine_ingest.pipeline.ingest import mail_outcomes
from goldmine_ingest.pipeline.ingest.ingest_context import (
    IngestContext,
    KnownListings,
    names_of,
    proofs_of,
)
from goldmine_ingest.pipeline.polling.poll_result import PollResult


@dataclass(frozen=True, slots=True)
class IngestResult:
    """The changes to store, and the counts to report. `rotated`: the feed renamed all its
    entries. `notes` are for the person who runs a cycle.
    """

    changes: FeedChanges
    new: int = 0
    changed: int = 0
    decisions: tuple[Decision, ...] = ()
    first_sight: bool = False
    rotated: bool = False
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gathered:
    """The parts of a FeedChanges while a feed is taken in."""

    versions: list[ListingVersion] = field(default_factory=list)
    aliases: list[KnownAlias] = field(default_factory=list)
    text_keys: list[TextKey] = field(default_factory=list)
    entries: list[StoredEntry] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    features: dict[str, TextFeatures] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    events: list[AlertEvent] = field(default_factory=list)
    pursuits: list[Pursuit] = field(default_factory=list)
    present: dict[str, str] = field(default_factory=dict)
    new: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class _Named:
    """An entry that has to be looked at, with its names; `strongest` first, those that several
    jobs of the document share left out.
    """

    entry: ReadEntry
    raw: RawEntry
    posting: Posting
    aliases: tuple[Alias, ...]
    strongest: tuple[Alias, ...]


def is_swapped(poll: PollResult, known: KnownListings) -> bool:
    """Whether a feed holds another site's content: its host or title changed, and nothing in it
    was ever seen in it (I13).
    """
    if poll.moved is None or not poll.state.seen_entries or not poll.read.entries:
        return False
    if any(entry.digest in poll.current for entry in poll.read.entries):
        return False
    seen = {found.listing_id or found.twin or "" for found in _match(_name(poll), poll, known)}
    return not any(poll.feed.name in known.feeds.get(listing_id, ()) for listing_id in seen)


def only_unheard(poll: PollResult, known: KnownListings) -> PollResult:
    """The poll with only those of its entries that are jobs which no name makes known."""
    named = _name(poll)
    fresh = (
        item.entry
        for item, found in zip(named, _match(named, poll, known), strict=True)
        if found.listing_id is None
    )
    return replace(poll, read=replace(poll.read, entries=tuple(fresh)))


def take_in(poll: PollResult, known: KnownListings, terms: IngestContext) -> IngestResult:
    """Works out what the entries of one feed change. `known` learns what is new, so that the
    next feed of the batch sees it.
    """
    gathered = _Gathered(present=_still_there(poll))
    named = _name(poll)
    matches = _match(named, poll, known)
    rotated = _is_rotation(matches, len(poll.read.entries))
    for item, found in zip(named, matches, strict=True):
        if rotated and found.listing_id is None and found.twin:
            found = replace(found, listing_id=found.twin)
        _take_entry(item, found, poll, known, terms, gathered)
    if terms.mail_outcomes:
        _record_outcomes(poll, known, terms, gathered)
    first_sight = not poll.state.seen_entries and bool(poll.read.entries)
    return IngestResult(
        changes=FeedChanges(
            poll=replace(poll.record, new_listings=gathered.new),
            state=_state_after(poll, terms, gathered),
            versions=tuple(gathered.versions),
            aliases=tuple(gathered.aliases),
            text_keys=tuple(gathered.text_keys),
            entries=tuple(gathered.entries),
            observations=tuple(gathered.observations),
            features=tuple(gathered.features.values()),
            decisions=tuple(gathered.decisions),
            events=tuple(gathered.events),
            pursuits=tuple(gathered.pursuits),
            present=gathered.present,
        ),
        new=gathered.new,
        changed=gathered.changed,
        decisions=tuple(gathered.decisions),
        first_sight=first_sight,
        rotated=rotated,
        notes=mail_outcomes.notes(poll, len(gathered.pursuits), recorded=terms.mail_outcomes),
    )


def _record_outcomes(
    poll: PollResult, known: KnownListings, terms: IngestContext, gathered: _Gathered
) -> None:
    """What mails say came of stored jobs. A job that was closed is an edit of its end, and is
    decided anew.
    """
    for event in mail_outcomes.events(poll.read.mail_outcomes, known, terms.now):
        if isinstance(event, Pursuit):
            gathered.pursuits.append(event)
            continue
        stored = known.listings[event.listing_id]
        listing = replace(
            stored,
            posting=replace(stored.posting, expires_at=event.at),
            revision=stored.revision + 1,
        )
        known.listings[event.listing_id] = listing
        features = terms.judge.features(listing.posting)
        edit = {"expires_at": (stored.posting.expires_at, event.at)}
        gathered.versions.append(ListingVersion(listing, terms.now, features.text_hash, edit))
        gathered.features[features.text_hash] = features
        gathered.changed += 1
        proofs = proofs_of(known.feeds.get(event.listing_id, ()), terms)
        decision = terms.judge.decide(listing, features, now=terms.now, proofs=proofs)
        known.decisions[event.listing_id] = decision
        gathered.decisions.append(decision)


def _still_there(poll: PollResult) -> dict[str, str]:
    """Digest to listing of the entries that need no look. From a body that broke off, what was
    there before counts as there still.
    """
    if not poll.read.outcome.good:
        return dict(poll.current)
    return {
        entry.digest: poll.current[entry.digest]
        for entry in poll.read.entries
        if entry.digest in poll.current
    }


def _name(poll: PollResult) -> list[_Named]:
    """The entries that are new or differ from what was seen last, each with its names."""
    fresh = [
        e
        for e in poll.read.entries
        if e.posting is not None and e.raw is not None and e.digest not in poll.current
    ]
    shared = job_names.shared_links([e.posting for e in fresh if e.posting])
    named = []
    for entry in fresh:
        posting, raw = entry.posting, entry.raw
        if posting is None or raw is None:  # for the type checker: filtered above
            continue
        aliases = names_of(poll, entry)
        own = tuple(a for a in aliases if a.kind != "link") if posting.url in shared else aliases
        named.append(_Named(entry, raw, posting, aliases, own))
    return named


def _match(
    named: Sequence[_Named], poll: PollResult, known: KnownListings
) -> list[job_identity.Match]:
    """What each entry is, before any of them is taken in: what of a feed is new decides whether
    its ids were rotated.
    """
    present = frozenset(_still_there(poll).values())
    return [
        job_identity.match(n.posting, n.aliases, known.aliases, known.listings, present=present)
        for n in named
    ]


def _is_rotation(matches: Sequence[job_identity.Match], total: int) -> bool:
    new = sum(m.listing_id is None for m in matches)
    twins = sum(m.listing_id is None and m.twin is not None for m in matches)
    return job_identity.rotated(new, twins, total)


def _take_entry(
    item: _Named,
    found: job_identity.Match,
    poll: PollResult,
    known: KnownListings,
    terms: IngestContext,
    gathered: _Gathered,
) -> None:
    if found.listing_id is None:
        # An entry earlier in this document may have brought the same job, or one that it repeats.
        alike = known.alike(item.entry)
        if alike or any(alias.digest in known.aliases for alias in item.aliases):
            present = frozenset(gathered.present.values())
            found = job_identity.match(
                item.posting,
                item.aliases,
                known.aliases,
                known.listings,
                present=present,
                alike=alike,
            )
    if found.listing_id is None:
        listing_id = _take_new(item, found, poll, known, terms, gathered)
    else:
        listing_id = found.listing_id
        _take_known(item, listing_id, poll, known, terms, gathered)
    gathered.present[item.entry.digest] = listing_id
    for alias in item.aliases:
        if not known.means(alias, listing_id):
            row = KnownAlias(alias.kind, alias.digest, listing_id, terms.now)
            known.learn_alias(row)
            gathered.aliases.append(row)
    gathered.entries.append(
        StoredEntry(
            listing_id,
            poll.feed.name,
            terms.now,
            item.entry.digest,
            item.raw,
            item.entry.kind,
            item.entry.source,
        )
    )
    seen = edits.observe(listing_id, item.posting, terms.now, known.observations.get(listing_id))
    if seen is not None:
        known.observations[listing_id] = seen
        gathered.observations.append(seen)
    if poll.feed.name not in known.feeds.get(listing_id, ()):
        known.feeds[listing_id] = (*known.feeds.get(listing_id, ()), poll.feed.name)


def _take_new(
    item: _Named,
    found: job_identity.Match,
    poll: PollResult,
    known: KnownListings,
    terms: IngestContext,
    gathered: _Gathered,
) -> str:
    listing_id = job_names.new_listing_id(item.strongest, known.listings)
    listing = Listing(
        listing_id,
        item.posting,
        terms.now,
        base_amounts(item.posting, terms.now, terms),
        repost_of=found.repost_of,
    )
    features = terms.judge.features(item.posting)
    gathered.versions.append(ListingVersion(listing, terms.now, features.text_hash))
    gathered.features[features.text_hash] = features
    gathered.new += 1
    _learn_text(item.entry, listing_id, known, gathered)
    known.listings[listing_id] = listing
    known.feeds[listing_id] = (poll.feed.name,)
    decision = terms.judge.decide(listing, features, now=terms.now, proofs=poll.feed.proofs)
    _record(
        decision,
        listing,
        "match",
        _hold_back(listing, found, poll, known, terms),
        known,
        terms,
        gathered,
    )
    return listing_id


def _learn_text(
    entry: ReadEntry, listing_id: str, known: KnownListings, gathered: _Gathered
) -> None:
    """Later texts that are nearly the same shall find this one."""
    for key in known.keys_of(entry):
        known.learn_text(key, listing_id)
        gathered.text_keys.append(TextKey(key, listing_id))


def _take_known(
    item: _Named,
    listing_id: str,
    poll: PollResult,
    known: KnownListings,
    terms: IngestContext,
    gathered: _Gathered,
) -> None:
    """An edit makes a revision and a new decision; so does a feed that judges the job by other
    proofs than those before it.
    """
    listing = known.listings[listing_id]
    feeds_before = known.feeds.get(listing_id, ())
    same_feed = poll.feed.name in feeds_before
    edit = edits.changes(listing.posting, item.posting, same_feed=same_feed)
    proofs = proofs_of(feeds_before, terms)
    wider = proofs_of((*feeds_before, poll.feed.name), terms)
    if not edit and proofs == wider:
        if not same_feed and (standing := known.decisions.get(listing_id)):
            known.feeds[listing_id] = (*feeds_before, poll.feed.name)
            gathered.events.extend(
                _owed_by_feed(standing, listing, feeds_before, poll, known, terms)
            )
        return
    posting = (
        replace(listing.posting, **{name: new for name, (_, new) in edit.items()})
        if edit
        else listing.posting
    )
    features = terms.judge.features(posting)
    if edit:
        listing = replace(
            listing,
            posting=posting,
            base=base_amounts(posting, listing.first_seen_at, terms),
            revision=listing.revision + 1,
        )
        known.listings[listing_id] = listing
        if "description" in edit:
            _learn_text(item.entry, listing_id, known, gathered)
        gathered.versions.append(ListingVersion(listing, terms.now, features.text_hash, edit))
        gathered.features[features.text_hash] = features
        gathered.changed += 1
    known.feeds[listing_id] = feeds_before if same_feed else (*feeds_before, poll.feed.name)
    decision = terms.judge.decide(listing, features, now=terms.now, proofs=wider)
    before = known.decisions.get(listing_id)
    newly = (
        decision.decision == "qualified"
        and (before is None or before.decision != "qualified")
        and listing_id not in known.alerted
    )
    if newly:
        _record(
            decision,
            listing,
            "changed",
            terms.baseline or _answered(listing_id, known),
            known,
            terms,
            gathered,
        )
    else:
        known.decisions[listing_id] = decision
        gathered.decisions.append(decision)
        if not same_feed:
            gathered.events.extend(
                _owed_by_feed(decision, listing, feeds_before, poll, known, terms)
            )


def _owed_by_feed(
    decision: Decision,
    listing: Listing,
    feeds_before: Sequence[str],
    poll: PollResult,
    known: KnownListings,
    terms: IngestContext,
) -> tuple[AlertEvent, ...]:
    """What destinations that take only some feeds are owed now that a known job came into one of
    theirs.

    What was decided before a destination began isn't owed to it, and age is looked at again: this
    is the first that it hears of the job.
    """
    newly = [
        destination
        for destination in terms.destinations
        if poll.feed.name in destination.feeds
        and not set(feeds_before) & set(destination.feeds)
        and listing.first_seen_at >= terms.began.get(destination.place, terms.now)
    ]
    if not newly:
        return ()
    events = owe(
        decision,
        listing,
        newly,
        feeds=known.feeds[listing.listing_id],
        now=terms.now,
        run_id=terms.run_id,
        hold_back=terms.baseline
        or _answered(listing.listing_id, known)
        or _too_old(listing, poll, terms),
    )
    return tuple(event for event in events if event.event != "suppressed")


def _record(
    decision: Decision,
    listing: Listing,
    kind: AlertKind,
    hold_back: Why | None,
    known: KnownListings,
    terms: IngestContext,
    gathered: _Gathered,
) -> None:
    """Keeps the decision, and what it makes us owe to each destination."""
    known.decisions[listing.listing_id] = decision
    gathered.decisions.append(decision)
    events = owe(
        decision,
        listing,
        terms.destinations,
        feeds=known.feeds.get(listing.listing_id, ()),
        now=terms.now,
        run_id=terms.run_id,
        kind=kind,
        hold_back=hold_back,
    )
    gathered.events.extend(events)
    if any(
        event.event == "owed" or (event.event == "held" and decision.decision == "qualified")
        for event in events
    ):
        known.alerted[listing.listing_id] = terms.now


def _hold_back(
    listing: Listing,
    found: job_identity.Match,
    poll: PollResult,
    known: KnownListings,
    terms: IngestContext,
) -> Why | None:
    """Why a new listing alerts no one although it may qualify, or None. First sight goes by the
    backlog rule alone, not by age.
    """
    if terms.baseline:
        return terms.baseline
    if (
        answered := next(
            (i for i in (listing.repost_of, *found.copies) if i in known.answered), None
        )
    ) is not None:
        return reasons.answered(known.answered[answered], copy_of=answered)
    copies = {i: known.alerted[i] for i in (listing.repost_of, *found.copies) if i in known.alerted}
    if copies:
        latest = max(copies, key=lambda i: copies[i])
        if terms.now - copies[latest] <= terms.alerts.repost_window:
            return reasons.repost(latest, copies[latest])
    age = terms.now - age_from(listing)
    if not poll.state.seen_entries:
        backlog = poll.feed.backlog
        if backlog.kind == "all" or (backlog.within is not None and age <= backlog.within):
            return None
        return reasons.backlog(poll.feed.name)
    return _too_old(listing, poll, terms)


def _answered(listing_id: str, known: KnownListings) -> Why | None:
    """Why a job of which its person has heard and said enough rings no more, or None."""
    answer = known.answered.get(listing_id)
    return reasons.answered(answer) if answer else None


def _too_old(listing: Listing, poll: PollResult, terms: IngestContext) -> Why | None:
    if poll.feed.max_age is not None and terms.now - age_from(listing) > poll.feed.max_age:
        return reasons.too_old(age_from(listing))
    return None


def age_from(listing: Listing) -> datetime:
    """The time from which a listing's age counts: when it was posted, or first seen where that
    is not said or lies in the future.
    """
    posted = listing.posting.posted_at
    return (
        posted if posted is not None and posted <= listing.first_seen_at else listing.first_seen_at
    )


def base_amounts(posting: Posting, on: datetime, terms: IngestContext) -> BaseAmounts:
    def base(amount: Decimal | None, currency: str | None) -> Decimal | None:
        if amount is None or currency is None:
            return None
        return terms.convert(amount, currency, terms.base_currency, on)

    return BaseAmounts(
        budget_min=base(posting.budget_min, posting.currency),
        budget_max=base(posting.budget_max, posting.currency),
        client_spent=base(posting.client_spent, posting.client_currency),
        client_avg_hourly=base(posting.client_avg_hourly, posting.client_currency),
    )


def _state_after(poll: PollResult, terms: IngestContext, gathered: _Gathered) -> FeedState:
    return replace(
        poll.state,
        platform=poll.read.platform or poll.state.platform,
        ttl=poll.read.ttl,
        seen_entries=poll.state.seen_entries or bool(poll.read.entries),
        last_new_at=terms.now if gathered.new else poll.state.last_new_at,
    )
