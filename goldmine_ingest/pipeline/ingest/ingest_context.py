"""What taking in a poll rests on: the settings in force, what the history knows of the jobs, the
entries as they were read. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.identity import job_identity, job_names, near_duplicates
from goldmine_ingest.model.alert import Why
from goldmine_ingest.model.decision import Decision, TextFeatures
from goldmine_ingest.model.names import Alias, KnownAlias
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import BaseAmounts, Listing, Observation, Posting
from goldmine_ingest.model.pursuit import Answer, Pursuit
from goldmine_ingest.parse.reading import FeedRead, ReadEntry
from goldmine_ingest.pipeline.polling.poll_result import PollResult
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.feeds import AlertSettings, FeedSettings, proofs_of

# How many listings a new one is compared with, word by word, those first that share most text keys
# with it.
_COMPARED = 12
# Of a name that means more listings, they are kept as a set: one that thousands share is asked
# about thousands of times, and a set for each of the others takes 300 bytes.
_FEW = 8


class Judging(Protocol):
    """What intake needs of criteria.Judge; a test may judge by a table."""

    def expect(
        self, listings: Sequence[Listing], *, now: datetime, proofs: tuple[str, ...] = ()
    ) -> None: ...

    def features(self, posting: Posting) -> TextFeatures: ...

    def decide(
        self,
        listing: Listing,
        features: TextFeatures,
        *,
        now: datetime,
        proofs: tuple[str, ...] = (),
        opinions: Opinions | None = None,
    ) -> Decision: ...


@dataclass(frozen=True, slots=True)
class IngestContext:
    """The settings under which a cycle takes entries in. `baseline` is why nothing of this cycle
    alerts, or None.

    `mail_outcomes`: what mails say came of a job is recorded. `has_opinions`: [opinion] is on.

    `began` is when each destination's first cycle was, by name and recipient's slot; one that is
    missing begins now.
    """

    judge: Judging
    base_currency: str
    convert: Callable[[Decimal, str, str, datetime], Decimal | None]
    feeds: Mapping[str, FeedSettings]
    destinations: Sequence[DestinationSettings]
    alerts: AlertSettings
    run_id: str
    now: datetime
    baseline: Why | None = None
    began: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    mail_outcomes: bool = False
    has_opinions: bool = False

    def proofs_of(self, feeds: Sequence[str]) -> tuple[str, ...]:
        """The proofs that a listing of these feeds is judged by; () means all."""
        return proofs_of(self.feeds[name] for name in feeds if name in self.feeds)

    def decide(
        self, listing: Listing, features: TextFeatures, feeds: Sequence[str], said: Opinions
    ) -> Decision:
        """Decides a listing of these feeds; `said` is what a language model was asked about it."""
        proofs = self.proofs_of(feeds)
        return self.judge.decide(listing, features, now=self.now, proofs=proofs, opinions=said)

    def base_amounts(self, posting: Posting, on: datetime) -> BaseAmounts:
        """A posting's sums in the base currency, at the rates of a day."""
        return BaseAmounts(
            budget_min=self._base(posting.budget_min, posting.currency, on),
            budget_max=self._base(posting.budget_max, posting.currency, on),
            client_spent=self._base(posting.client_spent, posting.client_currency, on),
            client_avg_hourly=self._base(posting.client_avg_hourly, posting.client_currency, on),
        )

    def _base(self, amount: Decimal | None, currency: str | None, on: datetime) -> Decimal | None:
        if amount is None or currency is None:
            return None
        return self.convert(amount, currency, self.base_currency, on)


@dataclass(slots=True)
class KnownListings:
    """What the history knows of the jobs that a batch of feeds may mean; grows as feeds are taken
    in one after another.

    `alerted` maps a listing to the last time that an alert for it was owed (not suppressed),
    `answered` to how its person answered it; `pursuits` are the events recorded of jobs that mails
    tell of, `opinions` what a language model was asked about jobs. `texts` maps a text key
    (near_duplicates.py) to the listings that have it; `text_keys` keeps those of entries by their
    digests, so that they are worked out once.
    """

    aliases: dict[str, list[KnownAlias]] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    feeds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    observations: dict[str, Observation] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    alerted: dict[str, datetime] = field(default_factory=dict)
    answered: dict[str, Answer] = field(default_factory=dict)
    pursuits: dict[str, tuple[Pursuit, ...]] = field(default_factory=dict)
    opinions: dict[str, tuple[Opinion, ...]] = field(default_factory=dict)
    texts: dict[int, tuple[str, ...]] = field(default_factory=dict)
    text_keys: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _meant: dict[str, set[str]] = field(default_factory=dict)

    def said_of(self, listing_id: str) -> Opinions:
        """What a language model was asked about a job."""
        return Opinions(self.opinions.get(listing_id, ()))

    def learn_text(self, keys: Iterable[int], listing_id: str) -> None:
        """Of a key that very many share, the first ones and the last ones are kept, as the
        history gives them (texts_like.sql).
        """
        alone = (listing_id,)  # one for all keys that nobody had before
        for key in keys:
            ids = self.texts.get(key, ()) + alone
            if len(ids) > 2 * job_identity.ENDS:
                ids = (*ids[: job_identity.ENDS], *ids[-job_identity.ENDS :])
            self.texts[key] = ids

    def keys_of(self, entry: ReadEntry) -> tuple[int, ...]:
        if entry.digest not in self.text_keys:
            self.text_keys[entry.digest] = (
                near_duplicates.text_keys(entry.posting) if entry.posting else ()
            )
        return self.text_keys[entry.digest]

    def alike(self, entry: ReadEntry) -> list[str]:
        """The listings that share most of an entry's text keys."""
        known = [
            listing_id for key in self.keys_of(entry) for listing_id in self.texts.get(key, ())
        ]
        if not known:
            return []
        return [listing_id for listing_id, _ in Counter(known).most_common(_COMPARED)]

    def learn_alias(self, alias: KnownAlias) -> None:
        self.aliases.setdefault(alias.digest, []).append(alias)
        if alias.digest in self._meant:
            self._meant[alias.digest].add(alias.listing_id)

    def means(self, alias: Alias, listing_id: str) -> bool:
        known = self.aliases.get(alias.digest, ())
        if len(known) <= _FEW:
            return any(each.listing_id == listing_id for each in known)
        if alias.digest not in self._meant:
            self._meant[alias.digest] = {each.listing_id for each in known}
        return listing_id in self._meant[alias.digest]


def names_of(poll: PollResult, entry: ReadEntry) -> tuple[Alias, ...]:
    """The names under which an entry that was read can come back, strongest first."""
    if entry.digest not in poll.names:
        poll.names[entry.digest] = (
            job_names.names(entry.posting, poll.feed.name) if entry.posting else ()
        )
    return poll.names[entry.digest]


def aliases_of(feed: str, read: FeedRead) -> set[str]:
    """The digests of all names in a feed: what to ask the history for before taking it in."""
    return {
        alias.digest
        for entry in read.entries
        if entry.posting is not None
        for alias in job_names.names(entry.posting, feed)
    }


def new_texts(polls: Sequence[PollResult], known: KnownListings) -> set[int]:
    """The text keys of entries that no name makes known: under which to ask the history for
    texts that are nearly the same.
    """
    return {
        key
        for poll in polls
        for entry in poll.read.entries
        if entry.posting is not None
        and not any(a.digest in known.aliases for a in names_of(poll, entry))
        for key in known.keys_of(entry)
    }
