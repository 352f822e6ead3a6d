"""What holds for every text and every figure (Hypothesis)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.criteria import Judge
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.settings.criteria import BudgetSettings, ProofSettings
from tests.criteria.listings import CRITERIA, NOW, RECONCILIATION, listing

WORDS = [
    "reconcile",
    "Power",
    "BI",
    "no",
    "not",
    "data",
    "entry",
    "budget",
    "to",
    "be",
    "discussed",
    ",",
    ".",
    ";",
    "\n",
    "about",
    "40",
    "hours",
    "free",
    "sample",
    "WhatsApp",
    "react.js",
    "C++",
    "¶",
    "\x1f",
]
TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.text("aße ́İıﬁ\u202e\ud800.,|", max_size=40),
)
MONEY = st.decimals(0, 10**12, places=2)
JUDGE = Judge(CRITERIA)


def decided(judge: Judge, **facts: Any) -> Decision:
    case = listing(**facts)
    return judge.decide(case, judge.features(case.posting), now=NOW)


@settings(max_examples=150, deadline=None)
@given(title=TEXT, description=TEXT, skills=st.lists(TEXT, max_size=4), amount=st.none() | MONEY)
def test_no_exception_on_any_text_and_every_quote_is_the_listings(
    title: str, description: str, skills: list[str], amount: Decimal | None
) -> None:
    decision = decided(
        JUDGE,
        title=title,
        description=description,
        skills=tuple(skills),
        budget_min=amount,
        budget_max=amount,
    )
    fields = (title, description, *skills)
    for finding in decision.findings:
        assert 0 <= finding.score <= 1
        assert all(any(quote in field for field in fields) for quote in finding.evidence), finding
    assert 0 <= decision.score <= 100


@settings(max_examples=60, deadline=None)
@given(
    low=MONEY,
    high=MONEY,
    amount=MONEY,
    words=st.sampled_from(["", " Budget to be discussed.", " It takes about 40 hours."]),
)
def test_a_higher_floor_never_turns_a_fail_into_a_pass(
    low: Decimal, high: Decimal, amount: Decimal, words: str
) -> None:
    low, high = sorted((low, high))
    verdicts = []
    for floor in (low, high):
        judge = Judge(
            replace(
                CRITERIA, budget=BudgetSettings(fixed_minimum=floor, hourly_minimum=Decimal(40))
            )
        )
        finding = decided(
            judge, description="Build a report." + words, budget_min=amount, budget_max=amount
        ).finding("budget")
        assert finding is not None
        verdicts.append(["fail", "unknown", "pass"].index(finding.verdict))
    assert verdicts[1] <= verdicts[0]


@settings(max_examples=60, deadline=None)
@given(amounts=st.tuples(MONEY, MONEY).map(sorted))
def test_more_pay_never_lowers_the_budgets_score(amounts: list[Decimal]) -> None:
    scores = [
        decided(JUDGE, budget_min=amount, budget_max=amount).finding("budget").score
        for amount in amounts
    ]  # type: ignore[union-attr]
    assert scores[0] <= scores[1]


OTHERS = (
    ProofSettings("Dashboards", skills=("Power BI", "SQL")),
    ProofSettings("Books", phrases=("bookkeeping", "ledger")),
    RECONCILIATION,
)


@settings(max_examples=40, deadline=None)
@given(
    proofs=st.permutations(OTHERS),
    skills=st.permutations(["Python", "SQL", "Power BI", "Excel"]),
    description=TEXT,
)
def test_the_order_of_proofs_and_skills_changes_nothing(
    proofs: list[ProofSettings], skills: list[str], description: str
) -> None:
    shuffled = Judge(
        replace(
            CRITERIA, proofs=tuple(replace(p, skills=tuple(reversed(p.skills))) for p in proofs)
        )
    )
    ordered = Judge(replace(CRITERIA, proofs=OTHERS))
    one = decided(ordered, description=description, skills=("Python", "SQL", "Power BI", "Excel"))
    other = decided(shuffled, description=description, skills=tuple(skills))
    assert (one.decision, one.score, one.proof) == (other.decision, other.score, other.proof)
    assert [(f.criterion, f.verdict, f.value) for f in one.findings] == [
        (f.criterion, f.verdict, f.value) for f in other.findings
    ]
