"""The charts of a review: the funnel, the shares with what they leave open, feeds and criteria,
and what hangs on each channel. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from goldmine_ingest.analysis.funnel import PROPOSAL_STAGES, FeedDays, Step
from goldmine_ingest.analysis.near_misses import Cost
from goldmine_ingest.analysis.review import Compared, Review
from goldmine_ingest.analysis.review_parts import Part
from goldmine_ingest.analysis.shares import Share
from goldmine_ingest.reports.charts import (
    ACCENT,
    MARK,
    Chart,
    Row,
    Spec,
    axis_width,
    category,
    colour,
    drawn,
    grouped,
    layered,
    lying_bars,
    share,
    stacked,
)

_MOST = 8  # so many feeds, proofs or marketplaces are drawn; the table beside has all


def charts(review: Review) -> tuple[Chart, ...]:
    """All that a review draws, in its order."""
    parts = (
        ("feed", review.by_source),
        ("proof", review.by_proof),
        ("marketplace", review.by_platform),
    )
    return (
        funnel_chart(review.funnel, review.before.funnel if review.before.watched else ()),
        shares_chart(review.before),
        costs_chart(review.facts.turned_away),
        feeds_chart(review.facts.feeds),
        *(parts_chart(name, each) for name, each in parts),
        channels_chart(review.by_platform),
    )


def funnel_chart(steps: Sequence[Step], before: Sequence[Step] = ()) -> Chart:
    """With the time before beside it, if there is one."""
    rows: tuple[Row, ...] = tuple((step.stage, step.count) for step in steps)
    columns: tuple[str, ...] = ("stage", "listings")
    told = [(step.stage, step.count) for step in steps if step.count is not None]
    spec = lying_bars(told, "listings")
    if before:
        counts = {step.stage: step.count for step in before}
        rows = tuple((*row, counts.get(row[0], 0)) for row in rows)
        columns = (*columns, "the time before")
        kinds = ("this time", "the time before")
        values = [
            {"x": row[0], "c": kind, "v": value}
            for row in rows
            for kind, value in zip(kinds, row[1:], strict=True)
            if value is not None
        ]
        spec = grouped(values, kinds, "listings")
    if any(step.median_hours is not None for step in steps):
        rows = tuple((*row, step.median_hours) for row, step in zip(rows, steps, strict=True))
        columns = (*columns, "median hours")
    return Chart(
        "funnel",
        "From listing to deal",
        "How many listings reached each stage; one of which nothing was recorded has no figure.",
        columns,
        rows,
        1,
        spec,
        pages=tuple("/board" if step.stage in PROPOSAL_STAGES else "" for step in steps),
    )


def shares_chart(compared: Compared) -> Chart:
    """Each share as a point on the line of what it leaves open."""
    names = ("this time", "the time before")
    shares = [
        (each.name, name, held)
        for each in compared.shares
        for name, held in zip(names, (each.now, each.before), strict=True)
        if held.of
    ]
    rows = tuple(
        (f"{name}, {when}", held.share, held.low, held.high, held.count, held.of)
        for name, when, held in shares
    )
    kinds = [name for name in names if any(when == name for _, when, _ in shares)]
    spec = _intervals([(name, when, held) for name, when, held in shares], kinds)
    answers = (
        "Each point is a share, its line what so few cases leave open (95 %). Where the lines of a"
        " pair overlap, chance may explain it."
    )
    return Chart(
        "shares",
        "What is certain",
        answers,
        ("share", "is", "at least", "at most", "count", "of"),
        rows,
        3,
        spec,
    )


def _intervals(shares: Sequence[tuple[str, str, Share]], kinds: Sequence[str]) -> Spec:
    values: list[Spec] = [
        {"x": name, "c": when, "v": s.share, "low": s.low, "high": s.high}
        for name, when, s in shares
    ]
    names = list(dict.fromkeys(value["x"] for value in values))
    at: Spec = {
        "y": {
            **category("x", names),
            "axis": {"title": None, "labelLimit": 140, "labelExpr": "split(datum.label, ' that ')"},
        },
        "yOffset": {
            "field": "c",
            "type": "nominal",
            "sort": list(kinds),
            "scale": {"domain": list(kinds)},
        },
    }
    colours = colour(kinds, left=axis_width(names))
    line = {
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {**at, "x": share("low", ""), "x2": {"field": "high"}, "color": colours},
    }
    point = {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
        "encoding": {**at, "x": share("v", ""), "color": colours},
    }
    return layered([line, point], values, height=44 * max(1, len(names)))


def costs_chart(costs: Sequence[Cost]) -> Chart:
    kinds = ("alone", "with others")
    rows = tuple((cost.criterion, cost.alone, cost.with_others) for cost in costs)
    values = [
        {"x": name, "v": count, "c": kind}
        for name, *counts in rows
        for kind, count in zip(kinds, counts, strict=True)
    ]
    answers = (
        "What each criterion turns away: listings that nothing else speaks against, and those that"
        " fail others too."
    )
    spec = stacked(values, kinds, "listings turned away", lying=True)
    columns = ("criterion", "alone", "with others", "in all")
    return Chart(
        "criteria",
        "What the criteria cost",
        answers,
        columns,
        tuple((*row, row[1] + row[2]) for row in rows),
        3,
        spec,
        pages=("/near",) * len(rows),
    )


def feeds_chart(feeds: Sequence[FeedDays]) -> Chart:
    rows = tuple((f.feed, f.polls, f.polls - f.good_polls, f.dark_days) for f in feeds)
    kinds = ("good", "failed")
    values = [
        {"x": name, "v": count, "c": kind}
        for name, polls, failed, _ in rows[:_MOST]
        for kind, count in zip(kinds, (polls - failed, failed), strict=True)
    ]
    answers = (
        "How often each feed was asked and answered. A day without one good poll is a day that was"
        " not seen." + _rest(feeds)
    )
    columns = ("feed", "polls", "failed", "days without a good poll")
    return Chart(
        "feeds",
        "Health of the feeds",
        answers,
        columns,
        rows,
        1,
        stacked(values, kinds, "polls", lying=True, colours=(ACCENT, MARK)),
        pages=("/sources",) * len(rows),
    )


def parts_chart(name: str, parts: Sequence[Part]) -> Chart:
    """Where the way ends for each of them."""
    kinds = ("qualified", "pursued", "replied", "hired")
    rows = tuple((p.name, *(getattr(p, kind) for kind in kinds)) for p in parts)
    values = [
        {"x": row[0], "v": value, "c": kind}
        for row in rows[:_MOST]
        for kind, value in zip(kinds, row[1:], strict=True)
    ]
    answers = f"What each {name} brought, and how far it went.{_rest(parts)}"
    return Chart(
        f"by_{name}",
        f"Per {name}",
        answers,
        (name, *kinds),
        rows,
        1,
        grouped(values, kinds, "listings"),
        pages=(("/sources",) * len(rows)) if name == "feed" else (),
    )


def channels_chart(platforms: Sequence[Part]) -> Chart:
    """The share of each marketplace in what qualified, was pursued and was won."""
    wholes = (("qualified listings", "qualified"), ("pursuits", "pursued"), ("deals", "hired"))
    bearing = [part for part in platforms if part.qualified or part.pursued]
    named = bearing[:4]
    kinds = [part.name for part in named] + (["others"] if len(bearing) > len(named) else [])
    values = [
        {"x": title, "c": p.name if p in named else "others", "v": getattr(p, count)}
        for title, count in wholes
        for p in bearing
    ]
    drawn_values = [
        value for value in values if any(v["v"] for v in values if v["x"] == value["x"])
    ]
    rows = tuple(
        (p.name, p.share_of_qualified, p.share_of_pursued, p.share_of_hired) for p in bearing
    )
    columns = ("marketplace", "share of qualified", "share of pursuits", "share of deals")
    spec = (
        stacked(drawn_values, kinds, "share", lying=True, share=True)
        if kinds
        else drawn("bar", {}, [], height=1)
    )
    return Chart(
        "channels",
        "If a channel closed tomorrow",
        "What hangs on each marketplace.",
        columns,
        rows,
        1,
        spec,
    )


def _rest(names: Sequence[object]) -> str:
    return f" The first {_MOST} of {len(names)} are drawn." if len(names) > _MOST else ""
