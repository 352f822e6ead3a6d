"""What `goldmine feeds` says of each feed's pace, and which feeds `goldmine doctor` finds
unasked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goldmine_ingest.analysis.feed_pace import span, unasked, why
from goldmine_ingest.settings.feeds import FeedSettings
from goldmine_ingest.settings.reference import Reference

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEED = FeedSettings("board", Reference("https://board.example/feed"), every=timedelta(minutes=10))
AUTO = FeedSettings("board", Reference("https://board.example/feed"), every=None)


def row(**facts: Any) -> dict[str, Any]:
    usual = {
        "feed": "board",
        "state": "ok",
        "platform": "generic",
        "consecutive_failures": 0,
        "interval_s": 600,
        "next_poll_at": NOON,
    }
    return {**usual, **facts}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, None),
        (90, "90s"),
        (180, "3m"),
        (405, "7m"),
        (3600, "1h"),
        (5400, "90m"),
        (86400, "1d"),
        (0, "0s"),
    ],
)
def test_spans_read_as_in_the_configuration(seconds: float | None, said: str | None) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("facts", "feed", "said"),
    [
        ({}, FEED, "as configured"),
        ({"platform": "remotive"}, FEED, "as configured; remotive asks for 6h or more"),
        ({}, AUTO, "auto"),
        ({"state": "backoff", "consecutive_failures": 3}, FEED, "failed 3 times in a row"),
        ({"state": "paused"}, FEED, "gone"),
        ({"state": "held"}, FEED, "goldmine feeds accept board"),
        ({"state": "disabled"}, FEED, "goldmine resume board"),
        ({"state": "disabled"}, replace(FEED, enabled=False), "enabled = false"),
        ({"next_poll_at": None}, FEED, "not asked yet"),
        ({}, None, "not in goldmine.toml"),
    ],
)
def test_each_state_says_why(facts: dict[str, Any], feed: FeedSettings | None, said: str) -> None:
    assert said in why(row(**facts), feed)


@pytest.mark.parametrize(
    ("late", "facts", "found"),
    [
        (timedelta(minutes=59), {}, []),
        (timedelta(minutes=61), {}, ["board"]),
        (timedelta(hours=2), {"interval_s": 3600}, []),
        (timedelta(hours=4), {"interval_s": 3600}, ["board"]),
        (timedelta(days=9), {"state": "paused"}, []),
        (timedelta(days=9), {"next_poll_at": None}, []),
    ],
)
def test_a_feed_is_unasked_after_three_intervals_and_an_hour(
    late: timedelta, facts: dict[str, Any], found: list[str]
) -> None:
    assert unasked([row(**facts)], {"board": FEED}, NOON + late) == found
