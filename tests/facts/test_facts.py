"""Facts about client and job, in the words that the platforms use."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.facts import stated_facts as facts

CASES = [
    (facts.proposals_band, "Less than 5", (None, 5)),
    (facts.proposals_band, "20 to 50", (20, 50)),
    (facts.proposals_band, "50+", (50, None)),
    (facts.proposals_band, "7 proposals", (7, 7)),
    (facts.proposals_band, "", (None, None)),
    (facts.proposals_band, "unknown", (None, None)),
    (facts.experience_level, "Entry Level ($)", "entry"),
    (facts.experience_level, "Intermediate", "intermediate"),
    (facts.experience_level, "EXPERT", "expert"),
    (facts.experience_level, "Senior", "expert"),
    (facts.experience_level, "3", "expert"),
    (facts.experience_level, "Any", None),
    (facts.experience_level, "Entry or Expert", None),
    (facts.hours_per_week, "30+ hrs/week", 30),
    (facts.hours_per_week, "Less than 30 hrs/week", 30),
    (facts.hours_per_week, "10-20 hours per week", 20),
    (facts.hours_per_week, "Hours/week: 30+", 30),
    (facts.hours_per_week, "500 hrs/week", None),
    (facts.hours_per_week, "3 weeks", None),
    (facts.duration, "Est. time: 3 to 6 months", "3 to 6 months"),
    (facts.duration, "1 to 3 months, 30+ hrs/week", "1 to 3 months"),
    (facts.duration, "More than 6 months", "More than 6 months"),
    (facts.duration, "Less than a month", "Less than a month"),
    (facts.duration, "Duration - 6+ months", "6+ months"),
    (facts.duration, "30+ hrs/week", None),
    (facts.duration, "Unspecified", None),
    (facts.rating, "4.82", Decimal("4.82")),
    (facts.rating, "Rating is 4.9 out of 5.", Decimal("4.9")),
    (facts.rating, "0.0", None),
    (facts.rating, "12", None),
    (facts.rating, "", None),
    (facts.hire_rate, "75%", Decimal("0.75")),
    (facts.hire_rate, "0.5", Decimal("0.5")),
    (facts.hire_rate, "80", Decimal("0.8")),
    (facts.hire_rate, "0%", 0),
    (facts.hire_rate, "x", None),
    (facts.payment_verified, "Payment method verified", True),
    (facts.payment_verified, "VERIFIED", True),
    (facts.payment_verified, "not verified", False),
    (facts.payment_verified, "Payment unverified", False),
    (facts.payment_verified, "NOT_VERIFIED", False),
    (facts.payment_verified, "", None),
    (facts.payment_verified, "unknown", None),
    (facts.connects, "Send a proposal for: 12 Connects", 12),
    (facts.connects, "Required Connects: 8", 8),
    (facts.connects, "16", 16),
    (facts.connects, "", None),
    (facts.count, "1,204 hires", 1204),
    (facts.count, "4.82 stars", None),
    (facts.count, "0 reviews", 0),
    (facts.count, "none", None),
]


@pytest.mark.parametrize(("read", "text", "expected"), CASES)
def test_fact(read: object, text: str, expected: object) -> None:
    assert callable(read)
    assert read(text) == expected


READERS = [
    facts.proposals_band,
    facts.experience_level,
    facts.hours_per_week,
    facts.duration,
    facts.rating,
    facts.hire_rate,
    facts.payment_verified,
    facts.connects,
    facts.count,
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
    low, high = facts.proposals_band(text)
    assert low is None or high is None or low <= high
