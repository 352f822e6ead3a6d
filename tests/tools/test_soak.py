"""The soak's short form; `make soak` is the long one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tools.soak import growth
from tools.soak.run import Soak
from tools.soak.sinks import Place, Taken
from tools.soak.truth import Receipt, Truth
from tools.soak.world import Feed, Job, shown

NOON = datetime(2026, 10, 23, 12, tzinfo=UTC)


@pytest.mark.drill
@pytest.mark.parametrize(("days", "feeds"), [(1, 5), (3, 8)])
def test_days_with_everything_going_wrong(days: int, feeds: int, tmp_path: Path) -> None:
    """Faults of all kinds, a kill, a restore, a change of the clocks: every listing stored once,
    every pair told once.
    """
    with Soak(tmp_path, days=days, feeds=feeds, seed=11, kills=1, pace=7) as soak:
        figures = soak.run()
    assert sum(figures.polls.values()) > 5 * feeds


def _told(job: int, **facts: bool) -> Taken:
    return Taken(
        NOON,
        1,
        job,
        "qualified",
        **{"may_repeat": False, "in_digest": False, "unsure": False, **facts},
    )


@pytest.mark.parametrize(
    ("taken", "wrong"),
    [
        ([_told(1)], []),
        ([], ["desk: job 1 was never told as qualified"]),
        ([_told(1), _told(1)], ["desk: job 1 was told 2 times as qualified, 1 expected"]),
        ([_told(1, unsure=True), _told(1, may_repeat=True)], []),
        ([_told(1, unsure=True), _told(1)], ["desk: job 1 came again and isn't marked"]),
        (
            [_told(1), _told(1, may_repeat=True)],
            ["desk: job 1 was told 2 times as qualified, 1 expected"],
        ),
    ],
    ids=[
        "once",
        "lost",
        "twice",
        "repeated and marked",
        "repeated, not marked",
        "repeated for no reason",
    ],
)
def test_the_truth_can_tell(taken: list[Taken], wrong: list[str]) -> None:
    """The model that judges the product can fail."""
    place = Place("desk")
    truth = Truth([place])
    feed = Feed("one", "rss", 10, oldest_first=False, backlog="all", max_age=None)
    truth.received(
        [Receipt(feed, shown([Job(1, "rss", NOON - timedelta(hours=1), 900)]), sure=True)], NOON
    )
    assert truth.wrong(place, taken) == wrong


def test_the_truth_knows_who_was_never_served() -> None:
    """Another site's job, told from a feed that is held."""
    assert Truth([]).wrong(Place("desk"), [_told(7)]) == ["desk: job 7 was told, but never served"]


@pytest.mark.parametrize(
    ("sure", "headlines", "wrong"),
    [
        (True, ["feed one gave its listings new ids"], []),
        (True, ["feed one works again"], ["desk: nothing was said of the new ids in one"]),
        (False, [], []),
        (
            True,
            ["feed one gave its listings new ids", "feed two gave its listings new ids"],
            ["desk: two is said to have new ids"],
        ),
    ],
    ids=["told", "kept quiet", "a killed cycle may have kept it quiet", "told of another"],
)
def test_the_truth_hears_of_new_ids(sure: bool, headlines: list[str], wrong: list[str]) -> None:
    """A feed under new ids and addresses is told of, and it alone."""
    truth = Truth([])
    feed = Feed("one", "rss", 10, oldest_first=False, backlog="all", max_age=None)
    truth.received([Receipt(feed, [], sure=sure, renamed=True)], NOON)
    assert truth.wrong_notices(Place("desk"), headlines) == wrong


def test_what_an_owner_accepts_is_a_first_sight() -> None:
    """A held feed's backlog is not told where the backlog isn't wanted."""
    place = Place("desk")
    truth = Truth([place])
    feed = Feed("one", "rss", 10, oldest_first=False, backlog="none", max_age=None)
    truth.received([Receipt(feed, shown([Job(1, "rss", NOON, 900)]), sure=True)], NOON)
    truth.accepted(feed)
    truth.received([Receipt(feed, shown([Job(2, "rss", NOON, 900)]), sure=True)], NOON)
    truth.received([Receipt(feed, shown([Job(3, "rss", NOON, 900)]), sure=True)], NOON)
    assert truth.wrong(place, [_told(3)]) == []
    assert truth.wrong(place, [_told(2), _told(3)]) == [
        "desk: job 2 was told 1 times as qualified, 0 expected"
    ]


def _days(memory: float, size: float, child: float = 60) -> list[dict[str, float]]:
    """Fourteen days with a hundred listings each, and so much more memory (MiB) and file (bytes
    a listing, from the second week) a day.
    """
    still = {"child": child * 2**20, "threads": 4, "files": 14, "children": 2}
    late = [size if day > 7 else 9000 for day in range(14)]
    return [
        {
            "memory": (300 + memory * day) * 2**20,
            "size": 100 * sum(late[: day + 1]),
            "listings": 100 * (day + 1),
            **still,
        }
        for day in range(14)
    ]


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        (_days(0, 9000), []),
        (_days(9, 9000), ["memory grows by 9.0 MiB a day"]),
        (
            _days(0, 40_000),
            ["the file grew by 40000 bytes a listing in the last quarter, by 9000 in the second"],
        ),
        (_days(0, 9000, child=200), ["a child needed 200 MiB"]),
        (_days(99, 9000)[:5], []),
    ],
    ids=["flat", "memory", "file", "child", "too short to say"],
)
def test_growth_is_seen(days: list[dict[str, float]], wrong: list[str]) -> None:
    assert growth.wrong(days) == wrong
