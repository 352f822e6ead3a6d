"""The alert state machine: which alert is owed to whom, and what each attempt to send it means. Pure; the store keeps the events.

    owed | held -> attempt -> sent | retry | dead | uncertain        suppressed, sent and dead end an alert

An 'attempt' is committed before the call and the result after it, so that a program that dies in between leaves an attempt without a
result, which `recover` turns into 'uncertain'. Nothing is ever dropped in silence: what is not sent is a row with its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from goldmine_ingest.model.alert import AlertEvent, AlertEventKind, AlertKind, AlertState, OpenAlert, SendResult, Verdict

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Decision
    from goldmine_ingest.model.posting import Listing
    from goldmine_ingest.settings.destinations import DestinationSettings

# Delays before the second, third … seventh attempt: minutes for a hiccup, then hours, a day altogether.
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
# A success this recent shows that the destination takes messages; then a refusal is about the message.
SAME_BREATH = timedelta(minutes=1)

# A reason that begins so is about the destination, not about the message: `standing` reads it.
DOWN = "destination down: "
PAUSED = "rate limit: "
REFUSED = "refused: "
# An attempt without a result: that says nothing of the destination, and neither does `goldmine alerts retry`.
KILLED = "the program ended while sending"
BY_HAND = "asked for by hand"
# The subject of the daily summary begins so. It is a notice that only ever goes out in a digest, and makes one due.
SUMMARY = "summary|"

_STATES: dict[AlertEventKind, AlertState] = {
    "owed": "owed",
    "held": "held",
    "attempt": "uncertain",
    "sent": "sent",
    "retry": "retrying",
    "uncertain": "uncertain",
    "dead": "dead",
    "suppressed": "suppressed",
}
_FINAL = frozenset({"sent", "dead", "suppressed"})


def alert_id(subject: str, kind: AlertKind, destination: str) -> str:
    """The SHA-256 (64 hex digits) of 'subject|kind|destination'.

    The subject is the listing id; for a notice 'about|UTC day' (see `notice_subject`), so that it is told once a day. The destination is
    its name in the config: a rotated token changes nothing, a renamed destination is a new one.
    """
    return hashlib.sha256(f"{subject}|{kind}|{destination}".encode()).hexdigest()


def notice_subject(about: str, now: datetime) -> str:
    """What identifies a notice: what it is about ('feed:NAME', 'destination:NAME', 'deadman' …) and the UTC day."""
    return f"{about}|{now:%Y-%m-%d}"


def owe(
    decision: Decision,
    listing: Listing,
    destinations: Sequence[DestinationSettings],
    *,
    feeds: tuple[str, ...],
    now: datetime,
    run_id: str | None,
    kind: AlertKind = "match",
    hold_back: str | None = None,
) -> tuple[AlertEvent, ...]:
    """The first event of the alerts that a decision brings, one per destination; none for a rejected listing.

    'owed' goes out as soon as the destination takes it; 'held' waits for the next digest (a review listing, or mode = "digest");
    'suppressed' says why that destination never gets it: its filters, or `hold_back` (backlog, age, repost, baseline, rescan).
    `feeds` are all feeds in which the listing is. The same alert owed again has the same id: the store lets only the first one in.
    """
    if decision.decision == "rejected":
        return ()
    events = []
    for destination in destinations:
        event, reason = _first_event(decision, listing, destination, feeds, hold_back)
        events.append(
            AlertEvent(
                alert_id(listing.listing_id, kind, destination.name),
                event,
                now,
                destination.name,
                kind,
                listing_id=listing.listing_id,
                score=decision.score,
                reason=reason,
                run_id=run_id,
            )
        )
    return tuple(events)


def owe_notice(
    about: str, reason: str, destinations: Sequence[DestinationSettings], *, now: datetime, run_id: str | None
) -> tuple[AlertEvent, ...]:
    """A notice about the program's own health, owed to each destination at most once a UTC day. `reason` is its text, for the ledger.

    Filters don't apply: everyone hears that a source is broken. Leave out the destination that the notice is about.
    """
    subject = notice_subject(about, now)
    return tuple(
        AlertEvent(alert_id(subject, "notice", d.name), "owed", now, d.name, "notice", subject=subject, reason=reason, run_id=run_id)
        for d in destinations
    )


def owe_summary(destination: str, day: date, text: str, *, now: datetime, run_id: str | None) -> AlertEvent:
    """The day's summary for one destination, once per local day; `text` is what the ledger keeps of it. It waits for the digest that it
    makes due.
    """
    subject = f"{SUMMARY}{day:%Y-%m-%d}"
    ident = alert_id(subject, "notice", destination)
    return AlertEvent(ident, "held", now, destination, "notice", subject=subject, reason=text, run_id=run_id)


def _first_event(
    decision: Decision, listing: Listing, destination: DestinationSettings, feeds: tuple[str, ...], hold_back: str | None
) -> tuple[AlertEventKind, str]:
    if hold_back:
        return "suppressed", hold_back
    if why_not := not_for(destination, decision, listing, feeds):
        return "suppressed", why_not
    review = decision.decision == "review"
    if not review and destination.mode == "instant":
        return "owed", ""
    if not destination.digest_at:
        return "suppressed", f"{'a review listing' if review else 'mode digest'}, and {destination.name} has no digest (digest_at = [])"
    return "held", "review listing: waits for the next digest" if review else "waits for the next digest"


def not_for(destination: DestinationSettings, decision: Decision, listing: Listing, feeds: Iterable[str]) -> str | None:
    """Why this destination's filters keep a listing from it, naming the setting; None if it is for it. Empty filters let all pass."""
    if destination.feeds and not set(feeds) & set(destination.feeds):
        return f"not from a feed of {destination.name} (feeds)"
    if destination.platforms and listing.posting.platform not in destination.platforms:
        return f"platform {listing.posting.platform} is not one of {destination.name}'s (platforms)"
    if destination.proofs and decision.proof not in destination.proofs:
        return f"best proof {decision.proof or 'none'} is not one of {destination.name}'s (proofs)"
    if destination.decisions and decision.decision not in destination.decisions:
        return f"{destination.name} doesn't take {decision.decision} listings (decisions)"
    return _outside_band(destination, decision.score)


