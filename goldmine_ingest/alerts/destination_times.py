"""A destination's own clock: its quiet hours, its digests, its days. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.review import WeekTime

HOUR = timedelta(hours=1)
_LATE = timedelta(days=3)  # that a weekly message still goes out after its moment


def end_of_quiet(destination: DestinationSettings, now: datetime) -> datetime | None:
    """When the quiet hours that contain `now` end (UTC); None outside them. The start belongs to
    them, the end doesn't.

    Wall time in the destination's zone decides, so they keep their clock times over a change to or
    from daylight saving time.
    """
    quiet = destination.quiet_hours
    if quiet is None or quiet.start == quiet.end:
        return None
    local = _local(now, destination)
    clock = local.time()
    over_midnight = quiet.start > quiet.end
    inside = (
        (clock >= quiet.start or clock < quiet.end)
        if over_midnight
        else quiet.start <= clock < quiet.end
    )
    if not inside:
        return None
    days = 1 if over_midnight and clock >= quiet.start else 0
    end = _instant(local, days, quiet.end, destination)
    # In an hour that comes twice, the end has passed once already: the quiet hours end with its
    # second pass.
    return end if end > now else end + HOUR


def last_digest_time(destination: DestinationSettings, now: datetime) -> datetime | None:
    """The newest digest time that is not after `now` (UTC); None without digest_at."""
    return max((t for t in _digest_times(destination, now) if t <= now), default=None)


def summary_day(destination: DestinationSettings, began: datetime, now: datetime) -> date | None:
    """The newest local day whose summary is due: its last digest time has passed, and the
    destination had begun by then. None: none is.
    """
    if not destination.digest_at:
        return None
    local = _local(now, destination)
    last = max(destination.digest_at)
    due = [day for day in (-1, 0) if began < _instant(local, day, last, destination) <= now]
    return local.date() + timedelta(days=max(due)) if due else None


def week_moment(
    destination: DestinationSettings, weekly: WeekTime, began: datetime, now: datetime
) -> datetime | None:
    """The newest such moment of a week, by the destination's clock (UTC), if it passed lately and
    the destination had begun by then: what was missed while the computer was off for days isn't
    made up for.
    """
    local = _local(now, destination)
    days = -((local.weekday() - weekly.weekday) % 7)
    moments = [_instant(local, days - back, weekly.at, destination) for back in (0, 7)]
    newest = max(moment for moment in moments if moment <= now)
    return newest if newest > began and now - newest <= _LATE else None


def _digest_times(destination: DestinationSettings, now: datetime) -> list[datetime]:
    local = _local(now, destination)
    return [
        _instant(local, days, at, destination)
        for days in (-1, 0, 1)
        for at in destination.digest_at
    ]


def _local(moment: datetime, destination: DestinationSettings) -> datetime:
    return moment.astimezone(_zone(destination))


def _instant(local: datetime, days: int, at: time, destination: DestinationSettings) -> datetime:
    """That clock time, so many days after the local day, in UTC. A time that the clock skips counts
    as if it had not been put forward; one that it shows twice is the first of both.
    """
    wall = datetime.combine(local.date() + timedelta(days=days), at)
    return wall.replace(tzinfo=_zone(destination)).astimezone(UTC)


def local_day(moment: datetime, destination: DestinationSettings) -> date:
    """Which day it is there."""
    return _local(moment, destination).date()


def time_of_day(moment: datetime, destination: DestinationSettings) -> str:
    """The time of day there, as '18:00'."""
    return f"{_local(moment, destination):%H:%M}"


def date_and_time(moment: datetime, destination: DestinationSettings) -> str:
    """Day and time of day there, as '2026-11-23 18:00'."""
    return f"{_local(moment, destination):%Y-%m-%d %H:%M}"


def _zone(destination: DestinationSettings) -> tzinfo | None:
    """None stands for the computer's own."""
    if destination.timezone is None:
        return None
    from zoneinfo import ZoneInfo  # with the computer's zone nothing pays for it

    return ZoneInfo(destination.timezone)
