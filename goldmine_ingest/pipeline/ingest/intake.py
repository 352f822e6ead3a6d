"""What one poll of one feed means: which entries are new jobs, edits, or known; what is decided;
what is owed to whom. Pure.

Takes the entries that were read and what the history knows of them; gives the changes to store in
one transaction. It asks nothing and stores nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from goldmine_ingest.alerts.owing import owe
from goldmine_ingest.identity import edits, job_identity, job_names
from goldmine_ingest.identity.job_identity import Match
from goldmine_ingest.model import Json
from goldmine_ingest.model.alert import AlertEvent, AlertKind, Why
from goldmine_ingest.model.changes import FeedChanges, ListingVersion, StoredEntry
from goldmine_ingest.model.decision import Decision, TextFeatures
from goldmine_ingest.model.names import KnownAlias, TextKeys
from goldmine_ingest.model.posting import Listing, Observation
from goldmine_ingest.model.pursuit import Pursuit
from goldmine_ingest.parse.reading import ReadEntry
from goldmine_ingest.pipeline.ingest import mail_outcomes
from goldmine_ingest.pipeline.ingest.holding_back import already_answered, hold_back, too_old
from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext, KnownListings
from goldmine_ingest.pipeline.ingest.recognition import NamedEntry
from goldmine_ingest.pipeline.polling.poll_result import PollResult, state_after
from goldmine_ingest.settings.destinations import DestinationSettings


@dataclass(slots=True)
class Intake:
    """A feed that is being taken in: what that rests on, and the pieces of its FeedChanges so
    far. Of those that a part gave away, `stored_…` keeps what the report needs.

    `present` maps digests to listings; `present_ids` are those listings, gathered as they come:
    each entry that resembles another asks for them.
    """

    poll: PollResult
    known: KnownListings
    context: IngestContext
    present: dict[str, str]
    present_ids: set[str] = field(init=False)
    versions: list[ListingVersion] = field(default_factory=list)
    aliases: list[KnownAlias] = field(default_factory=list)
    text_keys: list[TextKeys] = field(default_factory=list)
    entries: list[StoredEntry] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    features: dict[str, TextFeatures] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    events: list[AlertEvent] = field(default_factory=list)
    pursuits: list[Pursuit] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    stored_versions: list[ListingVersion] = field(default_factory=list)
    stored_decisions: list[Decision] = field(default_factory=list)
    stored_events: list[AlertEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.present_ids = set(self.present.values())

    def take(self, item: NamedEntry, match: Match) -> None:
        """One entry, by what it was found to be before any of the document was taken in."""
        if match.listing_id is None:
            match = self._match_again(item, match)
        if match.listing_id is None:
            listing_id = self._take_new(item, match)
        else:
            listing_id = match.listing_id
            self._take_known(item, listing_id)
        self.present[item.entry.digest] = listing_id
        self.present_ids.add(listing_id)
        self._learn_names(item, listing_id)
        self.entries.append(
            StoredEntry(
                listing_id,
                self.poll.feed.name,
                self.context.now,
                item.entry.digest,
                item.raw,
                item.entry.kind,
                item.entry.source,
            )
        )
        self._observe(item, listing_id)
        self._note_feed(listing_id)
        # What was worked out in order to take it in isn't asked for again.
        self.poll.names.pop(item.entry.digest, None)
        self.known.text_keys.pop(item.entry.digest, None)

    def take_outcomes(self) -> None:
        """What mails say came of stored jobs. A job that was closed is an edit of its end, and is
        decided anew.
        """
        for event in mail_outcomes.events(
            self.poll.read.mail_outcomes, self.known, self.context.now
        ):
            if isinstance(event, Pursuit):
                self.pursuits.append(event)
                continue
            stored = self.known.listings[event.listing_id]
            edit: dict[str, tuple[Json, Json]] = {
                "expires_at": (stored.posting.expires_at, event.at)
            }
            listing = replace(
                stored,
                posting=replace(stored.posting, expires_at=event.at),
                revision=stored.revision + 1,
            )
            features = self.context.judge.features(listing.posting)
            self._keep_version(listing, features, edit)
            self._keep_decision(
                self._decide(listing, features, self.known.feeds.get(event.listing_id, ()))
            )

    def changes(self) -> FeedChanges:
        """All of it, for one transaction."""
        return FeedChanges(
            poll=replace(self.poll.record, new_listings=self.new),
            state=state_after(self.poll, self.context.now if self.new else None),
            versions=tuple(self.versions),
            aliases=tuple(self.aliases),
            text_keys=tuple(self.text_keys),
            entries=tuple(self.entries),
            observations=tuple(self.observations),
            features=tuple(self.features.values()),
            decisions=tuple(self.decisions),
            events=tuple(self.events),
            pursuits=tuple(self.pursuits),
            present=self.present,
        )

    def part(self) -> FeedChanges:
        """What was gathered since the last part; nothing of the feed counts as gone yet."""
        changes = replace(
            self.changes(), state=self.poll.state, present={**self.poll.current, **self.present}
        )
        self.stored_versions += self.versions
        self.stored_events += self.events
        for decision in self.decisions:
            bare = Decision(  # what is owed to whom goes by this
                decision.listing_id,
                decision.criteria_hash,
                decision.decision,
                decision.score,
                findings=(),
                proof=decision.proof,
            )
            self.known.decisions[decision.listing_id] = bare
            self.stored_decisions.append(bare)
        for gathered in (
            *(self.versions, self.aliases, self.text_keys, self.entries, self.observations),
            *(self.features, self.decisions, self.events),
        ):
            gathered.clear()
        return changes

    def _match_again(self, item: NamedEntry, match: Match) -> Match:
        """An entry earlier in this document may have brought the same job, or one that it
        repeats.
        """
        known = self.known
        alike = known.alike(item.entry)
        if not alike and not any(alias.digest in known.aliases for alias in item.aliases):
            return match
        return job_identity.match(
            item.posting,
            item.aliases,
            known.aliases,
            known.listings,
            present=self.present_ids,
            alike=alike,
        )

    def _take_new(self, item: NamedEntry, match: Match) -> str:
        known, context = self.known, self.context
        listing = Listing(
            job_names.new_listing_id(item.strongest, known.listings),
            item.posting,
            context.now,
            context.base_amounts(item.posting, context.now),
            repost_of=match.repost_of,
        )
        features = context.judge.features(item.posting)
        self._keep_version(listing, features)
        self._learn_text(item.entry, listing.listing_id)
        self._note_feed(listing.listing_id)
        decision = context.judge.decide(
            listing, features, now=context.now, proofs=self.poll.feed.proofs
        )
        self._owe_to_all(
            decision, listing, "match", hold_back(listing, match, self.poll, known, context)
        )
        return listing.listing_id

    def _take_known(self, item: NamedEntry, listing_id: str) -> None:
        """An edit makes a revision and a new decision; so does a feed that judges the job by other
        proofs than those before it.
        """
        known, context = self.known, self.context
        listing = known.listings[listing_id]
        feeds_before = known.feeds.get(listing_id, ())
        same_feed = self.poll.feed.name in feeds_before
        self._note_feed(listing_id)
        edit = edits.changes(listing.posting, item.posting, same_feed=same_feed)
        if not edit and (
            same_feed
            or context.proofs_of(feeds_before) == context.proofs_of(known.feeds[listing_id])
        ):
            if not same_feed and (stands := known.decisions.get(listing_id)):
                self._owe_to_feed(stands, listing, feeds_before)
            return
        if edit:
            posting = replace(listing.posting, **{name: new for name, (_, new) in edit.items()})
            listing = replace(
                listing,
                posting=posting,
                base=context.base_amounts(posting, listing.first_seen_at),
                revision=listing.revision + 1,
            )
        features = context.judge.features(listing.posting)
        if edit:
            self._keep_version(listing, features, edit)
        if "description" in edit:
            self._learn_text(item.entry, listing_id)
        before = known.decisions.get(listing_id)
        decision = self._decide(listing, features, known.feeds[listing_id])
        if (
            decision.decision == "qualified"
            and (before is None or before.decision != "qualified")
            and listing_id not in known.alerted
        ):
            why_silent = context.baseline or already_answered(listing_id, known)
            self._owe_to_all(decision, listing, "changed", why_silent)
        else:
            self._keep_decision(decision)
            if not same_feed:
                self._owe_to_feed(decision, listing, feeds_before)

    def _decide(self, listing: Listing, features: TextFeatures, feeds: Sequence[str]) -> Decision:
        said = self.known.said_of(listing.listing_id)
        return self.context.decide(listing, features, feeds, said)

    def _owe_to_all(
        self, decision: Decision, listing: Listing, kind: AlertKind, why_silent: Why | None
    ) -> None:
        """Keeps the decision, and what it makes us owe to each destination."""
        self._keep_decision(decision)
        owed = self._owed(decision, listing, self.context.destinations, why_silent, kind)
        self.events.extend(owed)
        if any(
            event.event == "owed" or (event.event == "held" and decision.decision == "qualified")
            for event in owed
        ):
            self.known.alerted[listing.listing_id] = self.context.now

    def _owe_to_feed(
        self, decision: Decision, listing: Listing, feeds_before: Sequence[str]
    ) -> None:
        """What destinations that take only some feeds are owed now that a known job came into one
        of theirs.

        What was decided before a destination began isn't owed to it, and age is looked at again:
        this is the first that it hears of the job.
        """
        context = self.context
        newly = [
            destination
            for destination in context.destinations
            if self.poll.feed.name in destination.feeds
            and set(destination.feeds).isdisjoint(feeds_before)
            and listing.first_seen_at >= context.began.get(destination.place, context.now)
        ]
        if newly:
            why_silent = (
                context.baseline
                or already_answered(listing.listing_id, self.known)
                or too_old(listing, self.poll, context)
            )
            owed = self._owed(decision, listing, newly, why_silent)
            self.events.extend(event for event in owed if event.event != "suppressed")

    def _owed(
        self,
        decision: Decision,
        listing: Listing,
        destinations: Sequence[DestinationSettings],
        why_silent: Why | None,
        kind: AlertKind = "match",
    ) -> tuple[AlertEvent, ...]:
        return owe(
            decision,
            listing,
            destinations,
            feeds=self.known.feeds.get(listing.listing_id, ()),
            now=self.context.now,
            run_id=self.context.run_id,
            kind=kind,
            hold_back=why_silent,
        )

    def _keep_version(
        self,
        listing: Listing,
        features: TextFeatures,
        edit: Mapping[str, tuple[Json, Json]] | None = None,
    ) -> None:
        """A new job, or with `edit` a new revision of one."""
        self.known.listings[listing.listing_id] = listing
        self.versions.append(
            ListingVersion(listing, self.context.now, features.text_hash, dict(edit or {}))
        )
        self.features[features.text_hash] = features
        if edit:
            self.changed += 1
        else:
            self.new += 1

    def _keep_decision(self, decision: Decision) -> None:
        self.known.decisions[decision.listing_id] = decision
        self.decisions.append(decision)

    def _learn_names(self, item: NamedEntry, listing_id: str) -> None:
        for alias in item.aliases:
            if not self.known.means(alias, listing_id):
                row = KnownAlias(alias.kind, alias.digest, listing_id, self.context.now)
                self.known.learn_alias(row)
                self.aliases.append(row)

    def _learn_text(self, entry: ReadEntry, listing_id: str) -> None:
        """Later texts that are nearly the same shall find this one."""
        keys = self.known.keys_of(entry)
        self.known.learn_text(keys, listing_id)
        self.text_keys.append(TextKeys(listing_id, keys))

    def _observe(self, item: NamedEntry, listing_id: str) -> None:
        last = self.known.observations.get(listing_id)
        seen = edits.observe(listing_id, item.posting, self.context.now, last)
        if seen is not None:
            self.known.observations[listing_id] = seen
            self.observations.append(seen)

    def _note_feed(self, listing_id: str) -> None:
        feeds, name = self.known.feeds.get(listing_id, ()), self.poll.feed.name
        if name not in feeds:
            self.known.feeds[listing_id] = (*feeds, name)
