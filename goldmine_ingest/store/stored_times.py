"""Stored times that lie ahead of now: a clock was wrong when they were written, so that they are no
evidence of anything. Pure.

A computer whose clock was a day ahead for one send would otherwise count that send against the
hourly limit until tomorrow.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldmine_ingest.model.alert import OpenAlert

# How old an alert counts as that began in the future: all that is known is that it began before
# now.
_SOME_TIME_AGO = timedelta(days=1)


def noted(text: str | None, now: datetime) -> datetime | None:
    """A time that the history keeps as text; None for none, for one ahead of `now`, and for what
    isn't a time.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if moment <= now else None


def past(moment: datetime | None, now: datetime) -> datetime | None:
    """The time, unless it lies ahead."""
    return moment if moment is not None and moment <= now else None


def without_future(alerts: Iterable[OpenAlert], now: datetime) -> tuple[OpenAlert, ...]:
    """The open alerts, each as it stands by what was written until now.

    One that began ahead of now began some time ago. A failure ahead of now is none: the alert is
    owed, and still marked where a message before may have arrived. What waits for a person, or is
    being sent, stays.
    """
    return tuple(_without_future(alert, now) for alert in alerts)


def _without_future(alert: OpenAlert, now: datetime) -> OpenAlert:
    if alert.enqueued_at > now:
        alert = replace(alert, enqueued_at=now - _SOME_TIME_AGO)
    passed_on = alert.last_event in ("retry", "uncertain") and not alert.left_to_a_person
    if alert.last_event_at <= now or not passed_on:
        return alert
    return replace(
        alert,
        last_event="owed",
        last_event_at=alert.enqueued_at,
        reason="",
        cause=None,
        next_try_at=None,
    )
