"""The week's message, where [review] weekly asks for it: one for each destination that takes
notices, through the ledger like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldmine_ingest.alerts.owing import owe_weekly
from goldmine_ingest.analysis.weekly import read_weekly_message
from goldmine_ingest.pipeline.monitoring.watch import WEEKLY_TOLD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store


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
    text = read_weekly_message(store.con, project, now).text
    events = [owe_weekly(to, day, text, now=now, run_id=run_id) for to, day in due]
    store.append_events(events)
    for destination, day in due:
        store.set_meta(destination.fact(WEEKLY_TOLD), day.isoformat())
    return events
