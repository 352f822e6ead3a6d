"""Owing what a cycle learned about the program's own health: notices and summaries, through the
ledger like any alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from goldmine_ingest.model.alert import AlertEvent
from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.pipeline.delivery.daily_summary import owe_summaries
from goldmine_ingest.pipeline.delivery.delivery_result import Delivery
from goldmine_ingest.pipeline.ingest.ingest_result import IngestResult
from goldmine_ingest.pipeline.monitoring import health_notices
from goldmine_ingest.pipeline.monitoring.watch import SILENCE_CHECKED, Watch
from goldmine_ingest.render import notices
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import OpenStore, Store

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NoticeLedger:
    """One cycle's."""

    project: Project
    run_id: str
    watch: Watch
    open_store: OpenStore

    def after_polls(self, states: Mapping[str, FeedState], now: datetime) -> list[AlertEvent]:
        """Owes what the polls showed, the day's summaries and the week's message."""
        feeds, watch = self.project.feeds, self.watch
        due = watch.due + health_notices.feed_notices(feeds, watch.before, states, now)
        due += health_notices.dead_man(feeds, states, watch.first_cycle(now), now)
        quiet = watch.quiet_feeds(states, now)
        if not (due or quiet or watch.summaries(now) or watch.weekly(now)):
            return []
        with self.open_store() as store:
            if quiet:
                gaps = store.longest_gaps(quiet)
                paces = {name: timedelta(seconds=states[name].interval_s) for name in quiet}
                due += health_notices.silence_notices(quiet, gaps, now, paces)
                store.set_meta(SILENCE_CHECKED, now.isoformat())
            return self._owe_all(store, due, now)

    def without_polls(self, now: datetime) -> list[AlertEvent]:
        """Owes the day's summaries and what must be said: for a delivery alone."""
        if not (self.watch.due or self.watch.summaries(now) or self.watch.weekly(now)):
            return []
        with self.open_store() as store:
            return self._owe_all(store, self.watch.due, now)

    def after_delivery(self, delivery: Delivery, now: datetime) -> list[AlertEvent]:
        """Owes the other destinations what the delivery showed of one."""
        due = health_notices.destination_notices(
            delivery.standings, self.project.destinations, delivery.events, now
        )
        if not due:
            return []
        with self.open_store() as store:
            return self._owe(store, due, now)

    def _owe_all(
        self, store: Store, due: Sequence[health_notices.Due], now: datetime
    ) -> list[AlertEvent]:
        project, run_id = self.project, self.run_id
        owed = self._owe(store, due, now)
        if summaries := self.watch.summaries(now):
            from goldmine_ingest.pipeline.monitoring.follow_ups import owe_follow_ups

            owed += owe_follow_ups(store, project, summaries, now=now, run_id=run_id)
            owed += owe_summaries(store, project, summaries, now=now, run_id=run_id)
        if weekly := self.watch.weekly(now):
            from goldmine_ingest.pipeline.monitoring.weekly_message import owe_weekly_messages

            owed += owe_weekly_messages(store, project, weekly, now=now, run_id=run_id)
        return owed

    def _owe(
        self, store: Store, due: Sequence[health_notices.Due], now: datetime
    ) -> list[AlertEvent]:
        if not due:
            return []
        since = health_notices.look_back(due, now)
        events = health_notices.owed(
            due,
            store.notices_since(since, now),
            self.project.destinations,
            now=now,
            run_id=self.run_id,
            ahead=store.notices_ahead(since - DAY, now),
        )
        store.append_events(events)
        return list(events)


def note_intake(watch: Watch, intake: IngestResult, project: Project) -> None:
    """A poll that was taken in: a storm, or ids that rotated."""
    poll = intake.changes.poll
    watch.must_say(health_notices.storm_notices(poll.feed, intake.events, project.destinations))
    if intake.rotated:
        watch.must_say([health_notices.Due(notices.ids_rotated(poll.feed, poll.entries))])


def note_restored(watch: Watch, project: Project) -> None:
    """This cycle is the baseline after a restore."""
    enabled = sum(feed.enabled for feed in project.feeds)
    watch.must_say([health_notices.Due(notices.restored(enabled))])
