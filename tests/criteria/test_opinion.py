"""[opinion] as a criterion: what an answer does to a decision, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.opinion import Opinions, is_open
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.opinion import Answer, Opinion
from goldmine_ingest.settings.criteria import (
    BudgetSettings,
    CriteriaSettings,
    DecisionSettings,
    ProofMatchSettings,
)
from goldmine_ingest.settings.opinion import OpinionSettings
from goldmine_ingest.settings.reference import Reference
from tests.criteria.listings import CRITERIA, NOW, RECONCILIATION, judged, listing

SETTINGS = OpinionSettings(Reference("http://127.0.0.1:1/v1"), "m")
ASKING = replace(CRITERIA, opinion=SETTINGS)
SURE, NEAR = (
    ProofMatchSettings(Decimal("0.1"), Decimal("0.2")),
    ProofMatchSettings(Decimal("0.1"), Decimal(1)),
)
ASK = "reconcile CSV exports from two banks"


def opinions(criteria: CriteriaSettings, stale: bool = False, **fields: Any) -> Opinions:
    answer = Answer(
        **{
            "ask": ASK,
            "proof": RECONCILIATION.name,
            "fit": 90,
            "specific": True,
            "engagement": "project",
            **fields,
        }
    )
    second = Judge(criteria).second
    assert second is not None
    key = second.question(listing().posting).key
    return Opinions(
        (Opinion(listing().listing_id, key, "m", NOW, 9, "answered", answer=answer),), stale
    )


def decided(
    match: ProofMatchSettings, settings: OpinionSettings = SETTINGS, **fields: Any
) -> Decision:
    criteria = replace(ASKING, proof_match=match, opinion=settings)
    return judged(listing(), criteria, opinions=opinions(criteria, **fields))


def test_an_opinion_counts_of_a_listing_that_was_judged_before_it_was_asked_for() -> None:
    judge, case = Judge(ASKING), listing()
    judge.expect([case], now=NOW)
    features = judge.features(case.posting)
    with_it = judge.decide(case, features, now=NOW, opinions=opinions(ASKING))
    assert (found := with_it.finding("opinion")) is not None
    assert found.verdict == "pass"


@pytest.mark.parametrize(
    ("match", "fit", "settings", "decision"),
    [
        (SURE, 90, {}, "qualified"),
        (SURE, 50, {}, "qualified"),  # neither passes nor fails: the bands decide
        (SURE, 39, {}, "review"),
        (SURE, 40, {}, "qualified"),
        (SURE, 39, {"against": "fail"}, "rejected"),
        (NEAR, 90, {}, "qualified"),
        (NEAR, 65, {}, "qualified"),
        (NEAR, 64, {}, "review"),
        (NEAR, 10, {}, "review"),
        (NEAR, 64, {"pass_": 60}, "qualified"),
    ],
)
def test_what_a_fit_does(
    match: ProofMatchSettings, fit: int, settings: dict[str, Any], decision: str
) -> None:
    assert decided(match, replace(SETTINGS, **settings), fit=fit).decision == decision


def test_it_is_a_finding_like_any_other() -> None:
    finding = decided(NEAR, doubt="vague", doubt_quote="six days").finding("opinion")
    assert finding is not None
    assert (finding.verdict, finding.score, finding.value) == ("pass", Decimal("0.9"), 90)
    assert (finding.threshold, finding.unit, finding.setting) == (65, "fit", "opinion.pass")
    assert finding.evidence == (ASK, "six days")
    assert (
        finding.reason
        == f"reads as “{RECONCILIATION.name}”, fit 90 by m; doubt: too little is said"
    )


def test_a_settled_proof_brings_its_first_step() -> None:
    assert decided(NEAR, fit=60).first_step is None
    assert decided(NEAR).first_step == RECONCILIATION.first_step


@pytest.mark.parametrize(
    "criteria",
    [
        replace(ASKING, budget=BudgetSettings(fixed_minimum=Decimal(9000))),
        replace(ASKING, proof_match=ProofMatchSettings(Decimal("0.9999"), Decimal(1))),
        replace(ASKING, rules=replace(CRITERIA.rules, exclude_always=("ledger",))),  # type: ignore[type-var]
    ],
)
def test_it_lifts_no_fail(criteria: CriteriaSettings) -> None:
    decision = judged(listing(), criteria, opinions=opinions(criteria, fit=100))
    assert decision.decision == "rejected"
    assert not is_open(decision.findings, criteria)


def test_without_an_answer_the_bands_decide_alone() -> None:
    for match, decision in ((SURE, "qualified"), (NEAR, "review")):
        criteria = replace(ASKING, proof_match=match)
        silent = judged(listing(), criteria)
        assert silent.decision == decision
        assert is_open(silent.findings, criteria)
        finding = silent.finding("opinion")
        assert finding is not None
        assert (finding.verdict, finding.value, finding.score) == ("unknown", None, 0)
    strict = replace(
        ASKING, proof_match=SURE, decision=DecisionSettings(unknown={"opinion": "review"})
    )
    assert judged(listing(), strict).decision == "review"


def test_what_is_not_required_settles_nothing_and_counts_in_the_score_alone() -> None:
    decision = DecisionSettings(
        require=("rules", "proof"), weights={"proof": Decimal(0), "opinion": Decimal(1)}
    )
    criteria = replace(ASKING, proof_match=NEAR, decision=decision)
    near = judged(listing(), criteria, opinions=opinions(criteria))
    assert (near.decision, near.score) == ("review", Decimal("90.00"))
    sure = replace(criteria, proof_match=SURE)
    assert judged(listing(), sure, opinions=opinions(sure, fit=5)).decision == "qualified"


def test_an_answer_to_another_question_counts_only_where_stale_ones_do() -> None:
    criteria = replace(ASKING, proof_match=NEAR)
    changed = replace(criteria, proofs=(replace(RECONCILIATION, phrases=("month-end close",)),))
    assert judged(listing(), changed, opinions=opinions(criteria)).decision == "review"
    assert (
        judged(listing(), changed, opinions=opinions(criteria, stale=True)).decision == "qualified"
    )


def test_a_proof_that_does_not_judge_the_feed_does_not_pass() -> None:
    criteria = replace(ASKING, proof_match=NEAR)
    for proof in (None, "Another"):
        decision = judged(listing(), criteria, opinions=opinions(criteria, proof=proof))
        assert decision.decision == ("review" if proof is None else "qualified")
    one = judged(
        listing(),
        criteria,
        opinions=opinions(criteria, proof="Another"),
        proofs=(RECONCILIATION.name,),
    )
    assert one.decision == "review"


def test_without_the_table_there_is_no_finding_and_the_same_decision() -> None:
    plain = judged(listing())
    assert plain.finding("opinion") is None
    asked = judged(listing(), ASKING)
    assert (
        replace(asked, findings=tuple(f for f in asked.findings if f.criterion != "opinion"))
        == plain
    )


def test_what_would_change_names_the_settings_of_the_opinion() -> None:
    criteria = replace(ASKING, proof_match=SURE)
    judge = Judge(criteria)
    changes = judge.would_change(
        listing(),
        judge.features(listing().posting),
        now=NOW,
        opinions=opinions(criteria, fit=30),
    )
    assert ("opinion.fail", 40, 30, "qualified") in [
        (one.setting, one.from_value, one.to_value, one.decision) for one in changes
    ]
