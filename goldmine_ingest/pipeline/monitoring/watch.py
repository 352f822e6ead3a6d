"""The watch over the watch: what a cycle learns about its own health goes through the ledger
like any alert, before it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.places import began
from goldmine_ingest.clock import noted
from goldmine_ingest.pipeline.delivery.daily_summary import destinations_due, owe_summaries
from goldmine_ingest.pipeline.monitoring import health_notices as health
from goldmine_ingest.pipeline.monitoring.absences import moved
from goldmine_ingest.store.cycle import CycleStore

if TYPE_CHECKING:
    from goldmine_ingest.alerts.places import Noted
    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.model.feed import FeedState
    from goldmine_ingest.pipeline.delivery.deliver import Delivery
    from goldmine_ingest.pipeline.ingest.intake import IngestResult
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store

_SILENCE_CHECKED = "silence_checked"
_SILENCE_EVERY = timedelta(hours=1)

OpenHistory = Callable[[], AbstractContextManager[CycleStore]]


class Watch:
    """One cycle's. A cycle in which all is well opens no database for it beyond what `begin` is
    handed.
    """

    def __init__(self, project: Project, run_id: str, open_history: OpenHistory) -> None:
        self._project = project
        self._run_id = run_id
        self._open = open_history
        self._before: Mapping[str, FeedState] = {}
        self._meta: Mapping[str, str] = {}
        self._due: list[health.Due] = []
        self._began: Mapping[str, datetime] = {}
        self.began: Mapping[tuple[str, str], datetime] = {}

    def begin(self, store: CycleStore, states: Mapping[str, FeedState]) -> None:
        """Remembers how everything stood before the polls."""
        self._before, self._meta, self._began = (
            dict(states),
            store.meta(),
            store.destinations_began(),
        )
        names = {destination.name for destination in self._project.destinations}
        absences = moved(store.absences(), self._began, names, store.now, store.last_owed)
        if absences is not None:
            store.set_absences(absences)

    def facts(self) -> Mapping[str, str]:
        """The small facts of the history, as they were when the cycle began."""
        return self._meta

    def knows(self, project: Project, noted: Noted) -> None:
        """Whom the destinations are from now on: `project` has each of their recipients."""
        self._project, self.began = project, began(noted, self._began)

    def saw(self, intake: IngestResult) -> None:
        """A poll that was taken in: a storm, or ids that rotated."""
        feed = intake.changes.poll.feed
        self._due += health.storm_notices(feed, intake.changes.events, self._project.destinations)
        if intake.rotated:
            from goldmine_ingest.render import (
                notices,
            )  # a cycle in which all is well pays for no rendering

            self._due.append(health.Due(notices.ids_rotated(feed, intake.changes.poll.entries)))

    def must_say(self, notices: Iterable[health.Due]) -> None:
        """What those who run the cycle found out."""
        self._due.extend(notices)

    def restored(self) -> None:
        """This cycle is the baseline after a restore."""
        from goldmine_ingest.render import notices

        self._due.append(
            health.Due(notices.restored(sum(feed.enabled for feed in self._project.feeds)))
        )

    def before_delivery(self, states: Mapping[str, FeedState], now: datetime) -> list[AlertEvent]:
        """Owes what the polls showed, and the day's summaries."""
        feeds = self._project.feeds
        due = self._due + health.feed_notices(feeds, self._before, states, now)
        due += health.dead_man(feeds, states, min(self._began.values(), default=now), now)
        quiet = health.quiet_feeds(feeds, states, now) if self._may_check_silence(now) else {}
        summaries = destinations_due(self._project, self._meta, self.began, now)
        if not (due or quiet or summaries):
            return []
        with self._open() as store:
            if quiet:
                gaps = store.whole.longest_gaps(quiet)
                paces = {name: timedelta(seconds=states[name].interval_s) for name in quiet}
                due += health.silence_notices(quiet, gaps, now, paces)
                store.set_meta(_SILENCE_CHECKED, now.isoformat())
            events = self._owe(store.whole, due, now)
            return [
                *events,
                *owe_summaries(store.whole, self._project, summaries, now=now, run_id=self._run_id),
            ]

    def summaries(self, now: datetime) -> list[AlertEvent]:
        """Owes the day's summaries and what must be said: for a delivery without polls."""
        due = destinations_due(self._project, self._meta, self.began, now)
        if not (due or self._due):
            return []
        with self._open() as store:
            return [
                *self._owe(store.whole, self._due, now),
                *owe_summaries(store.whole, self._project, due, now=now, run_id=self._run_id),
            ]

    def after_delivery(self, delivery: Delivery, now: datetime) -> list[AlertEvent]:
        """Owes the other destinations what the delivery showed of one."""
        due = health.destination_notices(
            delivery.standings, self._project.destinations, delivery.events, now
        )
        if not due:
            return []
        with self._open() as store:
            return self._owe(store.whole, due, now)

    def _may_check_silence(self, now: datetime) -> bool:
        checked = noted(self._meta.get(_SILENCE_CHECKED), now)
        return checked is None or checked <= now - _SILENCE_EVERY

    def _owe(self, store: Store, due: list[health.Due], now: datetime) -> list[AlertEvent]:
        told = store.notices_since(health.look_back(due, now), now) if due else {}
        events = health.owed(due, told, self._project.destinations, now=now, run_id=self._run_id)
        store.append_events(events)
        return list(events)
