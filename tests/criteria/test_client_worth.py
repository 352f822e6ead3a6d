"""[client] and [worth] as tables."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from goldmine_ingest.model.posting import BaseAmounts
from goldmine_ingest.settings.criteria import WorthSettings
from tests.criteria.listings import CRITERIA, GOOD, found, listing

D = Decimal
NOTHING = {"client_payment_verified": None}


@pytest.mark.parametrize(
    ("facts", "verdict", "setting"),
    [
        (NOTHING, "unknown", "client"),
        ({}, "pass", "client.payment_verified"),
        ({"client_payment_verified": False}, "fail", "client.payment_verified"),
        ({**NOTHING, "client_spent": D(999)}, "fail", "client.spent_minimum"),
        ({"client_spent": D(1000)}, "pass", "client.payment_verified"),
        ({**NOTHING, "client_hire_rate": D("0.39")}, "fail", "client.hire_rate_minimum"),
        (
            {**NOTHING, "client_hire_rate": D("0.39"), "client_posted_jobs": 100},
            "fail",
            "client.hire_rate_minimum",
        ),
        (
            {**NOTHING, "client_hire_rate": D(0), "client_posted_jobs": 1},
            "pass",
            "client.hire_rate_minimum",
        ),
        (
            {**NOTHING, "client_hires": 2, "client_posted_jobs": 10},
            "fail",
            "client.hire_rate_minimum",
        ),
        ({"client_rating": D("4.4")}, "fail", "client.rating_minimum"),
        ({"client_rating": D("4.5")}, "pass", "client.payment_verified"),
    ],
)
def test_any_known_fact_under_its_minimum_fails_else_any_known_passes(
    facts: dict[str, Any], verdict: str, setting: str
) -> None:
    finding = found("client", listing(**facts))
    assert (finding.verdict, finding.setting) == (verdict, setting)


FIXED = {"pay": "fixed"}


@pytest.mark.parametrize(
    ("facts", "verdict", "value"),
    [
        ({"budget_min": D(220), "budget_max": D(220)}, "pass", "0.20"),
        ({"budget_min": D(200), "budget_max": D(200)}, "fail", "-1.80"),
        ({"budget_min": D(100), "budget_max": D(400)}, "pass", "3.20"),
        ({"budget_min": None, "budget_max": D(400)}, "pass", "18.20"),
        ({"connects": 30}, "pass", "125.50"),
        ({"budget_min": None, "budget_max": None}, "unknown", None),
        ({"proposals_min": 50}, "pass", "128.20"),
        ({"proposals_min": 51}, "fail", "51"),
        ({"proposals_max": 51}, "fail", "51"),
        ({"proposals_min": 20, "proposals_max": 60}, "pass", "128.20"),
        ({"proposals_min": 51, "budget_min": None, "budget_max": None}, "fail", "51"),
        (
            {"pay": "hourly", "pay_period": "hour", "budget_min": D(40), "budget_max": D(60)},
            "unknown",
            None,
        ),
    ],
)
def test_worth_by_the_contracts_formula(
    facts: dict[str, Any], verdict: str, value: str | None
) -> None:
    finding = found("worth", listing(**facts))
    assert (finding.verdict, finding.value) == (verdict, None if value is None else D(value))


def test_worth_of_hourly_work_is_the_rate_times_the_stated_hours() -> None:
    facts: dict[str, Any] = {
        "pay": "hourly",
        "pay_period": "hour",
        "budget_min": D(40),
        "budget_max": D(60),
    }
    case = listing(description=GOOD.description + " It takes about 20 hours.", **facts)
    assert found("worth", case).value == D("0.1") * 50 * 20 - D("21.8")
    long = listing(hours_per_week=D(10), duration="1 to 3 months", **facts)
    assert found("worth", long).value == D("0.1") * 50 * 10 * 2 * D("4.33") - D("21.8")


def test_minimum_value_is_the_threshold() -> None:
    finding = found(
        "worth", listing(), replace(CRITERIA, worth=WorthSettings(minimum_value=D(200)))
    )
    assert (finding.verdict, finding.threshold, finding.setting) == (
        "fail",
        D(200),
        "worth.minimum_value",
    )


def test_worth_without_a_rate_is_unknown() -> None:
    assert found("worth", listing(base=BaseAmounts(), currency="XAF")).verdict == "unknown"
