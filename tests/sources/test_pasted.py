"""What a person copies from a job's page, and what is read from it. The texts are ours, in the
shapes that browsers copy.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.sources.pasted import read_pasted

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

JOB_PAGE = """Reconcile Stripe payouts with our ledger
Posted 2 hours ago
Worldwide

Summary
We close our books by hand. Payouts from Stripe never match the ledger.
Deliverable: a Python script that lists every exception. Budget is flexible for the right person.

$25.00

-

$35.00

Hourly
Less than 30 hrs/week
Hourly
1 to 3 months
Duration
Intermediate
Experience Level
Remote Job
Ongoing project
Project Type
Skills and Expertise
Mandatory skills
Python
SQL
Bank Reconciliation
Activity on this job
Proposals:
20 to 50
Last viewed by client:
yesterday
Interviewing:
3
Invites sent:
0
Send a proposal for: 12 Connects
About the client
Payment method verified
Rating is 4.9 out of 5.
4.90 of 12 reviews
Germany
Berlin 3:04 PM
25 jobs posted
75% hire rate, 2 open jobs
$17K total spent
18 hires, 3 active
$31.20 /hr avg hourly rate paid
450 hours
Member since Jan 3, 2019
Job link
https://www.upwork.com/jobs/~022187340095512846399
"""

SEARCH_TILE = """Posted 5 minutes ago
Brand guide for a coffee roaster
Fixed-price - Intermediate - Est. Budget: $800
We have a logo and need a brand guide with colours and typography.
Skills: Brand Design, Logo
Payment verified · 4.82 · $17K spent · United States
Proposals: Less than 5
"""


def test_a_whole_job_page() -> None:
    found = read_pasted(JOB_PAGE, NOON)
    assert found.title == "Reconcile Stripe payouts with our ledger"
    assert (
        found.description
        == "We close our books by hand. Payouts from Stripe never match the ledger.\nDeliverable: a"
        " Python script that lists every exception. Budget is flexible for the right person."
    )
    assert (found.platform, found.platform_job_id) == ("upwork", "022187340095512846399")
    assert found.posted_at == NOON - timedelta(hours=2)
    assert (found.pay, found.pay_period, found.budget_min, found.budget_max, found.currency) == (
        "hourly",
        "hour",
        25,
        35,
        "USD",
    )
    assert (found.hours_per_week, found.duration, found.experience_level) == (
        30,
        "1 to 3 months",
        "intermediate",
    )
    assert found.skills == ("Python", "SQL", "Bank Reconciliation")
    assert (found.proposals_min, found.proposals_max, found.interviewing, found.connects) == (
        20,
        50,
        3,
        12,
    )
    assert (found.client_payment_verified, found.client_rating, found.client_reviews) == (
        True,
        Decimal("4.9"),
        12,
    )
    assert (found.client_hires, found.client_posted_jobs, found.client_hire_rate) == (
        18,
        25,
        Decimal("0.75"),
    )
    assert (found.client_spent, found.client_avg_hourly, found.client_currency) == (
        17000,
        Decimal("31.2"),
        "USD",
    )
    assert found.country == "DE"


def test_a_tile_of_a_search_page() -> None:
    found = read_pasted(SEARCH_TILE, NOON)
    assert (found.title, found.platform) == ("Brand guide for a coffee roaster", "generic")
    assert found.description == "We have a logo and need a brand guide with colours and typography."
    assert (found.pay, found.budget_max, found.proposals_min, found.proposals_max) == (
        "fixed",
        800,
        None,
        5,
    )
    assert (
        found.client_payment_verified,
        found.client_spent,
        found.client_rating,
        found.country,
    ) == (True, 17000, Decimal("4.82"), "US")
    assert found.skills == ("Brand Design", "Logo")


def test_plain_text_is_a_title_and_a_text() -> None:
    found = read_pasted(
        "Help with our close\n\nWe pay $5 a page, hourly or fixed. Posted here for a friend.\nFixed"
        " scope.",
        NOON,
    )
    assert (found.title, found.pay, found.budget_max, found.posted_at) == (
        "Help with our close",
        "fixed",
        None,
        None,
    )
    assert (found.unit_price, found.unit, found.currency) == (5, "page", "USD")
    assert (
        found.description
        == "We pay $5 a page, hourly or fixed. Posted here for a friend.\nFixed scope."
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "Hourly: $25.00 - $35.00",
            {"pay": "hourly", "budget_min": 25, "budget_max": 35, "currency": "USD"},
        ),
        ("$40/hr", {"pay": "hourly", "budget_min": 40}),
        ("Fixed-price: $1,200", {"pay": "fixed", "budget_min": 1200, "pay_period": "project"}),
        ("Budget: 900 EUR", {"pay": "fixed", "budget_max": 900, "currency": "EUR"}),
        ("Budget: 30 - 45 USD / hr", {"pay": "hourly", "budget_max": 45}),
        ("Fixed-price", {"pay": "fixed", "budget_max": None}),
        (
            "Est. time: 1 to 3 months, 30+ hrs/week",
            {"duration": "1 to 3 months", "hours_per_week": 30},
        ),
        ("Proposals: 50+", {"proposals_min": 50, "proposals_max": None}),
        ("12 proposals", {"proposals_min": 12, "proposals_max": 12}),
        ("Payment unverified", {"client_payment_verified": False}),
        ("$200+ spent", {"client_spent": 200}),
        ("Client country: Austria", {"country": "AT"}),
        ("Only freelancers located in Germany may apply.", {"open_to": ("DE",)}),
        ("Expert", {"experience_level": "expert"}),
    ],
)
def test_a_line_that_is_a_fact(line: str, said: dict[str, Any]) -> None:
    found = read_pasted(f"A job\n{line}\nDo the work.", NOON)
    assert {name: getattr(found, name) for name in said} == said
    assert found.description == "Do the work."


@pytest.mark.parametrize(
    "line",
    [
        "Hourly updates are expected.",
        "Our budget: to be agreed",
        "Germany is our market",
        "We spent $17K already",
        "4.9 stars matter",
    ],
)
def test_prose_that_only_sounds_like_a_fact_stays_prose(line: str) -> None:
    found = read_pasted(f"A job\n{line}\nDo the work.", NOON)
    assert found.description == f"{line}\nDo the work."
    assert (
        found.pay,
        found.budget_max,
        found.country,
        found.client_spent,
        found.client_rating,
    ) == (None,) * 5


def test_nothing_is_no_listing() -> None:
    with pytest.raises(ValueError, match="no text"):
        read_pasted(" \n\t\n", NOON)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_listing_or_is_refused(text: str) -> None:
    """Nothing but ValueError, and the words are the text's own."""
    try:
        found = read_pasted(text, NOON)
    except ValueError:
        return
    assert found.title or found.description


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*JOB_PAGE.splitlines(), *SEARCH_TILE.splitlines()]), max_size=30))
def test_lines_of_pages_in_any_order_are_read(lines: list[str]) -> None:
    try:
        found = read_pasted("\n".join(lines), NOON)
    except ValueError:
        return
    assert found.budget_max is None or found.pay is not None
