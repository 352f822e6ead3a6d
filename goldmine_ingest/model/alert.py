"""The ledger's lines, an alert that isn't finished, and what became of a send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

AlertKind = Literal["match", "changed", "notice", "digest", "test"]
AlertState = Literal["owed", "held", "sent", "retrying", "uncertain", "dead", "suppressed"]
AlertEventKind = Literal[
    "owed", "held", "attempt", "sent", "retry", "uncertain", "dead", "suppressed"
]


class Cause(StrEnum):
    """What stands in the way of an alert: what steers, where its sentence
    (alerts/reasons.py) is only for people. Stored; none is ever renamed.
    """

    BACKLOG = "backlog"  # it was there when its feed was first read
    TOO_OLD = "too_old"  # older than max_age when it was first seen
    REPOST = "repost"  # a repost or a copy of something that was alerted
    BASELINE = "baseline"  # of the first cycle after a restore or an import
    FILTERED = "filtered"  # not for this destination, or not worth an alert any more
    REVIEW = "review"  # for a person to look at: it waits for the digest
    ANSWERED = "answered"  # the person has tracked it, or rated it bad
    QUIET_HOURS = "quiet_hours"
    HOURLY_LIMIT = "hourly_limit"
    DIGEST = "digest"  # everything for this destination waits for its digest
    MUTED = "muted"
    DESTINATION_DOWN = "destination_down"  # no connection, or an error that passes
    RATE_LIMITED = "rate_limited"  # the service asked to wait
    ACCOUNT = "account"  # the account's quota or policy: nothing dies of it
    REFUSED = "refused"  # the service doesn't want this message
    RECIPIENT_GONE = "recipient_gone"  # the address, the token or the recipient is wrong for good
    UNCERTAIN = "uncertain"  # it may have arrived
    KILLED = "killed"  # the program ended while sending: it may have arrived
    DAMAGED = "damaged"  # what the alert is about is missing from the history
    JUDGED = "judged"  # pasted into `goldmine judge`: its person has seen it
    RESCAN = "rescan"  # decided or read again, without --alert
    RESTORED = "restored"  # owed when the backup was made: it may have been sent since
    BY_HAND = "by_hand"  # `goldmine alerts retry` or `drop`
    UNKNOWN_BEFORE = "unknown_before"  # a text of an earlier version that could not be placed


class Topic(StrEnum):
    """What a notice is about; with the name of the feed or destination (`about`) it identifies
    the notice. Stored; none is ever renamed.
    """

    FEED = "feed"  # it fails
    FEED_RECOVERED = "feed_recovered"
    FEED_SWAPPED = "feed_swapped"
    FEED_ROTATED = "feed_rotated"
    FEED_SILENT = "feed_silent"
    FEED_FIRST = "feed_first"
    STORM = "storm"
    DESTINATION = "destination"  # it takes nothing
    DESTINATION_RECOVERED = "destination_recovered"
    MESSAGE_REFUSED = "message_refused"
    DEAD_MAN = "deadman"
    RESTORED = "restored"
    CONFIGURATION = "configuration"  # it can't be read any more
    CONFIGURATION_MENDED = "configuration_mended"
    RUNS = "runs"  # they crash before they begin
    RUNS_RECOVERED = "runs_recovered"
    PAGE = "page"  # its process, or the phone's, ended by itself
    OTHER = "other"  # a subject of an earlier version that could not be placed
    WEEKLY = "weekly"  # the week's message, where [review] weekly asks for it
    FOLLOW_UPS = "follow_ups"  # pursuits that are silent; told in the digest of the day's summary
    SUMMARY = "summary"  # the day's; it only ever goes out in a digest, and makes one due


@dataclass(frozen=True, slots=True)
class Why:
    """Why an alert is where it is: the cause, which steers, and the sentence made from it, which
    nothing reads.
    """

    cause: Cause | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One line of the append-only ledger. The state of an alert is that of its newest event
    ('attempt' without a successor: uncertain).

    `alert_id` is the SHA-256 of listing, kind, destination and recipient, so that the same alert
    can't be owed twice. `cause` is what stands in the way (None: nothing); `reason` is a sentence
    for a person made from it, of a notice its text. `next_try_at` is set with 'retry' and 'held'.
    The first event of an alert carries what every later one repeats: listing, kind, destination,
    score. Notices have no listing; their `topic` and `about` say what they are about, and `subject`
    names them with the day. `message` tells which of a destination's messages an attempt or a
    result was part of: it is the alert that stands first in it. Of a destination whose url names
    several recipients, `slot` tells which it is (model/recipient.py), and `recipient` what is shown
    of them; both are '' for the only one.
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
    cause: Cause | None = None
    topic: Topic | None = None
    about: str | None = None
    message: str | None = None
    slot: str = ""
    recipient: str = ""

    @property
    def why(self) -> Why:
        return Why(self.cause, self.reason)


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that isn't finished: owed, held, retrying, uncertain or in the middle of an attempt.
    Folded from its events by ledger.py.

    `for_digest`: its first event was 'held' and it wasn't owed since, so that it only ever goes out
    in a digest. `may_repeat`: it was uncertain once, so that a repeat is marked. `attempts` counts
    the sends that failed by the message's own fault or passingly, not probes of a destination that
    is down.
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
    cause: Cause | None = None
    topic: Topic | None = None
    about: str | None = None
    slot: str = ""
    recipient: str = ""

    @property
    def why(self) -> Why:
        return Why(self.cause, self.reason)

    @property
    def left_to_a_person(self) -> bool:
        """It may have arrived, and nothing repeats it until somebody says so (`uncertain =
        "hold"`).
        """
        return self.last_event == "uncertain" and self.next_try_at is None


class Verdict(StrEnum):
    """What a send came to, and what a refusal is about. The ledger makes its cause from this,
    never from the words of the reason.
    """

    SENT = "sent"
    """The service took it, and said so where it has a way to say so."""
    MESSAGE = "message"
    """The service refuses this message: too long, bad markup. It may take others."""
    RECIPIENT = "recipient"
    """The recipient or the token is wrong for good: chat gone, blocked, no rights, invalid token.
    Waiting won't help."""
    RATE = "rate"
    """Too many in too short a time; `retry_after` says how long to wait."""
    ACCOUNT = "account"
    """The sender's own account: its quota, its credit, a policy. The message is well;
    `retry_after` says when to try again."""
    SERVICE = "service"
    """It failed in a way that passes: 5xx, no connection."""
    UNCERTAIN = "uncertain"
    """It may have arrived: the connection broke, or no answer came."""
    UNCONFIRMED = "unconfirmed"
    """It may have arrived: the answer is a success, but not the one that this service gives
    when it takes a message."""
    NOT_BEGUN = "not_begun"
    """No request had begun."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one send to one destination. `reason` is a sentence for a person and holds no
    secret; `took` is in seconds. `in_full`: the same with what may be told to its owner and is not
    to be stored (a chat's new id); "" where there is no more to tell.

    `http_status` is only set where the answer came over HTTP. `retry_after` is in seconds, as the
    service asked; always set with RATE and ACCOUNT.
    """

    verdict: Verdict
    reason: str = ""
    http_status: int | None = None
    retry_after: float | None = None
    in_full: str = ""
    took: float = 0.0
