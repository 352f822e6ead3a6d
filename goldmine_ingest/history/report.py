"""The market seen through one's own feeds: the charts of `goldmine report`, read from the history with the shipped reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import duckdb

from goldmine_ingest.history.charts import Chart, Row, budget_chart, costs_chart, feeds_chart, funnel_chart, hours_chart, split_chart
from goldmine_ingest.history.funnel import FeedDays, Step, Window
from goldmine_ingest.history.review import read_facts
from goldmine_ingest.settings import Project
from goldmine_ingest.shipped import shipped
from goldmine_ingest.store.rows import select

_FIXED_BANDS = (0.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0)
_HOURLY_BANDS = (0.0, 15.0, 30.0, 45.0, 60.0, 80.0, 100.0)
_RECENT = timedelta(days=30)


def charts(con: duckdb.DuckDBPyConnection, project: Project, now: datetime) -> tuple[Chart, ...]:
    """All charts. The market over the whole history; criteria and feeds over the last 30 days."""
    criteria = project.criteria
    budget = criteria.budget
    zone = criteria.me.timezone if criteria.me and criteria.me.timezone else "UTC"
    recent = read_facts(con, Window(now - _RECENT, now + timedelta(microseconds=1)), criteria)
    currency = criteria.base_currency
    return (
        split_chart([(row[0], row[4], row[5], row[2]) for row in _report(con, "market_split")], currency),
        budget_chart("fixed_budgets", _bands(con, "fixed"), budget.fixed_minimum if budget else None, currency),
        budget_chart("hourly_rates", _bands(con, "hourly"), budget.hourly_minimum if budget else None, f"{currency} an hour"),
        hours_chart(_hours(con, zone), zone),
        costs_chart(recent.turned_away),
        funnel_chart([Step(stage, count) for stage, count in _report(con, "pursuit_funnel")]),
        feeds_chart([each for each in recent.feeds if isinstance(each, FeedDays)]),
    )


def _report(con: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    """The rows of a report in sql/reports/."""
    return con.execute((shipped("sql") / "reports" / f"{name}.sql").read_text(encoding="utf-8")).fetchall()


def _hours(con: duckdb.DuckDBPyConnection, zone: str) -> list[Row]:
    con.execute(f"SET VARIABLE timezone = '{_quoted(zone)}'")
    return _report(con, "posting_hours")


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _bands(con: duckdb.DuckDBPyConnection, pay: str) -> list[Row]:
    bands, period = (_FIXED_BANDS, "project") if pay == "fixed" else (_HOURLY_BANDS, "hour")
    found = {row["band"]: row for row in select(con, "budget_bands", bands=bands, pay=pay, period=period)}
    return [(Decimal(low), *((found[low]["listings"], found[low]["qualified"]) if low in found else (0, 0))) for low in bands]
