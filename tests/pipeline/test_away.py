"""Destinations that leave the configuration and come back: when, and that nothing is kept where
none did.
"""

from __future__ import annotations

from datetime import datetime

from goldmine_ingest.model.absence import Absence
from goldmine_ingest.pipeline.monitoring.absences import moved
from tests.histories import NOON, minutes

BEGAN = {"phone": NOON, "chat": NOON}


def last_owed(name: str) -> datetime | None:
    return minutes(5) if name == "chat" else None


def test_nothing_is_kept_while_all_are_there() -> None:
    assert moved((), BEGAN, {"phone", "chat", "new"}, minutes(9), last_owed) is None


def test_one_left_after_it_was_last_owed_something_and_is_noted_once() -> None:
    """One that was never owed anything counts as away since it began."""
    kept = moved((), BEGAN, {"new"}, minutes(9), last_owed)
    assert kept == (Absence("chat", minutes(5)), Absence("phone", NOON))
    assert moved(kept, BEGAN, {"new"}, minutes(20), last_owed) is None


def test_one_comes_back_and_may_leave_again() -> None:
    away = moved((), BEGAN, {"phone"}, minutes(9), last_owed)
    assert away is not None
    kept = moved(away, BEGAN, {"phone", "chat"}, minutes(20), last_owed)
    assert kept == (Absence("chat", minutes(5), minutes(20)),)
    again = moved(kept, BEGAN, {"phone"}, minutes(30), last_owed)
    assert again is not None
    assert [absence.back_at is None for absence in again] == [False, True]
