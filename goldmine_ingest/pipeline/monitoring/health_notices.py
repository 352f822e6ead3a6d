"""Which words about the program's own health are due: a broken source must never look like a quiet
market. Pure.

Each rule says what is wrong, told once a day while it lasts, and that it is over. What was told
already is the ledger's to know: here it is decided what would be said, and `owed` leaves out what
was said lately.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.owing import owe_notice
from goldmine_ingest.config.problems import ConfigProblems, called
from goldmine_ingest.model.alert import Cause
from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.pipeline.monitoring.feed_health import (
    FAILURES_TOLD,
    SILENCE,
    last_good,
    must_tell,
    silent_since,
)
from goldmine_ingest.render import notices

if TYPE_CHECKING:
    from goldmine_ingest.alerts.destination_health import DestinationHealth
    from goldmine_ingest.errors import ConfigError
    from goldmine_ingest.model.alert import AlertEvent, Topic
    from goldmine_ingest.render.message import NoticeAlert
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.feeds import FeedSettings

Place = tuple[str, str]

SILENCE_FACTOR = 1.5
FIRST_SILENCE = timedelta(hours=48)
DESTINATION_DOWN_TOLD = timedelta(days=7)
# The same thing again at most once a day; an hour less, so that a daily cycle that comes a little
# early still tells it.
_AGAIN = timedelta(hours=23)


@dataclass(frozen=True, slots=True)
class Due:
    """Something to tell. `once_since`: only once since that time (None: once a day). `to` and `but`
    narrow whom it is told: places, of a destination's name and a recipient's slot.
    """

    notice: NoticeAlert
    once_since: datetime | None = None
    to: Place | None = None
    but: Collection[Place] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """How a destination (or one of its recipients) stood before a delivery and after it;
    `waiting` alerts are still open.
    """

    destination: DestinationSettings
    before: DestinationHealth
    after: DestinationHealth
    waiting: int


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
    return notices.feed_recovered(was.feed, failing_since=was.last_ok_at, now=now)


def _failing(state: FeedState) -> NoticeAlert:
    if state.condition is FeedCondition.HELD:
        return notices.feed_swapped(state.feed)
    return notices.feed_failing(
        state.feed,
        state.last_outcome or Outcome.ERROR,
        failures=state.consecutive_failures,
        last_ok_at=state.last_ok_at,
        next_poll_at=state.next_poll_at,
    )


def dead_man(
    feeds: Sequence[FeedSettings], states: Mapping[str, FeedState], began: datetime, now: datetime
) -> list[Due]:
    """No feed has given a good poll for a day (since the first cycle where none ever did): told
    once each time that it comes to that.
    """
    since = silent_since(feeds, states, began, now)
    if since is None:
        return []
    last_good_at = last_good(feeds, states, now)
    return [Due(notices.dead_man(last_good_at, now), once_since=since)]


def configuration_notices(
    broken: ConfigError | None, since: datetime | None, *, mended: bool
) -> tuple[Due, ...]:
    """The configuration is broken, or was until now: each told once for each time that it is;
    `since`: when that was first met.
    """
    if broken is None and not mended:
        return ()
    # A notice goes out once a day: each time that it breaks, or is mended, is one of its own.
    which = f"{since:%H:%M:%S}" if since else ""
    if broken is None:
        return (Due(notices.configuration_mended(which), once_since=since),)
    # Where, not what: a message may show a value, and a value may be an address.
    places = (
        [called(problem.where, broken.names) for problem in broken.problems]
        if isinstance(broken, ConfigProblems)
        else [broken.subject or ""]
    )
    return (
        Due(
            notices.configuration_broken([place for place in places if place], which),
            once_since=since,
        ),
    )


def run_notices(crashed: int, since: datetime | None, *, over: bool) -> tuple[Due, ...]:
    """Runs under a scheduler that end before our code begins, `crashed` in a row from `since` on;
    told like a feed that fails. `over`: they were told of, and one has worked again.
    """
    if not over and (crashed < FAILURES_TOLD or since is None):
        return ()
    if over or since is None:
        return (Due(notices.runs_recovered()),)
    return (Due(notices.runs_crashing(crashed, since)),)


def page_notices(what: str, status: int, at: datetime) -> tuple[Due, ...]:
    """The page beside the polling ended by itself at that time; told once a day."""
    return (Due(notices.page_ended(what, status, at)),)


def silence_notices(
    quiet: Mapping[str, datetime],
    gaps: Mapping[str, timedelta],
    now: datetime,
    intervals: Mapping[str, timedelta] = MappingProxyType({}),
) -> list[Due]:
    """Of the quiet feeds those that never were quiet for so long; `gaps` holds each one's
    longest silence of 14 days. One that brought something only once has no gap yet: it is told
    after two days, or ten of its `intervals` where those are longer.
    """
    return [
        Due(notices.feed_silent(feed, last_new_at, gaps[feed], now), once_since=last_new_at)
        for feed, last_new_at in quiet.items()
        if feed in gaps and now - last_new_at > max(SILENCE, gaps[feed] * SILENCE_FACTOR)
    ] + [
        Due(notices.feed_silent(feed, last_new_at, None, now), once_since=last_new_at)
        for feed, last_new_at in quiet.items()
        if feed not in gaps
        and now - last_new_at > max(FIRST_SILENCE, intervals.get(feed, SILENCE / 10) * 10)
    ]


def storm_notices(
    feed: str, events: Iterable[AlertEvent], destinations: Iterable[DestinationSettings]
) -> list[Due]:
    """More qualified in one poll than a destination takes in an hour: each such destination
    hears what becomes of the rest.
    """
    counts = Counter((event.destination, event.slot) for event in events if event.event == "owed")
    stormed = [d for d in destinations if counts[d.place] > d.max_per_hour]
    if not stormed:
        return []
    return [Due(notices.storm(feed, counts[d.place], d.max_per_hour), to=d.place) for d in stormed]


def destination_notices(
    changes: Mapping[Place, Change],
    destinations: Sequence[DestinationSettings],
    events: Iterable[AlertEvent],
    now: datetime,
) -> list[Due]:
    """What a delivery showed of destinations, told on the others: one that is wrong at once, one
    that only fails after a week, one that takes messages again; and each message that was refused
    for good. Of several recipients each is told of by itself, on the others too; of all at once as
    of the destination.
    """
    due = [
        told
        for name in dict.fromkeys(name for name, _ in changes)
        for told in _told_of(
            name, [change for (of, _), change in changes.items() if of == name], destinations, now
        )
    ]
    dead = [event for event in events if event.event == "dead"]
    if dead:
        called = {place: change.destination.called for place, change in changes.items()}
        for event in (event for event in dead if event.cause is not Cause.DAMAGED):
            place = event.destination, event.slot
            short_id = (event.listing_id or event.alert_id)[:8]
            due.append(
                Due(
                    notices.message_refused(
                        called.get(place, event.destination), short_id, event.reason
                    ),
                    but=[place],
                )
            )
    return due


def _told_of(
    name: str, changes: Sequence[Change], destinations: Sequence[DestinationSettings], now: datetime
) -> list[Due]:
    """What is to be told of one destination."""
    down = [change for change in changes if _must_tell_of(change.after, now)]
    back = [
        change for change in changes if _must_tell_of(change.before, now) and not change.after.down
    ]
    if not (down or back):
        return []
    recipients = sum(destination.name == name for destination in destinations)
    notices = []
    for group, make in ((down, _down), (back, _back)):
        for part in [group] if len(group) == recipients else [[change] for change in group]:
            notices.append(Due(make(part, now), but=[change.destination.place for change in part]))
    return notices


def _called(changes: Sequence[Change]) -> str:
    """The recipient, or the destination where it is about all of them."""
    return changes[0].destination.called if len(changes) == 1 else changes[0].destination.name


def _down(changes: Sequence[Change], now: datetime) -> NoticeAlert:
    first = min(changes, key=lambda change: change.after.down_since or now)
    waiting = sum(change.waiting for change in changes)
    notice: NoticeAlert = notices.destination_down(
        _called(changes),
        first.after.reason,
        name=first.destination.name,
        since=first.after.down_since or now,
        waiting=waiting,
    )
    return notice


def _back(changes: Sequence[Change], now: datetime) -> NoticeAlert:
    since = min(
        (change.before.down_since for change in changes if change.before.down_since), default=None
    )
    notice: NoticeAlert = notices.destination_recovered(_called(changes), since=since, now=now)
    return notice


def _must_tell_of(health: DestinationHealth, now: datetime) -> bool:
    since = health.down_since
    return since is not None and (health.wrong or now - since >= DESTINATION_DOWN_TOLD)


def owed(
    due: Iterable[Due],
    told: Mapping[tuple[Topic, str, Place], datetime],
    destinations: Sequence[DestinationSettings],
    *,
    now: datetime,
    run_id: str | None,
    ahead: Collection[str] = (),
) -> tuple[AlertEvent, ...]:
    """The ledger's events for what is due and wasn't told lately, to the destinations that take
    notices; `told` maps (topic, about, place) to when that was. `ahead` are the alert_ids that a
    clock that was ahead used up.
    """
    events: list[AlertEvent] = []
    for item in due:
        notice, limit = item.notice, item.once_since or now - _AGAIN
        text = "\n".join((notice.headline, *notice.lines))
        meant = [
            d
            for d in destinations
            if d.notices and item.to in (None, d.place) and d.place not in item.but
        ]
        hearing = [
            d for d in meant if not ((before := _told_at(told, notice, d)) and before >= limit)
        ]
        events.extend(
            owe_notice(
                notice.topic, notice.about, text, hearing, now=now, run_id=run_id, ahead=ahead
            )
        )
    return tuple(events)


def _told_at(
    told: Mapping[tuple[Topic, str, Place], datetime],
    notice: NoticeAlert,
    destination: DestinationSettings,
) -> datetime | None:
    """Of a recipient that has been told nothing of the kind yet, when its destination's first
    was: they may have been one before.
    """
    here = told.get((notice.topic, notice.about, destination.place))
    return here or told.get((notice.topic, notice.about, (destination.name, "")))


def look_back(due: Iterable[Due], now: datetime) -> datetime:
    """From when on the ledger must be asked what was told."""
    return min([now - _AGAIN, *(item.once_since for item in due if item.once_since)])
