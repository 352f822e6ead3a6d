"""The pursuits that are silent, told once each in the digest of the day's summary: "3 pursuits
silent for 5 days".
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.alerts import owing
from goldmine_ingest.analysis.agenda import follow_ups_since, named, read_agenda, silent
from goldmine_ingest.model.alert import Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store

# No silence is told after it: longer than any that [review] follow_up takes.
_LOOK_BACK = timedelta(days=180)


def owe_follow_ups(
    store: Store,
    project: Project,
    due: Sequence[tuple[DestinationSettings, str]],
    *,
    now: datetime,
    run_id: str,
) -> list[AlertEvent]:
    """Owes each destination whose summary is due what became silent since it was last told. The
    ledger itself says when that was, so that a kill tells nothing twice.
    """
    if not due:
        return []
    agenda = read_agenda(store.con, project.review, now)
    if not agenda.follow_ups:
        return []
    told = store.notices_since(now - _LOOK_BACK, now)
    events = []
    for destination, day in due:
        told_at = told.get((Topic.FOLLOW_UPS, "", destination.place))
        new = follow_ups_since(agenda, told_at)
        if new:
            text = "\n".join(
                (silent(new, now), f"{named(new)}.", "goldmine track LISTING followed_up")
            )
            events.append(
                owing.owe_follow_ups(
                    destination, date.fromisoformat(day), text, now=now, run_id=run_id
                )
            )
    store.append_events(events)
    return events
