"""When a feed is asked next: its interval, its back-off after failures, the server's own wish.
Pure; times are aware UTC.

Sources: docs/reliability.md "Limits" (back-off interval x 2^n, cap 24 h, jitter +-10 %, Retry-After
wins and is clamped to [interval, 24 h]) and the contract's definition of due.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import Fetched, Outcome

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FeedSettings

LONGEST = timedelta(hours=24)
AUTO_SHORTEST = timedelta(minutes=3)
AUTO_LONGEST = timedelta(hours=6)
# An answer to a conditional request is believed for a day, then the whole feed is asked for (a
# server whose validators are wrong).
UNCONDITIONAL_EVERY = timedelta(hours=24)
GONE_AFTER_404 = 3
# A feed that is gone is asked again by itself: each day for a week, then each week.
GONE_DAILY = 7
GONE_WEEKLY = timedelta(days=7)
_NOT_FOUND = 404


def is_due(state: FeedState | None, now: datetime) -> bool:
    """Due: never polled, or next_poll_at <= now + a tenth of the interval (at most a minute).
    Held ones and those paused by hand are not; one that is gone is after a day, later a week.
    """
    if state is None or state.next_poll_at is None:
        return True
    if state.condition in (FeedCondition.HELD, FeedCondition.DISABLED):
        return False
    if state.next_poll_at - now > _longest_wait(state):
        return True  # no poll ever put it off for so long: the clock was set back since
    slack = min(timedelta(seconds=state.interval_s / 10), timedelta(minutes=1))
    return state.next_poll_at <= now + slack


def is_changed(feed: FeedSettings, state: FeedState) -> bool:
    """Whether the feed's settings are others than at its last poll: then it is due at once."""
    return state.settings is not None and state.settings != settings_mark(feed)


def settings_mark(feed: FeedSettings) -> str:
    """Another one for other settings. Of an address so short a mark tells nothing to who guesses:
    it is 32 bits long, so that many addresses share it.
    """
    headers = {name: value.text for name, value in feed.headers.items()}
    where = (feed.url.text, feed.kind, feed.platform, headers)
    how = (feed.every, feed.proofs, feed.backlog, feed.max_age)
    return hashlib.blake2b(repr((where, how)).encode("utf-8", "replace"), digest_size=4).hexdigest()


def must_wait(state: FeedState | None, now: datetime) -> bool:
    """A Retry-After that still runs: respected even by `run --all`. One of more than a day is a
    clock that was set back.
    """
    return bool(
        state and state.retry_after_until and now < state.retry_after_until <= now + LONGEST
    )


def _longest_wait(state: FeedState) -> timedelta:
    """The longest wait that a poll can have set: the interval, or the back-off with its jitter
    (a Retry-After may be a whole day).
    """
    if state.condition is FeedCondition.PAUSED:
        return GONE_WEEKLY
    if state.retry_after_until is not None:
        return LONGEST
    if state.consecutive_failures == 0:
        return timedelta(seconds=state.interval_s + 1)
    return min(
        timedelta(seconds=state.interval_s) * (1 << min(state.consecutive_failures, 20)) * 1.1,
        LONGEST,
    )


def may_ask_conditionally(state: FeedState | None, now: datetime) -> bool:
    """Validators are sent after a good answer only, and not for longer than a day without a
    whole one.
    """
    if (
        state is None
        or state.last_outcome is None
        or not state.last_outcome.good
        or state.last_full_at is None
    ):
        return False
    return timedelta(0) <= now - state.last_full_at < UNCONDITIONAL_EVERY


def interval(feed: FeedSettings, state: FeedState) -> timedelta:
    """The feed's own pace: `every`, never below the pace (`ttl`) that the feed asks for; 'auto'
    between 3 minutes and 6 hours.
    """
    pace = feed.every if feed.every is not None else _auto(state)
    if state.ttl and feed.every is None:
        pace = max(pace, min(timedelta(seconds=state.ttl), LONGEST))
    return pace


def _auto(state: FeedState) -> timedelta:
    """Half as long after a poll that brought something new, half as long again after one that
    didn't.
    """
    now = timedelta(seconds=state.interval_s)
    changed = state.last_new_at is not None and state.last_new_at == state.last_ok_at
    wanted = now / 2 if changed else now * 1.5
    return max(AUTO_SHORTEST, min(AUTO_LONGEST, wanted))


def after_success(state: FeedState, feed: FeedSettings, now: datetime, **seen: Any) -> FeedState:
    """The state after a good poll: the next one is an interval from now. `seen` are the fields
    that the poll itself gives.
    """
    pace = feed.every or interval(feed, replace(state, **seen))
    return replace(
        state,
        **seen,
        interval_s=pace.total_seconds(),
        next_poll_at=now + pace,
        condition=_unless_by_hand(state, FeedCondition.OK),
        consecutive_failures=0,
        not_found=0,
        last_error=None,
        retry_after_until=None,
        settings=settings_mark(feed),
    )


def _unless_by_hand(state: FeedState, condition: FeedCondition) -> FeedCondition:
    """A feed that was paused by hand stays so when it is asked by name."""
    return state.condition if state.condition is FeedCondition.DISABLED else condition


def after_failure(
    state: FeedState, feed: FeedSettings, fetched: Fetched, now: datetime
) -> FeedState:
    """The state after a failed poll: backed off, or paused where the feed is gone (410, or 404
    three times in a row).
    """
    failures = state.consecutive_failures + 1
    pace = feed.every if feed.every is not None else timedelta(seconds=state.interval_s)
    wait = min(pace * 2 ** min(failures, 20), LONGEST) * (1 + _jitter(feed.name, failures))
    until = None
    if fetched.retry_after is not None:
        wait = max(
            pace, min(timedelta(seconds=min(fetched.retry_after, LONGEST.total_seconds())), LONGEST)
        )
        until = now + wait
    # Nobody was asked, so there is no one to be gentle with: at the feed's own pace it may be
    # mended.
    wait = pace if fetched.local else min(wait, LONGEST)
    outcome, missing = count_missing(fetched, state)
    failed = FeedCondition.PAUSED if outcome is Outcome.GONE else FeedCondition.BACKOFF
    if outcome is Outcome.GONE and until is None:
        tries = failures - GONE_AFTER_404 if fetched.status == _NOT_FOUND else failures
        wait = LONGEST if tries < GONE_DAILY else GONE_WEEKLY
    return replace(
        state,
        interval_s=pace.total_seconds(),
        next_poll_at=now + wait,
        retry_after_until=until,
        condition=_unless_by_hand(state, failed),
        consecutive_failures=failures,
        not_found=missing,
        last_error=fetched.error,
        last_outcome=outcome,
        settings=settings_mark(feed),
    )


def count_missing(fetched: Fetched, state: FeedState) -> tuple[Outcome, int]:
    """The outcome, and how many 404 answers in a row that makes: from the third on a feed is
    'gone' (one may be a server in passing).
    """
    if fetched.status != _NOT_FOUND:
        return fetched.outcome, 0
    count = state.not_found + 1
    return (Outcome.GONE if count >= GONE_AFTER_404 else fetched.outcome), count


def _jitter(feed: str, failures: int) -> float:
    """-0.1 to 0.1, the same for the same feed and failure: spread without chance, so that a test
    can repeat it.
    """
    byte = hashlib.blake2b(f"{feed}|{failures}".encode(), digest_size=1).digest()[0]
    return (byte / 255 - 0.5) / 5
