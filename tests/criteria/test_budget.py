"""[budget] as a table: what a listing states, what counts, and the verdict."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from goldmine_ingest.model.posting import BaseAmounts
from goldmine_ingest.settings.criteria import BudgetSettings
from tests.criteria.listings import CRITERIA, GOOD, RECONCILIATION, found, listing

D = Decimal
FIXED = {"pay": "fixed", "pay_period": "project"}
HOURLY = {"pay": "hourly", "pay_period": "hour"}


def between(low: int | None, high: int | None, **more: Any) -> dict[str, Any]:
    return {
        "budget_min": None if low is None else D(low),
        "budget_max": None if high is None else D(high),
        **more,
    }


@pytest.mark.parametrize(
    ("facts", "settings", "verdict", "value", "unit"),
    [
        (between(500, 500, **FIXED), {}, "pass", 500, "USD"),
        (between(499, 499, **FIXED), {}, "fail", 499, "USD"),
        (between(100, 600, **FIXED), {}, "pass", 600, "USD"),
        (between(100, 600, **FIXED), {"fixed_bound": "low"}, "fail", 100, "USD"),
        (between(100, 600, **FIXED), {"fixed_bound": "middle"}, "fail", 350, "USD"),
        (between(None, 600, **FIXED), {"fixed_bound": "low"}, "pass", 600, "USD"),
        (between(600, None, **FIXED), {}, "pass", 600, "USD"),
        (between(25, 45, **HOURLY), {}, "pass", 45, "USD/hour"),
        (between(25, 35, **HOURLY), {}, "fail", 35, "USD/hour"),
        (between(320, 320, pay="hourly", pay_period="day"), {}, "pass", 40, "USD/hour"),
        (between(1600, 1600, pay="hourly", pay_period="week"), {}, "pass", 40, "USD/hour"),
        (between(6400, 6400, pay="hourly", pay_period="month"), {}, "pass", 40, "USD/hour"),
        (between(76800, 76800, pay="salary", pay_period="year"), {}, "pass", 40, "USD/hour"),
        (
            between(76000, 76000, pay="salary", pay_period="year"),
            {},
            "fail",
            D(76000) / 1920,
            "USD/hour",
        ),
        (between(10, 10, **HOURLY), {"hourly_minimum": None}, "pass", 10, "USD/hour"),
        (between(None, None, **FIXED), {}, "unknown", None, "USD"),
        (between(None, None, pay=None, pay_period=None), {}, "unknown", None, "USD"),
        (between(900, 900, pay=None, pay_period=None), {}, "pass", 900, "USD"),
        (between(250, 250, pay=None, pay_period=None), {}, "fail", 250, "USD"),
        (between(None, 250, pay=None, pay_period=None), {}, "fail", 250, "USD"),
        (between(150, 150, pay=None, pay_period=None), {}, "unknown", None, "USD"),
        (between(150, 250, pay=None, pay_period=None), {}, "unknown", None, "USD"),
        (between(20_000, 20_000, pay=None, pay_period=None), {}, "unknown", None, "USD"),
    ],
)
def test_which_amount_counts(
    facts: dict[str, Any], settings: dict[str, Any], verdict: str, value: Any, unit: str
) -> None:
    budget = replace(BudgetSettings(fixed_minimum=D(500), hourly_minimum=D(40)), **settings)
    finding = found("budget", listing(**facts), replace(CRITERIA, budget=budget))
    assert (finding.verdict, finding.value, finding.unit) == (verdict, value, unit)


def test_an_amount_without_a_rate_is_unknown_and_says_so() -> None:
    finding = found("budget", listing(base=BaseAmounts(), currency="XAF"))
    assert (finding.verdict, finding.reason) == ("unknown", "no rate for XAF is known")


def test_the_base_amount_counts_not_the_stated_one() -> None:
    case = listing(
        base=BaseAmounts(D("94.10"), D("94.10")),
        currency="INR",
        budget_min=D(8000),
        budget_max=D(8000),
    )
    finding = found("budget", case)
    assert (finding.verdict, finding.value) == ("fail", D("94.10"))


def test_the_matched_proofs_own_floor_stands_in_place_of_the_budgets() -> None:
    own = replace(RECONCILIATION, fixed_minimum=D(2000))
    finding = found("budget", listing(), replace(CRITERIA, proofs=(own,)))
    assert (finding.verdict, finding.threshold, finding.setting) == (
        "fail",
        D(2000),
        "proof.Finance reconciliation.fixed_minimum",
    )


@pytest.mark.parametrize(
    ("words", "amount", "verdict"),
    [
        ("Budget to be discussed.", 5, "unknown"),
        ("The price is negotiable.", 5, "unknown"),
        ("The budget is just a placeholder.", 100, "unknown"),
        ("Preis nach Absprache.", 10, "unknown"),
        ("We pay at the end.", 5, "fail"),
        ("Budget to be discussed.", 400, "fail"),
    ],
)
def test_a_placeholder_is_no_budget(words: str, amount: int, verdict: str) -> None:
    finding = found(
        "budget", listing(description=f"{GOOD.description} {words}", **between(amount, amount))
    )
    assert finding.verdict == verdict
    if verdict == "unknown":
        assert all(quote in f"{GOOD.description} {words}" for quote in finding.evidence)
        assert finding.evidence


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("It takes about 40 hours.", "fail"),
        ("It takes about 10 hours.", "pass"),
        ("We expect 40 hours per week.", "pass"),
    ],
)
def test_effort_against_money_where_both_are_stated(words: str, verdict: str) -> None:
    finding = found(
        "budget", listing(description=f"{GOOD.description} {words}", **between(800, 800))
    )
    assert finding.verdict == verdict
    assert finding.setting == (
        "budget.hourly_minimum" if verdict == "fail" else "budget.fixed_minimum"
    )
