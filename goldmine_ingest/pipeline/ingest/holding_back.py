"""Holding back: why a job that may qualify alerts no one. Pure."""

from __future__ import annotations

from datetime import datetime

from goldmine_ingest.alerts import reasons
from goldmine_ingest.identity.job_identity import Match
from goldmine_ingest.model.alert import Why
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.pipeline.ingest.ingest_context import (
    IngestContext,
    KnownListings,
)
from goldmine_ingest.pipeline.polling.poll_result import PollResult


def hold_back(
    listing: Listing,
    match: Match,
    poll: PollResult,
    known: KnownListings,
    context: IngestContext,
) -> Why | None:
    """Why a new listing alerts no one although it may qualify, or None. First sight goes by the
    backlog rule alone, not by age.
    """
    if context.baseline:
        return context.baseline
    if (
        answered := next(
            (i for i in (listing.repost_of, *match.copies) if i in known.answered), None
        )
    ) is not None:
        return reasons.answered(known.answered[answered], copy_of=answered)
    copies = {i: known.alerted[i] for i in (listing.repost_of, *match.copies) if i in known.alerted}
    if copies:
        latest = max(copies, key=lambda i: copies[i])
        if context.now - copies[latest] <= context.alerts.repost_window:
            return reasons.repost(latest, copies[latest])
    age = context.now - age_from(listing)
    if not poll.state.seen_entries:
        backlog = poll.feed.backlog
        if backlog.kind == "all" or (backlog.within is not None and age <= backlog.within):
            return None
        return reasons.backlog(poll.feed.name)
    return too_old(listing, poll, context)


def already_answered(listing_id: str, known: KnownListings) -> Why | None:
    """Why a job of which its person has heard and said enough rings no more, or None."""
    answer = known.answered.get(listing_id)
    return reasons.answered(answer) if answer else None


def too_old(listing: Listing, poll: PollResult, context: IngestContext) -> Why | None:
    """Why a job is too old for its feed's `max_age`, or None."""
    if poll.feed.max_age is not None and context.now - age_from(listing) > poll.feed.max_age:
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
