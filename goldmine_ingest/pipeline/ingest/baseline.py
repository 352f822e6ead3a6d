"""The baseline after a restore or an import: the first good poll of each feed is stored and alerts
no one.

That history doesn't know what was told since it was copied. Its first cycle is a baseline for every
feed; a feed that fails in it, or isn't reached, has its own later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldmine_ingest.model.absence import Origin

if TYPE_CHECKING:
    from goldmine_ingest.store.cycle import CycleStore

EVERY_FEED = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """`everywhere` is set in the first cycle after a restore; `pending` are the feeds that have had
    no good poll since. Each with where the history came from.
    """

    everywhere: Origin | None = None
    pending: Mapping[str, Origin] = field(default_factory=dict)

    @classmethod
    def read(cls, store: CycleStore) -> Baseline:
        kept = store.baselines()
        return cls(
            kept.get(EVERY_FEED),
            {feed: origin for feed, origin in kept.items() if feed != EVERY_FEED},
        )

    def of(self, feed: str) -> Origin | None:
        """Where the history came from, if this feed alerts no one for it now; or None."""
        return self.everywhere or self.pending.get(feed)

    def finish(
        self, store: CycleStore, configured: Iterable[str], good: Collection[str]
    ) -> list[str]:
        """Keeps which feeds are still to come; gives sentences about what this cycle's polls
        did. `good` are those that were read whole.
        """
        if not (self.everywhere or self.pending):
            return []
        left = {
            feed: origin
            for feed in configured
            if feed not in good and (origin := self.everywhere or self.pending.get(feed))
        }
        if self.everywhere or left != self.pending:
            store.set_baselines(left)
        return self._said(good, sorted(left))

    def _said(self, good: Collection[str], left: list[str]) -> list[str]:
        if self.everywhere is None:
            what = "its first good poll since stored what it holds and alerted no one of it"
            return [
                f"{feed}: {origin.said}: {what}"
                for feed, origin in sorted(self.pending.items())
                if feed in good
            ]
        problems = [
            f"{self.everywhere.said}: this cycle stored what the feeds hold and alerted no"
            " one of it"
        ]
        if left:
            problems.append(
                "the same will go for the first good poll of"
                f" {', '.join(left[:5])}{' …' if len(left) > 5 else ''}"
            )
        return problems
