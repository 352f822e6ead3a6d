"""Whether another criterion beside the proof should count in the score: by how often a good one
stands above a bad one. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import sqrt
from statistics import mean, stdev

from goldmine_ingest.analysis.rated_listings import RatedListings
from goldmine_ingest.analysis.shares import area
from goldmine_ingest.config import criteria_on
from goldmine_ingest.criteria.decide import score
from goldmine_ingest.settings.criteria import (
    DEFAULT_WEIGHTS,
    WEIGHTS_WITHOUT_PROOF,
    DecisionSettings,
)

_WEIGHTS = (Decimal("0.25"), Decimal("0.5"), Decimal(1))
_LEAST = 5  # good and bad ones that reach the user, before their order is looked at
_GAIN = 0.05
_Z = 1.96
_SURE = 2.9  # standard errors that a gain must be from nothing: 95 % where a dozen are tried


@dataclass(frozen=True, slots=True)
class Order:
    """The weight of [decision.weights] that would order best: `present` and `proposed` are how
    often a good one stands above a bad one; the gain lies between `low` and `high` (95 %, by
    leaving out each rating in turn). `speaks`: whether that is a gain at all. `rising` are the
    numbers of the good ones that gain on others, the most first.
    """

    setting: str
    from_value: Decimal
    to_value: Decimal
    present: float
    proposed: float
    low: float
    high: float
    speaks: bool
    rising: tuple[int, ...]

    @property
    def assignment(self) -> str:
        return f"{self.setting}={self.to_value:f}"


def heavier(listings: RatedListings) -> Order | None:
    """The best of single weights; None where too few listings reach the user, or none orders
    better.
    """
    criteria = listings.criteria
    usual = DEFAULT_WEIGHTS if criteria.proofs else WEIGHTS_WITHOUT_PROOF
    present = {
        name: criteria.decision.weights.get(name, usual[name]) for name in criteria_on(criteria)
    }
    shown = [number for number, kind in enumerate(listings.decisions) if kind != "rejected"]
    good = [listings.rated[number].good for number in shown]
    if min(good.count(True), good.count(False)) < _LEAST:
        return None
    before = _scores(listings, shown, {})
    orders = []
    for name, weight in present.items():
        for tried in _WEIGHTS:
            if name != "proof" and tried != weight:
                after = _scores(listings, shown, {name: tried})
                order = _order(f"decision.weights.{name}", weight, tried, before, after, good)
                if order.proposed > order.present:
                    orders.append(replace(order, rising=_rising(before, after, shown, good)))
    return max(orders, key=lambda order: order.proposed, default=None)


def _rising(
    before: Sequence[float], after: Sequence[float], shown: Sequence[int], good: Sequence[bool]
) -> tuple[int, ...]:
    """The good ones that stand above more of the others than before."""

    def above(scores: Sequence[float], number: int) -> int:
        return sum(other < scores[number] for other in scores)

    gains = {n: above(after, n) - above(before, n) for n, is_good in enumerate(good) if is_good}
    rising = [n for n, gain in gains.items() if gain > 0]
    return tuple(shown[n] for n in sorted(rising, key=lambda n: (-gains[n], n)))


def _scores(
    listings: RatedListings, shown: Sequence[int], weights: dict[str, Decimal]
) -> list[float]:
    decision = listings.criteria.decision
    settings = DecisionSettings(weights={**decision.weights, **weights})
    return [
        float(score([f for f in listings.readings[n].decision.findings if not f.flag], settings))
        for n in shown
    ]


def _order(
    setting: str,
    weight: Decimal,
    tried: Decimal,
    before: Sequence[float],
    after: Sequence[float],
    good: Sequence[bool],
) -> Order:
    """With the jackknife's interval (Tukey, 1958)."""
    was, would = _area(before, good), _area(after, good)
    count = len(good)
    pseudo = []
    for left in range(count):
        rest = [number for number in range(count) if number != left]
        gain = _area([after[n] for n in rest], [good[n] for n in rest]) - _area(
            [before[n] for n in rest], [good[n] for n in rest]
        )
        pseudo.append(count * (would - was) - (count - 1) * gain)
    middle, error = mean(pseudo), stdev(pseudo) / sqrt(count)
    low, high = middle - _Z * error, middle + _Z * error
    return Order(
        setting,
        weight,
        tried,
        round(was, 4),
        round(would, 4),
        round(low, 4),
        round(high, 4),
        would - was >= _GAIN and middle - _SURE * error > 0,
        (),
    )


def _area(scores: Sequence[float], good: Sequence[bool]) -> float:
    return area(
        [one for one, yes in zip(scores, good, strict=True) if yes],
        [one for one, yes in zip(scores, good, strict=True) if not yes],
    )
