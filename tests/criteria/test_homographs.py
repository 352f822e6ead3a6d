"""Skills that are ordinary words too, other forms of two-word terms, and what is only mentioned
in passing.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from goldmine_ingest.criteria import Judge, compile_pattern
from goldmine_ingest.criteria.features import read
from goldmine_ingest.criteria.proof import Match
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings

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


def matched(proof: ProofSettings, title: str, body: str, tags: tuple[str, ...] = ()) -> Match:
    judge = Judge(CriteriaSettings(proofs=(proof,)))
    posting = Posting(platform="generic", title=title, description=body, skills=tags)
    return judge.match(read(judge.features(posting), posting))


@pytest.mark.parametrize(("found", "term", "title", "body"), CASES)
def test_a_skill_is_told_from_the_ordinary_word(
    found: bool, term: str, title: str, body: str
) -> None:
    assert matched(ProofSettings("P", skills=(term,)), title, body).fit.own_words is found


def test_a_skills_tag_needs_no_neighbours() -> None:
    fit = matched(ProofSettings("P", skills=("Go",)), "Developer", "", ("go",)).fit
    assert (fit.own_words, fit.evidence.tags[0] < 1) == (False, True)


def test_one_mention_in_passing_is_not_enough() -> None:
    proof = ProofSettings("Sensor firmware", skills=("C",), phrases=("firmware",))
    fit = matched(
        proof, "Web dashboard for devices", "Charts in Vue. The firmware is handled by others."
    ).fit
    assert fit.value < Decimal("0.65")


def test_one_common_skill_is_not_enough_however_often() -> None:
    proof = ProofSettings(
        "Term work", skills=("German", "Terminology"), phrases=("technical translation",)
    )
    assert matched(
        proof, "German speaking sales agent", "Native German.", ("German",)
    ).fit.value < Decimal("0.65")


def test_words_met_by_a_skill_and_a_phrase_count_once() -> None:
    both = matched(
        ProofSettings("P", skills=("WooCommerce",), phrases=("WooCommerce",)), "WooCommerce", ""
    )
    assert (
        both.fit.value
        == matched(ProofSettings("P", phrases=("WooCommerce",)), "WooCommerce", "").fit.value
    )


def test_german_adjectives_meet_in_a_phrase_of_several_words() -> None:
    proof = ProofSettings("P", phrases=("technical documentation",))
    assert matched(proof, "Übersetzung technischer Dokumentation", "").fit.own_words


def test_a_rule_of_one_letter_is_not_part_of_a_longer_name() -> None:
    rule = compile_pattern("C")
    assert [
        rule.quote(text) is not None for text in ("C++ only", "C# only", "in C.", "C+Assembler")
    ] == [False, False, True, True]
