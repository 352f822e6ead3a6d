"""The alert state machine: which alert is owed to whom, and what each attempt to send it means.
Pure; the store keeps the events.

    owed | held -> attempt -> sent | retry | dead | uncertain        suppressed, sent and dead end
    an alert

An 'attempt' is committed before the call and the result after it, so that a program that dies in
between leaves an attempt without a result, which `recover` turns into 'uncertain'. Nothing is ever
dropped in silence: what is not sent is a row with its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from goldmine_ingest import reasons
from goldmine_ingest.model.alert import (
    AlertEvent,
    AlertEventKind,
    AlertKind,
    AlertState,
    Cause,
    OpenAlert,
    SendResult,
    Topic,
    Verdict,
    Why,
)

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Decision
    from goldmine_ingest.model.posting import Listing
    from goldmine_ingest.settings.destinations import DestinationSettings

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


def alert_id(subject: str, kind: AlertKind, destination: str, slot: str = "") -> str:
    """The SHA-256 (64 hex digits) of 'subject|kind|destination', and of '|slot' where a
    destination's recipient has one.

    The subject is the listing id; for a notice what it is about with the UTC day
    (`notice_subject`), so that it is told once a day. The destination is its name in the config: a
    rotated token changes nothing, a renamed destination is a new one.
    """
    return hashlib.sha256(
        f"{subject}|{kind}|{destination}{f'|{slot}' if slot else ''}".encode()
    ).hexdigest()


def notice_subject(topic: Topic, about: str, day: date) -> str:
    """What identifies a notice: 'feed:NAME|2026-11-23', 'deadman|2026-11-23'. Nothing reads it:
    its parts have columns of their own.
    """
    return f"{topic}{f':{about}' if about else ''}|{day:%Y-%m-%d}"


def owe(
    decision: Decision,
    listing: Listing,
    destinations: Sequence[DestinationSettings],
    *,
    feeds: tuple[str, ...],
    now: datetime,
    run_id: str | None,
    kind: AlertKind = "match",
    hold_back: Why | None = None,
) -> tuple[AlertEvent, ...]:
    """The first event of the alerts that a decision brings, one per destination; none for a
    rejected listing.

    'owed' goes out as soon as the destination takes it; 'held' waits for the next digest (a review
    listing, or mode = "digest"); 'suppressed' says why that destination never gets it: its filters,
    or `hold_back` (backlog, age, repost, baseline, rescan). `feeds` are all feeds in which the
    listing is. The same alert owed again has the same id: the store lets only the first one in.
    """
    if decision.decision == "rejected":
        return ()
    events = []
    for destination in destinations:
        event, why = _first_event(decision, listing, destination, feeds, hold_back)
        events.append(
            AlertEvent(
                alert_id(listing.listing_id, kind, *destination.place),
                event,
                now,
                destination.name,
                kind,
                listing_id=listing.listing_id,
                score=decision.score,
                reason=why.reason,
                run_id=run_id,
                cause=why.cause,
                slot=destination.slot,
                recipient=destination.recipient,
            )
        )
    return tuple(events)


def owe_notice(
    topic: Topic,
    about: str,
    text: str,
    destinations: Sequence[DestinationSettings],
    *,
    now: datetime,
    run_id: str | None,
) -> tuple[AlertEvent, ...]:
    """A notice about the program's own health, owed to each destination at most once a UTC day.
    `text` is what the ledger keeps of it.

    `about` is the feed or destination, '' for none.

    Filters don't apply: everyone hears that a source is broken. Leave out the destination that the
    notice is about.
    """
    return tuple(
        _notice(topic, about, text, d, day=now, now=now, run_id=run_id) for d in destinations
    )


def owe_summary(
    destination: DestinationSettings, day: date, text: str, *, now: datetime, run_id: str | None
) -> AlertEvent:
    """The day's summary for one destination, once per local day; `text` is what the ledger keeps of
    it. It waits for the digest that it makes due.
    """
    return replace(
        _notice(Topic.SUMMARY, "", text, destination, day=day, now=now, run_id=run_id),
        event="held",
        cause=Cause.DIGEST,
    )


def _notice(
    topic: Topic,
    about: str,
    text: str,
    destination: DestinationSettings,
    *,
    day: date,
    now: datetime,
    run_id: str | None,
) -> AlertEvent:
    subject = notice_subject(topic, about, day)
    return AlertEvent(
        alert_id(subject, "notice", *destination.place),
        "owed",
        now,
        destination.name,
        "notice",
        subject=subject,
        reason=text,
        run_id=run_id,
        topic=topic,
        about=about,
        slot=destination.slot,
        recipient=destination.recipient,
    )


def _first_event(
    decision: Decision,
    listing: Listing,
    destination: DestinationSettings,
    feeds: tuple[str, ...],
    hold_back: Why | None,
) -> tuple[AlertEventKind, Why]:
    if hold_back:
        return "suppressed", hold_back
    if why_not := not_for(destination, decision, listing, feeds):
        return "suppressed", reasons.filtered(why_not)
    review = decision.decision == "review"
    if not review and destination.mode == "instant":
        return "owed", reasons.NOTHING
    if not destination.digest_at:
        return "suppressed", reasons.no_digest(destination, review=review)
    return "held", reasons.REVIEW if review else reasons.DIGEST


def not_for(
    destination: DestinationSettings, decision: Decision, listing: Listing, feeds: Iterable[str]
) -> str | None:
    """Why this destination's filters keep a listing from it, naming the setting; None if it is
    for it. Empty filters let all pass.
    """
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
    """The state of one alert from its events, oldest first: that of the newest. Raises
    ValueError for none.
    """
    if not events:
        raise ValueError("an alert has at least one event")
    return _STATES[events[-1].event]


def fold(events: Iterable[AlertEvent]) -> OpenAlert | None:
    """One alert as it stands, from its events in order; None if it is finished (sent, dead,
    suppressed) or there are no events.
    """
    alert = None
    for event in events:
        alert = advance(alert, event)
    return alert


def advance(alert: OpenAlert | None, event: AlertEvent) -> OpenAlert | None:
    """The alert after one more event; None once it is finished. From None it begins anew
    (`alerts retry` of a dead one: 'owed').
    """
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
            cause=event.cause,
            topic=event.topic,
            about=event.about,
            slot=event.slot,
            recipient=event.recipient,
        )
    return replace(
        alert,
        last_event=event.event,
        last_event_at=event.event_at,
        attempts=event.attempt,
        reason=event.reason,
        next_try_at=event.next_try_at,
        for_digest=alert.for_digest and event.event != "owed",
        may_repeat=alert.may_repeat or event.event == "uncertain",
        cause=event.cause,
        recipient=event.recipient,
    )


def attempt(alert: OpenAlert, *, now: datetime, run_id: str | None = None) -> AlertEvent:
    """The event to commit before the call. An attempt is a message of its own until `together`
    makes it a part of one.
    """
    event = event_of(alert, "attempt", now, attempt=alert.attempts + 1, run_id=run_id)
    return replace(event, message=alert.alert_id)


def together(events: Sequence[AlertEvent]) -> list[AlertEvent]:
    """Attempts or results of one message: they bear the id of the alert that stands first in it."""
    return [replace(event, message=events[0].alert_id) for event in events]


def event_of(
    alert: OpenAlert,
    event: AlertEventKind,
    now: datetime,
    *,
    why: Why = reasons.NOTHING,
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
        reason=why.reason,
        next_try_at=next_try_at,
        run_id=run_id,
        cause=why.cause,
        topic=alert.topic,
        about=alert.about,
        slot=alert.slot,
        recipient=alert.recipient,
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
    said: str,
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
        why=Why(cause, said),
        attempt=attempts - 1,
        next_try_at=now + pause,
        run_id=run_id,
    )


def _uncertain(
    alert: OpenAlert,
    said: str,
    now: datetime,
    attempts: int,
    policy: Literal["resend", "hold"],
    down: bool,
    run_id: str | None,
) -> AlertEvent:
    why, again = reasons.uncertain(said), None
    if policy == "hold":
        why = reasons.uncertain_for_you(said)
    elif down:
        again = now + probe_pause(attempts)
    elif attempts > len(RETRY_DELAYS):
        why = reasons.uncertain_for_you(said, repeats=attempts - 1)
    else:
        again = now + RETRY_DELAYS[attempts - 1]
    return event_of(
        alert, "uncertain", now, why=why, attempt=attempts, next_try_at=again, run_id=run_id
    )


def _unconfirmed(
    alert: OpenAlert,
    said: str,
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
            why=reasons.uncertain(said),
            attempt=attempts,
            next_try_at=again,
            run_id=run_id,
        )
    return event_of(
        alert,
        "uncertain",
        now,
        why=reasons.unconfirmed_for_you(said),
        attempt=attempts,
        run_id=run_id,
    )


def _refused(
    alert: OpenAlert,
    said: str,
    now: datetime,
    attempts: int,
    last_sent_at: datetime | None,
    run_id: str | None,
) -> AlertEvent:
    refused_before = alert.last_event_at if alert.cause is Cause.REFUSED else None
    since = min(t for t in (refused_before, now - SAME_BREATH) if t)
    if last_sent_at and last_sent_at >= since:
        return event_of(
            alert, "dead", now, why=reasons.refused(said), attempt=attempts, run_id=run_id
        )
    again = now + _delay(attempts)
    return event_of(
        alert,
        "retry",
        now,
        why=reasons.refused(said),
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
