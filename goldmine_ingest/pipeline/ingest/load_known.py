"""Loading what the history knows of the jobs that a poll may mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from goldmine_ingest.identity import near_duplicates
from goldmine_ingest.pipeline.ingest.ingest_context import KnownListings, names_of, new_texts
from goldmine_ingest.pipeline.polling.poll_result import PollResult
from goldmine_ingest.store.history import Store

# Up to so many jobs are loaded with their texts at once; of more, first what may tell them apart
# without the texts.
_FEW = 50


def names_in(polls: Sequence[PollResult]) -> set[str]:
    """The digests of all names under which the entries of these polls can be known."""
    return {
        alias.digest
        for poll in polls
        for entry in poll.read.entries
        for alias in names_of(poll, entry)
    }


def load_known(store: Store, digests: Collection[str]) -> KnownListings:
    """What the history knows of the jobs that these names may mean."""
    known = KnownListings()
    for alias in store.known_aliases(digests):
        known.learn_alias(alias)
    ids = {alias.listing_id for aliases in known.aliases.values() for alias in aliases}
    if not ids:
        return known
    known.listings = store.listings(ids)
    known.feeds = store.listing_feeds(ids)
    known.observations = store.latest_observations(ids)
    known.decisions = store.decisions(ids)
    _load_answers(store, known, ids)
    return known


def load_alike(store: Store, known: KnownListings, polls: Sequence[PollResult]) -> None:
    """Adds to what is known the jobs whose texts may be nearly the same as those of new entries,
    unless their facts keep them apart.
    """
    for key, listing_id in store.texts_like(new_texts(polls, known)):
        known.learn_text([key], listing_id)
    pairs = [
        (entry.posting, known.alike(entry))
        for poll in polls
        for entry in poll.read.entries
        if entry.posting
    ]
    ids = {i for _, alike in pairs for i in alike} - known.listings.keys()
    if len(ids) > _FEW:
        facts = store.facts(ids)
        ids = {
            i
            for posting, alike in pairs
            for i in alike
            if i in facts and not near_duplicates.facts_differ(posting, facts[i])
        }
    if ids:
        known.listings.update(store.listings(ids))
        _load_answers(store, known, ids)


def _load_answers(store: Store, known: KnownListings, ids: set[str]) -> None:
    """When these listings and those that they repeat were alerted, and how they were answered."""
    asked = ids | {
        listing.repost_of for i in ids if (listing := known.listings.get(i)) and listing.repost_of
    }
    known.alerted.update(store.alerted(asked))
    known.answered.update(store.answered(asked))
