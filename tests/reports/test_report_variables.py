"""What a small job is, in base currencies of other worth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.analysis.floors import small_job
from goldmine_ingest.reports.report_variables import report_variables
from tests.analysis.test_rescan import SETTINGS
from tests.rig.project import CRITERIA, Home

TODAY = date(2026, 11, 23)
CASES = [
    ("USD", Decimal(500), Decimal(500)),
    ("EUR", Decimal(350), Decimal(550)),
    ("JPY", Decimal(50_000), Decimal(120_000)),
    ("INR", Decimal(35_000), Decimal(60_000)),
]


@pytest.mark.parametrize(("currency", "least", "most"), CASES)
def test_a_small_job_is_worth_less_than_500_dollars(
    tmp_path: Path, currency: str, least: Decimal, most: Decimal
) -> None:
    """By worth, not by digits: two digits of what the rate of the day gives."""
    criteria = CRITERIA.split("[budget]")[0] + f'[budget]\ncurrency = "{currency}"\n'
    found = small_job(Home(tmp_path, SETTINGS, criteria).project(), TODAY)
    assert found is not None
    assert least <= found <= most
    assert len(found.normalize().as_tuple().digits) <= 2


def test_without_a_rate_the_reports_keep_their_own_figure(tmp_path: Path) -> None:
    criteria = CRITERIA.split("[budget]")[0] + '[budget]\ncurrency = "UAH"\n'
    project = Home(tmp_path, SETTINGS, criteria).project()
    assert report_variables(project, "SELECT getvariable('small_job')", TODAY) == {}
