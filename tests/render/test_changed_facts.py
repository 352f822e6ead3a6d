"""What an edit changed, in words: a few facts, each once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.model.posting import Posting
from goldmine_ingest.render.changed_facts import FACTS_SHOWN, changed_facts
from tests.rig.feed_server import FeedServer
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, serve, told, watching

FIXED = Posting(
    "upwork", "Close", pay="fixed", budget_min=Decimal(800), budget_max=Decimal(800), currency="USD"
)
HOURLY = replace(FIXED, pay="hourly", budget_min=Decimal(40), budget_max=Decimal(60))

CASES: list[tuple[Posting, dict[str, tuple[Any, Any]], list[str]]] = [
    (
        FIXED,
        {
            "skills": (["Excel"], ["Excel", "Xero"]),
            "budget_min": ("450.0000", "800"),
            "budget_max": (450, 800),
        },
        ["Now $800 fixed (was $450)", "Xero added"],
    ),
    (
        FIXED,
        {
            "budget_min": (None, 800),
            "budget_max": (None, 800),
            "currency": (None, "USD"),
            "pay": (None, "fixed"),
        },
        ["Now $800 fixed (was not stated)"],
    ),
    (
        replace(FIXED, budget_max=None),
        {"budget_min": (300, 800)},
        ["Now from $800 fixed (was from $300)"],
    ),
    (HOURLY, {"budget_max": (45, 60)}, ["Now $40–60/hour (was $40–45/hour)"]),
    (
        FIXED,
        {"pay": ("hourly", "fixed"), "budget_min": (30, 800), "budget_max": (60, 800)},
        ["Now $800 fixed (was $30–60/hour)"],
    ),
    (FIXED, {"currency": ("EUR", "USD")}, ["Now $800 fixed (was €800)"]),
    (
        FIXED,
        {"skills": (["a", "b", "c", "d", "e"], ["B", "x"])},
        ["x added, a, c, d and 1 more removed"],
    ),
    (FIXED, {"skills": (["a", "b"], ["b", "a"])}, []),
    (FIXED, {"client_payment_verified": (None, True)}, ["payment verified"]),
    (
        replace(FIXED, client_currency="USD"),
        {"client_spent": (None, "12000.0000"), "client_hire_rate": ("0.400000", "0.65")},
        ["client spent $12,000", "hire rate 40 % → 65 %"],
    ),
    (FIXED, {"client_rating": ("4.2000", "4.9")}, ["client rating 4.2 → 4.9"]),
    (
        FIXED,
        {"country": ("US", "DE"), "open_to": ([], ["DE", "AT"])},
        ["open to DE, AT added", "country US → DE"],
    ),
    (
        FIXED,
        {"title": ("Close", "Close the books"), "description": ("x" * 900, "y" * 900)},
        ["title rewritten", "text rewritten"],
    ),
    (
        FIXED,
        {"expires_at": ("2026-11-30T00:00:00Z", "2026-12-15T09:00:00Z")},
        ["expires 2026-11-30 → 2026-12-15"],
    ),
    (
        FIXED,
        {"truncated": (True, False), "guid": ("a", "b"), "url": ("https://a", "https://b")},
        [],
    ),
    (FIXED, {"category": ("Data", "x" * 200)}, ["category changed"]),
]


@pytest.mark.parametrize(("posting", "edit", "said"), CASES)
def test_the_facts(posting: Posting, edit: dict[str, tuple[Any, Any]], said: list[str]) -> None:
    assert list(changed_facts(posting, edit)) == said


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 10**9),
    st.decimals(0, 10**6, places=4).map(str),
    st.text(max_size=600),
    st.lists(st.text(max_size=30), max_size=9),
)


@given(
    st.dictionaries(
        st.sampled_from([f.name for f in fields(Posting)]), st.tuples(VALUES, VALUES), max_size=30
    )
)
def test_any_edit_is_a_few_short_facts(edit: dict[str, tuple[Any, Any]]) -> None:
    """Whatever a damaged history holds: at most four, none long, each once, pay in one."""
    said = changed_facts(FIXED, edit)
    assert len(said) <= FACTS_SHOWN
    assert len(set(said)) == len(said)
    assert all(len(fact) <= 260 and "Decimal(" not in fact for fact in said)
    assert sum(bool(re.match(r"(Now|Pay) ", fact)) for fact in said) <= 1


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def test_an_edit_in_quiet_hours_is_told_with_what_made_it_qualify(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """A later edit of its title doesn't hide the budget."""
    with Receiver() as sink:
        serve(feeds, "/a", item(1, budget="$450"))
        to = {"phone": hook(sink, 'quiet_hours = "11:00-13:00"\ndigest_at = []')}
        home = watching(tmp_path, feeds, "/a", to=to)
        home.run()
        edited = item(1, budget="$800").replace("Python,     SQL", "Python,     SQL,     Xero")
        for text in (edited, edited.replace("Month-end reconciliation of", "A reconciliation of")):
            home.clock.forward(minutes=10)
            serve(feeds, "/a", text)
            home.run()
        home.clock.forward(hours=2)
        home.run()
        (message,) = told(sink)
    assert message["changed"] == ["Now $800 fixed (was $450)", "Xero added", "title rewritten"]
    assert "Now $800 fixed (was $450) · Xero added" in message["text"]
