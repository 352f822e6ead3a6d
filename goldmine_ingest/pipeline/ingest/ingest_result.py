"""What taking in one feed came to: what to store, and what to report."""

from __future__ import annotations

from dataclasses import dataclass

from goldmine_ingest.model.alert import AlertEvent
from goldmine_ingest.model.changes import FeedChanges, ListingVersion
from goldmine_ingest.model.decision import Decision


@dataclass(frozen=True, slots=True)
class IngestResult:
    """The changes to store, and what to report. `rotated`: the feed renamed all its entries.
    `notes` are for the person who runs a cycle.

    `versions`, `decisions` and `events` are those of the whole poll, `changes` has those that
    aren't stored yet.
    """

    changes: FeedChanges
    versions: tuple[ListingVersion, ...] = ()
    events: tuple[AlertEvent, ...] = ()
    new: int = 0
    changed: int = 0
    decisions: tuple[Decision, ...] = ()
    first_sight: bool = False
    rotated: bool = False
    notes: tuple[str, ...] = ()
