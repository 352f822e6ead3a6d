"""The day's summary, which explains quiet: "12 feeds, 140 listings, 0 qualified" is not "3 feeds
failing since 09:10".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.owing import owe_summary
from goldmine_ingest.pipeline.monitoring.watch import SUMMED_UP
from goldmine_ingest.render.layout import summary_lines
from goldmine_ingest.render.message import DaySummary

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store

_DAY = timedelta(hours=24)


def day_summary(store: Store, project: Project, *, before: datetime) -> DaySummary:
    """What the 24 hours before that time brought, and which of the enabled feeds fail now."""
    counts = store.day_counts(before - _DAY, before)
    enabled = {feed.name for feed in project.feeds if feed.enabled}
    failing = {feed: since for feed, since in counts.failing.items() if feed in enabled}
    asked = project.criteria.opinion is not None
    return DaySummary(
        len(enabled),
        counts.listings,
        counts.qualified,
        counts.review,
        counts.nearest,
        failing,
        store.opinions_failed(before - _DAY, before).sentence if asked else "",
    )


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
    summary = day_summary(store, project, before=now)
    text = "\n".join(line.text for line in summary_lines(summary) if line.text)
    events = [
        owe_summary(d, datetime.fromisoformat(day).date(), text, now=now, run_id=run_id)
        for d, day in due
    ]
    store.append_events(events)
    for destination, day in due:
        store.set_meta(destination.fact(SUMMED_UP), day)
    return events
