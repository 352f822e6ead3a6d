"""What a cycle has brought so far, for its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.recipient import REFUSED_URL
from goldmine_ingest.pipeline.monitoring.feed_health import must_tell
from goldmine_ingest.pipeline.run_report import FeedReport

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import AlertState
    from goldmine_ingest.model.decision import DecisionKind
    from goldmine_ingest.model.feed import FeedState, PollRecord


@dataclass(slots=True)
class Tally:
    """Grows while the cycle runs. `states` are those of all feeds as they are now; `problems` are
    (feed or destination, sentence).

    `judged` maps each listing that was decided to how it stands now: however many feeds brought or
    edited it, it counts once.
    """

    feeds: list[FeedReport] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    judged: dict[str, DecisionKind] = field(default_factory=dict)
    alerts: Counter[AlertState] = field(default_factory=Counter)
    open_alerts: dict[str, AlertState] = field(default_factory=dict)
    states: dict[str, FeedState] = field(default_factory=dict)
    new_ids: set[str] = field(default_factory=set)
    changed_ids: set[str] = field(default_factory=set)

    def polled(self, row: PollRecord, state: FeedState, qualified: int = 0) -> None:
        self.states[row.feed] = state
        failing = must_tell(state)
        self.feeds.append(
            FeedReport(
                row.feed,
                row.outcome,
                row.http_status,
                row.entries,
                row.new_listings,
                row.error,
                qualified,
                state.next_poll_at,
                failing,
                row.skipped,
            )
        )
        if row.outcome is not Outcome.OK and not row.outcome.good:
            self.problems.append((row.feed, row.error or row.outcome.value))

    def refused(self, destinations: Iterable[str]) -> None:
        """Destinations whose URL Apprise refuses: said in each cycle, also with nothing to send."""
        self.problems.extend((name, REFUSED_URL) for name in destinations)

    def became(self, alert_id: str, state: AlertState) -> None:
        """Counts each alert once, by the state that this cycle leaves it in."""
        self.open_alerts.pop(alert_id, None)
        if state in ("sent", "dead", "suppressed"):
            self.alerts[state] += 1
        else:
            self.open_alerts[alert_id] = state

    @property
    def new(self) -> int:
        """Listings at their first sight."""
        return len(self.new_ids)

    @property
    def changed(self) -> int:
        """Listings that were known before this cycle and were edited."""
        return len(self.changed_ids - self.new_ids)

    @property
    def decisions(self) -> Counter[DecisionKind]:
        """How many listings came out as what."""
        return Counter(self.judged.values())

    @property
    def qualified_ids(self) -> list[str]:
        """Those that qualify, in the order in which they were judged."""
        return [
            listing_id for listing_id, decision in self.judged.items() if decision == "qualified"
        ]

    def alert_counts(self) -> dict[AlertState, int]:
        return dict(self.alerts + Counter(self.open_alerts.values()))
