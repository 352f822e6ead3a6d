"""[review]: how the reality test counts, when a pursuit is to be asked after, and the weekly
message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.declaration import setting
from goldmine_ingest.settings.kinds import Kind, Wrong, kind_of, shown
from goldmine_ingest.settings.quantities import clock, duration

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FIVE_DAYS = timedelta(days=5)
# From which stages on silence asks for a word: whom the client must answer.
FOLLOWED_UP = {"pursued": _FIVE_DAYS, "viewed": _FIVE_DAYS, "interviewed": _FIVE_DAYS}


@dataclass(frozen=True, slots=True)
class WeekTime:
    """A moment of each week: `weekday` is 0 for Monday."""

    weekday: int
    at: time


def _week_time(value: Any) -> WeekTime:
    expected = 'a day and a time such as "sun 18:00"'
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", expected)
    day, _, at = value.strip().lower().partition(" ")
    if day not in WEEKDAYS:
        raise Wrong(f"is {shown(value)}", expected)
    try:
        return WeekTime(WEEKDAYS.index(day), clock(at.strip()))
    except Wrong:
        raise Wrong(f"is {shown(value)}", expected) from None


_DAYS = "|".join(
    f"[{d[0]}{d[0].upper()}][{d[1]}{d[1].upper()}][{d[2]}{d[2].upper()}]" for d in WEEKDAYS
)
week_time = Kind(
    _week_time,
    {"type": "string", "pattern": rf"^\s*({_DAYS})\s+([01][0-9]|2[0-3]):[0-5][0-9]\s*$"},
)


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """[review]. `ignored_after` is also how long an interview without a deal stays open.
    `follow_up` has, for a stage, how long silence lasts before it is told (None, or no entry:
    never).
    """

    weekly: WeekTime | None = setting(
        kinds.or_word("", week_time),
        "",
        'one message a week on how it goes, in each destination\'s time zone; "" = none',
        example="sun 18:00",
    )
    ignored_after: timedelta = setting(
        duration("1d", "90d"),
        "7d",
        "a proposal without an answer counts as ignored, an interview without a deal as lost",
    )
    follow_up: Mapping[str, timedelta | None] = setting(
        kinds.per_name(
            kinds.or_word("none", duration("1d", "90d")),
            ("pursued", "viewed", "replied", "interviewed"),
            usual=FOLLOWED_UP,
        ),
        {},
        'after how long without a word a pursuit in that stage is to be asked after; "none": never',
        example={"pursued": "4d", "replied": "2d"},
    )
