"""What one poll of one feed means: which entries are new jobs, edits, or known; what is decided; what is owed to whom. Pure.

Takes the entries that were read and what the history knows of them; gives the changes to store in one transaction. It asks nothing and
stores nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from goldmine_ingest import identity
from goldmine_ingest.ledger import owe
from goldmine_ingest.model import (
    AlertEvent,
    AlertKind,
    Alias,
    BaseAmounts,
    Decision,
    FeedChanges,
    FeedState,
    KnownAlias,
    Listing,
    ListingVersion,
    Observation,
    PollRecord,
    Posting,
    RawEntry,
    StoredEntry,
    TextFeatures,
)
from goldmine_ingest.reading import FeedRead, ReadEntry
from goldmine_ingest.settings import AlertSettings, DestinationSettings, FeedSettings


class Judging(Protocol):
    """What intake needs of criteria.Judge; a test may judge by a table."""

    def features(self, posting: Posting) -> TextFeatures: ...

    def decide(self, listing: Listing, features: TextFeatures, *, now: datetime, proofs: tuple[str, ...] = ()) -> Decision: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings under which a cycle takes entries in. `baseline` names the reason why nothing of this cycle alerts, or is None."""

    judge: Judging
    base_currency: str
    convert: Callable[[Decimal, str, str, datetime], Decimal | None]
    feeds: Mapping[str, FeedSettings]
    destinations: Sequence[DestinationSettings]
    alerts: AlertSettings
    run_id: str
    now: datetime
    baseline: str | None = None
    clean: Callable[[RawEntry], RawEntry] = field(default=lambda raw: raw)


@dataclass(slots=True)
class Known:
    """What the history knows of the jobs that a batch of feeds may mean; grows as feeds are taken in one after another.

    `alerted` maps a listing to the last time that an alert for it was owed (not suppressed).
    """

    aliases: dict[str, list[KnownAlias]] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    feeds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    observations: dict[str, Observation] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    alerted: dict[str, datetime] = field(default_factory=dict)

    def learn_alias(self, alias: KnownAlias) -> None:
        self.aliases.setdefault(alias.digest, []).append(alias)

    def means(self, alias: Alias, listing_id: str) -> bool:
        return any(known.listing_id == listing_id for known in self.aliases.get(alias.digest, ()))


@dataclass(frozen=True, slots=True)
class Poll:
    """A feed's entries as they were read. `current` maps the digest of each entry that it held last time to its listing."""

    feed: FeedSettings
    state: FeedState
    read: FeedRead
    record: PollRecord
    current: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intake:
    """The changes to store, and the counts to report. `rotated`: the feed renamed all its entries."""

    changes: FeedChanges
    new: int = 0
    changed: int = 0
    decisions: tuple[Decision, ...] = ()
    first_sight: bool = False
    rotated: bool = False


@dataclass(slots=True)
class _Gathered:
    """The parts of a FeedChanges while a feed is taken in."""

    versions: list[ListingVersion] = field(default_factory=list)
    aliases: list[KnownAlias] = field(default_factory=list)
    entries: list[StoredEntry] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    features: dict[str, TextFeatures] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    events: list[AlertEvent] = field(default_factory=list)
    present: dict[str, str] = field(default_factory=dict)
    new: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class _Named:
    """An entry that has to be looked at, with its names and what they mean."""

    entry: ReadEntry
    raw: RawEntry
    posting: Posting
    aliases: tuple[Alias, ...]


def aliases_of(feed: str, read: FeedRead) -> set[str]:
    """The digests of all names in a feed: what to ask the history for before taking it in."""
    return {alias.digest for entry in read.entries if entry.posting is not None for alias in identity.names(entry.posting, feed)}


