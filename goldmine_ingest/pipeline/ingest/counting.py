"""Counting for the cycle's report what was taken in and what became of alerts."""

from __future__ import annotations

from collections.abc import Iterable

from goldmine_ingest.alerts import ledger
from goldmine_ingest.model.alert import AlertEvent, Cause
from goldmine_ingest.pipeline.ingest.ingest_result import IngestResult
from goldmine_ingest.pipeline.tally import Tally


def happened(tally: Tally, events: Iterable[AlertEvent]) -> None:
    """Counts each alert by the state that its last event leaves it in."""
    for event in events:
        tally.became(event.alert_id, ledger.state([event]))


def took_in(tally: Tally, intake: IngestResult) -> None:
    """A feed's entries were stored."""
    changes = intake.changes
    tally.polled(
        changes.poll,
        changes.state,
        sum(decision.decision == "qualified" for decision in intake.decisions),
    )
    for version in intake.versions:
        (tally.changed_ids if version.listing.revision else tally.new_ids).add(
            version.listing.listing_id
        )
    tally.judged.update({decision.listing_id: decision.decision for decision in intake.decisions})
    happened(tally, intake.events)
    tally.notes.extend(f"{changes.poll.feed}: {note}" for note in intake.notes)
    if intake.rotated:
        tally.notes.append(
            f"{changes.poll.feed}: the feed renamed its entries; they were known by their"
            " texts, so nothing is new"
        )
    if intake.first_sight:
        tally.notes.append(_first_sight(intake))


def _first_sight(intake: IngestResult) -> str:
    held = len(
        {
            e.listing_id
            for e in intake.events
            if e.event == "suppressed" and e.cause is Cause.BACKLOG
        }
    )
    what = (
        f"{held} of its qualified or review matches alert{'s' * (held == 1)} no one (backlog)"
        if held
        else "nothing was held back"
    )
    new = f"{intake.new} new listing{'s' * (intake.new != 1)}"
    return f"{intake.changes.poll.feed}: first sight, {new} stored; {what}"
