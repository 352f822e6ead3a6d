"""[client] and [worth] as tables."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from goldmine_ingest.model.posting import BaseAmounts
from goldmine_ingest.settings.criteria import WorthSettings
from tests.criteria.listings import CRITERIA, GOOD, NOW, found, listing

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


HOURLY: dict[str, Any] = {
    "pay": "hourly",
    "pay_period": "hour",
    "budget_min": D(40),
    "budget_max": D(60),
}
MONTH = D("4.33")


@pytest.mark.parametrize(
    ("said", "fields", "hours"),
    [
        ("It takes about 20 hours.", {}, D(20)),
        ("You work 10 hours a week for 4 weeks.", {}, D(40)),
        ("About 5-15 hrs/week. Duration: 2 to 4 months.", {}, 10 * 3 * MONTH),
        ("This is a three-month contract, 20+ hours per week.", {}, 60 * MONTH),
        ("4 hours per day over the next 10 days.", {}, D(40)),
        ("20 hours a month for six months.", {}, 20 / MONTH * 6 * MONTH),
        ("20 Stunden pro Woche für drei Monate.", {}, 60 * MONTH),
        ("", {"hours_per_week": D(10), "duration": "1 to 3 months"}, 20 * MONTH),
        ("", {"hours_per_week": D(30), "duration": "Less than a month"}, 30 * MONTH),
        ("", {"hours_per_week": D(30), "duration": "6+ months"}, 180 * MONTH),
        ("", {"hours_per_week": D(30), "duration": "3-6 months"}, 135 * MONTH),
        ("It is 10 hours a week.", {"duration": "1 to 3 months"}, 20 * MONTH),
        ("We plan 2 weeks, 10 hours a week for 2 weeks.", {}, D(20)),
        # nothing, or too much, is stated
        ("", {"hours_per_week": D(30)}, None),
        ("", {"duration": "1 to 3 months"}, None),
        ("", {"hours_per_week": D(30), "duration": "ongoing"}, None),
        ("10 hours a week for 4 weeks. Later 20 hours a week.", {}, None),
        ("10 hours a week. We looked for 4 weeks.", {}, None),
        ("You overlap 4 hours a day with our time zone for 4 weeks.", {}, None),
        ("We have been around for 10 years, with 20 hours of video a month.", {}, None),
    ],
)
def test_hourly_work_is_worth_its_rate_times_the_stated_hours(
    said: str, fields: dict[str, Any], hours: Decimal | None
) -> None:
    finding = found("worth", listing(description=f"{GOOD.description} {said}", **HOURLY, **fields))
    if hours is None:
        assert (finding.verdict, finding.value) == ("unknown", None)
        assert "not how many hours" in finding.reason
    else:
        assert finding.value == (D("0.1") * 50 * hours - D("21.8")).quantize(D("0.01"))


def test_the_assumption_about_hours_is_quoted() -> None:
    text = f"{GOOD.description} You work 10 hours a week."
    finding = found("worth", listing(description=text, duration="1 to 3 months", **HOURLY))
    assert (
        "10 hours a week (“10 hours a week”) × 8.66 weeks (“1 to 3 months”) = 86.6 hours"
        in finding.reason
    )
    assert finding.evidence == ("10 hours a week", "1 to 3 months")


RATE_OF_DOLLARS = [(NOW.date(), D("1.25"))]


@pytest.mark.parametrize(
    ("currency", "own", "cost"),
    [
        # 20 of time, and 12 connects of 0.15 US dollars; a dollar is 0.80 euros, a euro 50 hryvnias
        ("USD", {}, D("21.80")),
        ("EUR", {"USD": RATE_OF_DOLLARS}, D("21.44")),
        ("UAH", {"USD": RATE_OF_DOLLARS, "UAH": [(NOW.date(), D(50))]}, D(92)),
        ("UAH", {"USD": RATE_OF_DOLLARS}, None),
    ],
)
def test_connects_cost_us_dollars_whatever_the_base_currency(
    currency: str, own: dict[str, Any], cost: Decimal | None
) -> None:
    criteria = replace(CRITERIA, budget=replace(CRITERIA.budget, currency=currency), own_rates=own)
    finding = found("worth", listing(base=BaseAmounts(D(1000), D(1000))), criteria)
    if cost is None:
        assert finding.verdict == "unknown"
        assert "no rate for USD" in finding.reason
    else:
        assert finding.value == (100 - cost).quantize(D("0.01"))


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