def _outside_band(destination: DestinationSettings, score: Decimal) -> str | None:
    if score < destination.minimum_score:
        return f"score {score} is under {destination.minimum_score} (minimum_score)"
    if destination.maximum_score < 100 and score >= destination.maximum_score:
        return f"score {score} is not under {destination.maximum_score} (maximum_score)"
    return None


def state(events: Sequence[AlertEvent]) -> AlertState:
    """The state of one alert from its events, oldest first: that of the newest. Raises ValueError for none."""
    if not events:
        raise ValueError("an alert has at least one event")
    return _STATES[events[-1].event]


def fold(events: Iterable[AlertEvent]) -> OpenAlert | None:
    """One alert as it stands, from its events in order; None if it is finished (sent, dead, suppressed) or there are no events."""
    alert = None
    for event in events:
        alert = advance(alert, event)
    return alert


def advance(alert: OpenAlert | None, event: AlertEvent) -> OpenAlert | None:
    """The alert after one more event; None once it is finished. From None it begins anew (`alerts retry` of a dead one: 'owed')."""
    if event.event in _FINAL:
        return None
    if alert is None:
        return OpenAlert(
            event.alert_id,
            event.destination,
            event.kind,
            event.listing_id,
            event.subject,
            event.score,
            enqueued_at=event.event_at,
            last_event=event.event,
            last_event_at=event.event_at,
            attempts=event.attempt,
            reason=event.reason,
            next_try_at=event.next_try_at,
            for_digest=event.event == "held",
            may_repeat=event.event == "uncertain",
        )
    return replace(
        alert,
        last_event=event.event,
        last_event_at=event.event_at,
        attempts=event.attempt,
        reason=event.reason,
        next_try_at=event.next_try_at,
        may_repeat=alert.may_repeat or event.event == "uncertain",
    )


def attempt(alert: OpenAlert, *, now: datetime, run_id: str | None = None) -> AlertEvent:
    """The event to commit before the call."""
    return event_of(alert, "attempt", now, attempt=alert.attempts + 1, run_id=run_id)


def event_of(
    alert: OpenAlert,
    event: AlertEventKind,
    now: datetime,
    *,
    reason: str = "",
    attempt: int | None = None,
    next_try_at: datetime | None = None,
    run_id: str | None = None,
) -> AlertEvent:
    """A later event of an open alert, which repeats what the first one said."""
    return AlertEvent(
        alert.alert_id,
        event,
        now,
        alert.destination,
        alert.kind,
        listing_id=alert.listing_id,
        subject=alert.subject,
        score=alert.score,
        attempt=alert.attempts if attempt is None else attempt,
        reason=reason,
        next_try_at=next_try_at,
        run_id=run_id,
    )


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
    """What a send's result makes of an alert. `attempts` is this attempt's number (the 'attempt' event's).

    `last_sent_at` is when the destination last took any message. A refused message dies only if the destination takes others; one that
    keeps failing passingly dies after a day, likewise. A destination that takes nothing kills nothing: while it is `down`
    (`standing`), a failed attempt was a probe and is not counted.
    """
    match result.verdict:
        case Verdict.SENT:
            return event_of(alert, "sent", now, attempt=attempts, run_id=run_id)
        case Verdict.UNCONFIRMED:
            return _unconfirmed(alert, result.reason, now, attempts, uncertain, run_id)
        case Verdict.UNCERTAIN:
            return _uncertain(alert, result.reason, now, attempts, uncertain, down, run_id)
        case Verdict.NOT_BEGUN:
            again = now + RETRY_DELAYS[0]
            return event_of(alert, "retry", now, reason=result.reason, attempt=attempts - 1, next_try_at=again, run_id=run_id)
        case Verdict.RECIPIENT:
            again = now + PROBE_EVERY
            return event_of(alert, "retry", now, reason=DOWN + result.reason, attempt=attempts - 1, next_try_at=again, run_id=run_id)
        case Verdict.MESSAGE | Verdict.SERVICE if down and result.retry_after is None:
            again = now + PROBE_EVERY
            return event_of(alert, "retry", now, reason=result.reason, attempt=attempts - 1, next_try_at=again, run_id=run_id)
        case Verdict.MESSAGE:
            return _refused(alert, result.reason, now, attempts, last_sent_at, run_id)
        case _:
            return _passing(alert, result, now, attempts, last_sent_at, run_id)


