"""What a decision, a notice and a day's summary owe to whom: the first event of each alert. Pure.

What a destination doesn't get is a row too, with its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.ledger import alert_id
from goldmine_ingest.model.alert import (
    AlertEvent,
    AlertEventKind,
    AlertKind,
    Cause,
    Topic,
    Why,
)

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Decision
    from goldmine_ingest.model.posting import Listing
    from goldmine_ingest.settings.destinations import DestinationSettings


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
    ahead: Collection[str] = (),
) -> tuple[AlertEvent, ...]:
    """A notice about the program's own health, owed to each destination at most once a UTC day.
    `text` is what the ledger keeps of it.

    `about` is the feed or destination, '' for none. A day's id that is among those of `ahead` went
    to a notice while the clock was ahead: the true one of that day has another.

    Filters don't apply: everyone hears that a source is broken. Leave out the destination that the
    notice is about.
    """
    return tuple(
        _with_free_id(_notice(topic, about, text, d, day=now, now=now, run_id=run_id), ahead)
        for d in destinations
    )


def _with_free_id(notice: AlertEvent, ahead: Collection[str]) -> AlertEvent:
    if notice.alert_id not in ahead:
        return notice
    subject = f"{notice.subject}|again"
    place = notice.destination, notice.slot
    return replace(notice, subject=subject, alert_id=alert_id(subject, "notice", *place))


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


def owe_follow_ups(
    destination: DestinationSettings, day: date, text: str, *, now: datetime, run_id: str | None
) -> AlertEvent:
    """Which pursuits are silent, for one destination; it waits for the digest of the day's
    summary.
    """
    return replace(
        _notice(Topic.FOLLOW_UPS, "", text, destination, day=day, now=now, run_id=run_id),
        event="held",
        cause=Cause.DIGEST,
    )


def owe_weekly(
    destination: DestinationSettings, day: date, text: str, *, now: datetime, run_id: str | None
) -> AlertEvent:
    """The week's message for one destination, once for the local day that it is due on."""
    return _notice(Topic.WEEKLY, "", text, destination, day=day, now=now, run_id=run_id)


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
