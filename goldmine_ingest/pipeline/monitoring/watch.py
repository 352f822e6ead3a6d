"""The watch over the watch: what every cycle remembers and asks about its own health. What it finds
goes through the ledger like any alert, before it is sent (notice_ledger.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.destination_times import (
    last_digest_time,
    local_day,
    summary_day,
    week_moment,
)
from goldmine_ingest.alerts.recipient_places import began
from goldmine_ingest.pipeline.monitoring.absences import moved
from goldmine_ingest.pipeline.monitoring.feed_health import must_tell, quiet_feeds, silent_since
from goldmine_ingest.store.stored_times import noted

if TYPE_CHECKING:
    from goldmine_ingest.alerts.recipient_places import Noted
    from goldmine_ingest.model.feed import FeedState
    from goldmine_ingest.pipeline.monitoring.health_notices import Due
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.cycle import CycleStore

# With the destination's name, in `meta`: the newest day that was summed up.
SUMMED_UP = "summary:"
# With the destination's name, in `meta`: the newest day whose weekly message was owed.
WEEKLY_TOLD = "weekly:"
# With the destination's name, in `meta`: when its last digest was told.
DIGEST_TOLD = "digest:"
SILENCE_CHECKED = "silence_checked"
_SILENCE_EVERY = timedelta(hours=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Watch:
    """One cycle's: how everything stood before the polls, and what is due to be told. `due` is what
    was found so far; `began` when each destination's first cycle was, by its place.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._began: Mapping[str, datetime] = {}
        self.before: Mapping[str, FeedState] = {}
        self.facts: Mapping[str, str] = {}
        self.due: list[Due] = []
        self.began: Mapping[tuple[str, str], datetime] = {}

    def begin(
        self,
        store: CycleStore,
        states: Mapping[str, FeedState],
        facts: Mapping[str, str],
        began: Mapping[str, datetime],
    ) -> None:
        """Remembers how everything stood before the polls, the small facts of the history, and when
        each destination's first cycle was.
        """
        self.before, self.facts, self._began = dict(states), facts, began
        names = {destination.name for destination in self._project.destinations}
        absences = moved(store.absences(), self._began, names, store.now, store.last_owed)
        if absences is not None:
            store.set_absences(absences)

    def knows(self, project: Project, noted: Noted) -> None:
        """Whom the destinations are from now on: `project` has each of their recipients."""
        self._project, self.began = project, began(noted, self._began)

    def must_say(self, notices: Iterable[Due]) -> None:
        """What those who run the cycle found out."""
        self.due.extend(notices)

    def first_cycle(self, now: datetime) -> datetime:
        """When the history's first cycle with a destination was."""
        return min(self._began.values(), default=now)

    def quiet_feeds(self, states: Mapping[str, FeedState], now: datetime) -> dict[str, datetime]:
        """The feeds whose silence is worth a look; looked at once an hour."""
        checked = noted(self.facts.get(SILENCE_CHECKED), now)
        if checked is not None and checked > now - _SILENCE_EVERY:
            return {}
        return quiet_feeds(self._project.feeds, states, now)

    def summaries(self, now: datetime) -> list[tuple[DestinationSettings, str]]:
        """The destinations whose summary is due, with the day that it is for; it is a notice, for
        it tells which feeds fail.
        """
        due = []
        for destination in self._project.destinations:
            if not destination.notices:
                continue
            day = summary_day(destination, self.began.get(destination.place, now), now)
            if day and day.isoformat() != self.facts.get(
                destination.fact(SUMMED_UP)
            ):  # the ledger lets no day in twice
                due.append((destination, day.isoformat()))
        return due

    def weekly(self, now: datetime) -> list[tuple[DestinationSettings, date]]:
        """The destinations whose weekly message is due, with the day that it is for."""
        weekly = self._project.review.weekly
        if weekly is None:
            return []
        due = []
        for destination in self._project.destinations:
            began = self.began.get(destination.place, now)
            moment = week_moment(destination, weekly, began, now) if destination.notices else None
            if moment is None:
                continue
            day = local_day(moment, destination)
            if day.isoformat() != self.facts.get(destination.fact(WEEKLY_TOLD)):
                due.append((destination, day))
        return due

    def digests(self, now: datetime) -> dict[tuple[str, str], datetime]:
        """When the newest digest of each destination was due, by its place: the beginning of time
        where none is set. A destination that has yet to get it is missing.
        """
        passed = {}
        for destination in self._project.destinations:
            due = last_digest_time(destination, now)
            told = noted(self.facts.get(destination.fact(DIGEST_TOLD)), now)
            began = self.began.get(destination.place, now)
            if due is None or due <= (told or began):
                passed[destination.place] = due or _NEVER
        return passed

    def finds(self, states: Mapping[str, FeedState], now: datetime) -> bool:
        """Whether the polls, or the time, may have brought something to tell."""
        feeds = self._project.feeds
        return bool(
            self.due
            or any(
                must_tell(state)
                for feed in feeds
                if feed.enabled
                for state in (states.get(feed.name), self.before.get(feed.name))
                if state
            )
            or silent_since(feeds, states, self.first_cycle(now), now)
            or self.quiet_feeds(states, now)
            or self.summaries(now)
            or self.weekly(now)
        )
