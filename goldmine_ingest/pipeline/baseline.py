"""The baseline after a restore or an import: the first good poll of each feed is stored and alerts no one.

That history doesn't know what was told since it was copied. Its first cycle is a baseline for every feed ('baseline' in meta says why);
a feed that fails in it, or isn't reached, has its own later ('baseline_feeds': {"feeds": […], "why": …}).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldmine_ingest.errors import PROVOKED

if TYPE_CHECKING:
    from goldmine_ingest.store.cycle import CycleStore

_ALL, _FEEDS = "baseline", "baseline_feeds"


@dataclass(frozen=True, slots=True)
class Baseline:
    """`why` is set in the first cycle after a restore; `pending` are the feeds that have had no good poll since, and why."""

    why: str | None = None
    pending: frozenset[str] = frozenset()
    pending_why: str = ""

    @classmethod
    def read(cls, store: CycleStore) -> Baseline:
        why = store.get_meta(_ALL) or None
        try:
            kept = json.loads(store.get_meta(_FEEDS) or "{}")
            return cls(why, frozenset(kept.get("feeds", ())), kept.get("why", ""))
        except PROVOKED:  # a damaged fact: no feed waits for its baseline, and no cycle ends by it
            return cls(why)

    def of(self, feed: str) -> str | None:
        """Why nothing that this feed brings now alerts anyone, or None."""
        return self.why or (self.pending_why if feed in self.pending else None)

    def finish(self, store: CycleStore, configured: Iterable[str], good: Collection[str]) -> list[str]:
        """Keeps which feeds are still to come; gives sentences about what this cycle's polls did. `good` are those that were read whole."""
        if not (self.why or self.pending):
            return []
        left = sorted((set(configured) if self.why else self.pending & set(configured)) - set(good))
        if self.why:
            store.set_meta(_ALL, "")
        if self.why or left != sorted(self.pending):
            store.set_meta(_FEEDS, json.dumps({"feeds": left, "why": self.why or self.pending_why}) if left else "")
        said = [f"{self.why}: this cycle stored what the feeds hold and alerted no one of it"] if self.why else []
        said += [
            f"{feed}: {self.pending_why}: its first good poll since stored what it holds and alerted no one of it"
            for feed in sorted(self.pending & set(good) if not self.why else ())
        ]
        if self.why and left:
            said.append(f"the same will go for the first good poll of {', '.join(left[:5])}{' …' if len(left) > 5 else ''}")
        return said
