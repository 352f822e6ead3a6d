"""Each report of sql/reports/ on a market worked out by hand (market.py), by `goldmine sql` and
in plain DuckDB on the published copy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goldmine_ingest.exchange.sql import run_sql
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.publish import copy_history
from tests.histories import NOON, brought, decision, event, job_id, link, listing
from tests.reports.market import EARLIER, NOW, RECENT, make
from tests.rig.blank_history import blank_history

REPORTS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (shipped("sql") / "reports").glob("*.sql")
}
Ask = Callable[[str], list[dict[str, Any]]]


def week(moment: datetime) -> str:
    """The Monday of its week."""
    return str(date.fromisocalendar(*moment.isocalendar()[:2], 1))


def month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"


RECENT_WEEK, EARLIER_WEEK = week(RECENT), week(EARLIER)
RECENT_MONTH, EARLIER_MONTH = month(RECENT), month(EARLIER)

ANSWERS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "matches": (
        "id title budget_max score proof stage",
        [
            (job_id(8)[:8], "Job 8", 1100, 81.25, None, None),
            (job_id(4)[:8], "Job 4", 60, 81.25, "Data", "skipped"),
            (job_id(1)[:8], "Job 1", 1000, 81.25, "Finance", "hired"),
        ],
    ),
    "inbox": (
        "id decision title budget_max score",
        [
            (job_id(8)[:8], "qualified", "Job 8", 1100, 81.25),
            (job_id(5)[:8], "review", "Job 5", None, 81.25),
        ],
    ),
    "alert_load": (
        "day destination sent waiting in_trouble suppressed",
        [(f"{RECENT:%Y-%m-%d}", "phone", 2, 1, 0, 1)],
    ),
    "budgets_by_week": (
        "week pay listings not_stated lower_quartile median upper_quartile",
        [
            (EARLIER_WEEK, "fixed", 2, 0, 450, 600, 750),
            (EARLIER_WEEK, "hourly", 1, 0, 25, 25, 25),
            (RECENT_WEEK, "fixed", 5, 0, 400, 600, 800),
            (RECENT_WEEK, "hourly", 2, 1, 60, 60, 60),
        ],
    ),
    "connects": (
        "month pursuits connects replied hired won won_per_connect",
        [(month(RECENT + timedelta(minutes=1)), 2, 20, 2, 1, 900, 45)],
    ),
    "countries": (
        (
            "country listings qualified payment_known payment_verified median_spent mean_hire_rate"
            " mean_rating median_fixed median_hourly"
        ),
        [
            ("DE", 5, 2, 2, 0.5, 3000, 0.6, 4.7, 400, None),
            ("US", 3, 1, 0, None, None, None, None, 700, 60),
            ("not known", 3, 1, 0, None, None, None, None, 1100, 25),
        ],
    ),
    "exposure_by_proof": (
        "proof month exposure listings share",
        [
            ("Data", RECENT_MONTH, "ai-assisted", 1, 1),
            ("Finance", EARLIER_MONTH, "automatable", 2, 1),
            ("Finance", RECENT_MONTH, "automatable", 1, 0.5),
            ("Finance", RECENT_MONTH, "human-critical", 1, 0.5),
        ],
    ),
    "exposure_drift": (
        "proof month declared listings as_declared more_automatable more_human mean_drift",
        [
            ("Data", RECENT_MONTH, "ai-assisted", 1, 1, 0, 0, 0),
            ("Finance", EARLIER_MONTH, "human-critical", 2, 0, 2, 0, 2),
            ("Finance", RECENT_MONTH, "human-critical", 2, 1, 1, 0, 1),
        ],
    ),
    "reasons": (
        (
            "reason listings share qualified median_fixed median_hourly median_proposals pursued"
            " replied"
        ),
        [
            ("cost", 3, 0.3, 1, 400, None, None, 2, 2),
            ("risk", 2, 0.2, 0, 500, None, None, 1, 1),
            ("speed", 1, 0.1, 1, None, 60, None, 0, 0),
            ("none named", 5, 0.5, 1, 800, 25, None, 0, 0),
        ],
    ),
    "tasks_by_month": (
        "task month listings share qualified median_fixed median_hourly median_proposals",
        [
            ("Data entry", EARLIER_MONTH, 1, 0.333, 0, 300, None, None),
            ("Data entry", RECENT_MONTH, 1, 0.143, 0, 200, None, None),
            ("Reconciliation", EARLIER_MONTH, 1, 0.333, 1, 900, None, None),
            ("Reconciliation", RECENT_MONTH, 2, 0.286, 1, 700, None, None),
        ],
    ),
    "exposure_by_week": (
        "week exposure listings share median_fixed",
        [
            (EARLIER_WEEK, "automatable", 2, 0.667, 600),
            (EARLIER_WEEK, "not known", 1, 0.333, None),
            (RECENT_WEEK, "ai-assisted", 1, 0.143, None),
            (RECENT_WEEK, "automatable", 1, 0.143, 400),
            (RECENT_WEEK, "human-critical", 1, 0.143, 1000),
            (RECENT_WEEK, "not known", 4, 0.571, 600),
        ],
    ),
    "feed_yield": (
        "feed state listings qualified review qualified_per_day last_qualified_at",
        [
            ("a", "ok", 7, 2, 0, 0.049, RECENT),
            ("b", "ok", 4, 2, 1, 0.049, RECENT),
            ("c", "ok", 0, 0, 0, 0, None),
        ],
    ),
    "hourly_bands": (
        "month band listings qualified",
        [
            (EARLIER_MONTH, "15 to 30", 1, 0),
            (RECENT_MONTH, "50 to 80", 1, 1),
            (RECENT_MONTH, "not stated", 1, 0),
        ],
    ),
    "market_split": (
        (
            "week listings share_of_listings_small share_of_money_small money_small"
            " money_larger median_money small_is_under"
        ),
        [
            (EARLIER_WEEK, 2, 0.5, 0.25, 300, 900, 600, 500),
            (RECENT_WEEK, 5, 0.4, 0.2, 600, 2400, 600, 500),
        ],
    ),
    "market_split_by_skill": (
        "skill listings share_small median_money money",
        [("Python", 5, 0.4, 600, 3000)],
    ),
    "market_split_by_week_and_skill": (
        (
            "week skill listings share_of_listings_small share_of_money_small"
            " money_small money_larger"
        ),
        [
            (EARLIER_WEEK, "SQL", 2, 0.5, 0.25, 300, 900),
            (RECENT_WEEK, "Python", 5, 0.4, 0.2, 600, 2400),
            (RECENT_WEEK, "SQL", 1, 0, 0, 0, 1000),
        ],
    ),
    "near_misses": (
        "id criterion value threshold reached reason url",
        [
            (job_id(2)[:8], "budget", 400, 500, 0.8, "400 is under 500", link(2)),
            *sorted(
                (job_id(n)[:8], "rules", None, None, None, "an excluded phrase", link(n))
                for n in (10, 11)
            ),
        ],
    ),
    "pursuit_funnel": (
        "stage listings",
        [
            ("listing", 11),
            ("qualified", 4),
            ("alerted", 2),
            ("pursued", 2),
            ("viewed", 2),
            ("replied", 2),
            ("interviewed", 2),
            ("hired", 1),
        ],
    ),
    "quality_by_week": (
        (
            "week listings qualified_per_100 median_fixed median_hourly share_of_clients_known"
            " proposals_at_first_sight hours_to_first_sight share_over_floor share_under_floor"
            " share_complex share_asking_for_ai"
        ),
        [
            (EARLIER_WEEK, 3, 33.3, 900, None, None, None, None, 0.333, 0.667, 1, 0),
            (RECENT_WEEK, 8, 37.5, 1050, 60, 1, None, 0.33, 0.714, 0.286, 1, 0),
        ],
    ),
    "repeat_clients": (
        "platform company listings hires pursued hired_me first_seen_at",
        [("upwork", "Maple", 3, 3, 2, 1, EARLIER)],
    ),
    "reposts": (
        "id title platform reposts platforms first_seen_at last_repost_at first_budget last_budget",
        [(job_id(7)[:8], "Job 7", "upwork", 1, ["guru"], EARLIER, RECENT, 900, 1100)],
    ),
    "skills_trend": (
        "skill last_30_days the_30_days_before share_now share_before change",
        [("Python", 5, 1, 0.7143, 0.3333, 0.381)],
    ),
    "sources": (
        "platform listings qualified share_of_qualified pursued share_of_pursued hired",
        [
            ("upwork", 9, 2, 0.5, 2, 1, 1),
            ("guru", 1, 1, 0.25, 0, 0, 0),
            ("himalayas", 1, 1, 0.25, 0, 0, 0),
        ],
    ),
    "time_to_alert": (
        """destination alerts with_a_posting_time median_minutes_from_posting slowest_tenth_from_posting median_minutes_from_first_sight""",
        [("phone", 2, 2, 23, 30.2, 3)],
    ),
    "turned_away": (
        "criterion turned_away alone with_others",
        [("budget", 4, 3, 1), ("rules", 3, 2, 1)],
    ),
}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    make(folder / "goldmine.duckdb")
    copy_history(folder / "goldmine.duckdb", folder / "history.duckdb", NOW, mode=0o400)
    return folder


@pytest.fixture(params=["goldmine sql", "plain DuckDB"])
def ask(request: pytest.FixtureRequest, market: Path) -> Ask:
    def by_goldmine(text: str) -> list[dict[str, Any]]:
        found = run_sql(market / "goldmine.duckdb", text, now=NOW)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    def by_duckdb(text: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(market / "history.duckdb"), read_only=True) as shell:
            shell.execute("SET TimeZone = 'UTC'")
            found = shell.execute(text)
            return [
                dict(zip([c[0] for c in found.description], row, strict=True))
                for row in found.fetchall()
            ]

    return by_goldmine if request.param == "goldmine sql" else by_duckdb


def plain(value: object) -> object:
    return (
        float(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value
    )


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_report_says_what_was_worked_out_by_hand(name: str, ask: Ask) -> None:
    columns, expected = ANSWERS[name]
    rows = [tuple(plain(row[column]) for column in columns.split()) for row in ask(REPORTS[name])]
    assert rows == [tuple(plain(value) for value in row) for row in expected]


def test_every_report_is_tested_begins_with_what_it_answers_and_is_one_statement() -> None:
    assert set(REPORTS) == {*ANSWERS, "posting_hours", "led", "second_paths"}
    assert all(
        text.startswith("-- ") and text.count(";\n") == 1 and text.endswith(";\n")
        for text in REPORTS.values()
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return blank_history(tmp_path_factory.mktemp("empty") / "goldmine.duckdb")


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_a_report_on_an_empty_history_is_no_error(name: str, empty: Path) -> None:
    rows = run_sql(empty, REPORTS[name], now=NOON).rows
    assert rows == (
        [] if name != "pursuit_funnel" else [(stage, 0) for stage, _ in ANSWERS[name][1]]
    )


def test_a_digest_of_what_waits_for_review_is_no_stage_of_the_funnel(tmp_path: Path) -> None:
    """Both were sent; only the qualified one counts as alerted, so that no stage is larger than
    the one before.
    """
    path = tmp_path / "goldmine.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1, 2, decisions=(decision(1), decision(2, "review"))))
        store.append_events(
            [event(number, kind, attempt=1) for number in (1, 2) for kind in ("attempt", "sent")]
        )
    assert run_sql(path, REPORTS["pursuit_funnel"], now=NOON).rows[:3] == [
        ("listing", 2),
        ("qualified", 1),
        ("alerted", 1),
    ]


@pytest.fixture
def posted(tmp_path: Path) -> Path:
    """Monday 22:30 and 23:00 UTC in July; Monday 22:30 UTC in January; one without a posting
    time.
    """
    path = tmp_path / "goldmine.duckdb"
    times = {
        1: datetime(2026, 7, 6, 22, 30, tzinfo=UTC),
        2: datetime(2026, 7, 6, 23, tzinfo=UTC),
        3: datetime(2026, 1, 5, 22, 30, tzinfo=UTC),
        4: None,
    }
    versions = tuple(
        ListingVersion(listing(n, posted_at=at), NOON, f"text of {job_id(n)}")
        for n, at in times.items()
    )
    with open_store(path, now=NOON) as store:
        store.apply(replace(brought(1, 2, 3, 4), versions=versions))
    return path


def test_posting_hours_are_in_the_users_time_zone_summer_and_winter(posted: Path) -> None:
    """In Berlin 22:30 UTC is 00:30 on Tuesday in July, and 23:30 on Monday in January."""
    report = REPORTS["posting_hours"]
    assert run_sql(posted, report, now=NOON, variables={"timezone": "Europe/Berlin"}).rows == [
        (1, 23, 1, 1),
        (2, 0, 1, 1),
        (2, 1, 1, 1),
    ]
    assert run_sql(posted, report, now=NOON).rows == [(1, 22, 2, 2), (1, 23, 1, 1)]


def test_posting_hours_in_plain_duckdb_by_the_variable_that_the_report_names(
    posted: Path, tmp_path: Path
) -> None:
    copy_history(posted, tmp_path / "history.duckdb", NOON)
    with duckdb.connect(str(tmp_path / "history.duckdb"), read_only=True) as shell:
        shell.execute("SET VARIABLE timezone = 'Europe/Berlin'")
        assert shell.execute(REPORTS["posting_hours"]).fetchall() == [
            (1, 23, 1, 1),
            (2, 0, 1, 1),
            (2, 1, 1, 1),
        ]
