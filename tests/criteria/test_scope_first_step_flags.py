"""[scope], [first_step], exposure and red flags as tables: what the text says, the verdict, and
the words that show it.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from goldmine_ingest.settings.criteria import FirstStepSettings, ScopeSettings
from tests.criteria.listings import CRITERIA, GOOD, found, judged, listing


@pytest.mark.parametrize(
    ("title", "text", "verdict", "quote"),
    [
        (
            "Data entry",
            "Copy paste 500 rows into a spreadsheet.",
            "unknown",
            None,
        ),  # a built-in sign never rejects
        ("Product descriptions", "Write 40 texts, $5 per article.", "unknown", "$5 per article"),
        (
            "Totals differ",
            "We need you to investigate why the totals are wrong.",
            "pass",
            "We need you to investigate why the totals are wrong.",
        ),
        (
            "Find out why our report is slow",
            "It is broken since the update.",
            "pass",
            "It is broken since the update.",
        ),
        ("Analyst", "We need advice on the best approach and a roadmap.", "pass", "advice"),
        ("Hello", "Nice day.", "unknown", None),
        ("Sales job", "This is no data entry.", "unknown", None),
    ],
)
def test_scope(title: str, text: str, verdict: str, quote: str | None) -> None:
    finding = found("scope", listing(title=title, description=text, skills=()))
    assert finding.verdict == verdict, finding
    assert quote is None or quote in finding.evidence


def test_scope_by_the_users_own_words() -> None:
    own = replace(
        CRITERIA,
        scope=ScopeSettings(production=("slide formatting",), beyond=("story",), built_in=False),
    )
    denied, more = "We want no slide formatting here.", "We need help with the story."
    assert (
        found("scope", listing(title="Slide formatting", description="", skills=()), own).verdict
        == "fail"
    )
    assert (
        found(
            "scope",
            listing(title="Deck", description="We need slide formatting for decks.", skills=()),
            own,
        ).verdict
        == "fail"
    )
    assert (
        found("scope", listing(title="Deck", description=denied, skills=()), own).verdict
        == "unknown"
    )
    assert (
        found(
            "scope", listing(title="Deck", description=more, skills=("slide formatting",)), own
        ).verdict
        == "pass"
    ), "tags"


@pytest.mark.parametrize(
    ("text", "exposure"),
    [
        ("Copy and paste from PDF to Excel, data entry.", "automatable"),
        ("Write a scraper and a script.", "ai-assisted"),
        ("Workshop with stakeholders, then negotiate the trade-offs.", "human-critical"),
        ("Hello.", None),
    ],
)
def test_exposure_by_the_listings_own_words_where_no_proof_says_it(
    text: str, exposure: str | None
) -> None:
    assert judged(listing(title="Work", description=text, skills=())).exposure == exposure


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Need an expert. Details in chat.", "unknown"),
        (
            (
                "Someone who knows all about bank statements and reconciliation. Write to us and we"
                " tell you more."
            ),
            "unknown",
        ),
        (
            (
                "We are looking for a talented expert for our project. If you have the skills, we"
                " would love to hear from you."
            ),
            "unknown",
        ),
        (
            "Rebuild the commission ledger from two bank exports so that every invoice is matched.",
            "pass",
        ),
        (
            (
                "Redesign of our logo: three concepts, two rounds of revisions, final files for the"
                " printer."
            ),
            "pass",
        ),
        ("Bericht aus SAP-Exporten erstellen, Abnahme durch das Controlling.", "pass"),
    ],
)
def test_specific_is_not_long(text: str, verdict: str) -> None:
    finding = found("first_step", listing(title="Help", description=text, skills=()))
    assert finding.verdict == verdict, finding
    assert finding.setting == "first_step.minimum_specificity"


def test_the_first_step_is_the_proofs_own_and_there_is_none_without_a_fitting_proof() -> None:
    assert (
        judged(listing()).first_step
        == "Reconcile one closed month from exports and list every exception"
    )
    other = judged(listing(title="Logo", description="Redesign our logo.", skills=()))
    assert (other.first_step, other.ask) == (None, None)


def test_the_ask_is_quoted_as_it_stands() -> None:
    text = (
        "We are a family firm from Kiel with 40 years of history. Please rebuild the stock report"
        " so that it matches the ledger. Thank you!"
    )
    assert (
        judged(listing(description=text)).ask
        == "Please rebuild the stock report so that it matches the ledger."
    )


@pytest.mark.parametrize(
    ("text", "flag", "quote"),
    [
        ("Send a free sample first.", "free_sample", "free sample"),
        ("The test task is unpaid.", "free_sample", "test task is unpaid"),
        ("Contact me on Telegram.", "off_platform", "Contact me on Telegram"),
        ("WhatsApp: +49 123", "off_platform", "WhatsApp: +49 123"),
        ("Please send your Upwork password.", "credentials", "send your Upwork password"),
        ("I want to rent your account.", "credentials", "rent your account"),
        (
            "A simple app. "
            + "It has chat, api, website, dashboard, database and documentation. " * 5
            + "word " * 200,
            "simple_but_long",
            "simple app",
        ),
        ("40 hours per week, Monday to Friday.", "full_time_disguised", "40 hours per week"),
        ("This is commission only.", "commission_only", "commission only"),
        ("Paid in equity.", "commission_only", "Paid in equity"),
        ("Help with my assignment for university.", "homework", "Help with my assignment"),
    ],
)
def test_red_flags_quote_the_words_that_show_them(text: str, flag: str, quote: str) -> None:
    finding = found(f"flag:{flag}", listing(description=text))
    assert finding.verdict == "fail"
    assert quote in finding.evidence


@pytest.mark.parametrize(
    "text",
    [
        GOOD.description,
        "A simple fix.",
        "We pay for a paid trial.",
        "Free shipping app.",
        "Signal processing, 10 hours per week.",
    ],
)
def test_no_red_flag_without_a_reason(text: str) -> None:
    assert [
        f.criterion
        for f in judged(listing(description=text)).findings
        if f.criterion.startswith("flag:")
    ] == []


def test_minimum_specificity_is_the_threshold() -> None:
    strict = replace(CRITERIA, first_step=FirstStepSettings(Decimal(1)))
    finding = found(
        "first_step", listing(title="Help", skills=(), description="Build a report."), strict
    )
    assert (finding.verdict, finding.threshold, finding.unit) == ("unknown", Decimal(1), "score")
