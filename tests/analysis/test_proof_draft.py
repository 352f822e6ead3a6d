"""A proof drafted from a text: the text's own words, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from goldmine_ingest.analysis.proof_draft import Draft, draft
from goldmine_ingest.criteria.own_terms import Rarity
from goldmine_ingest.text.lemmas import Lemmas

LEMMAS = Lemmas()
RARITY = Rarity(None, LEMMAS)

# Texts of four trades, by us; with words that must be found, and some that must not.
CASES = {
    "design": (
        "Brand identity for a coffee roaster\nA wordmark and a packaging system in Adobe"
        " Illustrator and Figma, with a style guide for the printer. Packaging for twelve blends.",
        {"Adobe Illustrator", "Figma"},
        {"brand identity", "style guide"},
        {"design", "twelve", "system"},
    ),
    "data": (
        "Nightly backups that restore: a clinic's move\nA dental clinic kept records in an old"
        " database. I wrote a migration in Python to PostgreSQL, and nightly backups with tests.",
        {"Python", "PostgreSQL"},
        {"dental clinic", "migration"},
        {"kept", "old database", "data"},
    ),
    "translation": (
        "Safety manuals in German\nForty operating manuals for pumps, translated from English with"
        " a terminology list in SDL Trados; proofreading by a native speaker.",
        set(),
        {"safety manuals", "terminology list"},
        {"english", "forty operating"},
    ),
    "writing": (
        "White papers on heat pumps\nSix white papers for an installer, interviews with engineers,"
        " and a newsletter in Mailchimp. Sign-ups: from 40 to 310 a month.",
        {"Mailchimp"},
        {"white papers"},
        {"month"},
    ),
}


def drafted(text: str) -> Draft:
    found = draft(text, RARITY, LEMMAS)
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "skills", "phrases", "never"), CASES.values(), ids=CASES)
def test_words_of_a_trade(text: str, skills: set[str], phrases: set[str], never: set[str]) -> None:
    found = drafted(text)
    said = {phrase.text for phrase in found.phrases}
    assert skills <= set(found.skills)
    assert phrases <= said
    assert not never & said


def test_the_name_the_address_and_what_came_of_it() -> None:
    found = drafted(
        "## Faster close: how we did it\nFrom six days to two, see https://e.example/a(b).\n"
        "Reconciliation of statements."
    )
    assert (found.name, found.url) == ("Faster close", "https://e.example/a")
    assert found.result is not None
    assert found.result.startswith("From six days to two")
    long = drafted(f"{'reconciliation ' * 9}\nLedger work.")
    assert len(long.name) <= 60
    assert not long.name.endswith("recon")


@example(".")
@example("# .")
@example(". .: a")
@given(st.text(max_size=400))
def test_nothing_is_invented(text: str) -> None:
    """Any text gives a draft of its own words that criteria.toml can hold, or none."""
    found = draft(text, RARITY, LEMMAS)
    if found is None:
        return
    plain = " ".join(text.split()).casefold()
    for words in (*found.skills, *(phrase.text for phrase in found.phrases)):
        assert all(word.casefold() in plain for word in words.split())
    assert found.name.isprintable()
    assert found.name
    assert not {word.casefold() for word in found.skills} & {p.text for p in found.phrases}
