"""When a feed is asked next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import Fetched, Outcome
from goldmine_ingest.pipeline.polling import due
from goldmine_ingest.pipeline.polling.gather import select
from goldmine_ingest.settings.feeds import FeedSettings
from goldmine_ingest.settings.reference import Reference
from tests.rig.fault_table import fault

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEED = FeedSettings("board", Reference("https://board.example/feed"), every=timedelta(minutes=10))
FRESH = FeedState("board")
GOOD = due.after_success(
    replace(FRESH, last_outcome=Outcome.OK, last_ok_at=NOON, last_full_at=NOON), FEED, NOON
)


def answer(outcome: Outcome, **facts: object) -> Fetched:
    return replace(Fetched("board", outcome, NOON, error="503 Service Unavailable"), **facts)  # type: ignore[arg-type]  # named freely


def test_a_feed_that_was_never_polled_is_due() -> None:
    assert due.is_due(None, NOON)
    assert due.is_due(FRESH, NOON)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(minutes=8), False),
        (timedelta(minutes=9), True),
        (timedelta(minutes=10), True),
        (timedelta(days=1), True),
    ],
)
def test_due_begins_a_tenth_of_the_interval_early_at_most_a_minute(
    after: timedelta, expected: bool
) -> None:
    assert due.is_due(GOOD, NOON + after) is expected


def test_the_slack_is_never_more_than_a_minute() -> None:
    daily = due.after_success(FRESH, replace(FEED, every=timedelta(days=1)), NOON)
    assert not due.is_due(daily, NOON + timedelta(hours=23, minutes=58))
    assert due.is_due(daily, NOON + timedelta(hours=23, minutes=59))


def test_h8_failures_back_off_by_doubling_up_to_a_day() -> None:
    state, waits = FRESH, []
    for _ in range(12):
        state = due.after_failure(state, FEED, answer(Outcome.HTTP_ERROR, status=503), NOON)
        assert state.next_poll_at is not None
        waits.append(state.next_poll_at - NOON)
    for n, wait in enumerate(waits, start=1):
        ideal = min(timedelta(minutes=10) * 2**n, due.LONGEST)
        assert ideal * 0.9 <= wait <= min(ideal * 1.1, due.LONGEST)
    assert state.condition is FeedCondition.BACKOFF
    assert state.consecutive_failures == 12


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(1200.0, timedelta(minutes=20)), (120.0, timedelta(minutes=10)), (1e9, timedelta(hours=24))],
    ids=["honoured", "not under the interval", "not over a day"],
)
def test_h7_retry_after_wins_within_bounds(asked: float, waits: timedelta) -> None:
    state = due.after_failure(
        FRESH, FEED, answer(Outcome.RATE_LIMITED, status=429, retry_after=asked), NOON
    )
    assert state.next_poll_at == NOON + waits
    assert due.must_wait(state, NOON + waits - timedelta(seconds=1))
    assert not due.must_wait(state, NOON + waits)


def test_h10_gone_at_once_for_410_and_at_the_third_404() -> None:
    assert (
        due.after_failure(FRESH, FEED, answer(Outcome.GONE, status=410), NOON).condition
        is FeedCondition.PAUSED
    )
    state = FRESH
    conditions = []
    for _ in range(3):
        state = due.after_failure(state, FEED, answer(Outcome.HTTP_ERROR, status=404), NOON)
        conditions.append(state.condition)
    assert conditions == [FeedCondition.BACKOFF, FeedCondition.BACKOFF, FeedCondition.PAUSED]
    assert state.last_outcome is Outcome.GONE
    assert not due.is_due(state, NOON + timedelta(hours=23))
    assert due.is_due(state, NOON + timedelta(hours=24))


@fault("P15", "a feed that is gone for weeks, then back", "asked daily, then weekly")
def test_a_feed_that_is_gone_is_asked_daily_then_weekly_until_it_is_back() -> None:
    state, now, waits = FRESH, NOON, []
    for _ in range(10):
        state = due.after_failure(state, FEED, answer(Outcome.GONE, status=410), now)
        assert state.next_poll_at is not None
        waits.append((state.next_poll_at - now).days)
        now = state.next_poll_at
        assert due.is_due(state, now)
        assert not due.is_due(state, now - timedelta(hours=1))
    assert waits == [1] * 6 + [7] * 4
    back = due.after_success(state, FEED, now)
    assert (back.condition, back.next_poll_at) == (FeedCondition.OK, now + timedelta(minutes=10))


@pytest.mark.parametrize(
    "change",
    [
        {"url": Reference("https://board.example/new")},
        {"every": timedelta(minutes=30)},
        {"headers": {"X-Key": Reference("env:KEY")}},
        {"platform": "generic"},
    ],
    ids=["url", "every", "headers", "platform"],
)
def test_a_feed_whose_settings_changed_is_due_at_once(change: dict[str, object]) -> None:
    later = NOON + timedelta(minutes=1)
    for state in (GOOD, due.after_failure(GOOD, FEED, answer(Outcome.TIMEOUT), NOON)):
        assert not due.is_changed(FEED, state)
        changed = replace(FEED, **change)  # type: ignore[arg-type]  # named freely
        assert due.is_changed(changed, state)
        chosen = select([changed], {"board": state}, later, all_feeds=False)
        assert (chosen.count, chosen.waiting) == (1, ())
    assert not due.is_changed(FEED, FRESH)


def test_a_feed_that_waits_after_a_failure_says_until_when() -> None:
    state = due.after_failure(GOOD, FEED, answer(Outcome.TIMEOUT), NOON)
    chosen = select([FEED], {"board": state}, NOON + timedelta(minutes=1), all_feeds=False)
    (said,) = chosen.waiting
    assert said.startswith("board waits until 2026-11-23 12:")
    assert said.endswith("after a failure; --all asks it now")
    assert select([FEED], {"board": GOOD}, NOON, all_feeds=False).waiting == ()


def test_another_answer_in_between_starts_the_count_of_404_anew() -> None:
    state = due.after_failure(FRESH, FEED, answer(Outcome.HTTP_ERROR, status=404), NOON)
    state = due.after_failure(state, FEED, answer(Outcome.HTTP_ERROR, status=500), NOON)
    assert state.not_found == 0


def test_success_clears_what_failed() -> None:
    failed = due.after_failure(FRESH, FEED, answer(Outcome.HTTP_ERROR, status=404), NOON)
    healed = due.after_success(failed, FEED, NOON)
    assert (healed.condition, healed.consecutive_failures, healed.not_found, healed.last_error) == (
        FeedCondition.OK,
        0,
        0,
        None,
    )
    assert healed.next_poll_at == NOON + timedelta(minutes=10)


def test_h4_validators_are_believed_for_a_day_and_never_after_an_error() -> None:
    assert due.may_ask_conditionally(GOOD, NOON + timedelta(hours=23))
    assert not due.may_ask_conditionally(GOOD, NOON + timedelta(hours=24))
    assert not due.may_ask_conditionally(
        due.after_failure(GOOD, FEED, answer(Outcome.TIMEOUT), NOON), NOON
    )


def test_auto_quickens_when_something_is_new_and_slows_down_when_not() -> None:
    feed = replace(FEED, every=None)
    busy = due.after_success(
        replace(FRESH, interval_s=600, last_ok_at=NOON, last_new_at=NOON), feed, NOON
    )
    quiet = due.after_success(
        replace(FRESH, interval_s=600, last_ok_at=NOON, last_new_at=None), feed, NOON
    )
    assert (busy.interval_s, quiet.interval_s) == (300, 900)
    for _ in range(30):
        quiet, busy = due.after_success(quiet, feed, NOON), due.after_success(busy, feed, NOON)
    assert quiet.interval_s == due.AUTO_LONGEST.total_seconds()
    assert busy.interval_s == due.AUTO_SHORTEST.total_seconds()


def test_auto_heeds_the_pace_that_the_feed_asks_for() -> None:
    state = replace(FRESH, interval_s=200, last_ok_at=NOON, last_new_at=NOON, ttl=3600)
    assert due.after_success(state, replace(FEED, every=None), NOON).interval_s == 3600


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)])
@fault("P4", "a clock that was set back", "the feed is due")
def test_p4_a_feed_is_due_when_the_clock_was_set_back(back: timedelta) -> None:
    """Its next poll lies farther ahead than any poll puts it off: waiting for it would lose
    polls.
    """
    assert due.is_due(GOOD, NOON - back)
    failed = due.after_failure(GOOD, FEED, answer(Outcome.HTTP_ERROR, status=503), NOON)
    assert not due.is_due(failed, NOON + timedelta(minutes=1))
    assert due.is_due(failed, NOON - timedelta(hours=1))


def test_p4_a_retry_after_of_more_than_a_day_is_a_clock_that_was_set_back() -> None:
    asked = due.after_failure(GOOD, FEED, answer(Outcome.RATE_LIMITED, retry_after=7200.0), NOON)
    assert due.must_wait(asked, NOON + timedelta(hours=1))
    assert not due.must_wait(asked, NOON - timedelta(days=2))
