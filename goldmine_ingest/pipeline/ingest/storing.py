"""Storing polls that bring entries: what the history knows of their jobs, what that makes of
them, and all of it in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from goldmine_ingest.identity import near_duplicates as near
from goldmine_ingest.pipeline.ingest.ingest_context import (
    IngestContext,
    KnownListings,
    PollResult,
    unheard_texts,
)
from goldmine_ingest.pipeline.ingest.intake import IngestResult, is_swapped, only_unheard, take_in
from goldmine_ingest.pipeline.polling.read_outcomes import held
from goldmine_ingest.runtime.crash_points import reach

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.ingest.baseline import Baseline
    from goldmine_ingest.pipeline.ingest.taking import Quiet, Sorted
    from goldmine_ingest.pipeline.monitoring.watch import OpenHistory
    from goldmine_ingest.pipeline.polling.gather import Ask
    from goldmine_ingest.store.history import Store


# Up to so many jobs are loaded with their texts at once; of more, first what may tell them apart
# without the texts.
_FEW = 50


def store_polls(
    found: Sorted,
    terms: IngestContext,
    baseline: Baseline,
    *,
    open_history: OpenHistory,
    ask_of: Callable[[str], Ask],
    mark: tuple[str, str] | None,
    trial: bool = False,
) -> tuple[list[tuple[PollResult, IngestResult]], list[Quiet]]:
    """Stores the polls that bring entries; with a `mark` also the quiet ones. Gives what was taken
    in, and the other polls.

    `trial`: only whether that can be done; nothing is stored. Raises RefusedError.
    """
    wanted = {
        alias.digest
        for poll in found.polls
        for entry in poll.read.entries
        for alias in poll.names_of(entry)
    }
    with open_history() as store:
        history = load_known(store.whole, wanted)
        load_alike(store.whole, history, found.polls)
    polls = [
        _late(poll, found, history) if poll.feed.name in found.late else poll
        for poll in found.polls
    ]
    swapped = [poll for poll in polls if is_swapped(poll, history)]
    taken = [
        (poll, _intake(poll, found, history, terms, baseline))
        for poll in polls
        if poll not in swapped
    ]
    quiet = [
        held(ask_of(p.feed.name), p, terms.run_id, found.heard[p.feed.name].at) for p in swapped
    ]
    quiet += found.quiet if mark else []
    with open_history() as store:
        if trial:
            store.whole.try_on([intake.changes for _, intake in taken])
            return taken, quiet
        store.whole.apply(
            [intake.changes for _, intake in taken], unchanged=quiet if mark else (), batch=mark
        )
    if mark:
        reach("batch_committed")
    return taken, quiet


def _intake(
    poll: PollResult,
    found: Sorted,
    history: KnownListings,
    terms: IngestContext,
    baseline: Baseline,
) -> IngestResult:
    at = found.heard[poll.feed.name].at
    why = baseline.of(poll.feed.name)
    if why and poll.feed.kind == "webhook":
        # What was sent to us waits until it is taken in, by whichever history: it was never told.
        why, poll = None, replace(poll, state=replace(poll.state, seen_entries=True))
    intake = take_in(poll, history, replace(terms, now=at, baseline=why))
    if (stays := found.late.get(poll.feed.name)) is None:
        return intake
    state = replace(stays, seen_entries=intake.changes.state.seen_entries)
    return replace(intake, changes=replace(intake.changes, state=state, present=None))


def _late(poll: PollResult, found: Sorted, history: KnownListings) -> PollResult:
    """Of a poll that is older than what is stored, only the jobs that are news all the same:
    those that no name makes known.
    """
    return only_unheard(replace(poll, state=found.late[poll.feed.name], moved=None), history)


def load_known(store: Store, digests: Collection[str]) -> KnownListings:
    """What the history knows of the jobs that these names may mean."""
    known = KnownListings()
    for alias in store.known_aliases(digests):
        known.learn_alias(alias)
    ids = {alias.listing_id for found in known.aliases.values() for alias in found}
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
    for key, listing_id in store.texts_like(unheard_texts(polls, known)):
        known.learn_text(key, listing_id)
    pairs = [
        (entry.posting, known.alike(entry))
        for poll in polls
        for entry in poll.read.entries
        if entry.posting
    ]
    found = {i for _, alike in pairs for i in alike} - known.listings.keys()
    if len(found) > _FEW:
        facts = store.facts(found)
        found = {
            i
            for posting, alike in pairs
            for i in alike
            if i in facts and not near.facts_differ(posting, facts[i])
        }
    if found:
        known.listings.update(store.listings(found))
        _load_answers(store, known, found)


def _load_answers(store: Store, known: KnownListings, ids: set[str]) -> None:
    """When these listings and those that they repeat were alerted, and how they were answered."""
    told = ids | {
        listing.repost_of for i in ids if (listing := known.listings.get(i)) and listing.repost_of
    }
    known.alerted.update(store.alerted(told))
    known.answered.update(store.answered(told))
