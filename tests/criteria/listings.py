"""Listings and criteria for the tables of this folder: one listing that qualifies, changed where
a case says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from goldmine_ingest.criteria import Judge
from goldmine_ingest.model.decision import Decision, Finding
from goldmine_ingest.model.posting import BaseAmounts, Listing, Posting
from goldmine_ingest.settings.criteria import (
    BudgetSettings,
    ClientSettings,
    CriteriaSettings,
    ProofSettings,
    WorthSettings,
)
from goldmine_ingest.settings.rules import MeSettings, RulesSettings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

RECONCILIATION = ProofSettings(
    "Finance reconciliation",
    result="month-end close from six days to two",
    skills=("Python", "SQL", "Power BI"),
    phrases=("reconciliation", "month-end close"),
    exclude=("WordPress",),
    first_step="Reconcile one closed month from exports and list every exception",
    exposure="human-critical",
)

CRITERIA = CriteriaSettings(
    me=MeSettings("DE", "Europe/Berlin", ("en", "de")),
    rules=RulesSettings(exclude=("unpaid", "/free (trial|sample)/"), pay=("fixed", "hourly")),
    proofs=(RECONCILIATION,),
    budget=BudgetSettings(fixed_minimum=Decimal(500), hourly_minimum=Decimal(40)),
    client=ClientSettings(True, Decimal(1000), Decimal("0.4"), Decimal("4.5")),
    worth=WorthSettings(maximum_proposals=50),
    criteria_hash="c" * 20,
)

GOOD = Posting(
    platform="upwork",
    title="Reconciliation of bank and ledger exports",
    description=(
        "Our month-end close takes six days. We need someone to reconcile CSV exports from two"
        " banks with the ledger in SQL, so that every exception is listed with its reason. The"
        " result must match to the cent. Due by December 15."
    ),
    pay="fixed",
    pay_period="project",
    budget_min=Decimal(1500),
    budget_max=Decimal(1500),
    currency="USD",
    skills=("Python", "SQL"),
    language="en",
    client_payment_verified=True,
)


def listing(base: BaseAmounts | None = None, **changes: Any) -> Listing:
    """The good listing with these facts changed. Base amounts are those stated, unless given."""
    posting = replace(GOOD, **changes)
    if base is None:
        base = BaseAmounts(posting.budget_min, posting.budget_max, posting.client_spent)
    return Listing("0123456789abcdef0123", posting, NOW, base)


def judged(case: Listing, criteria: CriteriaSettings = CRITERIA, **options: Any) -> Decision:
    judge = Judge(criteria)
    return judge.decide(case, judge.features(case.posting), now=NOW, **options)


def found(criterion: str, case: Listing, criteria: CriteriaSettings = CRITERIA) -> Finding:
    finding = judged(case, criteria).finding(criterion)
    assert finding is not None, f"no finding of {criterion}"
    return finding
