"""Which words about the program's own health are due: a broken source must never look like a quiet
market. Pure.

Each rule says what is wrong, told once a day while it lasts, and that it is over. What was told
already is the ledger's to know: here it is decided what would be said, and `owed` leaves out what
was said lately.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.clock import past
from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import Outcome

if TYPE_CHECKING:
    from goldmine_ingest.alerts.destination_health import DestinationHealth
    from goldmine_ingest.model.alert import AlertEvent, Topic
    from goldmine_ingest.render import NoticeAlert
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.feeds import FeedSettings

# one failure is a hiccup, three in a row are a state (docs/reliability.md "Limits")
FAILURES_TOLD = 3
SILENCE = timedelta(hours=24)
SILENCE_FACTOR = 1.5
DESTINATION_DOWN_TOLD = timedelta(days=7)
# The same thing again at most once a day; an hour less, so that a daily cycle that comes a little
# early still tells it.
_AGAIN = timedelta(hours=23)
# These don't pass by themselves: a person must act, so that they are told at once.
_AT_ONCE = frozenset({Outcome.AUTH, Outcome.BLOCKED, Outcome.GONE, Outcome.EMPTY_SUSPICIOUS})


@dataclass(frozen=True, slots=True)
class Due:
    """Something to tell. `once_since`: only once since that time (None: once a day). `to` and
    `but` narrow whom it is told.
    """

    notice: NoticeAlert
    once_since: datetime | None = None
    to: str | None = None
    but: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """How a destination stood before a delivery and after it; `waiting` alerts are still open."""

    before: DestinationHealth
    after: DestinationHealth
    waiting: int


def must_tell(state: FeedState) -> bool:
    """Whether a feed is in a state that its owner must hear of."""
    if state.condition is FeedCondition.HELD:
        return True
    if not state.consecutive_failures:
        return False
    turned = state.last_outcome is Outcome.NOT_A_FEED and state.seen_entries
    return state.consecutive_failures >= FAILURES_TOLD or turned or state.last_outcome in _AT_ONCE


def feed_notices(
    feeds: Iterable[FeedSettings],
    before: Mapping[str, FeedState],
    after: Mapping[str, FeedState],
    now: datetime,
) -> list[Due]:
    """What the feeds' states before and after the polls of a cycle give to tell: what fails, and
    what works again.
    """
    due = []
    for feed in feeds:
        state, was = after.get(feed.name), before.get(feed.name)
        if not feed.enabled or state is None:
            continue
        if must_tell(state):
            due.append(Due(_failing(state)))
        elif (
            was is not None
            and must_tell(was)
            and was.condition is not FeedCondition.HELD
            and not state.consecutive_failures
        ):
            due.append(Due(_recovered(was, now)))
    return due


def _recovered(was: FeedState, now: datetime) -> NoticeAlert:
    from goldmine_ingest.render import (
        notices,
    )  # a cycle in which all is well pays for no rendering; so below

    return notices.feed_recovered(was.feed, failing_since=was.last_ok_at, now=now)


def _failing(state: FeedState) -> NoticeAlert:
    from goldmine_ingest.render import notices

    if state.condition is FeedCondition.HELD:
        return notices.feed_swapped(state.feed)
    paused = state.condition is FeedCondition.PAUSED
    return notices.feed_failing(
        state.feed,
        state.last_outcome or Outcome.ERROR,
        failures=state.consecutive_failures,
        last_ok_at=state.last_ok_at,
        next_poll_at=None if paused else state.next_poll_at,
    )


def dead_man(
    feeds: Iterable[FeedSettings], states: Mapping[str, FeedState], began: datetime, now: datetime
) -> list[Due]:
    """No feed has given a good poll for a day (since the first cycle where none ever did): told
    once each time that it comes to that.
    """
    watched = [states[feed.name] for feed in feeds if feed.enabled and feed.name in states]
    if not watched or any(state.last_outcome is Outcome.PARTIAL for state in watched):
        return []
    last_good_at = max(
        (found for state in watched if (found := past(state.last_ok_at, now))), default=None
    )
    since = last_good_at or began
    if now - since < SILENCE:
        return []
    from goldmine_ingest.render import notices

    return [Due(notices.dead_man(last_good_at, now), once_since=since)]


def quiet_feeds(
    feeds: Iterable[FeedSettings], states: Mapping[str, FeedState], now: datetime
) -> dict[str, datetime]:
    """The feeds that answer but have brought nothing new for a day, each with when it last did:
    those whose usual gaps are worth a look.
    """
    found = {}
    for feed in feeds:
        state = states.get(feed.name)
        if (
            feed.enabled
            and state
            and state.condition is FeedCondition.OK
            and state.last_new_at
            and now - state.last_new_at > SILENCE
        ):
            found[feed.name] = state.last_new_at
    return found


def silence_notices(
    quiet: Mapping[str, datetime], gaps: Mapping[str, timedelta], now: datetime
) -> list[Due]:
    """Of the quiet feeds those that never were quiet for so long; `gaps` holds each one's
    longest silence of 14 days.
    """
    from goldmine_ingest.render import notices

    return [
        Due(notices.feed_silent(feed, last_new_at, gaps[feed], now), once_since=last_new_at)
        for feed, last_new_at in quiet.items()
        if feed in gaps and now - last_new_at > max(SILENCE, gaps[feed] * SILENCE_FACTOR)
    ]


def storm_notices(
    feed: str, events: Iterable[AlertEvent], destinations: Iterable[DestinationSettings]
) -> list[Due]:
    """More qualified in one poll than a destination takes in an hour: each such destination
    hears what becomes of the rest.
    """
    counts: dict[str, int] = {}
    for event in events:
        if event.event == "owed":
            counts[event.destination] = counts.get(event.destination, 0) + 1
    stormed = [d for d in destinations if counts.get(d.name, 0) > d.max_per_hour]
    if not stormed:
        return []
    from goldmine_ingest.render import notices

    return [Due(notices.storm(feed, counts[d.name], d.max_per_hour), to=d.name) for d in stormed]


def destination_notices(
    changes: Mapping[str, Change], events: Iterable[AlertEvent], now: datetime
) -> list[Due]:
    """What a delivery showed of destinations, told on the others: one that is wrong at once, one
    that only fails after a week, one that takes messages again; and each message that was refused
    for good.
    """
    due = [told for name, change in changes.items() if (told := _told_of(name, change, now))]
    dead = [event for event in events if event.event == "dead"]
    if dead:
        from goldmine_ingest.model.alert import Cause
        from goldmine_ingest.render import notices

        dead = [event for event in dead if event.cause is not Cause.DAMAGED]
        due += [
            Due(
                notices.message_refused(e.destination, (e.listing_id or e.alert_id)[:8], e.reason),
                but=e.destination,
            )
            for e in dead
        ]
    return due


def _told_of(name: str, change: Change, now: datetime) -> Due | None:
    is_down, was_down = _must_tell_of(change.after, now), _must_tell_of(change.before, now)
    if not (is_down or was_down):
        return None
    from goldmine_ingest.render import notices

    if is_down and change.after.down_since:
        return Due(
            notices.destination_down(
                name, change.after.reason, since=change.after.down_since, waiting=change.waiting
            ),
            but=name,
        )
    if was_down and not change.after.down:
        return Due(
            notices.destination_recovered(name, since=change.before.down_since, now=now), but=name
        )
    return None


def _must_tell_of(standing: DestinationHealth, now: datetime) -> bool:
    since = standing.down_since
    return since is not None and (standing.wrong or now - since >= DESTINATION_DOWN_TOLD)


def owed(
    due: Iterable[Due],
    told: Mapping[tuple[Topic, str, str], datetime],
    destinations: Sequence[DestinationSettings],
    *,
    now: datetime,
    run_id: str | None,
) -> tuple[AlertEvent, ...]:
    """The ledger's events for what is due and wasn't told lately; `told` maps (topic, about,
    destination) to when that was.
    """
    from goldmine_ingest.alerts.ledger import owe_notice

    events: list[AlertEvent] = []
    for item in due:
        notice, limit = item.notice, item.once_since or now - _AGAIN
        text = "\n".join((notice.headline, *notice.lines))
        meant = [d for d in destinations if item.to in (None, d.name) and item.but != d.name]
        hearing = [
            d
            for d in meant
            if not ((before := told.get((notice.topic, notice.about, d.name))) and before >= limit)
        ]
        events.extend(owe_notice(notice.topic, notice.about, text, hearing, now=now, run_id=run_id))
    return tuple(events)


def look_back(due: Iterable[Due], now: datetime) -> datetime:
    """From when on the ledger must be asked what was told."""
    return min([now - _AGAIN, *(item.once_since for item in due if item.once_since)])