def _uncertain(
    alert: OpenAlert, reason: str, now: datetime, attempts: int, policy: Literal["resend", "hold"], down: bool, run_id: str | None
) -> AlertEvent:
    if policy == "hold":
        reason, again = f"{reason}; held for you: `goldmine alerts retry` or `drop`", None
    elif down:
        again = now + probe_pause(attempts)
    elif attempts > len(RETRY_DELAYS):
        reason, again = f"{reason}; repeated {attempts - 1} times, now held for you: `goldmine alerts retry` or `drop`", None
    else:
        again = now + RETRY_DELAYS[attempts - 1]
    return event_of(alert, "uncertain", now, reason=reason, attempt=attempts, next_try_at=again, run_id=run_id)


def _unconfirmed(
    alert: OpenAlert, reason: str, now: datetime, attempts: int, policy: Literal["resend", "hold"], run_id: str | None
) -> AlertEvent:
    """Repeated once, marked; then a person must look: a service that answers like that will go on doing so."""
    if policy == "resend" and not alert.may_repeat:
        return event_of(alert, "uncertain", now, reason=reason, attempt=attempts, next_try_at=now + RETRY_DELAYS[0], run_id=run_id)
    reason = f"{reason}; held for you: look whether it is there, then `goldmine alerts retry` or `drop`"
    return event_of(alert, "uncertain", now, reason=reason, attempt=attempts, run_id=run_id)


def _refused(alert: OpenAlert, reason: str, now: datetime, attempts: int, last_sent_at: datetime | None, run_id: str | None) -> AlertEvent:
    refused_before = alert.last_event_at if alert.reason.startswith(REFUSED) else None
    since = min(t for t in (refused_before, now - SAME_BREATH) if t)
    if last_sent_at and last_sent_at >= since:
        return event_of(alert, "dead", now, reason=REFUSED + reason, attempt=attempts, run_id=run_id)
    again = now + _delay(attempts)
    return event_of(alert, "retry", now, reason=REFUSED + reason, attempt=attempts, next_try_at=again, run_id=run_id)


def _passing(
    alert: OpenAlert, result: SendResult, now: datetime, attempts: int, last_sent_at: datetime | None, run_id: str | None
) -> AlertEvent:
    if result.retry_after is not None:
        pause = min(max(timedelta(seconds=result.retry_after), SHORTEST_PAUSE), LONGEST_PAUSE)
        return event_of(alert, "retry", now, reason=PAUSED + result.reason, attempt=attempts - 1, next_try_at=now + pause, run_id=run_id)
    takes_others = last_sent_at is not None and last_sent_at > alert.enqueued_at
    if attempts > len(RETRY_DELAYS) and takes_others:
        reason = f"{result.reason}; failed {attempts} times over a day while other messages went through"
        return event_of(alert, "dead", now, reason=reason, attempt=attempts, run_id=run_id)
    return event_of(alert, "retry", now, reason=result.reason, attempt=attempts, next_try_at=now + _delay(attempts), run_id=run_id)


def probe_pause(attempts: int) -> timedelta:
    """The pause between probes of a destination that takes messages and never answers: each may arrive, so they get rarer, up to hourly."""
    return min(max(_delay(attempts), PROBE_EVERY), HOUR)


def _delay(attempts: int) -> timedelta:
    return RETRY_DELAYS[min(attempts, len(RETRY_DELAYS)) - 1]


def recover(
    open_alerts: Iterable[OpenAlert], now: datetime, policy: Literal["resend", "hold"], *, run_id: str | None = None
) -> tuple[AlertEvent, ...]:
    """At the start of a cycle: an attempt without a result may have arrived. 'uncertain', to be repeated at once and marked
    ("resend"), or to wait for a person ("hold": no next try).
    """
    reason = f"{KILLED}; the message may have arrived"
    if policy == "hold":
        reason += "; held for you: `goldmine alerts retry` or `drop`"
    again = now if policy == "resend" else None
    return tuple(
        event_of(alert, "uncertain", now, reason=reason, next_try_at=again, run_id=run_id)
        for alert in open_alerts
        if alert.last_event == "attempt"
    )
