"""Whatever an entry holds, a source reads it, leaves it out, or says that it can't: no other
exception, no amount of zero.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.parse.limits import capped
from goldmine_ingest.sources import Source, all_sources

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
# Words that the grammars look for, so that chance finds the branches behind them.
WORDS = st.sampled_from(
    [
        *(
            "<b>Budget</b>: $0",
            "<b>Hourly Range</b>: $1-",
            "<b>Skills</b>: Array, (",
            "(Budget: N/A, Jobs: )",
            "(Бюджет: )",
            "Budget : - Catégories :",
        ),
        *(
            "Company | | REMOTE | $",
            "[Hiring]",
            "https://www.upwork.com/jobs/~01",
            "https://[",
            "Rate: Upto",
            "CET +/- 99",
            "Proposals: 50 to",
            "\ud800",
        ),
        *(
            "X is hiring a ",
            "Posted on: Feb 30",
            "<p><strong>Headquarters:</strong></p>",
            "Total spent: $",
            "9" * 40,
            "&#0;",
            "submitted by <a",
        ),
    ]
)
TEXT = st.lists(WORDS | st.text(max_size=8), max_size=4).map(" ".join)
NAMES = (
    *(
        "amount",
        "budget",
        "client",
        "clientInfo",
        "client_details",
        "skills",
        "type",
        "hourlyBudgetMin",
        "totalApplicants",
        "location",
    ),
    *(
        "budget_type",
        "salary_min",
        "salary",
        "jobGeo",
        "jobIndustry",
        "salaryMin",
        "timezoneRestrictions",
        "locationRestrictions",
        "text",
    ),
    *(
        "currency",
        "jobs",
        "bid_stats",
        "owner",
        "submitdate",
        "seo_url",
        "tags",
        "categories",
        "country",
        "region",
        "parent_id",
        "legal",
    ),
    *(
        "job:salary",
        "job_listing:salary",
        "job_listing:location",
        "himalayasjobs:timezonerestriction",
        "content_text",
        "duration",
        "html",
    ),
)
KEYS = st.sampled_from(NAMES)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
ENTRIES: st.SearchStrategy[RawEntry] = st.builds(
    RawEntry,
    guid=TEXT,
    link=TEXT,
    title=TEXT,
    body=TEXT,
    published=TEXT,
    categories=st.lists(TEXT, max_size=2).map(tuple),
    author=TEXT,
    extra=st.dictionaries(KEYS, VALUES, max_size=4),
)


# One of each kind that JSON has, and of what may stand within.
ODD: tuple[Json, ...] = (True, 7, 1.5, "", [], [None], [7], [[]], [{}], {}, {"name": 7}, {"a": []})


@pytest.mark.parametrize("source", list(all_sources()), ids=lambda source: source.name)
def test_a_field_of_another_kind_breaks_no_source(source: Source) -> None:
    """Each field that a reader knows, with a value of each kind that it doesn't expect there."""
    for name, value in itertools.product(NAMES, ODD):
        entry = RawEntry(title="A job", extra={name: value})
        document = FeedDocument("json", entries=(entry,), keys=frozenset(entry.extra))
        with suppress(ValueError):
            source.normalise(entry, document, NOW)


@pytest.mark.parametrize("source", list(all_sources()), ids=lambda source: source.name)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entry=ENTRIES, kind=st.sampled_from(["rss", "atom", "json", "mail"]))
def test_no_entry_breaks_a_source(source: Source, entry: RawEntry, kind: str) -> None:
    """A posting has a title that is a text, and what it doesn't say is None."""
    document = FeedDocument(kind, entries=(entry,), keys=frozenset(entry.extra))
    source.recognise(document)
    try:
        posting = source.normalise(entry, document, NOW)
    except ValueError:
        return
    if posting is None:
        return
    amounts: list[Any] = [
        posting.budget_min,
        posting.budget_max,
        posting.client_spent,
        posting.client_avg_hourly,
    ]
    assert all(amount is None or (isinstance(amount, Decimal) and amount > 0) for amount in amounts)
    assert all(
        isinstance(text, str)
        for text in (posting.title, posting.description, *posting.skills, *posting.open_to)
    )
    assert posting.company is None or isinstance(posting.company, str)
    assert posting.posted_at is None or posting.posted_at.tzinfo is UTC
    assert posting.url is None or posting.url.startswith(("http://", "https://"))


@given(entry=ENTRIES)
def test_capping_twice_changes_nothing(entry: RawEntry) -> None:
    """A capped entry is small, so that it comes back as it is."""
    assert capped(capped(entry)) == capped(entry) or "nan" in repr(entry)
