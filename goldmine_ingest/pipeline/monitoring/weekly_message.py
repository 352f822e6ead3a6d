"""The week's message, where [review] weekly asks for it: one for each destination that takes
notices, through the ledger like any other.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.owing import owe_weekly
from goldmine_ingest.analysis.agenda import read_agenda
from goldmine_ingest.analysis.diagnosis import diagnose
from goldmine_ingest.analysis.floors import floors
from goldmine_ingest.analysis.funnel import Facts, Window
from goldmine_ingest.analysis.quality import read_quality
from goldmine_ingest.analysis.review import read_facts, review
from goldmine_ingest.analysis.weekly import WeeklyMessage, weekly_message
from goldmine_ingest.pipeline.monitoring.watch import WEEKLY_TOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store

_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)


def read_weekly_message(store: Store, project: Project, now: datetime) -> WeeklyMessage:
    """The message as of now. It changes nothing."""

    def facts(window: Window) -> Facts:
        return read_facts(store.con, window, project.criteria, project.review.ignored_after)

    week = Window(now - _WEEK, now)
    month = facts(Window(now - _MONTH, now))
    return weekly_message(
        review(facts(week), facts(week.before), project.criteria, now),
        diagnose(month, now),
        read_quality(store.con, week, floors(project, now.date())),
        read_agenda(store.con, project.review, now),
        now,
    )


def owe_weekly_messages(
    store: Store,
    project: Project,
    due: Sequence[tuple[DestinationSettings, date]],
    *,
    now: datetime,
    run_id: str,
) -> list[AlertEvent]:
    """Owes each its message. The ledger lets no day in twice, whatever `meta` says after a kill."""
    if not due:
        return []
    message = read_weekly_message(store, project, now)
    text = "\n".join((message.headline, *message.lines))
    events = [owe_weekly(to, day, text, now=now, run_id=run_id) for to, day in due]
    store.append_events(events)
    for destination, day in due:
        store.set_meta(destination.fact(WEEKLY_TOLD), day.isoformat())
    return events
