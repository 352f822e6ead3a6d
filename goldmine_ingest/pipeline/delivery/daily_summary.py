"""The day's summary, which explains quiet: "12 feeds, 140 listings, 0 qualified" is not "3 feeds
failing since 09:10".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.destination_times import summary_day

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.render import DaySummary
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store

_DAY = timedelta(hours=24)
_DONE = "summary:"  # and the destination's name: in `meta`, the newest day that was summed up


def day_summary(store: Store, project: Project, *, before: datetime) -> DaySummary:
    """What the 24 hours before that time brought, and which of the enabled feeds fail now."""
    from goldmine_ingest.render import (
        DaySummary,
    )  # only the cycle that sums up a day pays for the renderer

    counts = store.day_counts(before - _DAY, before)
    enabled = {feed.name for feed in project.feeds if feed.enabled}
    failing = {feed: since for feed, since in counts.failing.items() if feed in enabled}
    return DaySummary(
        len(enabled), counts.listings, counts.qualified, counts.review, counts.nearest, failing
    )


def destinations_due(
    project: Project,
    meta: Mapping[str, str],
    began: Mapping[tuple[str, str], datetime],
    now: datetime,
) -> list[tuple[DestinationSettings, str]]:
    """The destinations whose summary is due, with the day that it is for; it is a notice, for it
    tells which feeds fail. `meta` tells which days are done; asks no database.
    """
    due = []
    for destination in project.destinations:
        if not destination.notices:
            continue
        day = summary_day(destination, began.get(destination.place, now), now)
        if day and day.isoformat() != meta.get(
            destination.fact(_DONE)
        ):  # the ledger lets no day in twice
            due.append((destination, day.isoformat()))
    return due


def owe_summaries(
    store: Store,
    project: Project,
    due: list[tuple[DestinationSettings, str]],
    *,
    now: datetime,
    run_id: str,
) -> list[AlertEvent]:
    """Owes each its summary. The ledger lets no day in twice, whatever `meta` says after a kill."""
    if not due:
        return []
    from goldmine_ingest.alerts.ledger import owe_summary
    from goldmine_ingest.render.layout import summary_lines

    summary = day_summary(store, project, before=now)
    text = "\n".join(line.text for line in summary_lines(summary) if line.text)
    events = [
        owe_summary(d, datetime.fromisoformat(day).date(), text, now=now, run_id=run_id)
        for d, day in due
    ]
    store.append_events(events)
    for destination, day in due:
        store.set_meta(destination.fact(_DONE), day)
    return events
