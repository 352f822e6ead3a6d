"""Kinds of values that are quantities written as texts: durations, sizes, times of day."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

from goldmine_ingest.settings.kinds import Kind, Wrong, kind_of, shown

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SIZES = {"B": 1, "KB": 1000, "KiB": 1024, "MB": 1000**2, "MiB": 1024**2}
_CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"


def _span(value: Any, expected: str, units: str) -> timedelta:
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", expected)
    match = re.fullmatch(rf"([0-9]{{1,15}})({units})", value)
    if not match:
        raise Wrong(f"is {shown(value)}", expected)
    try:
        return int(match[1]) * _UNITS[match[2]]
    except OverflowError:
        raise Wrong(f"is {shown(value)}", expected) from None


def duration(low: str, high: str, *, milliseconds: bool = False) -> Kind[timedelta]:
    """Digits and one of s m h d w ("90m"), between two such; where `milliseconds` make sense, ms
    too.
    """
    expected = (
        f'from "{low}" to "{high}" (digits and one of {"ms " if milliseconds else ""}s m h d w)'
    )
    units = "ms|s|m|h|d|w" if milliseconds else "s|m|h|d|w"
    lowest, highest = _span(low, expected, "ms|s|m|h|d|w"), _span(high, expected, "ms|s|m|h|d|w")

    def read(value: Any) -> timedelta:
        span = _span(value, expected, units)
        if not lowest <= span <= highest:
            raise Wrong(f"is {shown(value)}", expected)
        return span

    return Kind(read, {"type": "string", "pattern": f"^[0-9]{{1,15}}({units})$"})


def size(low: int, high: str) -> Kind[int]:
    """Bytes: a whole number, or a text such as "5MiB"."""
    expected = f'a size such as "5MiB", at most {high}'
    highest = _bytes(high) or 0

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise Wrong(f"is {kind_of(value)}", expected)
        count = value if isinstance(value, int) else _bytes(value)
        if count is None or not low <= count <= highest:
            raise Wrong(f"is {shown(value)}", expected)
        return count

    units = "|".join(_SIZES)
    whole = {"type": "integer", "minimum": low, "maximum": highest}
    return Kind(
        read,
        {"anyOf": [whole, {"type": "string", "pattern": rf"^[0-9]{{1,12}}\s?({units})$"}]},
    )


def _bytes(value: str) -> int | None:
    match = re.fullmatch(r"([0-9]{1,12})\s?(B|KB|KiB|MB|MiB)", value)
    return int(match[1]) * _SIZES[match[2]] if match else None


def _clock(value: Any) -> time:
    expected = 'a time of day such as "18:00"'
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", expected)
    match = re.fullmatch(_CLOCK, value)
    if not match:
        raise Wrong(f"is {shown(value)}", expected)
    return time(int(match[1]), int(match[2]))


def _clocks(value: Any) -> tuple[time, time]:
    expected = 'two different times such as "22:00-07:00"'
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", expected)
    try:
        start, end = (_clock(part.strip()) for part in value.split("-"))
    except (Wrong, ValueError):
        raise Wrong(f"is {shown(value)}", expected) from None
    if start == end:
        raise Wrong(f"is {shown(value)}", expected)
    return start, end


# A time of day, "18:00".
clock = Kind(_clock, {"type": "string", "pattern": f"^{_CLOCK}$"})
# From one time of day to another, "22:00-07:00"; over midnight if the end is before the start.
clocks = Kind(_clocks, {"type": "string", "pattern": rf"^\s*{_CLOCK}\s*-\s*{_CLOCK}\s*$"})
