"""Which feeds are in a state that their owner must hear of: what every cycle looks at, also one in
which all is well. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.store.stored_times import past

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FeedSettings

# one failure is a hiccup, three in a row are a state (docs/reliability.md "Limits")
FAILURES_TOLD = 3
SILENCE = timedelta(hours=24)
# These don't pass by themselves: a person must act, so that they are told at once.
_AT_ONCE = frozenset({Outcome.AUTH, Outcome.BLOCKED, Outcome.GONE, Outcome.EMPTY_SUSPICIOUS})


def must_tell(state: FeedState) -> bool:
    """Whether a feed is in a state that its owner must hear of."""
    if state.condition is FeedCondition.HELD:
        return True
    if not state.consecutive_failures:
        return False
    turned = state.last_outcome is Outcome.NOT_A_FEED and state.seen_entries
    return state.consecutive_failures >= FAILURES_TOLD or turned or state.last_outcome in _AT_ONCE


def last_good(
    feeds: Iterable[FeedSettings], states: Mapping[str, FeedState], now: datetime
) -> datetime | None:
    """When any of these feeds last gave a good poll; None if none ever did."""
    times = (past(state.last_ok_at, now) for state in _watched(feeds, states))
    return max((at for at in times if at), default=None)


def silent_since(
    feeds: Iterable[FeedSettings], states: Mapping[str, FeedState], began: datetime, now: datetime
) -> datetime | None:
    """Since when no feed has given a good poll (since the first cycle, `began`, where none ever
    did), if that is a day or longer.
    """
    feeds = tuple(feeds)
    watched = _watched(feeds, states)
    if not watched or any(state.last_outcome is Outcome.PARTIAL for state in watched):
        return None
    since = last_good(feeds, states, now) or began
    return since if now - since >= SILENCE else None


def _watched(feeds: Iterable[FeedSettings], states: Mapping[str, FeedState]) -> list[FeedState]:
    return [states[feed.name] for feed in feeds if feed.enabled and feed.name in states]


def quiet_feeds(
    feeds: Iterable[FeedSettings], states: Mapping[str, FeedState], now: datetime
) -> dict[str, datetime]:
    """The feeds that answer but have brought nothing new for a day, each with when it last did:
    those whose usual gaps are worth a look.
    """
    quiet = {}
    for feed in feeds:
        state = states.get(feed.name)
        if (
            feed.enabled
            and state
            and state.condition is FeedCondition.OK
            and state.last_new_at
            and now - state.last_new_at > SILENCE
        ):
            quiet[feed.name] = state.last_new_at
    return quiet
