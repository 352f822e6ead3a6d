"""Dates as feeds and mails write them, brought to UTC. Any text is taken, nothing raises, and what
can't be meant is None. "2 hours ago" and its like are read by `relative_times`.

"now" is an argument: it decides what "2 hours ago" and "Aug 27" mean, and which times are credible.
A zone name that means several (IST, CST) is read as the boards use it: India, North America.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from goldmine_ingest.facts.calendar_words import MONTHS, ZONES
from goldmine_ingest.facts.relative_times import ago
from goldmine_ingest.text.lazy_re import lazy_re

_READ = 120
_OLDEST = timedelta(days=3653)  # ten years: docs/reliability.md I9
_AHEAD = timedelta(hours=24)
_EXPIRES_AHEAD = timedelta(days=3 * 366)


def parse_date(
    text: str,
    *,
    now: datetime,
    order: Literal["mdy", "dmy"] = "mdy",
    default_tz: tzinfo = UTC,
    future: bool = False,
) -> datetime | None:
    """The time that a text states, in UTC: RFC 822, ISO 8601, epoch (s or ms), "2 hours ago",
    "September 14, 2026 12:40 PM", "Aug 27".

    `order` decides 07/08/2026 (31/07/2026 can only be one thing), `default_tz` is meant where the
    text names no zone. A month and day without a year is the newest that isn't in the future. Kept
    only from ten years before `now` to 24 hours after it (docs/reliability.md I9); with `future`,
    for days on which something ends, up to three years after.
    """
    text = _reordered(" ".join(text[:_READ].split()))
    try:
        moment = (
            _epoch(text)
            or _iso(text, default_tz)
            or _named(text, now, default_tz)
            or _numeric(text, order, default_tz)
            or ago(text, now)
        )
        if moment is None:
            return None
        moment = moment.astimezone(UTC)
        return (
            moment
            if now - _OLDEST <= moment <= now + (_EXPIRES_AHEAD if future else _AHEAD)
            else None
        )
    except (ValueError, OverflowError):  # 2024-13-45, year -1, +9999
        return None


# Orders that the patterns below don't know, put into one that they do: those of "2026年9月28日", of
# "2026/9/28" and "28Sep2026", of C's ctime, a clock before its date, "7 am", a zone in parentheses.
_ORDERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        lazy_re(r"^(\d{4})(?:([/.-])|年) ?(\d{1,2})(?:\2|月) ?(\d{1,2})(?!\d)日?"),
        lambda found: f"{found[1]}-{int(found[3]):02d}-{int(found[4]):02d}",
    ),
    (lazy_re(r"\b(\d{1,2})([A-Za-z]{3})(\d{4})\b"), lambda found: " ".join(found.groups())),
    (
        lazy_re(
            r"\b([^\W\d_]{3,9}) (\d{1,2}) (\d{1,2}:\d\d(?::\d\d)?)((?: [A-Z]{2,5}| [+-]\d{4})?)"
            r" (\d{4})\b"
        ),
        lambda found: f"{found[1]} {found[2]}, {found[5]} {found[3]}{found[4]}",
    ),
    (
        lazy_re(r"(?<![\d:.])(\d{1,2}) ?([AaPp])\.?[Mm]\b\.?"),
        lambda found: f"{found[1]}:00 {found[2]}m",
    ),
    (lazy_re(r"(?<=\d) \(([A-Z]{2,5})\)"), lambda found: f" {found[1]}"),
    (
        lazy_re(
            r"^(?:at |um )?(\d{1,2}[:h]\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\b\.?)?(?: Uhr)?)"
            r"(?: ?[,|·–—-]| on| am| el)? (?=\D*\d)(.*[^\d:]\d.*)$"
        ),
        lambda found: f"{found[2]} {found[1]}",
    ),
)


def _reordered(text: str) -> str:
    for pattern, ordered in _ORDERS:
        text = pattern.sub(ordered, text)
    return text


_EPOCH = lazy_re(r"(\d{9,13})(?:\.\d{1,9})?")
_MILLISECONDS = 10**11  # as seconds this is the year 5138


def _epoch(text: str) -> datetime | None:
    match = _EPOCH.fullmatch(text)
    if not match:
        return None
    number = int(match[1])
    return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS else number, UTC)


_CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:h]|(?<=\d\d)\.(?=\d\d\b(?!\.))"
    r"|(?<=klo \d)\.)(?P<minute>\d{2})(?::(?P<second>\d{2})"
    r"(?:[.,]\d+)?)?(?: ?(?P<half>[AaPp])\.?[Mm](?![A-Za-z])\.?)?"
)
_ZONE = (
    r"(?: ?(?P<zone>Z|(?:(?:UTC|GMT) ?)?[+-]\d{1,2}:?\d{2}|(?:UTC|GMT)"
    r" ?[+-]\d{1,2}|[+-]\d{2}(?!\d)|[A-Z][A-Za-z]+/[A-Z][A-Za-z_/]+|[A-Za-zМСКмск]{1,5}))?"
)
# What stands between a date and its time, in whatever way both are joined.
_JOIN = (
    r"(?:T|(?: ?(?:г\.|года|року|р\.))?[ ,;|·•–—@_-]{0,4}(?:\b(?:at|um|à|a las|às|alle|ore|om|kl\.?"
    r"|o|o godz\.?|в|о|об|klo|saat|das|ve|u)\b\.?)?[ ,]{0,2})"
)
_ISO = lazy_re(
    rf"(?P<year>\d{{4}})(?:[-/.]?)(?P<month>\d{{2}})(?:[-/.]?)(?P<day>\d{{2}})"
    rf"(?:{_JOIN}(?:{_CLOCK}|(?P<packed>\d{{4}}(?:\d{{2}})?)(?!\d)){_ZONE})?",
    re.IGNORECASE,
)


def _iso(text: str, tz: tzinfo) -> datetime | None:
    match = _ISO.match(text)
    return (
        _time(int(match["year"]), int(match["month"]), int(match["day"]), match, tz)
        if match
        else None
    )


_DAY_FIRST = lazy_re(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?[ -](?:de )?(?P<month>[^\W\d_]{{3,10}})\.?,?(?:["
    rf" -](?:de )?(?P<year>\d{{4}}"
    rf"|\d{{2}}(?!\d|:))\b)?(?:{_JOIN}{_CLOCK}(?: Uhr| uur)?{_ZONE})?",
    re.IGNORECASE,
)
_MONTH_FIRST = lazy_re(
    rf"(?P<month>[^\W\d_]{{3,10}})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:)(?:,?"
    rf" (?P<year>\d{{4}})\b)?(?:{_JOIN}"
    rf"{_CLOCK}{_ZONE})?",
    re.IGNORECASE,
)
_CENTURY = 100
_NO_YEAR = lazy_re(
    r",? (?:-\d|\d{3})"
)  # what stands where the year would and isn't one: "01 Jan -001"


def _named(text: str, now: datetime, tz: tzinfo) -> datetime | None:
    """A date with the month's name: RFC 822, "September 14, 2026 12:40 PM", "27. August", "28
    сентября 2026 г. в 10:15".
    """
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(text):
            month = MONTHS.get(match["month"].lower())
            if month is None:
                continue
            if match["year"] is None:
                if _NO_YEAR.match(text, match.end()):
                    return None
                return _newest(month, int(match["day"]), match, now, tz)
            year = int(match["year"])
            return _time(
                year + 2000 if year < _CENTURY else year, month, int(match["day"]), match, tz
            )
    return None


def _newest(
    month: int, day: int, match: re.Match[str], now: datetime, tz: tzinfo
) -> datetime | None:
    """The newest such day that isn't in the future (a day of grace for zones); February 29 may
    lie four years back.
    """
    for year in range(now.year + 1, now.year - 8, -1):
        try:
            candidate = _time(year, month, day, match, tz)
        except ValueError:
            continue
        if candidate <= now + _AHEAD:
            return candidate
    return None


_NUMERIC = lazy_re(
    r"(?P<first>\d{1,2})[./-](?P<second_part>\d{1,2})[./-](?P<year>\d{4})\b"
    rf"(?:{_JOIN}{_CLOCK}{_ZONE})?",
    re.IGNORECASE,
)
_LAST_MONTH = 12


def _numeric(text: str, order: str, tz: tzinfo) -> datetime | None:
    match = _NUMERIC.search(text)
    if not match:
        return None
    first, second = int(match["first"]), int(match["second_part"])
    day_first = first > _LAST_MONTH or (
        second <= _LAST_MONTH and (order == "dmy" or "." in match[0][:3])
    )
    day, month = (first, second) if day_first else (second, first)
    return _time(int(match["year"]), month, day, match, tz)


def _time(year: int, month: int, day: int, match: re.Match[str], tz: tzinfo) -> datetime:
    """The date of a match with its clock: 24:00 is the next midnight, a leap second the second
    after it. Raises ValueError.
    """
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if packed := match.groupdict().get("packed"):  # "20260928T100000Z"
        hour, minute, second = (int(packed[at : at + 2] or 0) for at in (0, 2, 4))
    if half := match["half"]:
        hour = hour % 12 + (12 if half in "pP" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("no such time of day")
    return datetime(year, month, day, tzinfo=_zone(match["zone"], tz)) + timedelta(
        hours=hour, minutes=minute, seconds=second
    )


_OFFSET = lazy_re(r"(?:UTC|GMT)? ?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
_WIDEST = timedelta(hours=14)


def _zone(name: str | None, default: tzinfo) -> tzinfo:
    if not name:
        return default
    if offset := _OFFSET.fullmatch(name):
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if span > _WIDEST:
            raise ValueError("no such offset")
        return timezone(-span if offset[1] == "-" else span)
    if "/" in name:
        return _tz_database(name) or default
    hours = ZONES.get(name.lower())
    return timezone(timedelta(hours=hours)) if hours is not None else default


def _tz_database(name: str) -> tzinfo | None:
    """ "America/New_York"."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None
