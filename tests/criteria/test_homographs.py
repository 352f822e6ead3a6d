"""Skills that are ordinary words too, other forms of two-word terms, and what is only mentioned
in passing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from goldmine_ingest.criteria import Judge, compile_pattern
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
# Whether it is found, the proof's term, title, body.
CASES = (
    (False, "Go", "Help us go live", "We want to go to market. Go ahead and apply."),
    (False, "Go", "Go-to-market strategist", "Good to go."),
    (True, "Go", "Backend developer", "Stack: Python, Go, Postgres."),
    (True, "Golang", "Backend in Go", "Microservices in Go"),
    (False, "R", "R&D engineer", "Our R&D team, Class R"),
    (True, "R", "Analyst", "You know R, SQL and Python"),
    (False, "C", "C-level assistant", "We are a Series C company."),
    (False, "C", "C++ and C# developer", ""),
    (True, "C", "Embedded developer", "Firmware in C for ARM"),
    (False, ".NET", "Bookkeeper", "Net income and net profit; behance.net"),
    (True, ".NET", "Backend developer", "ASP.NET Core"),
    (False, "React", "Support agent", "You react quickly to customers."),
    (True, "React", "Frontend", "react and css"),
    (False, "Excel", "Sales", "You excel at sales."),
    (True, "Excel", "Fix my excel sheet", ""),
    (False, "Swift", "Support", "A swift response is needed"),
    (False, "Access", "Admin", "access to our servers"),
    (False, "WordPress", "Site", "We want Webflow instead of WordPress."),
    (False, "WordPress", "Site", "Anything but WordPress."),
    (True, "WordPress", "Site", "We have no idea why WordPress is slow."),
    (True, "video editing", "Video editor wanted", ""),
    (True, "data migration", "Help", "Please migrate our data."),
)


def similarity(proof: ProofSettings, title: str, body: str, tags: tuple[str, ...] = ()) -> Decimal:
    judge = Judge(CriteriaSettings(proofs=(proof,)))
    posting = Posting(platform="generic", title=title, description=body, skills=tags)
    finding = judge.decide(
        Listing("0" * 20, posting, NOW), judge.features(posting), now=NOW
    ).finding("proof")
    assert finding is not None
    assert finding.value is not None
    return finding.value


@pytest.mark.parametrize(("found", "term", "title", "body"), CASES)
def test_a_skill_is_told_from_the_ordinary_word(
    found: bool, term: str, title: str, body: str
) -> None:
    assert (similarity(ProofSettings("P", skills=(term,)), title, body) > 0) is found


def test_a_skills_tag_needs_no_neighbours() -> None:
    assert similarity(ProofSettings("P", skills=("Go",)), "Developer", "", ("go",)) > 0


def test_one_mention_in_passing_is_not_enough() -> None:
    proof = ProofSettings("Sensor firmware", skills=("C",), phrases=("firmware",))
    assert similarity(
        proof, "Web dashboard for devices", "Charts in Vue. The firmware is handled by others."
    ) < Decimal("0.35")


def test_one_common_skill_is_not_enough_however_often() -> None:
    proof = ProofSettings(
        "Term work", skills=("German", "Terminology"), phrases=("technical translation",)
    )
    assert similarity(
        proof, "German speaking sales agent", "Native German.", ("German",)
    ) < Decimal("0.35")


def test_words_met_by_a_skill_and_a_phrase_count_once() -> None:
    both = ProofSettings("P", skills=("WooCommerce",), phrases=("WooCommerce",))
    assert similarity(both, "WooCommerce", "") == similarity(
        ProofSettings("P", phrases=("WooCommerce",)), "WooCommerce", ""
    )


def test_another_spelling_of_a_common_skill_is_as_common() -> None:
    assert similarity(ProofSettings("P", skills=("React.js",)), "Vue", "", ("React",)) < Decimal(
        "0.25"
    )


def test_german_adjectives_meet_whatever_their_case() -> None:
    assert (
        similarity(
            ProofSettings("P", phrases=("technical documentation",)),
            "Übersetzung technischer Dokumentation",
            "",
        )
        > 0
    )


def test_a_rule_of_one_letter_is_not_part_of_a_longer_name() -> None:
    rule = compile_pattern("C")
    assert [
        rule.quote(text) is not None for text in ("C++ only", "C# only", "in C.", "C+Assembler")
    ] == [False, False, True, True]
