"""What would have changed a decision: every answer is true when decided again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from goldmine_ingest.criteria import Judge, WouldChange
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.settings.criteria import CriteriaSettings, DecisionSettings, ProofMatchSettings
from goldmine_ingest.settings.rules import RulesSettings
from tests.criteria.listings import CRITERIA, GOOD, NOW, listing

D = Decimal


def changes(case: Listing, criteria: CriteriaSettings = CRITERIA) -> dict[str, WouldChange]:
    judge = Judge(criteria)
    return {
        change.setting: change
        for change in judge.would_change(case, judge.features(case.posting), now=NOW)
    }


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"budget_min": D(450), "budget_max": D(450)},
            WouldChange("budget.fixed_minimum", D(500), D(450), "qualified"),
        ),
        (
            {"client_rating": D("4.2")},
            WouldChange("client.rating_minimum", D("4.5"), D("4.20"), "qualified"),
        ),
        (
            {"client_payment_verified": False},
            WouldChange("client.payment_verified", True, False, "qualified"),
        ),
        ({"proposals_min": 80}, WouldChange("worth.maximum_proposals", 50, 80, "qualified")),
        (
            {"budget_min": None, "budget_max": None},
            WouldChange("decision.unknown.budget", "review", "pass", "qualified"),
        ),
        (
            {"pay": "salary", "pay_period": "month", "budget_min": D(9600)},
            WouldChange(
                "rules.pay", ["fixed", "hourly"], ["fixed", "hourly", "salary"], "qualified"
            ),
        ),
        (
            {"title": "Unpaid: " + GOOD.title},
            WouldChange(
                "rules.exclude",
                ["unpaid", "/free (trial|sample)/"],
                ["/free (trial|sample)/"],
                "qualified",
            ),
        ),
        (
            {"language": "fr"},
            WouldChange("me.languages", ["en", "de"], ["en", "de", "fr"], "qualified"),
        ),
    ],
)
def test_the_single_setting_that_decides(facts: dict[str, Any], expected: WouldChange) -> None:
    if facts.get("pay") == "salary":
        facts = {**facts, "budget_max": facts["budget_min"]}
    assert changes(listing(**facts))[expected.setting] == expected


def test_two_reasons_have_no_single_remedy() -> None:
    case = listing(budget_min=D(450), budget_max=D(450), title="Unpaid: " + GOOD.title)
    assert changes(case) == {}


def test_a_proof_that_is_near() -> None:
    case = listing(
        title="Help us",
        description=(
            "We need somebody to reconcile the books by Friday. Build a report for the finance"
            " team."
        ),
        skills=(),
    )
    change = changes(case)["proof_match.sure"]
    assert change.decision == "qualified"
    assert D("0.35") < change.to_value < D("0.65")


def test_a_proof_that_nearly_fits() -> None:
    strict = replace(CRITERIA, proof_match=ProofMatchSettings(D("0.999"), D(1)))
    change = changes(listing(title="Help us", skills=()), strict)["proof_match.minimum"]
    assert change.decision == "review"
    assert D(0) < change.to_value < D("0.999")


def test_a_score_under_the_minimum() -> None:
    strict = replace(CRITERIA, decision=DecisionSettings(minimum_score=D(99)))
    change = changes(listing(), strict)["decision.minimum_score"]
    assert (change.from_value, change.decision) == (D(99), "qualified")
    assert change.to_value < 99


def test_both_of_two_excluded_words_are_needed_so_none_is_offered() -> None:
    criteria = replace(CRITERIA, rules=RulesSettings(exclude=("bank", "ledger")))
    assert "rules.exclude" not in changes(listing(), criteria)


@pytest.mark.parametrize(
    "facts",
    [
        {},  # a yes
        {"budget_min": D(120), "budget_max": D(120)},  # a floor of 120 is another floor than 500
        {"client_rating": D("1.5")},
        {"proposals_min": 400},
    ],
)
def test_what_nobody_would_change_is_not_said(facts: dict[str, Any]) -> None:
    assert changes(listing(**facts)).keys() <= {"decision.require"}
