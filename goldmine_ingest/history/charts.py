"""What the charts show, as data and as Vega-Lite specifications. Pure: rows in, dicts out; nothing here draws.

Colours are CSS variables, so that one drawing serves light and dark. 320 points wide, so that a phone shows it without shrinking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from goldmine_ingest.history.funnel import FeedDays, Step
from goldmine_ingest.history.near_misses import Cost

Spec = dict[str, Any]
Row = tuple[Any, ...]
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WIDTH = 230
_ACCENT, _SECOND, _MARK = "var(--accent)", "var(--second)", "var(--mark)"


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure: what it answers, its rows (the first column names them), the column of a terminal's bars, and how to draw it."""

    name: str
    title: str
    answers: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    bar: int
    spec: Spec

    @property
    def empty(self) -> bool:
        return not any(row[self.bar] for row in self.rows)


def funnel_chart(steps: Sequence[Step]) -> Chart:
    rows = tuple((step.stage, step.count, step.median_hours) for step in steps)
    spec = _bars(rows, "listings")
    return Chart(
        "funnel", "From listing to deal", "How many listings reached each stage.", ("stage", "listings", "median hours"), rows, 1, spec
    )


def costs_chart(costs: Sequence[Cost]) -> Chart:
    rows = tuple((cost.criterion, cost.alone, cost.with_others) for cost in costs)
    values = [
        {"x": name, "v": count, "c": kind} for name, *counts in rows for kind, count in zip(("alone", "with others"), counts, strict=True)
    ]
    spec = _stacked(values, horizontal=True, kinds=("alone", "with others"), title="listings turned away")
    answers = "What each criterion turns away: listings that nothing else speaks against, and those that fail others too."
    return Chart("criteria", "What the criteria cost", answers, ("criterion", "alone", "with others"), rows, 1, spec)


def feeds_chart(feeds: Sequence[FeedDays]) -> Chart:
    rows = tuple((f.feed, f.good_polls, f.polls - f.good_polls, f.dark_days) for f in feeds)
    values = [
        {"x": name, "v": count, "c": kind} for name, *counts in rows for kind, count in zip(("good", "failed"), counts[:2], strict=True)
    ]
    spec = _stacked(values, horizontal=True, kinds=("good", "failed"), title="polls")
    answers = "How often each feed answered. A day without one good poll is a day that was not seen."
    return Chart("feeds", "Health of the feeds", answers, ("feed", "good polls", "failed polls", "days without a good poll"), rows, 1, spec)


def split_chart(rows: Sequence[Row], currency: str) -> Chart:
    """`rows`: week, money under 500, money from 500, share of listings under 500."""
    kinds = ("under 500", "from 500")
    values = [{"x": week, "v": _number(money), "c": kind} for week, *sums, _ in rows for kind, money in zip(kinds, sums, strict=True)]
    spec = _stacked(values, horizontal=False, kinds=kinds, title=f"stated money, {currency}")
    answers = "Is value moving away from small jobs? Money of fixed-price listings under and from 500, by the week of their first sight."
    columns = ("week", "money under 500", "money from 500", "share of listings under 500")
    return Chart("split", "The split market", answers, columns, tuple(rows), 2, spec)


def budget_chart(name: str, rows: Sequence[Row], floor: Decimal | None, unit: str) -> Chart:
    """`rows`: the lower end of a band, listings, qualified; `floor` is drawn in."""
    shown = tuple((f"{low:,.0f} and more", count, qualified) for low, count, qualified in rows)
    order = [f"{low:,.0f}" for low, *_ in rows]
    values = [{"x": f"{low:,.0f}", "v": count} for low, count, _ in rows]
    bars = {"mark": {"type": "bar", "color": _ACCENT}, "encoding": {"x": _category("x", order, unit), "y": _amount("v", "listings")}}
    layers: list[Spec] = [{"data": {"values": values}, **bars}]
    said = "No floor is set."
    if floor is not None and rows:
        said = f"The line is your floor of {floor:,f} {unit}."
        at, share = _place([low for low, *_ in rows], floor)
        layers.append(_floor(order[at], share, order, f"{floor:,f}"))
    spec: Spec = {"layer": layers, "width": _WIDTH, "height": 170}
    columns = ("budget", "listings", "qualified")
    return Chart(
        name, f"{name.replace('_', ' ').capitalize()} and your floor", f"What listings state, {unit}. {said}", columns, shown, 1, spec
    )


