"""Nearly the same texts: keys that find them, and what keeps two jobs apart."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.identity import near_duplicates
from goldmine_ingest.identity.same_text import stable_words
from goldmine_ingest.model.posting import Posting

TEXT = (
    "We close our books by hand every month and need someone who reconciles three bank exports with"
    " the ledger in PostgreSQL, lists every exception and explains where each of them comes from."
    " The work is done from home, once a month, on two days of your choice."
)
JOB = Posting(
    "upwork",
    "Reconcile our month-end books",
    TEXT,
    budget_min=Decimal(500),
    budget_max=Decimal(500),
    currency="USD",
)

ONE_JOB = {
    "another budget isn't said": {"budget_min": None, "budget_max": None, "currency": None},
    "a footer": {
        "description": TEXT + " Posted on our partner board, apply there with your profile."
    },
    "a note": {
        "title": "Reposting: Reconcile our month-end books",
        "description": "We post this again. " + TEXT,
    },
    "reworded": {
        "description": TEXT.replace(
            "need someone who reconciles", "look for somebody who can reconcile"
        )
    },
    "a copy that was cut": {"description": TEXT[:140] + "…", "truncated": True},
}
TWO_JOBS = {
    "budget": {"budget_min": Decimal(900), "budget_max": Decimal(900)},
    "currency": {"currency": "EUR"},
    "country": {"country": "FR"},
    "company": {"company": "Zwei GmbH"},
    "open to others": {"open_to": ("CA",)},
    "number": {"description": TEXT.replace("two days", "9 days").replace("three bank", "9 bank")},
    "tool": {"description": TEXT.replace("PostgreSQL", "Oracle")},
    "place in the title": {"title": "Reconcile our month-end books in Bonn"},
    "task in the title": {"title": "Reconcile our year-end books"},
    "another text": {
        "description": (
            "Draw a logo for a bakery with two colours, simple enough to be stitched on the aprons"
            " of our staff in the shop."
        )
    },
}
FULL = replace(
    JOB,
    country="DE",
    company="Eins GmbH",
    open_to=("US",),
    description=TEXT.replace("two days", "2 days").replace("three bank", "3 bank"),
)


@pytest.mark.parametrize("facts", ONE_JOB.values(), ids=ONE_JOB)
def test_the_same_job_told_again_is_found_and_linked(facts: dict[str, object]) -> None:
    again = replace(JOB, **facts)  # type: ignore[arg-type]  # the table names fields freely
    assert set(near_duplicates.text_keys(JOB)) & set(near_duplicates.text_keys(again))
    assert near_duplicates.same_job(again, JOB)
    assert near_duplicates.same_job(JOB, again)


@pytest.mark.parametrize("facts", TWO_JOBS.values(), ids=TWO_JOBS)
def test_what_differs_in_what_matters_stays_apart(facts: dict[str, object]) -> None:
    other = replace(FULL, **facts)  # type: ignore[arg-type]  # the table names fields freely
    assert near_duplicates.same_job(FULL, FULL)
    assert not near_duplicates.same_job(other, FULL)
    assert not near_duplicates.same_job(FULL, other)


def test_a_text_too_short_to_tell_has_no_keys() -> None:
    assert near_duplicates.text_keys(replace(JOB, description="Need a logo, please apply.")) == ()


def test_stored_keys_never_change() -> None:
    """Other keys for the same text would lose every older listing: raise a migration with any
    change to the sketch.
    """
    keys = near_duplicates.text_keys(replace(JOB, title="Another"))
    assert (near_duplicates.text_keys(JOB), len(keys), keys[0]) == (keys, 8, FIRST_KEY)


FIRST_KEY = 290264751


@given(st.text(), st.text())
def test_any_texts_can_be_compared(one: str, other: str) -> None:
    first, second = Posting("generic", one, one * 5), Posting("generic", other, other * 5)
    assert near_duplicates.same_job(first, second) in (True, False)
    assert all(0 <= key < 2**32 for key in near_duplicates.text_keys(first))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Books (12 proposals)", "Books (3 proposals)"),
        ("Posted 5 minutes ago: Books", "Posted an hour ago: Books"),
        ("Books. Proposals: 5", "Books. Proposals: 50"),
        ("Less than 5 proposals. Books", "20 to 50 proposals. Books"),
        ("ＢＯＯＫＳ", "books"),
    ],
)
def test_live_counters_case_and_width_are_no_words(one: str, other: str) -> None:
    assert stable_words(one) == stable_words(other)
