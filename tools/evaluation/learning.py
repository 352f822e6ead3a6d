"""`python -m tools.evaluation.learning`: what `goldmine learn` would propose from so many ratings,
and what that does to the listings that weren't rated.

Ratings are drawn as people give them: of what rang or waits for review, two of three from alerts
(at most two thirds of a trade's alerts, so that some are left to measure on). Each rating is the
label; "maybe" is neither drawn nor counted. Every trade is judged by the table of the fit that was
measured on the others. Precision and recall are those of alerts among the rest: how they change, as
means of 200 draws, and between which figures nine in ten draws lie.

Beside it stands what two ratings are enough for, without any belief of before and without leaving
out: so that one sees what the refusals are for.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from goldmine_ingest.analysis.learn import lacking
from goldmine_ingest.analysis.learn_candidates import Candidates, Change
from goldmine_ingest.analysis.learn_choice import (
    RULE,
    Rates,
    Ratings,
    Rule,
    bits,
    choice,
    effect_of,
    rates,
)
from goldmine_ingest.analysis.rated_listings import RatedListing, RatedListings, through
from goldmine_ingest.criteria.features import FeatureReader
from goldmine_ingest.criteria.weights import Table
from tools.evaluation.fit_table import measured
from tools.evaluation.labelled import criteria, labelled, trades
from tools.evaluation.report import leave_one_out

RATINGS = (10, 20, 40)
DRAWS = 200
LOOSE = Rule(speaking=2, most_wrong=1.0)
_FROM_ALERTS = _MOST_ALERTS = 2 / 3
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True)
class Drawn:
    """One draw: whether anything was proposed, and the rest of the listings before and after."""

    proposed: bool
    before: Rates
    after: Rates


class Trade:
    """One trade's listings, each change tried once."""

    def __init__(self, name: str, weights: Table) -> None:
        reader = FeatureReader()
        rated = [
            RatedListing(one.listing, reader.extract(one.listing.posting), one.label == "pursue")
            for one in labelled(name)
            if one.label != "maybe"
        ]
        self.listings = RatedListings(rated, criteria(name), weights)
        self.rings = through(self.listings.decisions, "qualified")
        self.waits = through(self.listings.decisions, "review")
        self._candidates = Candidates(self.listings)
        self._tried: dict[str, int] = {}

    def draw(self, count: int, chance: random.Random, rule: Rule) -> Drawn:
        rated = self._ratings(count, chance)
        changes = [change for change in self._candidates.of(rated) if change.level == "rings"]
        after, good = [self._under(change) for change in changes], self.listings.good
        effects = [
            effect_of(self.rings, one, good, change.belief)
            for one, change in zip(after, changes, strict=True)
        ]
        chosen = choice(effects, Ratings(rated, good, self.rings), rule)
        proposed = bool(chosen.numbers)
        if rule is RULE:
            enough = not lacking(rated.bit_count(), (rated & good).bit_count())
            proposed = enough and chosen.reached
        rings = self.rings
        for number in chosen.numbers if proposed else ():
            rings ^= (self.rings ^ after[number]) & ~(self.rings ^ rings)
        rest = self.listings.everyone & ~rated
        return Drawn(proposed, rates(self.rings, good, rest), rates(rings, good, rest))

    def _ratings(self, count: int, chance: random.Random) -> int:
        rang, waits = list(bits(self.rings)), list(bits(self.waits))
        from_alerts = min(round(count * _FROM_ALERTS), int(len(rang) * _MOST_ALERTS))
        others = min(count - from_alerts, len(waits))
        return sum(chance.sample(rang, from_alerts)) + sum(chance.sample(waits, others))

    def _under(self, change: Change) -> int:
        if change.assignment not in self._tried:
            decisions = self.listings.under([change.assignment], change.among)
            self._tried[change.assignment] = through(decisions, "qualified")
        return self._tried[change.assignment]


def drawn(trade: Trade, count: int, rule: Rule) -> list[Drawn]:
    """The same draws for each rule."""
    chance = random.Random(count)  # noqa: S311 - the same draws each time
    return [trade.draw(count, chance, rule) for _ in range(DRAWS)]


def print_learning() -> None:
    names = trades()
    tables = dict(leave_one_out({trade: measured(trade) for trade in names}))
    made: Mapping[str, Trade] = {name: Trade(name, tables[name]) for name in names}
    print(
        f"{'ratings':>7}  {'trade':18}{'rule':10}{'proposes':>9}{'before P / R':>14}"
        f"{'precision by':>26}{'recall by':>26}"
    )
    for count in RATINGS:
        for name, rule in (("learn", RULE), ("loose", LOOSE)):
            draws = {trade: drawn(made[trade], count, rule) for trade in names}
            for trade, some in draws.items():
                print(_line(count, trade, name, some))
            print(_line(count, "all", name, [one for some in draws.values() for one in some]))


def _line(count: int, trade: str, rule: str, draws: Sequence[Drawn]) -> str:
    """One trade; differences over all draws, those without a proposal as none."""
    proposing = sum(one.proposed for one in draws) / len(draws)
    before = [_mean(draws, lambda one: one.before.precision.share)]
    before.append(_mean(draws, lambda one: one.before.recall.share))
    gains = (
        _spread([_gain(one.before.precision.share, one.after.precision.share) for one in draws]),
        _spread([_gain(one.before.recall.share, one.after.recall.share) for one in draws]),
    )
    return (
        f"{count:>7}  {trade:18}{rule:10}{proposing:>9.1%}{before[0]:>8.2f} / {before[1]:.2f}"
        f"{gains[0]:>26}{gains[1]:>26}"
    )


def _mean(draws: Sequence[Drawn], of: Callable[[Drawn], float | None]) -> float:
    return mean(share for one in draws if (share := of(one)) is not None)


def _gain(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _spread(gains: Sequence[float | None]) -> str:
    """+0.012 (-0.080 to +0.100)"""
    stated = sorted(gain for gain in gains if gain is not None)
    low, high = (stated[int(at * (len(stated) - 1))] for at in (_LOW, _HIGH))
    return f"{mean(stated):+.3f} ({low:+.3f} to {high:+.3f})"


def main() -> None:
    if trades():
        print_learning()
    else:
        print("The labelled listings don't lie beside the project; nothing was measured.")


if __name__ == "__main__":
    main()