def _place(lows: Sequence[Decimal], floor: Decimal) -> tuple[int, float]:
    """The band that the floor lies in, and how far into it; the last one has no end, so that anything over it stands in its middle."""
    at = max((i for i, low in enumerate(lows) if low <= floor), default=0)
    if at + 1 == len(lows):
        return at, 0.0 if floor == lows[at] else 0.5
    return at, float((floor - lows[at]) / (lows[at + 1] - lows[at]))


def _floor(band: str, share: float, order: list[str], text: str) -> Spec:
    at = {"x": {"field": "x", "type": "ordinal", "sort": order, "bandPosition": share}}
    data = {"values": [{"x": band, "t": text}]}
    rule = {"mark": {"type": "rule", "color": _MARK, "strokeWidth": 2}, "encoding": at}
    label = {"mark": {"type": "text", "color": _MARK, "align": "left", "dx": 4, "y": 6}, "encoding": {**at, "text": {"field": "t"}}}
    return {"data": data, "layer": [rule, label]}


def hours_chart(rows: Sequence[Row], timezone: str) -> Chart:
    """`rows`: ISO weekday, hour, listings, qualified."""
    shown = tuple((f"{WEEKDAYS[day - 1]} {hour:02d}:00", count, qualified) for day, hour, count, qualified in rows)
    values = [{"d": WEEKDAYS[day - 1], "h": f"{hour:02d}", "v": count} for day, hour, count, _ in rows]
    hours = [f"{hour:02d}" for hour in range(24)]
    spec: Spec = {
        "data": {"values": values},
        "width": _WIDTH + 20,
        "height": 150,
        "mark": {"type": "rect", "color": _ACCENT},
        "encoding": {
            "x": {
                "field": "h",
                "type": "ordinal",
                "scale": {"domain": hours},
                "axis": {"title": "hour", "values": hours[::4], "labelAngle": 0},
            },
            "y": {"field": "d", "type": "ordinal", "scale": {"domain": list(WEEKDAYS)}, "axis": {"title": None}},
            "opacity": {"field": "v", "type": "quantitative", "scale": {"domainMin": 0, "range": [0.08, 1]}, "legend": None},
        },
    }
    answers = f"When jobs are posted, in the time zone {timezone}; the stronger the colour, the more."
    return Chart("hours", "Posting hours", answers, ("weekday and hour", "listings", "qualified"), shown, 1, spec)


def _bars(rows: Sequence[Row], title: str) -> Spec:
    values = [{"x": row[0], "v": row[1]} for row in rows]
    order = [row[0] for row in rows]
    y: Spec = {"field": "x", "type": "ordinal", "sort": order, "axis": {"title": None}}
    x = _amount("v", title)
    bar: Spec = {"mark": {"type": "bar", "color": _ACCENT}, "encoding": {"x": x, "y": y}}
    text: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 3, "color": "var(--ink)"},
        "encoding": {"x": x, "y": y, "text": {"field": "v", "type": "quantitative"}},
    }
    return {"data": {"values": values}, "layer": [bar, text], "width": _WIDTH - 30, "height": 24 * max(1, len(rows))}


def _stacked(values: list[Spec], *, horizontal: bool, kinds: tuple[str, str], title: str) -> Spec:
    names = list(dict.fromkeys(value["x"] for value in values))
    colour = {
        "field": "c",
        "type": "nominal",
        "sort": list(kinds),
        "scale": {"domain": list(kinds), "range": [_ACCENT, _SECOND]},
        "legend": {"title": None, "orient": "top"},
    }
    values = [{**value, "i": kinds.index(value["c"])} for value in values]
    category, amount = _category("x", names, None), _amount("v", title)
    across, up = (amount, category) if horizontal else (category, amount)
    encoding = {"x": across, "y": up, "color": colour, "order": {"field": "i", "type": "quantitative"}}
    height = 26 * max(1, len(names)) if horizontal else 170
    return {"data": {"values": values}, "mark": "bar", "encoding": encoding, "width": _WIDTH - 20, "height": height}


def _category(field: str, order: list[str], title: str | None) -> Spec:
    return {"field": field, "type": "ordinal", "sort": order, "axis": {"title": title, "labelLimit": 90, "labelOverlap": "greedy"}}


def _amount(field: str, title: str) -> Spec:
    return {"field": field, "type": "quantitative", "axis": {"title": title, "tickCount": 4, "format": "~s"}}


def _number(value: Any) -> float:
    """A drawing needs no exact money."""
    return float(value or 0)
