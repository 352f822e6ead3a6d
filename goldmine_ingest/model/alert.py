"""The ledger's lines, an alert that isn't finished, and what became of a send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
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


class Verdict(StrEnum):
    """What a send came to, and what a refusal is about. The ledger makes its cause from this, never from the words of the reason."""

    SENT = "sent"
    """The service took it, and said so where it has a way to say so."""
    MESSAGE = "message"
    """The service refuses this message: too long, bad markup. It may take others."""
    RECIPIENT = "recipient"
    """The recipient or the token is wrong for good: chat gone, blocked, no rights, invalid token. Waiting won't help."""
    RATE = "rate"
    """Too many in too short a time; `retry_after` says how long to wait."""
    ACCOUNT = "account"
    """The sender's own account: its quota, its credit, a policy. The message is well; `retry_after` says when to try again."""
    SERVICE = "service"
    """It failed in a way that passes: 5xx, no connection."""
    UNCERTAIN = "uncertain"
    """It may have arrived: the connection broke, or no answer came."""
    UNCONFIRMED = "unconfirmed"
    """It may have arrived: the answer is a success, but not the one that this service gives when it takes a message."""
    NOT_BEGUN = "not_begun"
    """No request had begun."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one send to one destination. `reason` is a sentence for a person and holds no secret; `took` is in seconds.

    `http_status` is only set where the answer came over HTTP. `retry_after` is in seconds, as the service asked; always set with RATE and
    ACCOUNT.
    """

    verdict: Verdict
    reason: str = ""
    http_status: int | None = None
    retry_after: float | None = None
    took: float = 0.0
