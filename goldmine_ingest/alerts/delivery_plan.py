"""What one destination gets now, and what waits: quiet hours, the hourly limit, digests, and a
destination that is down. Pure.

Waiting never ages an alert out, and nothing is dropped: what isn't sent now is in `hold`, or stays
as it is until its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.destination_health import failed, standing
from goldmine_ingest.alerts.destination_times import (
    HOUR,
    date_and_time,
    end_of_quiet,
    last_digest_time,
    time_of_day,
)
from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.model.alert import Topic

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertEvent, OpenAlert, Why
    from goldmine_ingest.settings.destinations import DestinationSettings


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """`send` one message each, in this order. `digest` all in one message (as many as fit; the rest
    stay open and come again).

    `digest_due`: a digest time has passed since `last_digest_at`, so that a summary is due even if
    `digest` is empty. `hold` are events to store: why something waits (or, 'suppressed', that it
    was told in another way).
    """

    send: tuple[OpenAlert, ...] = ()
    digest: tuple[OpenAlert, ...] = ()
    hold: tuple[AlertEvent, ...] = ()
    digest_due: bool = False


def plan(
    open_alerts: Iterable[OpenAlert],
    destination: DestinationSettings,
    *,
    now: datetime,
    sent: Sequence[datetime],
    last_digest_at: datetime | None,
    last_sent_at: datetime | None = None,
    muted_until: datetime | None = None,
    run_id: str | None = None,
) -> DeliveryPlan:
    """The plan for one destination.

    `open_alerts` may hold other destinations' alerts; they are left alone. `sent` is when messages
    with matches went out here in the last hour, those that may have arrived too; `last_sent_at`
    when this destination last took any. `last_digest_at`: when it last got a digest (or began;
    None: no summary is due). Until `muted_until` only notices go.
    """
    alerts = [a for a in open_alerts if a.destination == destination.name]
    as_changed, alerts = _told_as_changed(alerts, now, run_id)
    here = standing(alerts, last_sent_at)
    if here.until and here.until > now:
        return DeliveryPlan(hold=as_changed)
    if quiet_until := end_of_quiet(destination, now):
        held = _held(
            alerts,
            reasons.quiet_hours(time_of_day(quiet_until, destination)),
            quiet_until,
            now,
            run_id,
        )
        return DeliveryPlan(hold=as_changed + held)

    if muted_until and muted_until > now:
        why = reasons.muted(date_and_time(muted_until, destination))
        matches = [a for a in alerts if not _is_notice(a)]
        as_changed += _held(matches, why, muted_until, now, run_id)
        alerts = [a for a in alerts if _is_notice(a)]

    waiting = sorted((a for a in alerts if _ready(a, now) and not a.for_digest), key=_best_first)
    due = sorted(
        (
            a
            for a in alerts
            if _ready(a, now) and a.for_digest and _digest_passed(a, destination, now)
        ),
        key=_best_first,
    )
    hour = _hour(sent, destination.max_per_hour, now)
    if here.down:
        candidates = [a for a in waiting + due if hour.slots or _is_notice(a)]
        return DeliveryPlan(send=_probe(candidates), hold=as_changed)
    digest_due = bool(due) or _summary_due(destination, last_digest_at, now)
    return _within_limit(
        _Waiting(waiting, due, digest_due), destination, now, hour, as_changed, run_id
    )


@dataclass(frozen=True, slots=True)
class _Hour:
    """What the hourly limit lets out: so many messages with matches now, and the next one then."""

    slots: int
    next_slot: datetime


def _hour(sent: Sequence[datetime], limit: int, now: datetime) -> _Hour:
    recent = sorted(t for t in sent if t > now - HOUR)
    frees = recent[max(0, len(recent) - limit)] if recent else now
    return _Hour(max(0, limit - len(recent)), frees + HOUR)


def _is_notice(alert: OpenAlert) -> bool:
    return alert.listing_id is None


@dataclass(frozen=True, slots=True)
class _Waiting:
    instant: Sequence[OpenAlert]
    due: Sequence[OpenAlert]
    digest_due: bool


def _within_limit(
    waiting: _Waiting,
    destination: DestinationSettings,
    now: datetime,
    hour: _Hour,
    as_changed: tuple[AlertEvent, ...],
    run_id: str | None,
) -> DeliveryPlan:
    """Notices go whatever the limit says. A digest with matches takes one of the slots, and what
    finds none goes into it; without a free slot it waits for one.
    """
    notices = tuple(a for a in waiting.instant if _is_notice(a))
    matches = [a for a in waiting.instant if not _is_notice(a)]
    came_back = len(matches) > destination.max_per_hour and any(map(failed, waiting.instant))
    wanted = waiting.digest_due or came_back
    one_slot = wanted and (
        came_back or len(matches) > hour.slots or not all(map(_is_notice, waiting.due))
    )
    now_alone = 0 if came_back else max(0, hour.slots - one_slot)
    fits = wanted and (hour.slots > 0 or not one_slot)
    rest = matches[now_alone:]
    together = [*waiting.due, *rest, *(notices if came_back else ())] if fits else []
    digest = tuple(sorted(together, key=_best_first))
    go = (*(() if came_back and fits else notices), *matches[:now_alone])
    left = [] if fits else rest
    held = _held(left, reasons.hourly_limit(destination.max_per_hour), hour.next_slot, now, run_id)
    return DeliveryPlan(go, digest, as_changed + held, waiting.digest_due and fits)


def _best_first(alert: OpenAlert) -> tuple[bool, Decimal, datetime, str]:
    """Notices (no score) first: they are few, and say that something is broken."""
    return alert.score is not None, -(alert.score or Decimal(0)), alert.enqueued_at, alert.alert_id


def _ready(alert: OpenAlert, now: datetime) -> bool:
    if _out_of_reach(alert):
        return False
    # What quiet hours or the limit held goes as soon as they let it: its next_try_at was only a
    # forecast.
    return (
        alert.last_event in ("owed", "held")
        or alert.next_try_at is None
        or alert.next_try_at <= now
    )


def _out_of_reach(alert: OpenAlert) -> bool:
    """No plan touches it: it is being sent, or a person decides."""
    return alert.last_event == "attempt" or alert.left_to_a_person


def _probe(candidates: Sequence[OpenAlert]) -> tuple[OpenAlert, ...]:
    """One message to see whether the destination is back; the one tried longest ago, so that a
    bad message can't be every probe.
    """
    return tuple(
        sorted(
            candidates,
            key=lambda a: (
                a.attempts > 0 or a.last_event == "retry",
                a.last_event_at,
                _best_first(a),
            ),
        )[:1]
    )


def _told_as_changed(
    alerts: list[OpenAlert], now: datetime, run_id: str | None
) -> tuple[tuple[AlertEvent, ...], list[OpenAlert]]:
    """A listing that waits as a review match, failed ones too, and became qualified by an edit
    is told once, as changed.
    """
    changed = {a.listing_id for a in alerts if a.kind == "changed" and a.listing_id}
    repeated = [
        a for a in alerts if a.kind == "match" and a.listing_id in changed and not _out_of_reach(a)
    ]
    events = tuple(
        event_of(
            a,
            "suppressed",
            now,
            why=reasons.told_as_changed(may_repeat=a.may_repeat),
            run_id=run_id,
        )
        for a in repeated
    )
    return events, [a for a in alerts if a not in repeated]


def _held(
    alerts: Iterable[OpenAlert], why: Why, until: datetime, now: datetime, run_id: str | None
) -> tuple[AlertEvent, ...]:
    """'held' once, for what was only owed: a retry keeps its reason, and a cycle every minute
    must not fill the ledger.
    """
    return tuple(
        event_of(a, "held", now, why=why, next_try_at=until, run_id=run_id)
        for a in alerts
        if a.last_event == "owed"
    )


def _digest_passed(alert: OpenAlert, destination: DestinationSettings, now: datetime) -> bool:
    if alert.topic in (Topic.SUMMARY, Topic.FOLLOW_UPS):
        return True
    newest = last_digest_time(destination, now)
    return newest is not None and newest > alert.enqueued_at


def _summary_due(
    destination: DestinationSettings, last_digest_at: datetime | None, now: datetime
) -> bool:
    newest = last_digest_time(destination, now)
    return newest is not None and last_digest_at is not None and newest > last_digest_at
