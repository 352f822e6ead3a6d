"""What a cycle tells the person, or the program, that asked for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertKind, AlertState
    from goldmine_ingest.model.fetched import Outcome


def new_run_id() -> str:
    """12 hex digits that name a cycle."""
    return os.urandom(6).hex()


ALERT_STATES: tuple[AlertState, ...] = (
    "owed",
    "held",
    "sent",
    "retrying",
    "uncertain",
    "dead",
    "suppressed",
)


@dataclass(frozen=True, slots=True)
class FeedReport:
    """One polled feed. `error` is a sentence without URLs. `failing`: in a way, or for so long,
    that its owner must hear of it. `skipped` counts what wasn't understood: entries, mails, files.
    """

    feed: str
    outcome: Outcome
    http_status: int | None = None
    entries: int = 0
    new_listings: int = 0
    error: str | None = None
    qualified: int = 0
    next_poll_at: datetime | None = None
    failing: bool = False
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class MessagePreview:
    """A message that a dry run would send. `held_back` says why it would not go out after all
    (backlog), or is None.
    """

    destination: str
    kind: AlertKind
    listing_ids: tuple[str, ...]
    text: str
    held_back: str | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """One cycle. `alerts` counts the alerts whose state this cycle set, by state. `problems` are
    (feed or destination, sentence) that made the exit status 3; `waiting` says which feeds
    failed and aren't due; `notes` are sentences worth saying
    that are no problem.
    """

    run_id: str
    started_at: datetime
    finished_at: datetime
    dry_run: bool = False
    feeds: tuple[FeedReport, ...] = ()
    new_listings: int = 0
    changed: int = 0
    qualified: int = 0
    review: int = 0
    rejected: int = 0
    alerts: Mapping[AlertState, int] = field(default_factory=dict)
    messages: tuple[MessagePreview, ...] = ()
    next_due_at: datetime | None = None
    problems: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    qualified_ids: tuple[str, ...] = ()
    busy: str | None = None

    @property
    def sent(self) -> int:
        return self.alerts.get("sent", 0)

    @property
    def exit_status(self) -> int:
        """0 done; 3 done, but a feed or a destination failed; 75 another program is in the way
        (`busy` says who).
        """
        if self.busy:
            return 75
        return 3 if self.problems else 0
