"""The short table of weights, `fit.tsv`, and what figures come to by it: parts in logits, a
probability, and the fit that it is shown as.

No weight was fitted to single figures: with fewer than two hundred wanted listings to learn from, a
sum of units ranks unseen trades as well as a fitted one, and can be read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from goldmine_ingest.model.decision import Part
from goldmine_ingest.text.wordlists import pairs

_FARTHEST = 2.5  # standard deviations


class Figure(NamedTuple):
    """One figure of a group: +1 or −1 says whether more speaks for a listing; mean and standard
    deviation are those of real listings.
    """

    name: str
    sign: int
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    weight: float
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """fit.tsv: the groups; the logistic curve's slope and its value where all is usual; the points
    of the scale, by probability; what few words are helped with.
    """

    groups: tuple[Group, ...]
    slope: float
    usual: float
    scale: tuple[tuple[float, float], ...]
    few: Few


@dataclass(frozen=True, slots=True)
class Few:
    """Figures are usual for criteria of so many `words` or more. Fewer can meet less of the same
    listing: each time they are e times fewer adds `adds` logits, at most `most`.
    """

    words: float
    adds: float
    most: float

    def helped(self, words: int) -> float:
        """In logits, 0 for criteria of enough words."""
        short = math.log(self.words / max(1, words))
        return min(self.most, max(0.0, self.adds * short))


@cache
def table() -> Table:
    """The table that ships."""
    groups: dict[str, tuple[float, list[Figure]]] = {}
    slope = usual = 0.0
    few = Few(1, 0, 0)
    scale: list[tuple[float, float]] = []
    for kind, rest in pairs("fit.tsv"):
        cells = rest.split("\t")
        if kind == "curve":
            slope, usual = map(float, cells)
        elif kind == "scale":
            scale.append((float(cells[0]), float(cells[1])))
        elif kind == "few":
            few = Few(*map(float, cells))
        elif kind == "group":
            groups[cells[0]] = (float(cells[1]), [])
        else:
            name, sign, mean, deviation = cells
            groups[kind][1].append(
                Figure(name, 1 if sign == "+" else -1, float(mean), float(deviation))
            )
    return Table(
        tuple(Group(name, weight, tuple(some)) for name, (weight, some) in groups.items()),
        slope,
        usual,
        tuple(scale),
        few,
    )


def parts_of(
    figures: Mapping[str, float], weights: Table, words: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Part, ...]:
    """What each group adds, in logits. A figure that isn't there counts as usual. `words`: those
    that a part rests on.
    """
    of_part = words or {}
    return tuple(
        [
            Part(
                group.name,
                weights.slope * group.weight * _distances(group, figures) / len(group.figures),
                of_part.get(group.name, ()),
            )
            for group in weights.groups
        ]
    )


def _distances(group: Group, figures: Mapping[str, float]) -> float:
    """The sum of its figures' distances from what is usual, signed."""
    total = 0.0
    for name, sign, mean, deviation in group.figures:
        value = figures.get(name)
        if value is not None:
            distance = (value - mean) / deviation
            if distance > _FARTHEST:
                distance = _FARTHEST
            elif distance < -_FARTHEST:
                distance = -_FARTHEST
            total += sign * distance
    return total


def probability(parts: Iterable[Part], weights: Table) -> float:
    return 1 / (1 + math.exp(-(sum(part.adds for part in parts) + weights.usual)))


def scaled(chance: float, weights: Table) -> float:
    """A probability as the fit that it is shown as: linear between the points of the scale."""
    points = weights.scale
    for (low, at_low), (high, at_high) in pairwise(points):
        if chance <= high:
            return at_low + (chance - low) / (high - low) * (at_high - at_low)
    return points[-1][1]
