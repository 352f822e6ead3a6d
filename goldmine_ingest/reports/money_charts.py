"""Charts of money: the split market by week and by skill, and budgets beside a floor. Pure.

Their rows are those of the reports in sql/reports/, named beside each.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from goldmine_ingest.reports.charts import (
    MARK,
    MOST,
    QUALIFIED,
    WEEKS,
    Chart,
    Row,
    Rows,
    Spec,
    amount,
    axis_width,
    category,
    colour,
    layered,
    number,
    share,
    stacked,
)

_LATELY = 4  # weeks that are held against those before


def split_chart(rows: Rows, currency: str, small: Decimal) -> Chart:
    """market_split. `small`: what a small job is under, in the base currency."""
    limit = f"{small:,f}"
    kinds = (f"under {limit}", f"from {limit}")
    columns = ("money_small", "money_larger")
    drawn_rows = rows[-WEEKS:]
    values = [
        {"x": row["week"], "v": number(row[column]), "c": kind}
        for row in drawn_rows
        for kind, column in zip(kinds, columns, strict=True)
    ]
    answers = (
        "Is value moving away from small jobs? Money of fixed-price listings under and from"
        f" {limit} {currency} (500 US dollars), by the week of their first sight."
        if currency != "USD"
        else "Is value moving away from small jobs? Money of fixed-price listings under and from"
        f" {limit}, by the week of their first sight."
    )
    shares = ("share_of_money_small", "share_of_listings_small")
    table = tuple(
        (row["week"], *(row[column] for column in columns), *(row[column] for column in shares))
        for row in rows
    )
    heads = (
        "week",
        f"money under {limit}",
        f"money from {limit}",
        f"share of money under {limit}",
        f"share of listings under {limit}",
    )
    spec = stacked(values, kinds, f"stated money, {currency}", lying=False)
    return Chart("split", "The split market", answers, heads, table, 2, spec, over_time=True)


def skills_split_chart(rows: Rows, small: Decimal) -> Chart:
    """market_split_by_week_and_skill: for the commonest skills, the share of money in small jobs
    lately and before.
    """
    limit = f"{small:,f}"
    skills = lately_and_before(rows)[:MOST]
    kinds = ("lately", "before")
    values = [
        {"x": row[0], "c": kind, "v": float(value)}
        for row in skills
        for kind, value in zip(kinds, row[2:4], strict=True)
        if value is not None
    ]
    order = [row[0] for row in skills]
    at: Spec = {"x": share("v", f"share of money in jobs under {limit}"), "y": category("x", order)}
    line: Spec = {
        "mark": {"type": "line", "color": "var(--line)", "strokeWidth": 3},
        "encoding": {**at, "detail": {"field": "x"}},
    }
    point: Spec = {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "encoding": {**at, "color": colour(kinds, left=axis_width(order))},
    }
    spec = layered([line, point], values, height=26 * max(1, len(skills)))
    answers = (
        f"By skill: the share of fixed-price money in jobs under {limit}, in the last"
        f" {_LATELY} weeks"
        " with listings and in those before."
    )
    heads = ("skill", "listings", "share lately", "share before", "change")
    return Chart(
        "skills_split", "The split market by skill", answers, heads, tuple(skills), 1, spec
    )


def lately_and_before(rows: Rows) -> list[Row]:
    """(skill, listings, share of money in small jobs in the last weeks, the same before, change),
    the commonest skills first.
    """
    recent = set(sorted({row["week"] for row in rows})[-_LATELY:])
    money: dict[str, list[Decimal]] = {}
    listings: dict[str, int] = {}
    for row in rows:
        sums = money.setdefault(row["skill"], [Decimal(0)] * 4)
        at = 0 if row["week"] in recent else 2
        sums[at] += row["money_small"]
        sums[at + 1] += row["money_small"] + row["money_larger"]
        listings[row["skill"]] = listings.get(row["skill"], 0) + row["listings"]
    skills = []
    for skill, (small, whole, small_before, whole_before) in money.items():
        now, before = (
            round(part / of, 3) if of else None
            for part, of in ((small, whole), (small_before, whole_before))
        )
        skills.append(
            (
                skill,
                listings[skill],
                now,
                before,
                None if now is None or before is None else now - before,
            )
        )
    return sorted(skills, key=lambda row: (-row[1], row[0]))


# A band is named by its lower end, and where it begins: a floor within a band then stands between
# two names.
_AT_START: Spec = {"bandPosition": 0, "labelOffset": {"expr": "-bandwidth('x') / 2"}}


def budget_chart(name: str, rows: Sequence[Row], floor: Decimal | None, unit: str) -> Chart:
    """`rows`: the lower end of a band, listings, qualified; `floor` is drawn in."""
    lows = [low for low, *_ in rows]
    at, into = _place(lows, floor) if floor is not None and rows else (-1, 0.0)
    table = tuple(
        (f"{low:,.0f} and more{' ← your floor' if i == at else ''}", *counts)
        for i, (low, *counts) in enumerate(rows)
    )
    order = [f"{low:,.0f}" for low in lows]
    kinds = ("qualified", "others")
    values = [
        {"x": f"{low:,.0f}", "v": value, "c": kind, "i": i}
        for low, count, qualified in rows
        for i, (kind, value) in enumerate(zip(kinds, (qualified, count - qualified), strict=True))
    ]
    x = {
        **category("x", order, unit),
        "axis": {
            "title": unit,
            "labelAngle": 0,
            "labelOverlap": "greedy",
            "labelSeparation": 4,
            **_AT_START,
        },
    }
    encoding = {
        "x": x,
        "y": amount("v", "listings"),
        "color": colour(kinds, QUALIFIED),
        "order": {"field": "i", "type": "quantitative"},
    }
    layers: list[Spec] = [{"data": {"values": values}, "mark": "bar", "encoding": encoding}]
    floor_sentence = "No floor is set."
    if floor is not None and rows:
        floor_sentence = f"Your floor is {floor:,f}."
        layers.append(_floor(order[at], into, order, f"floor {floor:,f}"))
    title = f"{name.replace('_', ' ').capitalize()} and your floor"
    spec = layered(layers, [], height=170)
    return Chart(
        name,
        title,
        f"What listings state, {unit}, and how many of them qualified. {floor_sentence}",
        ("band", "listings", "qualified"),
        table,
        1,
        spec,
    )


def _place(lows: Sequence[Decimal], floor: Decimal) -> tuple[int, float]:
    """The band that the floor lies in, and how far into it; the last one has no end, so that
    anything over it stands in its middle.
    """
    at = max((i for i, low in enumerate(lows) if low <= floor), default=0)
    if at + 1 == len(lows):
        return at, 0.0 if floor == lows[at] else 0.5
    return at, float((floor - lows[at]) / (lows[at + 1] - lows[at]))


def _floor(band: str, into: float, order: list[str], text: str) -> Spec:
    at = {"x": {"field": "x", "type": "ordinal", "sort": order, "bandPosition": into}}
    data = {"values": [{"x": band, "t": text}]}
    left = order.index(band) > len(order) / 2  # no room to the right of it
    rule = {"mark": {"type": "rule", "color": MARK, "strokeWidth": 2}, "encoding": at}
    place = {"align": "right", "dx": -4} if left else {"align": "left", "dx": 4}
    mark = {
        "type": "text",
        "color": MARK,
        "fontWeight": "bold",
        "baseline": "bottom",
        "y": -3,
        **place,
    }
    return {
        "data": data,
        "layer": [rule, {"mark": mark, "encoding": {**at, "text": {"field": "t"}}}],
    }
