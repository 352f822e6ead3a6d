"""The charts of a report: money, budgets, hours, skills, exposure and countries of the market, and
what each feed yields. Pure.

Their rows are those of the reports in sql/reports/, named beside each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from goldmine_ingest.reports.charts import (
    ACCENT,
    COLOURS,
    MARK,
    REST,
    SECOND,
    Chart,
    Grid,
    Row,
    Spec,
    amount,
    axis_width,
    category,
    colour,
    drawn,
    layered,
    number,
    share,
    stacked,
    weeks,
)
from goldmine_ingest.reports.charts import bars as lying_bars

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EXPOSURES = ("human-critical", "ai-assisted", "automatable", "not known")
_WEEKS = 26  # drawn; the table beside has all
_LATELY = 4  # weeks that are held against those before
_MOST = 8  # skills, countries and feeds that are drawn

_QUALIFIED = (ACCENT, REST)

Rows = Sequence[Mapping[str, Any]]


def split_chart(rows: Rows, currency: str) -> Chart:
    """market_split."""
    kinds = ("under 500", "from 500")
    columns = ("money_under_500", "money_from_500")
    drawn_rows = rows[-_WEEKS:]
    values = [
        {"x": row["week"], "v": number(row[column]), "c": kind}
        for row in drawn_rows
        for kind, column in zip(kinds, columns, strict=True)
    ]
    answers = (
        "Is value moving away from small jobs? Money of fixed-price listings under and from 500, by"
        " the week of their first sight."
    )
    shares = ("share_of_money_under_500", "share_of_listings_under_500")
    table = tuple(
        (row["week"], *(row[column] for column in columns), *(row[column] for column in shares))
        for row in rows
    )
    heads = (
        "week",
        "money under 500",
        "money from 500",
        "share of money under 500",
        "share of listings under 500",
    )
    spec = stacked(values, kinds, f"stated money, {currency}", lying=False)
    return Chart("split", "The split market", answers, heads, table, 2, spec, over_time=True)


def skills_split_chart(rows: Rows) -> Chart:
    """market_split_by_week_and_skill: for the commonest skills, the share of money in small jobs
    lately and before.
    """
    found = lately_and_before(rows)[:_MOST]
    kinds = ("lately", "before")
    values = [
        {"x": row[0], "c": kind, "v": float(value)}
        for row in found
        for kind, value in zip(kinds, row[2:4], strict=True)
        if value is not None
    ]
    order = [row[0] for row in found]
    at: Spec = {"x": share("v", "share of money in jobs under 500"), "y": category("x", order)}
    line: Spec = {
        "mark": {"type": "line", "color": "var(--line)", "strokeWidth": 3},
        "encoding": {**at, "detail": {"field": "x"}},
    }
    point: Spec = {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "encoding": {**at, "color": colour(kinds, left=axis_width(order))},
    }
    spec = layered([line, point], values, height=26 * max(1, len(found)))
    answers = (
        f"By skill: the share of fixed-price money in jobs under 500, in the last {_LATELY} weeks"
        " with listings and in those before."
    )
    heads = ("skill", "listings", "share lately", "share before", "change")
    return Chart("skills_split", "The split market by skill", answers, heads, tuple(found), 1, spec)


def lately_and_before(rows: Rows) -> list[Row]:
    """(skill, listings, share of money under 500 in the last weeks, the same before, change),
    the commonest skills first.
    """
    recent = set(sorted({row["week"] for row in rows})[-_LATELY:])
    money: dict[str, list[Decimal]] = {}
    listings: dict[str, int] = {}
    for row in rows:
        sums = money.setdefault(row["skill"], [Decimal(0)] * 4)
        at = 0 if row["week"] in recent else 2
        sums[at] += row["money_under_500"]
        sums[at + 1] += row["money_under_500"] + row["money_from_500"]
        listings[row["skill"]] = listings.get(row["skill"], 0) + row["listings"]
    found = []
    for skill, (small, whole, small_before, whole_before) in money.items():
        now, before = (
            round(part / of, 3) if of else None
            for part, of in ((small, whole), (small_before, whole_before))
        )
        found.append(
            (
                skill,
                listings[skill],
                now,
                before,
                None if now is None or before is None else now - before,
            )
        )
    return sorted(found, key=lambda row: (-row[1], row[0]))


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
        "color": colour(kinds, _QUALIFIED),
        "order": {"field": "i", "type": "quantitative"},
    }
    layers: list[Spec] = [{"data": {"values": values}, "mark": "bar", "encoding": encoding}]
    said = "No floor is set."
    if floor is not None and rows:
        said = f"Your floor is {floor:,f}."
        layers.append(_floor(order[at], into, order, f"floor {floor:,f}"))
    title = f"{name.replace('_', ' ').capitalize()} and your floor"
    spec = layered(layers, [], height=170)
    return Chart(
        name,
        title,
        f"What listings state, {unit}, and how many of them qualified. {said}",
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


def hours_chart(rows: Sequence[Row], timezone: str) -> Chart:
    """posting_hours: ISO weekday, hour, listings, qualified."""
    counts = {(day, hour): count for day, hour, count, _ in rows}
    hours = [f"{hour:02d}" for hour in range(24)]
    values = [
        {"d": WEEKDAYS[day - 1], "h": f"{hour:02d}", "v": count}
        for (day, hour), count in counts.items()
    ]
    encoding: Spec = {
        "x": {
            "field": "h",
            "type": "ordinal",
            "scale": {"domain": hours},
            "axis": {"title": "hour", "values": hours[::4], "labelAngle": 0},
        },
        "y": {
            "field": "d",
            "type": "ordinal",
            "scale": {"domain": list(WEEKDAYS)},
            "axis": {"title": None},
        },
        "opacity": {
            "field": "v",
            "type": "quantitative",
            "scale": {"domainMin": 0, "range": [0.12, 1]},
            "legend": None,
        },
    }
    table = tuple(
        (f"{WEEKDAYS[day - 1]} {hour:02d}:00", count, qualified)
        for day, hour, count, qualified in rows
    )
    lines = tuple(
        (name, tuple(counts.get((day, hour), 0) for hour in range(24)))
        for day, name in enumerate(WEEKDAYS, 1)
    )
    busiest = max(rows, key=lambda row: row[2], default=None)
    most = (
        f" Most come on {WEEKDAYS[busiest[0] - 1]} at {busiest[1]:02d}:00."
        if busiest and busiest[2] > 1
        else ""
    )
    answers = (
        f"When jobs are posted, in the time zone {timezone}; the stronger the colour, the"
        f" more.{most}"
    )
    spec = drawn({"type": "rect", "color": ACCENT}, encoding, values, height=154)
    columns = ("weekday and hour", "listings", "qualified")
    return Chart(
        "hours", "Posting hours", answers, columns, table, 1, spec, grid=Grid(lines, tuple(hours))
    )


def trend_chart(rows: Rows) -> Chart:
    """skills_trend: the skills that rise and fall most, in percentage points."""
    moved = [row for row in rows if row["change"]]
    shown = sorted(
        {id(row): row for row in [*moved[:5], *moved[-5:]]}.values(), key=lambda row: -row["change"]
    )
    values = [
        {
            "x": row["skill"],
            "v": number(row["change"]),
            "c": "rises" if row["change"] > 0 else "falls",
        }
        for row in shown
    ]
    x: Spec = {
        "field": "v",
        "type": "quantitative",
        "axis": {"title": "change of its share", "tickCount": 4, "format": "+.0%"},
    }
    encoding = {
        "x": x,
        "y": category("x", [row["skill"] for row in shown]),
        "color": colour(("rises", "falls")),
    }
    table = tuple(
        (
            row["skill"],
            row["last_30_days"],
            row["the_30_days_before"],
            row["share_now"],
            row["share_before"],
        )
        for row in rows
    )
    answers = (
        "Skills that rise and fall: their share of all listings in the last 30 days against the 30"
        " before."
    )
    heads = ("skill", "last 30 days", "the 30 before", "share now", "share before")
    return Chart(
        "skills",
        "Skills",
        answers,
        heads,
        table if shown else (),
        1,
        drawn("bar", encoding, values, height=24 * max(1, len(shown))),
    )


def exposure_chart(rows: Rows) -> Chart:
    """exposure_by_week."""
    recent = sorted({row["week"] for row in rows})[-_WEEKS:]
    values = [
        {"x": row["week"], "c": row["exposure"], "v": row["listings"]}
        for row in rows
        if row["week"] in recent
    ]
    answers = (
        "How exposed to automation the tasks are that your feeds ask for, as a share of each week's"
        " listings."
    )
    spec = stacked(
        values,
        EXPOSURES,
        "share of listings",
        lying=False,
        share=True,
        colours=(*COLOURS[:2], COLOURS[3], REST),
    )
    table = tuple(
        (f"{row['week']} {row['exposure']}", row["listings"], row["share"]) for row in rows
    )
    return Chart(
        "exposure",
        "Task exposure",
        answers,
        ("week and exposure", "listings", "share"),
        table,
        1,
        spec,
        over_time=True,
    )


def proof_exposure_chart(rows: Rows) -> Chart:
    """exposure_by_proof: for each proof and month, how much of what it matched (and is known) is
    automatable.
    """
    table = automatable(rows)
    kinds = list(dict.fromkeys(proof for proof, *_ in table))[: len(COLOURS)]
    values = [
        {"x": month, "c": proof, "v": float(part)}
        for proof, month, _, part in table
        if proof in kinds
    ]
    at: Spec = {
        "x": weeks("x", sorted({value["x"] for value in values})),
        "y": share("v", "automatable"),
        "color": colour(kinds),
    }
    layers: list[Spec] = [{"mark": {"type": "line", "strokeWidth": 2}, "encoding": at}]
    layers.append(
        {"mark": {"type": "point", "filled": True, "size": 50, "opacity": 1}, "encoding": at}
    )
    answers = (
        "Is your own work moving to the automatable end? For each proof, the share of automatable"
        " tasks in what it matched, by month."
    )
    rows_shown = tuple(
        (f"{proof}, {month}", listings, part) for proof, month, listings, part in table
    )
    spec = layered(layers, values, height=150)
    return Chart(
        "proof_exposure",
        "Exposure of your work",
        answers,
        ("proof and month", "listings", "automatable"),
        rows_shown,
        1,
        spec,
    )


def automatable(rows: Rows) -> list[Row]:
    """(proof, month, listings whose exposure is known, share of them that is automatable)."""
    known: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        if row["exposure"] != "not known":
            counts = known.setdefault((row["proof"], row["month"]), [0, 0])
            counts[0] += row["listings"]
            counts[1] += row["listings"] * (row["exposure"] == "automatable")
    return [(proof, month, of, round(part / of, 3)) for (proof, month), (of, part) in known.items()]


def countries_chart(rows: Rows) -> Chart:
    """countries."""
    kinds = ("qualified", "others")
    values = [
        {"x": row["country"], "c": kind, "v": value}
        for row in sorted(rows, key=lambda row: -row["listings"])[:_MOST]
        for kind, value in zip(
            kinds, (row["qualified"], row["listings"] - row["qualified"]), strict=True
        )
    ]
    heads = (
        "country",
        "listings",
        "qualified",
        "payment verified",
        "median spent",
        "mean hire rate",
        "mean rating",
    )
    columns = (
        "country",
        "listings",
        "qualified",
        "payment_verified",
        "median_spent",
        "mean_hire_rate",
        "mean_rating",
    )
    table = tuple(tuple(row[column] for column in columns) for row in rows)
    spec = stacked(values, kinds, "listings", lying=True, colours=_QUALIFIED)
    return Chart(
        "countries",
        "Where clients are",
        "Countries with three listings and more, and what is known of their clients.",
        heads,
        table,
        1,
        spec,
    )


def yield_chart(rows: Rows) -> Chart:
    """feed_yield."""
    table = tuple(
        (row["feed"], row["listings"], row["qualified"], row["qualified_per_day"]) for row in rows
    )
    never = [row["feed"] for row in rows if not row["qualified"]]
    more = f" and {len(never) - 5} more" if len(never) > 5 else ""
    said = f" Nothing that qualified came from {', '.join(never[:5])}{more}." if never else ""
    spec = lying_bars(
        [(row["feed"], number(row["qualified_per_day"])) for row in rows[:_MOST]], "qualified a day"
    )
    heads = ("feed", "listings", "qualified", "qualified a day")
    return Chart(
        "yield",
        "What each feed yields",
        f"Qualified listings a day since a feed's first listing.{said}",
        heads,
        table,
        2,
        spec,
    )


def load_chart(rows: Rows) -> Chart:
    """alert_load."""
    kinds = ("sent", "waiting", "in trouble")
    days: dict[str, list[int]] = {}
    for row in rows:
        counts = days.setdefault(row["day"], [0, 0, 0])
        for i, column in enumerate(("sent", "waiting", "in_trouble")):
            counts[i] += row[column]
    values = [
        {"x": day, "c": kind, "v": count}
        for day, counts in days.items()
        for kind, count in zip(kinds, counts, strict=True)
    ]
    table = tuple((day, *counts) for day, counts in days.items())
    answers = (
        "How many alerts reached you a day over the last 30 days, on all destinations together."
    )
    return Chart(
        "load",
        "Alerts a day",
        answers,
        ("day", *kinds),
        table,
        1,
        stacked(values, kinds, "alerts", lying=False, colours=(ACCENT, SECOND, MARK)),
        over_time=True,
    )