def take_in(poll: Poll, known: Known, terms: Terms) -> Intake:
    """Works out what the entries of one feed change. `known` learns what is new, so that the next feed of the batch sees it."""
    gathered = _Gathered(present=_still_there(poll))
    named = _name(poll)
    matches = _match(named, poll, known)
    rotated = _is_rotation(matches, len(poll.read.entries))
    for item, found in zip(named, matches, strict=True):
        if rotated and found.listing_id is None and found.twin:
            found = replace(found, listing_id=found.twin)
        _take_entry(item, found, poll, known, terms, gathered)
    first_sight = not poll.state.seen_entries and bool(poll.read.entries)
    return Intake(
        changes=FeedChanges(
            poll=replace(poll.record, new_listings=gathered.new),
            state=_state_after(poll, terms, gathered),
            versions=tuple(gathered.versions),
            aliases=tuple(gathered.aliases),
            entries=tuple(gathered.entries),
            observations=tuple(gathered.observations),
            features=tuple(gathered.features.values()),
            decisions=tuple(gathered.decisions),
            events=tuple(gathered.events),
            present=gathered.present,
        ),
        new=gathered.new,
        changed=gathered.changed,
        decisions=tuple(gathered.decisions),
        first_sight=first_sight,
        rotated=rotated,
    )


def _still_there(poll: Poll) -> dict[str, str]:
    """Digest to listing of the entries that need no look. From a body that broke off, what was there before counts as there still."""
    if not poll.read.outcome.good:
        return dict(poll.current)
    return {entry.digest: poll.current[entry.digest] for entry in poll.read.entries if entry.digest in poll.current}


def _name(poll: Poll) -> list[_Named]:
    """The entries that are new or differ from what was seen last, each with its names; links that many jobs share are none."""
    fresh = [e for e in poll.read.entries if e.posting is not None and e.raw is not None and e.digest not in poll.current]
    shared = identity.shared_links([e.posting for e in fresh if e.posting])
    named = []
    for entry in fresh:
        posting, raw = entry.posting, entry.raw
        if posting is None or raw is None:  # for the type checker: filtered above
            continue
        aliases = identity.names(posting, poll.feed.name)
        if posting.url in shared:
            aliases = tuple(a for a in aliases if a.kind != "link")
        named.append(_Named(entry, raw, posting, aliases))
    return named


def _match(named: Sequence[_Named], poll: Poll, known: Known) -> list[identity.Match]:
    present = frozenset(_still_there(poll).values())
    return [identity.match(n.posting, n.aliases, known.aliases, known.listings, present=present) for n in named]


def _is_rotation(matches: Sequence[identity.Match], total: int) -> bool:
    new = sum(m.listing_id is None for m in matches)
    twins = sum(m.listing_id is None and m.twin is not None for m in matches)
    return identity.rotated(new, twins, total)


def _take_entry(item: _Named, found: identity.Match, poll: Poll, known: Known, terms: Terms, gathered: _Gathered) -> None:
    if found.listing_id is None:
        # An entry earlier in this document may have brought the same job.
        found = identity.match(item.posting, item.aliases, known.aliases, known.listings, present=frozenset(gathered.present.values()))
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
    gathered.entries.append(StoredEntry(listing_id, poll.feed.name, terms.now, item.entry.digest, terms.clean(item.raw)))
    seen = identity.observe(listing_id, item.posting, terms.now, known.observations.get(listing_id))
    if seen is not None:
        known.observations[listing_id] = seen
        gathered.observations.append(seen)
    if poll.feed.name not in known.feeds.get(listing_id, ()):
        known.feeds[listing_id] = (*known.feeds.get(listing_id, ()), poll.feed.name)


def _take_new(item: _Named, found: identity.Match, poll: Poll, known: Known, terms: Terms, gathered: _Gathered) -> str:
    listing_id = identity.new_listing_id(item.aliases, known.listings)
    listing = Listing(listing_id, item.posting, terms.now, _base_amounts(item.posting, terms.now, terms), repost_of=found.repost_of)
    features = terms.judge.features(item.posting)
    gathered.versions.append(ListingVersion(listing, terms.now, features.text_hash))
    gathered.features[features.text_hash] = features
    gathered.new += 1
    known.listings[listing_id] = listing
    known.feeds[listing_id] = (poll.feed.name,)
    decision = terms.judge.decide(listing, features, now=terms.now, proofs=poll.feed.proofs)
    _record(decision, listing, "match", _hold_back(listing, poll, known, terms), known, terms, gathered)
    return listing_id


