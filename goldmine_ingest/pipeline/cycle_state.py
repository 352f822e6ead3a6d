"""What the steps of one cycle share: the project, its environment, the history, and what was
brought so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.recipient_places import expanded
from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.pipeline.ingest.baseline import Baseline
from goldmine_ingest.pipeline.monitoring.watch import Watch
from goldmine_ingest.pipeline.polling.gather import Ask
from goldmine_ingest.pipeline.tally import Tally
from goldmine_ingest.store.cycle import Beginning, CycleStore, open_for_cycle

if TYPE_CHECKING:
    from goldmine_ingest.alerts.recipient_places import Noted
    from goldmine_ingest.model.feed import CycleRecord
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project


# A model is asked about listings that came or were edited within this time: no alert of an older
# one would be news, and a rescan of the whole history asks no one.
_ASKED_WITHIN = timedelta(days=1)


class CycleHistory:
    """The history as a cycle opens it: for one step, or kept open for several."""

    def __init__(self, project: Project, environment: Environment) -> None:
        self._database = project.database
        self._now = environment.now
        self._opened: CycleStore | None = None
        self._beginning = Beginning()

    @contextmanager
    def open(self) -> Iterator[CycleStore]:
        if self._opened:
            yield self._opened
            return
        path, wait = self._database.path, self._database.wait
        with open_for_cycle(path, self._beginning, wait=wait, now=self._now()) as store:
            yield store

    def begins(self, run: CycleRecord) -> None:
        """What is stored from now on is this run's."""
        self._beginning.untold = run

    @contextmanager
    def kept_open(self) -> Iterator[CycleStore]:
        """Opens the history once for several steps: opening and closing it costs as much as ten
        feeds.
        """
        with self.open() as store:
            self._opened = store
            try:
                yield store
            finally:
                self._opened = None


@dataclass(slots=True)
class CycleState:
    """Made at a cycle's beginning, and grows with it. Once its recipients are known, `project` has
    each destination once for each of them.
    """

    project: Project
    environment: Environment
    run_id: str
    history: CycleHistory
    watch: Watch
    tally: Tally = field(default_factory=Tally)
    baseline: Baseline = field(default_factory=Baseline)
    feeds: Mapping[str, FeedSettings] = field(default_factory=dict)

    @classmethod
    def begin(cls, project: Project, environment: Environment, run_id: str) -> CycleState:
        return cls(
            project,
            environment,
            run_id,
            CycleHistory(project, environment),
            Watch(project),
            feeds={feed.name: feed for feed in project.feeds},
        )

    def ask(self, feed: str) -> Ask:
        """A feed as it stands now. Raises KeyError for one that isn't configured."""
        return Ask(self.feeds[feed], self.tally.states.get(feed) or FeedState(feed))

    def opinions_wanted(self, now: datetime) -> Sequence[str]:
        """The listings that a language model may have a say in; none without [opinion]."""
        criteria = self.project.criteria
        if criteria.opinion is None:
            return ()
        with self.history.open() as store:
            return store.opinions_wanted(
                now - _ASKED_WITHIN, criteria.criteria_hash, criteria.asked_from
            )

    def knows_recipients(self, noted: Noted) -> None:
        """From here on the project has each destination once for each of its recipients."""
        self.project = replace(
            self.project, destinations=expanded(self.project.destinations, noted)
        )
        self.watch.knows(self.project, noted)
