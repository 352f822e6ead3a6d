"""Facts about client and job, in the words that the platforms use."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.facts import stated_facts

CASES = [
    (stated_facts.proposals_band, "Less than 5", (None, 5)),
    (stated_facts.proposals_band, "20 to 50", (20, 50)),
    (stated_facts.proposals_band, "50+", (50, None)),
    (stated_facts.proposals_band, "7 proposals", (7, 7)),
    (stated_facts.proposals_band, "between 5 and 10", (5, 10)),
    (stated_facts.proposals_band, "entre 5 et 10", (5, 10)),
    (stated_facts.proposals_band, "at most 5", (None, 5)),
    (stated_facts.proposals_band, "5 or fewer", (None, 5)),
    (stated_facts.proposals_band, "at least 10", (10, None)),
    (stated_facts.proposals_band, "12 (3 interviewing)", (12, 12)),
    (stated_facts.proposals_band, "", (None, None)),
    (stated_facts.proposals_band, "unknown", (None, None)),
    (stated_facts.experience_level, "Entry Level ($)", "entry"),
    (stated_facts.experience_level, "Intermediate", "intermediate"),
    (stated_facts.experience_level, "EXPERT", "expert"),
    (stated_facts.experience_level, "Senior", "expert"),
    (stated_facts.experience_level, "3", "expert"),
    (stated_facts.experience_level, "Any", None),
    (stated_facts.experience_level, "Entry or Expert", None),
    (stated_facts.hours_per_week, "30+ hrs/week", 30),
    (stated_facts.hours_per_week, "Less than 30 hrs/week", 30),
    (stated_facts.hours_per_week, "10-20 hours per week", 20),
    (stated_facts.hours_per_week, "Hours/week: 30+", 30),
    (stated_facts.hours_per_week, "500 hrs/week", None),
    (stated_facts.hours_per_week, "3 weeks", None),
    (stated_facts.duration, "Est. time: 3 to 6 months", "3 to 6 months"),
    (stated_facts.duration, "1 to 3 months, 30+ hrs/week", "1 to 3 months"),
    (stated_facts.duration, "More than 6 months", "More than 6 months"),
    (stated_facts.duration, "Less than a month", "Less than a month"),
    (stated_facts.duration, "Duration - 6+ months", "6+ months"),
    (stated_facts.duration, "30+ hrs/week", None),
    (stated_facts.duration, "Unspecified", None),
    (stated_facts.rating, "4.82", Decimal("4.82")),
    (stated_facts.rating, "Rating is 4.9 out of 5.", Decimal("4.9")),
    (stated_facts.rating, "0.0", None),
    (stated_facts.rating, "12", None),
    (stated_facts.rating, "", None),
    (stated_facts.hire_rate, "75%", Decimal("0.75")),
    (stated_facts.hire_rate, "0.5", Decimal("0.5")),
    (stated_facts.hire_rate, "80", Decimal("0.8")),
    (stated_facts.hire_rate, "0%", 0),
    (stated_facts.hire_rate, "x", None),
    (stated_facts.payment_verified, "Payment method verified", True),
    (stated_facts.payment_verified, "VERIFIED", True),
    (stated_facts.payment_verified, "not verified", False),
    (stated_facts.payment_verified, "Payment unverified", False),
    (stated_facts.payment_verified, "NOT_VERIFIED", False),
    (stated_facts.payment_verified, "", None),
    (stated_facts.payment_verified, "unknown", None),
    (stated_facts.connects, "Send a proposal for: 12 Connects", 12),
    (stated_facts.connects, "Required Connects: 8", 8),
    (stated_facts.connects, "16", 16),
    (stated_facts.connects, "", None),
    (stated_facts.count, "1,204 hires", 1204),
    (stated_facts.count, "4.82 stars", None),
    (stated_facts.count, "0 reviews", 0),
    (stated_facts.count, "none", None),
]


@pytest.mark.parametrize(("read", "text", "expected"), CASES)
def test_fact(read: object, text: str, expected: object) -> None:
    assert callable(read)
    assert read(text) == expected


READERS = [
    stated_facts.proposals_band,
    stated_facts.experience_level,
    stated_facts.hours_per_week,
    stated_facts.duration,
    stated_facts.rating,
    stated_facts.hire_rate,
    stated_facts.payment_verified,
    stated_facts.connects,
    stated_facts.count,
]


@given(
    st.one_of(
        st.text(max_size=60),
        st.text(
            st.sampled_from("0123456789 +-.,%to hrs/week months verified connects"), max_size=40
        ),
    )
)
def test_no_text_raises_and_bands_are_ordered(text: str) -> None:
    for read in READERS:
        read(text)
    low, high = stated_facts.proposals_band(text)
    assert low is None or high is None or low <= high
