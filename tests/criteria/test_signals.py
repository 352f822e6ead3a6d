"""What a listing shows beside the decision: reasons to pay, tasks, AI, exposure, each with its
quote.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from goldmine_ingest.criteria import Judge
from goldmine_ingest.settings.criteria import (
    CriteriaSettings,
    ProofSettings,
    ScopeSettings,
    TaskSettings,
)
from tests.criteria.listings import CRITERIA, NOW, found, judged, listing


def shown(text: str, title: str = "Work to do") -> dict[str, str]:
    decision = judged(listing(title=title, description=text, skills=(), language=None))
    return {signal.kind: signal.quote for signal in decision.signals or ()}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We want to increase our sales by a better checkout.", "job.revenue"),
        ("The goal is to attract more customers to the shop.", "job.revenue"),
        ("Please help us grow our business in Spain.", "job.revenue"),
        ("We need to reduce our AWS bill by a third.", "job.cost"),
        ("Right now our staff enters every invoice by hand.", "job.cost"),
        ("Build a workflow so that orders arrive without manual copying.", "job.cost"),
        ("We need the forms to comply with HIPAA.", "job.risk"),
        ("Please do a security audit of our API.", "job.risk"),
        ("We must avoid downtime while the shop is moved.", "job.risk"),
        ("Our site is too slow on phones.", "job.speed"),
        ("We need this done as soon as possible.", "job.speed"),
        ("The report takes us hours to put together.", "job.speed"),
        ("We don't know which database to use.", "job.judgment"),
        ("We need advice on the structure of our contracts.", "job.judgment"),
        ("Please recommend the best approach to tagging.", "job.judgment"),
        ("Wir möchten die Kosten für unsere Server in diesem Jahr deutlich senken.", "job.cost"),
        ("Unser Shop ist viel zu langsam, die Kunden springen ab.", "job.speed"),
        ("Nous devons réduire les coûts de notre infrastructure serveur.", "job.cost"),
        ("Necesitamos aumentar las ventas de nuestra tienda en línea.", "job.revenue"),
        ("Precisamos evitar erros nos relatórios da nossa empresa.", "job.risk"),
        ("We need a chatbot with an LLM over our manuals.", "ai"),
    ],
)
def test_a_reason_to_pay_is_told_with_its_sentence(text: str, kind: str) -> None:
    assert shown(text).get(kind) == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # the company praises itself
        ("About us\nWe help brands increase sales and grow revenue.", "job.revenue"),
        ("We are a leading agency that reduces costs and saves money.", "job.cost"),
        # the product's users, not the client
        ("We need an app that helps small businesses reduce costs.", "job.cost"),
        ("Build a page where clients save time.", "job.speed"),
        # what applicants must know, are asked, or do for others
        ("Requirements:\n- Experience in improving conversion rates", "job.revenue"),
        ("How have you reduced costs for your clients?", "job.cost"),
        ("Provide recommendations to clients and stakeholders.", "job.judgment"),
        ("The app should provide personalized recommendations.", "job.judgment"),
        # words that only look like it
        ("We sell new orders of slow cookers.", "job.speed"),
        ("You grow with our team.", "job.revenue"),
        ("Please do not use AI for the texts.", "ai"),
        ("J'ai besoin d'un logo pour ma boulangerie.", "ai"),
    ],
)
def test_what_is_no_reason_of_the_client(text: str, kind: str) -> None:
    assert kind not in shown(text)


def test_a_long_sentence_is_cut_around_the_words_that_it_is_quoted_for() -> None:
    text = f"We need {'a good and patient developer, ' * 12}to reduce our costs {'soon, ' * 40}now."
    quote = shown(text)["job.cost"]
    assert len(quote) < 210
    assert "to reduce our costs" in quote
    assert quote.startswith("… ")
    assert quote.endswith(" …")


WANT = replace(CRITERIA, scope=ScopeSettings(want=("cost", "risk")))


@pytest.mark.parametrize(
    ("text", "facts", "verdict", "evidence"),
    [
        (
            "We need to cut our costs.",
            {},
            "pass",
            ("We need to cut our costs.",),
        ),
        ("Our site is too slow.", {}, "unknown", ()),
        ("Our site is too slow.", {"truncated": True}, "pass", ()),
        ("We need to cut our costs. 500 articles at $4 per article.", {}, "unknown", None),
    ],
)
def test_scope_passes_by_the_reasons_that_are_wanted(
    text: str, facts: dict[str, bool], verdict: str, evidence: tuple[str, ...] | None
) -> None:
    finding = found("scope", listing(title="Work", description=text, skills=(), **facts), WANT)
    assert finding.verdict == verdict
    if evidence is not None:
        assert (finding.evidence, finding.setting) == (evidence, "scope.want")


TASKS = (
    TaskSettings("Bank reconciliation", ("match bank statements",), "human-critical"),
    TaskSettings("Data entry", ("type up",), "automatable"),
)


@pytest.mark.parametrize(
    ("title", "text", "tasks"),
    [
        ("Bank reconciliation for March", "Please begin soon.", ["Bank reconciliation"]),
        ("Help", "We need to match bank statements of three years.", ["Bank reconciliation"]),
        ("Help", "We need someone to type up receipts.", ["Data entry"]),
        ("Data entry and bank reconciliations", "Hello.", ["Bank reconciliation", "Data entry"]),
        ("Help", "We need a clerk. No data entry is needed.", []),
        ("Help", "Requirements:\n- Knowledge of bank reconciliation", []),
    ],
)
def test_the_tasks_that_a_listing_asks_for(title: str, text: str, tasks: list[str]) -> None:
    criteria = replace(CRITERIA, tasks=TASKS)
    decision = judged(listing(title=title, description=text, skills=()), criteria)
    names = [s.name for s in decision.signals or () if s.kind == f"task.{s.name}"]
    assert sorted(names) == tasks


@pytest.mark.parametrize(
    ("declared", "text", "by_text"),
    [
        ("automatable", "We need the root cause of each fault, and sign off.", "human-critical"),
        ("human-critical", "We need data entry and copy paste.", "automatable"),
        (None, "We need data entry and copy paste.", "automatable"),
        ("human-critical", "Please begin soon.", None),
    ],
)
def test_what_the_text_shows_and_what_the_proof_declares_are_kept_apart(
    declared: str | None, text: str, by_text: str | None
) -> None:
    proof = ProofSettings("Bags", phrases=("leather bags", "bag"), exposure=declared)
    criteria = CriteriaSettings(proofs=(proof,), criteria_hash="c" * 20)
    decision = judged(listing(title="Leather bags", description=text, skills=()), criteria)
    assert decision.proof == "Bags"
    assert (decision.exposure, decision.proof_exposure) == (by_text, declared)
    quotes = [s.quote for s in decision.signals or () if s.kind == "exposure"]
    assert bool(quotes) == (by_text is not None)


def test_stored_features_show_the_same_as_fresh_ones() -> None:
    judge = Judge(CRITERIA)
    case = listing(description="We need to cut our costs. It is urgent: the site is too slow.")
    features = judge.features(case.posting)
    fresh = judge.decide(case, features, now=NOW)
    again = Judge(CRITERIA).decide(case, features, now=NOW)
    assert fresh.signals == again.signals
    assert fresh.signals
