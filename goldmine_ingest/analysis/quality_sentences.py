"""What is said of the quality of available work, the same in the terminal, on the page and in the
weekly message. What isn't known gets no figure. Pure.
"""

from __future__ import annotations

from goldmine_ingest.analysis.floors import Floors
from goldmine_ingest.analysis.quality import (
    LEAST_LISTINGS,
    LEAST_WEEKS,
    Quality,
    QualityReview,
    Split,
    Trend,
)
from goldmine_ingest.analysis.review_parts import counted
from goldmine_ingest.analysis.shares import Share

COLUMNS = (
    "week",
    "listings",
    "qualified per 100",
    "median fixed",
    "median hourly",
    "clients known",
    "proposals",
    "hours to sight",
    "over the floor",
    "complex",
    "asks for AI",
)


def row(quality: Quality) -> tuple[object, ...]:
    """A week, under COLUMNS; shares in percent."""
    return (
        f"{quality.week:%Y-%m-%d}" if quality.week else "all",
        quality.listings,
        quality.per_100,
        quality.median_fixed,
        quality.median_hourly,
        _percent(quality.clients),
        quality.proposals,
        quality.hours_to_sight,
        _percent(quality.over_floor),
        _percent(quality.complex),
        _percent(quality.ai),
    )


def _percent(share: Share) -> str | None:
    return None if share.share is None else f"{share.share:.0%}"


def compared(review: QualityReview) -> list[str]:
    """Each measure now and before; what isn't known in either has no sentence."""
    currency = review.floors.currency
    pairs = [
        ("qualified per 100 listings", _per_100(review.now), _per_100(review.before)),
        (
            "median pay of the qualified, a job",
            _money(review.now.median_fixed, currency),
            _money(review.before.median_fixed, currency),
        ),
        (
            "median pay of the qualified, an hour",
            _money(review.now.median_hourly, currency),
            _money(review.before.median_hourly, currency),
        ),
        *(
            (name, _share(getattr(review.now, of)), _share(getattr(review.before, of)))
            for name, of in (
                ("clients with a known history", "clients"),
                (f"pay at or over your floor ({floor_words(review.floors)})", "over_floor"),
                ("complex work (a problem, trade-offs or ownership in the text)", "complex"),
                ("work that asks for AI", "ai"),
            )
        ),
        (
            "median proposals at first sight",
            _plain(review.now.proposals),
            _plain(review.before.proposals),
        ),
        (
            "median hours from posting to first sight",
            _plain(review.now.hours_to_sight),
            _plain(review.before.hours_to_sight),
        ),
    ]
    return [
        f"{name}: {now or 'nothing stated'}" + (f", before {before}" if before else "")
        for name, now, before in pairs
        if now or before
    ]


def _per_100(quality: Quality) -> str:
    if quality.per_100 is None:
        return ""
    return f"{quality.per_100:g} ({quality.qualified.count:,} of {quality.listings:,})"


def _money(amount: float | None, currency: str) -> str:
    return "" if amount is None else f"{amount:,.0f} {currency}"


def _share(share: Share) -> str:
    return "" if share.share is None else f"{share.share:.0%} ({share.count:,} of {share.of:,})"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}".removesuffix(".0")


def floor_words(floors: Floors) -> str:
    """'500 USD a job, 40 USD an hour'."""
    hour = f", {floors.hourly:,f} {floors.currency} an hour" if floors.hourly is not None else ""
    return f"{floors.fixed:,f} {floors.currency} a job{hour}"


def split_market(split: Split) -> str:
    """Whether this niche follows the split market, in one sentence."""
    if split.over_floor is None:
        return (
            "Does this niche follow the split market? Not enough yet:"
            f" {split.listings:,} of {LEAST_LISTINGS} listings with stated pay,"
            f" in {split.weeks} of {LEAST_WEEKS} weeks."
        )
    verdict = {
        "follows": "This niche follows the split market: work over your floor gains",
        "opposite": "This niche goes against the split market: work over your floor loses",
    }.get(split.answer, "Whether this niche follows the split market can't be told from chance")
    pay = split.over_floor
    beside = "".join(f"; {trend.name} {_moved(trend)}" for trend in split.others)
    return (
        f"{verdict}; {_share(pay.later)} of what states its pay was at or over it in the later"
        f" half of {counted(split.weeks, 'week')}, {_share(pay.earlier)} in the earlier:"
        f" {_moved(pay)}{beside}."
    )


def _moved(trend: Trend) -> str:
    return (
        f"{_points(trend.difference)} points (95 % interval {_points(trend.low)} to"
        f" {_points(trend.high)})"
    )


def _points(difference: float) -> str:
    return f"{difference * 100:+.0f}"
