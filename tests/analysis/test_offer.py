"""An offer held against listings: what it lacks, who names it, in which words and for what pay."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.analysis.offer import Asked, read_asked, weigh
from goldmine_ingest.analysis.offer_text import read_offer
from goldmine_ingest.analysis.shares import share
from goldmine_ingest.criteria.own_terms import Rarity
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.decision import Signal
from goldmine_ingest.model.posting import BaseAmounts
from goldmine_ingest.store.history import open_store
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.wordlists import WITH_LISTS
from tests.histories import NOON, brought, decision, listing

LEMMAS = {language: Lemmas(language=language) for language in WITH_LISTS}
RARITY = Rarity(None, LEMMAS["en"])


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("write 10 blog posts", {"who", "before_and_after", "measure", "reason"}),
        ("I will design a logo", {"who", "before_and_after", "measure", "reason"}),
        ("5 pages of your website in WordPress", {"who", "before_and_after", "measure", "reason"}),
        (
            "For e-commerce stores: reduce the costs of returns by 20 %, from guesses to a rule",
            set(),
        ),
        (
            "A month-end close for accounting firms that takes two days instead of six, without"
            " manual entry",
            set(),
        ),
        ("Bank reconciliation for small agencies", {"before_and_after", "measure", "reason"}),
        ("Your page loads in half the time: no longer too slow", {"who"}),
        ("Buchhaltung für Agenturen: von sechs Tagen auf zwei, Kosten senken", set()),
    ],
)
def test_what_a_weak_offer_lacks(text: str, lacks: set[str]) -> None:
    assert set(read_offer(text, LEMMAS).lacks) == lacks


def test_small_and_praising_words_name_nothing() -> None:
    assert read_offer("the best quality work for you, and 24 more", LEMMAS).words == {}
    assert set(read_offer("Reconciling invoices with the ledger", LEMMAS).words.values()) == {
        "reconciling",
        "invoices",
        "ledger",
    }


OFFER = read_offer("reconciliation of invoices with the ledger", LEMMAS)


def asked(*words: str, **said: object) -> Asked:
    return Asked(frozenset(words), **said)  # type: ignore[arg-type]


def test_listings_that_name_it_and_those_that_do_not() -> None:
    """Six of thirty name it: two of its three words at least. One word alone is too little."""
    naming = [
        asked(
            *("invoice", "ledger", "stripe"),
            fixed=Decimal(100 * n),
            proposals=n,
            reasons=("cost",),
        )
        for n in range(1, 6)
    ]
    naming.append(asked("invoice", "reconciliation", "stripe", "payout", hourly=Decimal(50)))
    others = [asked("invoice", "logo"), *(asked("logo", "brand") for _ in range(23))]
    found = weigh(OFFER, naming + others, RARITY)
    assert (found.looked_at, found.named, found.missing) == (30, share(6, 30), None)
    assert (found.median_pay, found.proposals) == (Decimal(300), 3)
    assert found.median_hourly is None  # one states it: too few for a middle
    # (word, listings): payout stands in one of six only
    assert found.words_missing == (("stripe", 6),)
    assert found.words_used == (("invoices", 7), ("ledger", 5), ("reconciliation", 1))
    assert found.reasons == (("cost", 5),)


@pytest.mark.parametrize(
    ("named", "others", "missing"),
    [
        (5, 14, "listings to look at: 19 of 20"),
        (4, 20, "listings that name it: 4 of 5"),
        (5, 15, None),
        (0, 0, "listings to look at: 0 of 20"),
    ],
)
def test_too_few_say_nothing(named: int, others: int, missing: str | None) -> None:
    listings = [asked("invoice", "ledger", "stripe", fixed=Decimal(500)) for _ in range(named)]
    listings += [asked("logo") for _ in range(others)]
    found = weigh(OFFER, listings, RARITY)
    assert found.missing == missing
    assert bool(found.words_missing) == (missing is None)
    assert (found.median_pay is None) == (named < 5)


def test_what_a_listing_asks_is_read_from_its_title_and_ask(tmp_path: Path) -> None:
    """Not from what the company says of itself, nor from requirements or tags."""
    text = (
        "We are a leading bakery.\nWe need someone to match invoices with the ledger.\n"
        "Requirements:\n- Knowledge of Kubernetes"
    )
    job = listing(1, title="Reconciliation", description=text, skills=("Photoshop",), pay="fixed")
    job = replace(job, base=BaseAmounts(None, Decimal(400)))
    made = replace(decision(1), signals=(Signal("job.cost", "cost", "its words"),))
    with open_store(tmp_path / "h.duckdb", now=NOON) as store:
        version = ListingVersion(job, NOON, "text of it")
        store.apply(brought(1, versions=(version,), decisions=(made,), events=()))
        store.apply(brought(2))  # its features say nothing that could be read
        (found, other) = read_asked(store.con, None)
        assert list(read_asked(store.con, NOON.replace(year=2030))) == []
    assert {"reconciliation", "invoice", "ledger"} <= found.words
    assert not {"bakery", "kubernetes", "photoshop"} & found.words
    assert (found.fixed, found.hourly, found.reasons) == (Decimal(400), None, ("cost",))
    assert "job" in other.words