def _take_known(item: _Named, listing_id: str, poll: Poll, known: Known, terms: Terms, gathered: _Gathered) -> None:
    """An edit makes a revision and a new decision; so does a feed that judges the job by other proofs than those before it."""
    listing = known.listings[listing_id]
    feeds_before = known.feeds.get(listing_id, ())
    same_feed = poll.feed.name in feeds_before
    edit = identity.changes(listing.posting, item.posting, same_feed=same_feed)
    proofs = _proofs(feeds_before, terms)
    wider = _proofs((*feeds_before, poll.feed.name), terms)
    if not edit and proofs == wider:
        return
    posting = replace(listing.posting, **{name: new for name, (_, new) in edit.items()}) if edit else listing.posting
    features = terms.judge.features(posting)
    if edit:
        listing = replace(
            listing, posting=posting, base=_base_amounts(posting, listing.first_seen_at, terms), revision=listing.revision + 1
        )
        known.listings[listing_id] = listing
        gathered.versions.append(ListingVersion(listing, terms.now, features.text_hash, edit))
        gathered.features[features.text_hash] = features
        gathered.changed += 1
    known.feeds[listing_id] = feeds_before if same_feed else (*feeds_before, poll.feed.name)
    decision = terms.judge.decide(listing, features, now=terms.now, proofs=wider)
    before = known.decisions.get(listing_id)
    newly = decision.decision == "qualified" and (before is None or before.decision != "qualified") and listing_id not in known.alerted
    if newly:
        _record(decision, listing, "changed", terms.baseline, known, terms, gathered)
    else:
        known.decisions[listing_id] = decision
        gathered.decisions.append(decision)


def _record(
    decision: Decision, listing: Listing, kind: AlertKind, hold_back: str | None, known: Known, terms: Terms, gathered: _Gathered
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
    if any(event.event == "owed" or (event.event == "held" and decision.decision == "qualified") for event in events):
        known.alerted[listing.listing_id] = terms.now


def _proofs(feeds: Sequence[str], terms: Terms) -> tuple[str, ...]:
    """The proofs that any of these feeds judges by; () means all."""
    chosen = [terms.feeds[name].proofs for name in feeds if name in terms.feeds]
    if not chosen or any(not proofs for proofs in chosen):
        return ()
    return tuple(sorted({name for proofs in chosen for name in proofs}))


def _hold_back(listing: Listing, poll: Poll, known: Known, terms: Terms) -> str | None:
    """Why a new listing alerts no one although it may qualify, or None. First sight goes by the backlog rule alone, not by age."""
    if terms.baseline:
        return terms.baseline
    original = known.alerted.get(listing.repost_of or "")
    if original is not None and terms.now - original <= terms.alerts.repost_window:
        return f"a repost of {(listing.repost_of or '')[:8]}, which was alerted on {original:%Y-%m-%d}"
    age = terms.now - age_from(listing)
    if not poll.state.seen_entries:
        backlog = poll.feed.backlog
        if backlog.kind == "all" or (backlog.within is not None and age <= backlog.within):
            return None
        return f"backlog: it was already there when {poll.feed.name} was first read"
    if poll.feed.max_age is not None and age > poll.feed.max_age:
        return f"older than max_age when it was first seen (posted {age_from(listing):%Y-%m-%d %H:%M} UTC)"
    return None


def age_from(listing: Listing) -> datetime:
    """The time from which a listing's age counts: when it was posted, or first seen where that is not said or lies in the future."""
    posted = listing.posting.posted_at
    return posted if posted is not None and posted <= listing.first_seen_at else listing.first_seen_at


def _base_amounts(posting: Posting, on: datetime, terms: Terms) -> BaseAmounts:
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


def _state_after(poll: Poll, terms: Terms, gathered: _Gathered) -> FeedState:
    return replace(
        poll.state,
        platform=poll.read.platform or poll.state.platform,
        ttl=poll.read.ttl,
        seen_entries=poll.state.seen_entries or bool(poll.read.entries),
        last_new_at=terms.now if gathered.new else poll.state.last_new_at,
    )
