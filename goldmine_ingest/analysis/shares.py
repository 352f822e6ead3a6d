"""Shares of counts, with what so few cases leave open: for review, tune and learn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt


@dataclass(frozen=True, slots=True)
class Share:
    """k of n, with the 95 % interval of Wilson (1927): what share lies behind such a count. All
    None where n is 0.
    """

    of: int
    count: int
    share: float | None
    low: float | None
    high: float | None


def share(count: int, of: int) -> Share:
    """Wilson's score interval with z = 1.96; four decimals."""
    if of == 0:
        return Share(0, count, None, None, None)
    z, p = 1.96, count / of
    middle = p + z * z / (2 * of)
    spread = z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    below, above = ((middle + sign * spread) / (1 + z * z / of) for sign in (-1, 1))
    return Share(of, count, round(p, 4), round(max(0.0, below), 4), round(min(1.0, above), 4))


def apart(one: Share, other: Share) -> bool:
    """Whether the 95 % intervals don't overlap: more than chance explains. Of two shares that are
    equal it says so once in about 180 (Goldstein and Healy, 1995), so that a table of ten rows
    doesn't cry wolf.
    """
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low > other.high or other.low > one.high


def chance(one: Share, other: Share) -> float:
    """How likely two shares differ as much or more by chance alone, two-sided: the exact test of
    Fisher (1922). 1 where either is of nothing.
    """
    of, count = one.of + other.of, one.count + other.count
    ways = comb(of, count)
    likely = [
        comb(one.of, here) * comb(other.of, count - here) / ways
        for here in range(max(0, count - other.of), min(one.of, count) + 1)
    ]
    seen = likely[one.count - max(0, count - other.of)]
    return min(1.0, sum(p for p in likely if p <= seen * (1 + 1e-9)))


def area(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often one of `higher` stands above one of `lower`, equals by half: the area under the
    curve, 0.5 for a coin. 0.5 where either side is empty.
    """
    if not higher or not lower:
        return 0.5
    won = sum((a > b) + (a == b) / 2 for a in higher for b in lower)
    return won / (len(higher) * len(lower))
