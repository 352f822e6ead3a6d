"""What a send's result means for its alert: sent, tried again and when, dead, or for a person to
decide. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.model.alert import (
    AlertEvent,
    Cause,
    OpenAlert,
    SendResult,
    Verdict,
    Why,
)

if TYPE_CHECKING:
    pass

# Delays before the second, third … seventh attempt: minutes for a hiccup, then hours, a day
# altogether.
RETRY_DELAYS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=12),
)
PROBE_EVERY = timedelta(minutes=5)
HOUR = timedelta(hours=1)
SHORTEST_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=24)
# A success this recent shows that the destination takes messages; then a refusal is about the
# message.
SAME_BREATH = timedelta(minutes=1)


def settle(
    alert: OpenAlert,
    result: SendResult,
    *,
    now: datetime,
    attempts: int,
    last_sent_at: datetime | None = None,
    down: bool = False,
    uncertain: Literal["resend", "hold"] = "resend",
    run_id: str | None = None,
) -> AlertEvent:
    """What a send's result makes of an alert. `attempts` is this attempt's number (the 'attempt'
    event's).

    `last_sent_at` is when the destination last took any message. A refused message dies only if the
    destination takes others; one that keeps failing passingly dies after a day, likewise. A
    destination that takes nothing kills nothing: while it is `down` (`standing`), a failed attempt
    was a probe and is not counted.
    """
    match result.verdict:
        case Verdict.SENT:
            return event_of(alert, "sent", now, attempt=attempts, run_id=run_id)
        case Verdict.UNCONFIRMED:
            return _unconfirmed(alert, result.reason, now, attempts, uncertain, run_id)
        case Verdict.UNCERTAIN:
            return _uncertain(alert, result.reason, now, attempts, uncertain, down, run_id)
        case Verdict.NOT_BEGUN:
            return _probed(
                alert, Cause.DESTINATION_DOWN, result.reason, now, attempts, RETRY_DELAYS[0], run_id
            )
        case Verdict.RECIPIENT:
            return _probed(
                alert, Cause.RECIPIENT_GONE, result.reason, now, attempts, PROBE_EVERY, run_id
            )
        case Verdict.MESSAGE | Verdict.SERVICE if down and result.retry_after is None:
            return _probed(
                alert, Cause.DESTINATION_DOWN, result.reason, now, attempts, PROBE_EVERY, run_id
            )
        case Verdict.MESSAGE:
            return _refused(alert, result.reason, now, attempts, last_sent_at, run_id)
        case _:
            return _passing(alert, result, now, attempts, last_sent_at, run_id)


def _probed(
    alert: OpenAlert,
    cause: Cause,
    words: str,
    now: datetime,
    attempts: int,
    pause: timedelta,
    run_id: str | None,
) -> AlertEvent:
    """A failure that isn't the message's: the attempt doesn't count."""
    return event_of(
        alert,
        "retry",
        now,
        why=Why(cause, words),
        attempt=attempts - 1,
        next_try_at=now + pause,
        run_id=run_id,
    )


def _uncertain(
    alert: OpenAlert,
    words: str,
    now: datetime,
    attempts: int,
    policy: Literal["resend", "hold"],
    down: bool,
    run_id: str | None,
) -> AlertEvent:
    why, again = reasons.uncertain(words), None
    if policy == "hold":
        why = reasons.uncertain_for_you(words)
    elif down:
        again = now + probe_pause(attempts)
    elif attempts > len(RETRY_DELAYS):
        why = reasons.uncertain_for_you(words, repeats=attempts - 1)
    else:
        again = now + RETRY_DELAYS[attempts - 1]
    return event_of(
        alert, "uncertain", now, why=why, attempt=attempts, next_try_at=again, run_id=run_id
    )


def _unconfirmed(
    alert: OpenAlert,
    words: str,
    now: datetime,
    attempts: int,
    policy: Literal["resend", "hold"],
    run_id: str | None,
) -> AlertEvent:
    """Repeated once, marked; then a person must look: a service that answers like that will go
    on doing so.
    """
    if policy == "resend" and not alert.may_repeat:
        again = now + RETRY_DELAYS[0]
        return event_of(
            alert,
            "uncertain",
            now,
            why=reasons.uncertain(words),
            attempt=attempts,
            next_try_at=again,
            run_id=run_id,
        )
    return event_of(
        alert,
        "uncertain",
        now,
        why=reasons.unconfirmed_for_you(words),
        attempt=attempts,
        run_id=run_id,
    )


def _refused(
    alert: OpenAlert,
    words: str,
    now: datetime,
    attempts: int,
    last_sent_at: datetime | None,
    run_id: str | None,
) -> AlertEvent:
    refused_before = alert.last_event_at if alert.cause is Cause.REFUSED else None
    since = min(t for t in (refused_before, now - SAME_BREATH) if t)
    if last_sent_at and last_sent_at >= since:
        return event_of(
            alert, "dead", now, why=reasons.refused(words), attempt=attempts, run_id=run_id
        )
    again = now + _delay(attempts)
    return event_of(
        alert,
        "retry",
        now,
        why=reasons.refused(words),
        attempt=attempts,
        next_try_at=again,
        run_id=run_id,
    )


def _passing(
    alert: OpenAlert,
    result: SendResult,
    now: datetime,
    attempts: int,
    last_sent_at: datetime | None,
    run_id: str | None,
) -> AlertEvent:
    if result.retry_after is not None:
        again = now + min(max(timedelta(seconds=result.retry_after), SHORTEST_PAUSE), LONGEST_PAUSE)
        why = (
            reasons.account(result.reason)
            if result.verdict is Verdict.ACCOUNT
            else reasons.rate_limited(result.reason)
        )
        return event_of(
            alert, "retry", now, why=why, attempt=attempts - 1, next_try_at=again, run_id=run_id
        )
    takes_others = last_sent_at is not None and last_sent_at > alert.enqueued_at
    if attempts > len(RETRY_DELAYS) and takes_others:
        return event_of(
            alert,
            "dead",
            now,
            why=reasons.kept_failing(result.reason, attempts),
            attempt=attempts,
            run_id=run_id,
        )
    why = Why(Cause.DESTINATION_DOWN, result.reason)
    return event_of(
        alert,
        "retry",
        now,
        why=why,
        attempt=attempts,
        next_try_at=now + _delay(attempts),
        run_id=run_id,
    )


def probe_pause(attempts: int) -> timedelta:
    """The pause between probes of a destination that takes messages and never answers: each may
    arrive, so they get rarer, up to hourly.
    """
    return min(max(_delay(attempts), PROBE_EVERY), HOUR)


def _delay(attempts: int) -> timedelta:
    return RETRY_DELAYS[min(attempts, len(RETRY_DELAYS)) - 1]


def recover(
    open_alerts: Iterable[OpenAlert],
    now: datetime,
    policy: Literal["resend", "hold"],
    *,
    run_id: str | None = None,
) -> tuple[AlertEvent, ...]:
    """At the start of a cycle: an attempt without a result may have arrived. 'uncertain', to be
    repeated at once and marked ("resend"), or to wait for a person ("hold": no next try).
    """
    why, again = reasons.killed(for_you=policy == "hold"), now if policy == "resend" else None
    return tuple(
        event_of(alert, "uncertain", now, why=why, next_try_at=again, run_id=run_id)
        for alert in open_alerts
        if alert.last_event == "attempt"
    )
