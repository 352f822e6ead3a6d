"""Taking in one poll of one feed, at once or in parts. Pure.

Takes the entries that were read and what the history knows of them; gives the changes to store. It
asks nothing and stores nothing itself: of a feed that brings very many entries, the parts are given
to who does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from goldmine_ingest.criteria.judge import TOGETHER
from goldmine_ingest.identity.job_identity import Match
from goldmine_ingest.model.changes import FeedChanges
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.pipeline.ingest import mail_outcomes
from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext, KnownListings
from goldmine_ingest.pipeline.ingest.ingest_result import IngestResult
from goldmine_ingest.pipeline.ingest.intake import Intake
from goldmine_ingest.pipeline.ingest.recognition import (
    NamedEntry,
    is_rotation,
    matches,
    named_entries,
    still_there,
)
from goldmine_ingest.pipeline.polling.poll_result import PollResult

# Entries after which what they came to is given away to be stored: features, decision and findings
# of a listing take 7 kB, and as much again while they are stored.
PART = 1_000


def take_in(
    poll: PollResult,
    known: KnownListings,
    context: IngestContext,
    store: Callable[[FeedChanges], None] | None = None,
    size: int = PART,
) -> IngestResult:
    """Works out what the entries of one feed change. `known` learns what is new, so that the
    next feed of the batch sees it.

    With `store`, what each `size` entries come to is given to it before the next ones are looked
    at. Such a part holds no end of the poll: only the result's changes bring the feed's next
    state, and let entries count as gone. So a feed of which parts were stored before a kill is
    asked again, as if for the first time if it was that.
    """
    intake = Intake(poll, known, context, present=still_there(poll))
    named = named_entries(poll)
    jobs = matches(named, poll, known)
    rotated = is_rotation(jobs, len(poll.read.entries))
    entries = deque(
        (item, _as_its_twin(match) if rotated else match)
        for item, match in zip(named, jobs, strict=True)
    )
    del named, jobs  # so that what was worked out for an entry goes with it
    for number, (item, match) in enumerate(_announced(entries, context, poll.feed.proofs), 1):
        intake.take(item, match)
        if store and number % size == 0:
            store(intake.part())
    if context.mail_outcomes:
        intake.take_outcomes()
    changes = intake.changes()
    return IngestResult(
        changes=changes,
        versions=(*intake.stored_versions, *changes.versions),
        events=(*intake.stored_events, *changes.events),
        new=intake.new,
        changed=intake.changed,
        decisions=(*intake.stored_decisions, *changes.decisions),
        first_sight=not poll.state.seen_entries and bool(poll.read.entries),
        rotated=rotated,
        notes=mail_outcomes.notes(poll, len(intake.pursuits), recorded=context.mail_outcomes),
    )


def _as_its_twin(match: Match) -> Match:
    """An entry of which only the name is new is the job that it repeats."""
    if match.listing_id is None and match.twin:
        return replace(match, listing_id=match.twin)
    return match


def _announced(
    entries: deque[tuple[NamedEntry, Match]], context: IngestContext, proofs: tuple[str, ...]
) -> Iterator[tuple[NamedEntry, Match]]:
    """The entries, each taken out, of which the judge is told the new ones before they come."""
    while entries:
        some = [entries.popleft() for _ in range(min(len(entries), TOGETHER))]
        new = [_unnamed(item.posting, context) for item, match in some if match.listing_id is None]
        context.judge.expect(new, now=context.now, proofs=proofs)
        yield from some


def _unnamed(posting: Posting, context: IngestContext) -> Listing:
    """What a new entry will be, but for its name: an entry before it may be the same job."""
    return Listing("", posting, context.now, context.base_amounts(posting, context.now))
