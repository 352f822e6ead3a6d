"""What an alert quotes of a listing of which no ask is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.render.clean import cut_words
from goldmine_ingest.render.excerpt import LONGEST, excerpt

TITLE = "Month-end close for a shop"
CASES = {
    "the sentence with the most evidence": (
        "Hi there, I hope you are well! We sell shoes in four countries. Our bank feeds and the"
        " ledger differ at each month-end close.",
        ("bank feeds", "month-end close"),
        "Our bank feeds and the ledger differ at each month-end close.",
    ),
    "then one that names a need, in the listing's order": (
        "The books need to be closed by Friday evening. We sell shoes in many shops. Payouts of two"
        " shops go to one ledger.",
        ("ledger",),
        "The books need to be closed by Friday evening. … Payouts of two shops go to one ledger.",
    ),
    "never the title, a greeting or how to apply": (
        "Month-end close for a shop.\nDear freelancers of this site!\nPlease apply with three"
        " samples of work.\nOnly three words.",
        (),
        "",
    ),
    "nothing": ("", (), ""),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_quoted(case: str) -> None:
    description, evidence, quoted = CASES[case]
    assert excerpt(TITLE, description, evidence) == quoted


@given(st.text(max_size=2000), st.lists(st.text(max_size=20), max_size=4))
def test_any_text_gives_its_own_words(description: str, evidence: list[str]) -> None:
    found = excerpt(TITLE, description, evidence)
    assert "\n" not in found
    assert len(found) <= max(LONGEST + 3, len(description))


@given(st.text(max_size=400), st.integers(1, 300))
def test_whole_words_from_the_start(text: str, most: int) -> None:
    kept = cut_words(text, most)
    assert len(kept) <= most
    assert kept == text or kept.endswith("…")
    assert cut_words("two accountants spend four days", 24) == "two accountants spend …"
