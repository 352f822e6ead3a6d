"""Listings that one criterion alone turned away, by how much, and what each criterion costs.
From the stored decisions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from goldmine_ingest.criteria.decide import on_unknown
from goldmine_ingest.model.flags import FLAG, FLAGS
from goldmine_ingest.settings.criteria import CRITERIA, DecisionSettings
from goldmine_ingest.settings.opinion import Against
from goldmine_ingest.store.history import Store
from goldmine_ingest.store.queries import query
from goldmine_ingest.store.rows import cell


@dataclass(frozen=True, slots=True)
class Cost:
    """How many listings a criterion turned away alone, and together with others."""

    criterion: str
    alone: int
    with_others: int


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A listing that only `criterion` speaks against; `value` and `threshold` are None where
    nothing was measured.
    """

    listing_id: str
    title: str
    criterion: str
    value: Decimal | None
    threshold: Decimal | None
    unit: str | None

    @property
    def gap(self) -> Decimal:
        """By how much of the threshold it missed; what isn't measured is far away."""
        if self.value is None or not self.threshold:
            return Decimal("Infinity")
        return abs(self.value - self.threshold) / abs(self.threshold)


def near_misses(
    store: Store,
    settings: DecisionSettings,
    since: datetime | None,
    *,
    opinion_against: Against = "review",
) -> tuple[list[Cost], list[NearMiss]]:
    """The costs in the order of the criteria, and the near misses, the nearest first."""
    required = [name for name in CRITERIA if settings.require is None or name in settings.require]
    rejecting = [name for name in required if name != "opinion" or opinion_against == "fail"]
    flags = [f"{FLAG}{name}" for name in FLAGS if settings.flags.get(name) == "fail"]
    parameters = {
        "since": since,
        "on_fail": [*rejecting, *flags],
        "on_unknown": [name for name in required if on_unknown(name, settings) == "fail"],
    }
    alone: Counter[str] = Counter()
    others: Counter[str] = Counter()
    missed = []
    answer = store.con.execute(query("turned_away"), parameters)
    while rows := answer.fetchmany(10_000):
        for listing_id, title, against in rows:
            if len(against) > 1:
                others.update(finding["criterion"] for finding in against)
            elif against:
                turned = {name: cell(value) for name, value in against[0].items()}
                alone[turned["criterion"]] += 1
                missed.append(
                    NearMiss(
                        listing_id,
                        title,
                        turned["criterion"],
                        turned["value"],
                        turned["threshold"],
                        turned["unit"],
                    )
                )
    costs = [
        Cost(name, alone[name], others[name])
        for name in (*CRITERIA, *flags)
        if alone[name] or others[name]
    ]
    return costs, sorted(missed, key=lambda miss: (miss.gap, miss.listing_id))
