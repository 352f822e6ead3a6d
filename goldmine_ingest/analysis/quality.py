"""The quality of the work that is available, week by week, before and after; and whether this niche
follows the split market: work over the floor gains, work under it loses. Pure but for `read`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

from goldmine_ingest.analysis.floors import Floors
from goldmine_ingest.analysis.funnel import Window
from goldmine_ingest.analysis.shares import Share, share
from goldmine_ingest.store.rows import select

if TYPE_CHECKING:
    import duckdb

WEEKS = 26  # that are looked at; half a year
# Before so many weeks and listings with stated pay nothing is said of a trend: two halves of 30
# listings each leave a difference of some 25 points open.
LEAST_WEEKS = 8
LEAST_LISTINGS = 60

Answer = Literal["follows", "opposite", "not certain", "not enough data"]


@dataclass(frozen=True, slots=True)
class Quality:
    """The work of one week (`week` is its Monday) or of a whole window (None). Medians are None,
    and shares have no figure, where nothing was stated.

    `median_fixed` and `median_hourly` are of the qualified, at the upper end; `clients` with a
    history among those of whom anything is stated; `proposals` and `hours_to_sight` at first
    sight; `over_floor` among listings with stated pay; `complex` those whose text shows a problem,
    trade-offs or ownership; `ai` those that ask for AI.
    """

    week: datetime | None
    qualified: Share
    median_fixed: float | None
    median_hourly: float | None
    clients: Share
    proposals: float | None
    hours_to_sight: float | None
    over_floor: Share
    complex: Share
    ai: Share

    @property
    def listings(self) -> int:
        return self.qualified.of

    @property
    def per_100(self) -> float | None:
        """Qualified listings in a hundred."""
        found = self.qualified.share
        return None if found is None else round(found * 100, 1)


@dataclass(frozen=True, slots=True)
class Trend:
    """A share in the later half of the weeks beside that in the earlier, and their difference with
    its 95 % interval (Newcombe, 1998).
    """

    name: str
    earlier: Share
    later: Share
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Split:
    """Whether work over the floor gains: `over_floor` decides, `others` stand beside it (complex
    work, work that asks for AI; left out where nothing is known of them in a half). Of too few
    weeks or listings with stated pay there are no trends.
    """

    answer: Answer
    weeks: int
    listings: int
    over_floor: Trend | None = None
    others: tuple[Trend, ...] = ()


@dataclass(frozen=True, slots=True)
class QualityReview:
    """A window beside the one before it, the weeks up to its end, and what they say together."""

    now: Quality
    before: Quality
    weeks: tuple[Quality, ...]
    split: Split
    floors: Floors


def read_quality(con: duckdb.DuckDBPyConnection, window: Window, floors: Floors) -> QualityReview:
    """Ask the history about a window, the one before it, and the weeks up to its end."""
    weeks = read_weeks(con, window.until, floors)
    return QualityReview(
        _read(con, window, floors)[-1],
        _read(con, window.before, floors)[-1],
        weeks,
        split(weeks),
        floors,
    )


def read_weeks(
    con: duckdb.DuckDBPyConnection, until: datetime, floors: Floors
) -> tuple[Quality, ...]:
    """The last weeks in which anything came, the oldest first."""
    *weeks, _ = _read(con, Window(until - timedelta(weeks=WEEKS), until), floors)
    return tuple(weeks)


def _read(con: duckdb.DuckDBPyConnection, window: Window, floors: Floors) -> list[Quality]:
    """Its weeks, then the whole."""
    rows = select(
        con,
        "quality",
        since=window.since,
        until=window.until,
        fixed_floor=floors.fixed,
        hourly_floor=floors.hourly,
    )
    return [_quality(row) for row in rows]


def _quality(row: dict[str, Any]) -> Quality:
    return Quality(
        row["week"],
        share(row["qualified"], row["listings"]),
        _figure(row["median_fixed"]),
        _figure(row["median_hourly"]),
        share(row["clients_known"], row["clients_stated"]),
        _figure(row["proposals"]),
        _figure(row["hours_to_sight"]),
        share(row["over_floor"], row["paid"]),
        share(row["complex"], row["weighed"]),
        share(row["ai"], row["ai_looked_for"]),
    )


def _figure(value: float | Decimal | None) -> float | None:
    return None if value is None else round(float(value), 2)


def split(weeks: Sequence[Quality]) -> Split:
    """By the weeks in which anything with stated pay came, in two halves; an odd one belongs to
    the later.
    """
    paid = [week for week in weeks if week.over_floor.of]
    halves = paid[: len(paid) // 2], paid[len(paid) // 2 :]
    listings = sum(week.over_floor.of for week in paid)
    over_floor = _trend("pay at or over the floor", "over_floor", *halves)
    if len(paid) < LEAST_WEEKS or listings < LEAST_LISTINGS or over_floor is None:
        return Split("not enough data", len(paid), listings)
    answer: Answer = (
        "follows" if over_floor.low > 0 else "opposite" if over_floor.high < 0 else "not certain"
    )
    others = [
        _trend("complex work", "complex", *halves),
        _trend("work that asks for AI", "ai", *halves),
    ]
    return Split(answer, len(paid), listings, over_floor, tuple(trend for trend in others if trend))


def _trend(
    name: str, measure: str, earlier: Sequence[Quality], later: Sequence[Quality]
) -> Trend | None:
    """None where one of the halves says nothing of it."""
    before, after = (
        share(sum(each.count for each in shares), sum(each.of for each in shares))
        for shares in ([getattr(week, measure) for week in half] for half in (earlier, later))
    )
    return Trend(name, before, after, *newcombe(after, before)) if before.of and after.of else None


def newcombe(one: Share, other: Share) -> tuple[float, float, float]:
    """The difference of two shares with its 95 % interval: Newcombe's hybrid score interval (1998,
    method 10) of Wilson's. Both must be shares of something.
    """
    p, q = one.share or 0.0, other.share or 0.0
    below = sqrt((p - (one.low or 0.0)) ** 2 + ((other.high or 0.0) - q) ** 2)
    above = sqrt(((one.high or 0.0) - p) ** 2 + (q - (other.low or 0.0)) ** 2)
    return round(p - q, 4), round(p - q - below, 4), round(p - q + above, 4)
