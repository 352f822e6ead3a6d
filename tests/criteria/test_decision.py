"""The rules of a decision (docs/criteria.md), one test each."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.criteria.decide import decide
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.settings.criteria import CRITERIA as NAMES
from goldmine_ingest.settings.criteria import DEFAULT_UNKNOWN, DecisionSettings
from tests.criteria.listings import CRITERIA, GOOD, judged, listing

ROOT = Path(__file__).parents[2]


def findings(**verdicts: tuple[str, str]) -> list[Finding]:
    return [
        Finding(name, verdict, Decimal(score), "because")
        for name, (verdict, score) in verdicts.items()
    ]  # type: ignore[arg-type]


def test_the_good_listing_qualifies_with_proof_first_step_and_exposure() -> None:
    decision = judged(listing())
    assert (decision.decision, decision.reason) == ("qualified", "")
    assert decision.proof == "Finance reconciliation"
    assert decision.first_step is not None
    assert decision.first_step == "Reconcile one closed month from exports and list every exception"
    assert decision.ask is not None
    assert "reconcile CSV exports from two banks" in decision.ask
    assert decision.exposure == "human-critical"
    assert [finding.criterion for finding in decision.findings] == [
        name for name in NAMES if name != "opinion"
    ]


def test_a_criterion_whose_table_is_absent_gives_no_finding() -> None:
    bare = replace(CRITERIA, me=None, rules=None, proofs=(), budget=None, client=None, worth=None)
    assert [finding.criterion for finding in judged(listing(), bare).findings] == [
        "scope",
        "first_step",
    ]


def test_rules_is_on_with_me_alone() -> None:
    assert judged(listing(), replace(CRITERIA, rules=None)).finding("rules") is not None


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"budget": ("fail", "0.2"), "proof": ("unknown", "0")}, "rejected"),
        ({"budget": ("pass", "1"), "proof": ("unknown", "0")}, "review"),
        ({"budget": ("unknown", "0"), "proof": ("pass", "1")}, "review"),
        (
            {"client": ("unknown", "0"), "worth": ("unknown", "0"), "scope": ("unknown", "0")},
            "qualified",
        ),
        ({"rules": ("unknown", "0")}, "review"),
        ({"first_step": ("unknown", "0")}, "review"),
    ],
)
def test_rule_2_one_fail_rejects_else_the_strictest_word_on_the_unknown(
    says: dict[str, tuple[str, str]], expected: str
) -> None:
    assert decide(findings(**says), DecisionSettings())[0] == expected


@pytest.mark.parametrize("criterion", NAMES)
@pytest.mark.parametrize(
    ("word", "expected"), [("pass", "qualified"), ("review", "review"), ("fail", "rejected")]
)
def test_rule_2_unknown_does_what_the_setting_says(
    criterion: str, word: str, expected: str
) -> None:
    settings = DecisionSettings(unknown={**DEFAULT_UNKNOWN, criterion: word})  # type: ignore[dict-item]
    assert decide(findings(**{criterion: ("unknown", "0")}), settings)[0] == expected


def test_rule_2_a_criterion_that_is_not_required_counts_in_the_score_only() -> None:
    settings = DecisionSettings(require=("proof",))
    kind, score, _ = decide(findings(proof=("pass", "1"), budget=("fail", "0")), settings)
    assert (kind, score) == ("qualified", Decimal("100.00"))
    weighed = DecisionSettings(require=("proof",), weights={"budget": Decimal(1)})
    assert decide(findings(proof=("pass", "1"), budget=("fail", "0")), weighed)[1] == Decimal(
        "50.00"
    )


@pytest.mark.parametrize(
    ("says", "score"),
    [
        ({"proof": ("pass", "0.5"), "budget": ("pass", "1")}, "50.00"),  # the fit alone sorts
        (
            {"proof": ("unknown", "0.5"), "budget": ("pass", "1")},
            "50.00",
        ),  # one that is near has a score
        (
            {"budget": ("pass", "0.5"), "scope": ("pass", "1"), "first_step": ("unknown", "0")},
            "75.00",
        ),  # no proof: all weigh alike
        ({"proof": ("pass", "0.5"), "budget": ("unknown", "0")}, "50.00"),
        ({"rules": ("pass", "1")}, "100.00"),
        ({"proof": ("unknown", "0")}, "0.00"),
        ({}, "0.00"),
        ({"proof": ("pass", "0.12345")}, "12.34"),  # half even
        ({"proof": ("pass", "0.12355")}, "12.36"),
    ],
)
def test_rule_3_score_is_the_weighted_mean_of_what_passes_or_fails(
    says: dict[str, tuple[str, str]], score: str
) -> None:
    assert str(decide(findings(**says), DecisionSettings())[1]) == score


def test_a_score_under_the_minimum_is_for_review_never_rejected() -> None:
    strict = replace(CRITERIA, decision=DecisionSettings(minimum_score=Decimal("99.5")))
    decision = judged(listing(), strict)
    assert decision.decision == "review"
    assert "99.5" in decision.reason


def test_rule_5_a_cut_text_or_a_strange_language_passes_where_it_would_doubt_by_absence() -> None:
    vague = {"title": "Help", "description": "We would love to hear from you.", "skills": ()}
    whole, cut, polish = (
        judged(listing(**vague, **more)) for more in ({}, {"truncated": True}, {"language": "pl"})
    )
    assert whole.finding("first_step").verdict == "unknown"  # type: ignore[union-attr]
    for decision, why in ((cut, "cut"), (polish, "no word lists")):
        finding = decision.finding("first_step")
        assert finding is not None
        assert (finding.verdict, why in finding.reason) == ("pass", True)
        assert decision.finding("proof").verdict == "fail"  # type: ignore[union-attr]


def test_rule_6_the_same_facts_give_the_same_bytes() -> None:
    assert repr(judged(listing())) == repr(judged(listing()))


_EVERY_LANGUAGE = """
import hashlib
from tests.criteria.listings import judged, listing
from tests.criteria.test_languages import WRITTEN, decisions
found = [judged(listing()), *(one for language in WRITTEN for _, _, one in decisions(language))]
print(len(found), hashlib.sha256(repr(found).encode()).hexdigest())
"""


def test_rule_6_holds_from_process_to_process() -> None:
    """With other hash seeds, by which Python orders sets."""
    said = [
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", _EVERY_LANGUAGE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert said[0] == said[1]
    assert int(said[0].split()[0]) > 100


def test_red_flags_touch_neither_decision_nor_score() -> None:
    flagged = judged(listing(description=GOOD.description + " Message me on WhatsApp."))
    assert flagged.finding("flag:off_platform") is not None
    others = [finding for finding in flagged.findings if not finding.criterion.startswith("flag:")]
    assert (
        decide(others, CRITERIA.decision)[:2]
        == (flagged.decision, flagged.score)
        == ("qualified", flagged.score)
    )


def test_a_feed_judged_by_other_proofs_only_matches_none() -> None:
    decision = judged(listing(), proofs=("Something else",))
    assert (decision.decision, decision.proof) == ("rejected", None)
