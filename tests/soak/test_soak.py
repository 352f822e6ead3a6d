"""The soak's short form; `make soak` is the long one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.soak.run import Soak
from tests.soak.sinks import Place, Taken
from tests.soak.truth import Receipt, Truth
from tests.soak.world import Feed, Job, shown

NOON = datetime(2026, 10, 23, 12, tzinfo=UTC)


@pytest.mark.drill
@pytest.mark.parametrize(("days", "feeds"), [(1, 5), (3, 8)])
def test_days_with_everything_going_wrong(days: int, feeds: int, tmp_path: Path) -> None:
    """Faults of all kinds, a kill, a restore, a change of the clocks: every listing stored once, every pair told once."""
    with Soak(tmp_path, days=days, feeds=feeds, seed=11, kills=1, pace=7) as soak:
        figures = soak.run()
    assert sum(figures.polls.values()) > 5 * feeds


def _told(job: int, **facts: bool) -> Taken:
    return Taken(NOON, 1, job, "qualified", **{"may_repeat": False, "in_digest": False, "unsure": False, **facts})


@pytest.mark.parametrize(
    ("taken", "wrong"),
    [
        ([_told(1)], []),
        ([], ["desk: job 1 was never told as qualified"]),
        ([_told(1), _told(1)], ["desk: job 1 was told 2 times as qualified, 1 expected"]),
        ([_told(1, unsure=True), _told(1, may_repeat=True)], []),
        ([_told(1, unsure=True), _told(1)], ["desk: job 1 came again and isn't marked"]),
        ([_told(1), _told(1, may_repeat=True)], ["desk: job 1 was told 2 times as qualified, 1 expected"]),
    ],
    ids=["once", "lost", "twice", "repeated and marked", "repeated, not marked", "repeated for no reason"],
)
def test_the_truth_can_tell(taken: list[Taken], wrong: list[str]) -> None:
    """The model that judges the product can fail."""
    place = Place("desk")
    truth = Truth([place])
    feed = Feed("one", "rss", 10, oldest_first=False, backlog="all", max_age=None)
    truth.received([Receipt(feed, shown([Job(1, "rss", NOON - timedelta(hours=1), 900)]), sure=True)], NOON)
    assert truth.wrong(place, taken) == wrong
