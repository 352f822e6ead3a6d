"""Hours as people say them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from goldmine_ingest.render.match import hours_text


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (Decimal("2.00"), "2 h"),
        (Decimal("1.50"), "1 h 30 min"),
        (Decimal("0.75"), "45 min"),
        (Decimal("0.33"), "20 min"),
        (Decimal("0.01"), "1 min"),
        (Decimal("1.999"), "2 h"),
        (Decimal("1200"), "1,200 h"),
        (1.5, "1 h 30 min"),
    ],
)
def test_hours_are_said_to_the_minute(hours: Decimal | float, said: str) -> None:
    assert hours_text(hours) == said
