"""What the history knows of a feed, its polls and the cycles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from goldmine_ingest.model.fetched import Outcome, Validators


class FeedCondition(StrEnum):
    """The state of a feed in the `feeds` view."""

    OK = "ok"
    BACKOFF = "backoff"
    PAUSED = "paused"
    HELD = "held"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the history knows of a feed between two polls; one row per feed, replaced in the poll's
    own transaction.

    `body_hash` is that of the last body taken in whole. `last_full_at` is the last good answer to
    an unconditional request. `seen_entries` is True once a poll brought entries (the first such
    poll is the feed's first sight). `origin` is the host and the channel title of what was last
    taken in, to notice a feed whose content was swapped. `not_found` counts 404 answers in a row.
    `settings` is a mark of the settings at the last poll. `last_poll_at` is when that began: one
    that began before it and comes later doesn't move the state back.
    """

    feed: str
    platform: str | None = None
    validators: Validators = Validators()
    body_hash: str | None = None
    last_ok_at: datetime | None = None
    last_full_at: datetime | None = None
    last_error: str | None = None
    last_outcome: Outcome | None = None
    consecutive_failures: int = 0
    not_found: int = 0
    condition: FeedCondition = FeedCondition.OK
    interval_s: float = 300.0
    next_poll_at: datetime | None = None
    retry_after_until: datetime | None = None
    last_new_at: datetime | None = None
    seen_entries: bool = False
    good_polls: int = 0
    empty_polls: int = 0
    origin: str | None = None
    ttl: float | None = None
    last_poll_at: datetime | None = None
    settings: str | None = None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One row of the `polls` view."""

    run_id: str
    feed: str
    started_at: datetime
    outcome: Outcome
    http_status: int | None = None
    bytes: int = 0
    entries: int = 0
    new_listings: int = 0
    skipped: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CycleRecord:
    """One row of the `runs` view."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    polled: int = 0
    failed: int = 0
    new_listings: int = 0
    qualified: int = 0
    sent: int = 0
