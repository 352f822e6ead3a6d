"""Destinations that leave the configuration and come back: when, and that nothing is kept where none did."""

from __future__ import annotations

import json
from datetime import datetime

from goldmine_ingest.pipeline.away import moved
from tests.histories import NOON, minutes

BEGAN = {"phone": NOON, "chat": NOON}


def last_owed(name: str) -> datetime | None:
    return minutes(5) if name == "chat" else None


def test_nothing_is_kept_while_all_are_there() -> None:
    assert moved(None, BEGAN, {"phone", "chat", "new"}, minutes(9), last_owed) is None


def test_one_left_after_it_was_last_owed_something_and_is_noted_once() -> None:
    """One that was never owed anything counts as away since it began."""
    kept = moved(None, BEGAN, {"new"}, minutes(9), last_owed)
    assert kept is not None
    assert [(a["name"], datetime.fromisoformat(a["gone_at"]), a["back_at"]) for a in json.loads(kept)] == [
        ("chat", minutes(5), None),
        ("phone", NOON, None),
    ]
    assert moved(kept, BEGAN, {"new"}, minutes(20), last_owed) is None


def test_one_comes_back_and_may_leave_again() -> None:
    kept = moved(moved(None, BEGAN, {"phone"}, minutes(9), last_owed), BEGAN, {"phone", "chat"}, minutes(20), last_owed)
    assert kept is not None
    (absence,) = json.loads(kept)
    assert datetime.fromisoformat(absence["back_at"]) == minutes(20)
    again = moved(kept, BEGAN, {"phone"}, minutes(30), last_owed)
    assert again is not None
    assert [a["back_at"] is None for a in json.loads(again)] == [False, True]
