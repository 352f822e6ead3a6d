"""The ledger's lines, an alert that isn't finished, and what became of a send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

AlertKind = Literal["match", "changed", "notice", "digest", "test"]
AlertState = Literal["owed", "held", "sent", "retrying", "uncertain", "dead", "suppressed"]
AlertEventKind = Literal["owed", "held", "attempt", "sent", "retry", "uncertain", "dead", "suppressed"]


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One line of the append-only ledger. The state of an alert is that of its newest event ('attempt' without a successor: uncertain).

    `alert_id` is the SHA-256 of listing, kind and destination, so that the same alert can't be owed twice. `reason` is a sentence for a
    person. `next_try_at` is set with 'retry' and 'held'. The first event of an alert carries what every later one repeats: listing,
    kind, destination, score. Notices have no listing; their `subject` says what they are about.
    """

    alert_id: str
    event: AlertEventKind
    event_at: datetime
    destination: str
    kind: AlertKind
    listing_id: str | None = None
    subject: str | None = None
    score: Decimal | None = None
    attempt: int = 0
    reason: str = ""
    next_try_at: datetime | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that isn't finished: owed, held, retrying, uncertain or in the middle of an attempt. Folded from its events by ledger.py.

    `for_digest`: its first event was 'held', it only ever goes out in a digest. `may_repeat`: it was uncertain once, so that a repeat is
    marked. `attempts` counts the sends that failed by the message's own fault or passingly, not probes of a destination that is down.
    """

    alert_id: str
    destination: str
    kind: AlertKind
    listing_id: str | None
    subject: str | None
    score: Decimal | None
    enqueued_at: datetime
    last_event: AlertEventKind
    last_event_at: datetime
    attempts: int
    reason: str
    next_try_at: datetime | None
    for_digest: bool = False
    may_repeat: bool = False

    @property
    def left_to_a_person(self) -> bool:
        """It may have arrived, and nothing repeats it until somebody says so (`uncertain = "hold"`)."""
        return self.last_event == "uncertain" and self.next_try_at is None


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one send to one destination. `reason` is a sentence for a person and holds no secret; `took` is in seconds.

    'sent': the service took it. 'passing': it failed in a way that passes (5xx, 429, no connection). 'refused': the service doesn't want
    this message (400, 413, 422). 'down': the destination itself is wrong (401, 403, 404, 410). 'uncertain': it may have arrived.
    'not_begun': no request had begun. `retry_after` is in seconds, as the service asked.
    """

    state: Literal["sent", "passing", "refused", "down", "uncertain", "not_begun"]
    reason: str = ""
    http_status: int | None = None
    retry_after: float | None = None
    took: float = 0.0
