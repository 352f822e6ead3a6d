"""Charts of the market and of one's feeds: posting hours, skills, countries, what each feed yields,
alerts a day. Pure.

Their rows are those of the reports in sql/reports/, named beside each.
"""

from __future__ import annotations

from collections.abc import Sequence

from goldmine_ingest.analysis.quality_sentences import COLUMNS
from goldmine_ingest.reports.charts import (
    ACCENT,
    MARK,
    MOST,
    QUALIFIED,
    SECOND,
    WEEKS,
    Chart,
    Grid,
    Row,
    Rows,
    Spec,
    category,
    colour,
    drawn,
    find_page,
    lying_bars,
    number,
    stacked,
)

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


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
        pages=tuple(find_page(row["skill"]) for row in rows),
    )


def countries_chart(rows: Rows) -> Chart:
    """countries."""
    kinds = ("qualified", "others")
    values = [
        {"x": row["country"], "c": kind, "v": value}
        for row in sorted(rows, key=lambda row: -row["listings"])[:MOST]
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
    spec = stacked(values, kinds, "listings", lying=True, colours=QUALIFIED)
    return Chart(
        "countries",
        "Where clients are",
        "Countries with three listings and more, and what is known of their clients.",
        heads,
        table,
        1,
        spec,
    )


def quality_chart(rows: Sequence[Row], split_market: str = "") -> Chart:
    """The quality of available work, a row a week as analysis/quality_sentences.py has them; the
    first three are week, listings, qualified in a hundred. `split_market`: whether this niche
    follows it.
    """
    values = [
        {"x": week, "c": "qualified", "v": number(per_100)}
        for week, _, per_100, *_ in rows[-WEEKS:]
    ]
    answers = (
        "How many of a hundred listings qualified, by the week of their first sight. The numbers"
        " beside it: the median pay of the qualified, clients with a known history, crowding and"
        " hours at first sight, pay at or over your floor, complex work, work that asks for AI."
        f" {split_market}".rstrip()
    )
    spec = stacked(values, ("qualified",), "qualified per 100", lying=False)
    return Chart(
        "quality",
        "The quality of available work",
        answers,
        COLUMNS,
        tuple(rows),
        2,
        spec,
        over_time=True,
    )


def yield_chart(rows: Rows) -> Chart:
    """feed_yield."""
    table = tuple(
        (row["feed"], row["listings"], row["qualified"], row["qualified_per_day"]) for row in rows
    )
    never = [row["feed"] for row in rows if not row["qualified"]]
    more = f" and {len(never) - 5} more" if len(never) > 5 else ""
    barren = f" Nothing that qualified came from {', '.join(never[:5])}{more}." if never else ""
    spec = lying_bars(
        [(row["feed"], number(row["qualified_per_day"])) for row in rows[:MOST]], "qualified a day"
    )
    heads = ("feed", "listings", "qualified", "qualified a day")
    return Chart(
        "yield",
        "What each feed yields",
        f"Qualified listings a day since a feed's first listing.{barren}",
        heads,
        table,
        2,
        spec,
        pages=("/sources",) * len(table),
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
