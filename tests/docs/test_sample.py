"""The sample project in config/ shows the product: what comes of its two feeds, on any day."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.app import RunReport, run_cycle
from goldmine_ingest.exchange.sql import run_sql
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.settings.project import Project
from tests.rig.project import kept_resources

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
YEARS_LATER = datetime(2031, 1, 1, tzinfo=UTC)

# Title (its beginning), decision, the criterion that turned it away. The duplicate of the first one
# is no listing of its own.
EXPECTED = [
    ("Automate our month-end bank reconciliation", "qualified", None),
    ("Power BI developer: replace our manual Excel", "qualified", None),
    ("Reconcile Stripe and Shopify payouts", "qualified", None),
    ("Reconcile PayPal and Xero", "qualified", None),
    ("Intercompany reconciliation tool", "review", None),
    ("Python script to match supplier invoices", "rejected", "budget"),
    ("Dashboard and SQL reports for our accounting", "rejected", "budget"),
    ("Data entry: type 2,000 supplier invoices", "rejected", "scope"),
    ("Month-end close automation for SaaS company", "rejected", "rules"),
    ("WordPress theme changes", "rejected", "proof"),
    ("Finance data analyst - unpaid test task", "rejected", "rules"),
    ("Rockstar wanted for our finance team", "review", None),
    ("Scrape 500 product pages into Excel", "rejected", "budget"),
    ("Copy paste bank statement lines", "rejected", "budget"),
]


@pytest.fixture
def sample(tmp_path: Path) -> Project:
    shutil.copytree(shipped("config"), tmp_path / "config")
    return config.load(None, env={}, cwd=tmp_path)


def cycle(project: Project, now: datetime) -> tuple[RunReport, str]:
    out = io.StringIO()
    return (
        run_cycle(
            project, env={}, now=lambda: now, out=out, all_feeds=True, resources=kept_resources()
        ),
        out.getvalue(),
    )


def test_the_sample_has_no_problem_and_no_warning(sample: Project) -> None:
    assert sample.warnings == ()


@pytest.mark.parametrize("now", [NOW, YEARS_LATER])
def test_the_first_run_brings_each_kind_of_listing_and_the_second_nothing(
    sample: Project, now: datetime
) -> None:
    report, out = cycle(sample, now)
    counts = (report.new_listings, report.qualified, report.review, report.rejected, report.sent)
    assert (report.exit_status, *counts) == (0, 14, 4, 2, 8, 4)
    assert out.count("\nLead: ") == 4
    again, out = cycle(sample, now)
    assert (again.new_listings, again.sent, out) == (0, 0, "")


def test_each_sample_listing_is_decided_as_it_was_written_for(sample: Project) -> None:
    cycle(sample, NOW)
    query = """SELECT title, decision, criterion FROM listings JOIN decisions USING (listing_id)
        LEFT JOIN (SELECT listing_id, criterion FROM findings WHERE verdict = 'fail' AND criterion NOT LIKE 'flag:%')
        USING (listing_id)"""
    found = run_sql(sample.database.path, query, now=NOW).rows
    for title, decision, criterion in EXPECTED:
        rows = [row for row in found if row[0].startswith(title)]
        assert {row[1] for row in rows} == {decision}, title
        assert criterion in {row[2] for row in rows}, title


def test_near_misses_miss_by_one_criterion_alone(sample: Project) -> None:
    cycle(sample, NOW)
    query = """SELECT title FROM findings JOIN listings USING (listing_id) WHERE verdict = 'fail' AND criterion NOT LIKE 'flag:%'
        GROUP BY ALL HAVING count(*) = 1"""
    alone = {row[0] for row in run_sql(sample.database.path, query, now=NOW).rows}
    assert any(title.startswith("Python script to match") for title in alone)
    assert any(title.startswith("Month-end close automation") for title in alone)
