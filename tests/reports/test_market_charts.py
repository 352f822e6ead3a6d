"""What the report's charts make of their rows, worked by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from goldmine_ingest.reports.exposure_charts import automatable
from goldmine_ingest.reports.market_charts import (
    countries_chart,
    hours_chart,
    load_chart,
    trend_chart,
    yield_chart,
)
from goldmine_ingest.reports.money_charts import lately_and_before


def week(name: str, skill: str, small: int, large: int) -> dict[str, Any]:
    return {
        "week": name,
        "skill": skill,
        "listings": 2,
        "money_small": Decimal(small),
        "money_larger": Decimal(large),
    }


def test_lately_is_the_last_four_weeks_with_listings() -> None:
    """Python: 100 of 400 in the last four weeks, 300 of 400 before. SQL only lately, Excel only
    before.
    """
    rows = [week("2026-09-07", "Python", 300, 100), week("2026-09-07", "Excel", 50, 0)]
    rows += [week(f"2026-10-{day:02d}", "Python", 25, 75) for day in (5, 12, 19, 26)] + [
        week("2026-10-26", "SQL", 0, 900)
    ]
    assert lately_and_before(rows) == [
        ("Python", 10, Decimal("0.25"), Decimal("0.75"), Decimal("-0.50")),
        ("Excel", 2, None, 1, None),
        ("SQL", 2, 0, None, None),
    ]


def test_automatable_counts_only_what_is_known() -> None:
    rows = [
        {"proof": "Finance", "month": "2026-10", "exposure": kind, "listings": count}
        for kind, count in (("automatable", 1), ("human-critical", 3), ("not known", 9))
    ]
    assert automatable(rows) == [("Finance", "2026-10", 4, 0.25)]
    assert (
        automatable(
            [{"proof": "Finance", "month": "2026-10", "exposure": "not known", "listings": 9}]
        )
        == []
    )


def test_the_skills_that_move_most_are_drawn_once() -> None:
    """Of three that move, each once, the risen first; one of which nothing is known before is
    left out.
    """
    rows = [
        {
            "skill": name,
            "last_30_days": 5,
            "the_30_days_before": 5,
            "share_now": 0.1,
            "share_before": 0.1,
            "change": change,
        }
        for name, change in (
            ("n8n", 0.2),
            ("dbt", 0.1),
            ("same", 0.0),
            ("VBA", -0.1),
            ("new", None),
        )
    ]
    assert [value["x"] for value in trend_chart(rows).spec["data"]["values"]] == [
        "n8n",
        "dbt",
        "VBA",
    ]
    assert trend_chart(rows[2:3]).empty


def test_feeds_that_never_yield_are_named() -> None:
    rows = [
        {"feed": name, "listings": 9, "qualified": good, "qualified_per_day": good / 30}
        for name, good in (("a", 3), ("b", 0), ("c", 0))
    ]
    assert yield_chart(rows).answers.endswith("Nothing that qualified came from b, c.")
    assert "Nothing" not in yield_chart(rows[:1]).answers


def test_alerts_of_all_destinations_are_added() -> None:
    rows = [{"day": "2026-11-01", "sent": sent, "waiting": 1, "in_trouble": 0} for sent in (2, 3)]
    assert load_chart(rows).rows == (("2026-11-01", 5, 2, 0),)


def test_the_hours_are_a_map_of_a_week() -> None:
    chart = hours_chart([(1, 9, 5, 2), (7, 23, 1, 1)], "Europe/Berlin")
    assert chart.grid
    assert [name for name, values in chart.grid.lines if any(values)] == ["Mon", "Sun"]
    assert (chart.grid.lines[0][1][9], chart.grid.lines[6][1][23], len(chart.grid.columns)) == (
        5,
        1,
        24,
    )
    assert chart.answers.endswith("Most come on Mon at 09:00.")


def test_countries_are_drawn_by_their_size() -> None:
    rest = dict.fromkeys(("payment_verified", "median_spent", "mean_hire_rate", "mean_rating"))
    rows = [
        {"country": name, "listings": count, "qualified": 1, **rest}
        for name, count in (("DE", 3), ("US", 30))
    ]
    values = countries_chart(rows).spec["data"]["values"]
    assert [(value["x"], value["c"], value["v"]) for value in values] == [
        ("US", "qualified", 1),
        ("US", "others", 29),
        ("DE", "qualified", 1),
        ("DE", "others", 2),
    ]
