"""The market seen through one's own feeds: the charts of `goldmine report`, read from the
history with the shipped reports.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis import quality_sentences
from goldmine_ingest.analysis.floors import SMALL_JOB, floors, small_job
from goldmine_ingest.analysis.funnel import Step, Window
from goldmine_ingest.analysis.quality import read_weeks, split
from goldmine_ingest.analysis.review import read_facts
from goldmine_ingest.reports import exposure_charts, market_charts, money_charts, work_charts
from goldmine_ingest.reports.charts import Chart, Row
from goldmine_ingest.reports.review_charts import costs_chart, feeds_chart, funnel_chart
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.rows import select

if TYPE_CHECKING:
    import duckdb

_FIXED_BANDS = (0.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0)
_HOURLY_BANDS = (0.0, 15.0, 30.0, 45.0, 60.0, 80.0, 100.0)
_RECENT = timedelta(days=30)


def charts(con: duckdb.DuckDBPyConnection, project: Project, now: datetime) -> tuple[Chart, ...]:
    """All charts. The market over the whole history; criteria, feeds and alerts over the last 30
    days.
    """
    criteria = project.criteria
    budget, currency = criteria.budget, criteria.base_currency
    zone = criteria.me.timezone if criteria.me and criteria.me.timezone else "UTC"
    recent = read_facts(con, Window(now - _RECENT, now + timedelta(microseconds=1)), criteria)
    small = small_job(project, now.date()) or SMALL_JOB
    weeks = read_weeks(con, now + timedelta(microseconds=1), floors(project, now.date()))
    con.execute("SET VARIABLE small_job = ?", [small])
    tasks = _report(con, "tasks_by_month")
    steps = [Step(row["stage"], row["listings"]) for row in _report(con, "pursuit_funnel")]
    return (
        money_charts.split_chart(_report(con, "market_split"), currency, small),
        market_charts.quality_chart(
            [quality_sentences.row(week) for week in weeks],
            quality_sentences.split_market(split(weeks)),
        ),
        money_charts.skills_split_chart(_report(con, "market_split_by_week_and_skill"), small),
        money_charts.budget_chart(
            "fixed_budgets",
            _bands(con, "fixed"),
            budget.fixed_minimum if budget else None,
            currency,
        ),
        money_charts.budget_chart(
            "hourly_rates",
            _bands(con, "hourly"),
            budget.hourly_minimum if budget else None,
            f"{currency} an hour",
        ),
        market_charts.hours_chart(_hours(con, zone), zone),
        market_charts.trend_chart(_report(con, "skills_trend")),
        exposure_charts.exposure_chart(_report(con, "exposure_by_week")),
        exposure_charts.proof_exposure_chart(_report(con, "exposure_by_proof")),
        exposure_charts.drift_chart(_report(con, "exposure_drift")),
        work_charts.reasons_chart(_report(con, "reasons")),
        work_charts.tasks_chart(tasks),
        work_charts.tasks_exposure_chart(
            tasks, {task.name: task.exposure for task in criteria.tasks}
        ),
        market_charts.countries_chart(_report(con, "countries")),
        costs_chart(recent.turned_away),
        funnel_chart(steps),
        market_charts.yield_chart(_report(con, "feed_yield")),
        feeds_chart(recent.feeds),
        market_charts.load_chart(_report(con, "alert_load")),
    )


def _report(con: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """The rows of a report in sql/reports/."""
    answer = con.execute((shipped("sql") / "reports" / f"{name}.sql").read_text(encoding="utf-8"))
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _hours(con: duckdb.DuckDBPyConnection, zone: str) -> list[Row]:
    con.execute(f"SET VARIABLE timezone = '{_quoted(zone)}'")
    return [tuple(row.values()) for row in _report(con, "posting_hours")]


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _bands(con: duckdb.DuckDBPyConnection, pay: str) -> list[Row]:
    bands, period = (_FIXED_BANDS, "project") if pay == "fixed" else (_HOURLY_BANDS, "hour")
    rows = {
        row["band"]: row for row in select(con, "budget_bands", bands=bands, pay=pay, period=period)
    }
    return [
        (
            Decimal(low),
            *((rows[low]["listings"], rows[low]["qualified"]) if low in rows else (0, 0)),
        )
        for low in bands
    ]
