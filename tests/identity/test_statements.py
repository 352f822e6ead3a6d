"""Two sources of one job: the newer or more exact statement wins, words stay the first one's."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from goldmine_ingest.identity import edits
from goldmine_ingest.model.posting import Observation, Posting

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def posting(**facts: Any) -> Posting:
    return Posting("upwork", "Ledger audit", "We need an audit.", **facts)


def pay(low: int | None, high: int | None, currency: str | None = "USD", period: Any = "project",
        kind: Any = "fixed") -> dict[str, Any]:  # fmt: skip
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    return {"budget_min": ends[0], "budget_max": ends[1], "currency": currency,
            "pay_period": period, "pay": kind}  # fmt: skip


# What is stored, what another source says later, and what the listing has then.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "the newer of two figures": (pay(1500, 1500), pay(1200, 1200), pay(1200, 1200)),
    "a figure within a range": (pay(500, 1500), pay(900, 900), pay(900, 900)),
    "a range around a figure": (pay(900, 900), pay(500, 1500), pay(900, 900)),
    "one end of a range": (pay(500, 900), pay(None, 900), pay(500, 900)),
    "a range for one end": (pay(None, 900), pay(500, 900), pay(500, 900)),
    "the same without currency": (pay(500, 900), pay(500, 900, None), pay(500, 900)),
    "a currency for a bare figure": (
        pay(500, 900, None), pay(500, 900, "EUR"), pay(500, 900, "EUR"),
    ),
    "hourly for fixed": (
        pay(900, 900), pay(40, 60, "USD", "hour", "hourly"), pay(40, 60, "USD", "hour", "hourly"),
    ),
    "a rounded sum for an exact one": (
        {"client_spent": Decimal("165812.50")}, {"client_spent": Decimal(166000)},
        {"client_spent": Decimal("165812.50")},
    ),
    "an exact sum for a rounded one": (
        {"client_spent": Decimal(166000)}, {"client_spent": Decimal("165812.50")},
        {"client_spent": Decimal("165812.50")},
    ),
    "another country": ({"country": "DE"}, {"country": "AT"}, {"country": "AT"}),
    "silence": ({"country": "DE", **pay(500, 900)}, {}, {"country": "DE", **pay(500, 900)}),
    "words": ({"category": "Data", "skills": ("SQL",)}, {"category": "Finance", "skills": ("dbt",)},
              {"category": "Data", "skills": ("SQL",)}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_newer_or_more_exact_statement_wins(name: str) -> None:
    stored, later, expected = CASES[name]
    edit = edits.changes(posting(**stored), posting(**later), same_feed=False)
    found = stored | {field: new for field, (_, new) in edit.items()}
    assert found == expected
    assert all(edit[field] == (stored.get(field), expected[field]) for field in edit)


@pytest.mark.parametrize(
    ("last", "low", "high", "stays"),
    [((17, 17), 15, 20, True), ((17, 17), 20, 50, False), ((15, 20), 20, 50, False),
     ((17, 17), 18, 18, False), ((None, 5), 5, 10, False), ((3, 3), None, 5, True)],
)  # fmt: skip
def test_a_band_does_not_replace_the_count_that_it_holds(
    last: tuple[int | None, int | None], low: int | None, high: int | None, stays: bool
) -> None:
    before = Observation("1", NOON, *last, None, None)
    found = edits.observe("1", posting(proposals_min=low, proposals_max=high), NOON, before)
    assert (found is None) == stays
