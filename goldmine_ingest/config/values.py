"""Single values of the configuration files: each reader takes what TOML gave and returns the
typed value, or raises Wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from goldmine_ingest.config.codes import COUNTRIES, CURRENCIES, LANGUAGES

T = TypeVar("T")
Reader = Callable[[Any], T]

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SIZES = {"B": 1, "KB": 1000, "KiB": 1024, "MB": 1000**2, "MiB": 1024**2}
_LONGEST_TEXT = 8192
_LONGEST_SHOWN = 60
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Wrong(Exception):  # noqa: N818 - a value that isn't right, said to the table that holds it; it never leaves this package
    """What is wrong with a value, and what was expected in its place."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


class WrongItems(Wrong):
    """The wrong elements of a list, each with its place."""

    def __init__(self, items: list[tuple[int, Wrong]]) -> None:
        super().__init__(items[0][1].message, items[0][1].expected)
        self.items = items


def shown(value: Any) -> str:
    """A value as an error quotes it: short, one line. Never for a value that may be a secret."""
    text = str(value) if isinstance(value, Decimal | bool | int) else repr(value)
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def kind_of(value: Any) -> str:
    """The TOML word for the type of a value."""
    names = (
        (bool, "true or false"),
        (str, "a text"),
        (int, "a whole number"),
        (Decimal, "a number"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "a date or time")


def text(value: Any) -> str:
    """A text that is not empty: one line, no control characters."""
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", "a text in quotes")
    if not value.strip():
        raise Wrong("is empty", "a text in quotes")
    if len(value) > _LONGEST_TEXT:
        raise Wrong(f"has {len(value)} characters", f"at most {_LONGEST_TEXT}")
    if _CONTROL.search(value):
        raise Wrong("holds a line break or another control character", "one line of text")
    return value


def name(value: Any) -> str:
    """What a feed, a destination or a proof is called: it appears in commands, so no spaces
    around it and not too long.
    """
    found = text(value)
    if found != found.strip() or len(found) > 100:
        raise Wrong(
            f"is {shown(found)}", "a name of at most 100 characters, without spaces around it"
        )
    return found


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"is {kind_of(value)}", "true or false")
    return value


def number(low: Decimal | int, high: Decimal | int | None = None) -> Reader[Decimal]:
    """A finite number from `low` to `high`, both included."""
    expected = f"a number from {low} to {high}" if high is not None else f"a number, {low} or more"

    def read(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise Wrong(f"is {kind_of(value)}", expected)
        found = Decimal(value)
        if not found.is_finite() or found < low or (high is not None and found > high):
            raise Wrong(f"is {shown(found)}", expected)
        return found

    return read


def integer(low: int, high: int) -> Reader[int]:
    expected = f"a whole number from {low} to {high}"

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"is {kind_of(value)}", expected)
        if not low <= value <= high:
            raise Wrong(f"is {shown(value)}", expected)
        return value

    return read


def choice(*words: str) -> Reader[Any]:
    """One of the words. The caller's field type is a Literal of the same words."""
    expected = (
        " or ".join(f'"{w}"' for w in words) if len(words) < 4 else "one of " + ", ".join(words)
    )

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong(f"is {kind_of(value)}", expected)
        if value not in words:
            raise Wrong(f"is {shown(value)}", expected)
        return value

    return read


def each(item: Reader[T]) -> Reader[tuple[T, ...]]:
    """A list of what `item` reads, without repetitions; the error names each wrong place in the
    list.
    """

    def read(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise Wrong(f"is {kind_of(value)}", "a list in square brackets")
        found: dict[T, None] = {}
        wrong: list[tuple[int, Wrong]] = []
        for index, element in enumerate(value):
            try:
                found[item(element)] = None
            except Wrong as problem:
                wrong.append((index, problem))
        if wrong:
            raise WrongItems(wrong)
        return tuple(found)

    return read


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


def duration(low: str, high: str, *, milliseconds: bool = False) -> Reader[timedelta]:
    """Digits and one of s m h d w ("90m"), between two such; where `milliseconds` make sense, ms
    too.
    """
    expected = (
        f'from "{low}" to "{high}" (digits and one of {"ms " if milliseconds else ""}s m h d w)'
    )
    units = "ms|s|m|h|d|w" if milliseconds else "s|m|h|d|w"
    lowest, highest = _span(low, expected, "ms|s|m|h|d|w"), _span(high, expected, "ms|s|m|h|d|w")

    def read(value: Any) -> timedelta:
        found = _span(value, expected, units)
        if not lowest <= found <= highest:
            raise Wrong(f"is {shown(value)}", expected)
        return found

    return read


def or_word(word: str, reader: Reader[T]) -> Reader[T | None]:
    """Either the one word, read as None, or what `reader` takes."""

    def read(value: Any) -> T | None:
        if value == word:
            return None
        try:
            return reader(value)
        except Wrong as wrong:
            raise Wrong(wrong.message, f'"{word}" or {wrong.expected}') from wrong

    return read


def size(low: int, high: str) -> Reader[int]:
    """Bytes: a whole number, or a text such as "5MiB"."""
    expected = f'a size such as "5MiB", at most {high}'

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise Wrong(f"is {kind_of(value)}", expected)
        found = value if isinstance(value, int) else _bytes(value)
        highest = _bytes(high)
        if found is None or highest is None or not low <= found <= highest:
            raise Wrong(f"is {shown(value)}", expected)
        return found

    return read


def _bytes(value: str) -> int | None:
    match = re.fullmatch(r"([0-9]{1,12})\s?(B|KB|KiB|MB|MiB)", value)
    return int(match[1]) * _SIZES[match[2]] if match else None


def clock(value: Any) -> time:
    """A time of day, "18:00"."""
    expected = 'a time of day such as "18:00"'
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", expected)
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", value)
    if not match:
        raise Wrong(f"is {shown(value)}", expected)
    return time(int(match[1]), int(match[2]))


def clocks(value: Any) -> tuple[time, time]:
    """From one time of day to another, "22:00-07:00"; over midnight if the end is before the
    start.
    """
    expected = 'two different times such as "22:00-07:00"'
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", expected)
    try:
        start, end = (clock(part.strip()) for part in value.split("-"))
    except (Wrong, ValueError):
        raise Wrong(f"is {shown(value)}", expected) from None
    if start == end:
        raise Wrong(f"is {shown(value)}", expected)
    return start, end


def code(known: frozenset[str], what: str, example: str) -> Reader[str]:
    """A code of a closed list (ISO 3166, 639, 4217), in any case; returned as the list spells
    it.
    """
    expected = f'{what} such as "{example}"'

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong(f"is {kind_of(value)}", expected)
        spelled = value.lower() if example.islower() else value.upper()
        if spelled not in known:
            raise Wrong(
                f"is {shown(value)}",
                expected + (' ("GB" is the United Kingdom)' if spelled == "UK" else ""),
            )
        return spelled

    return read


country = code(COUNTRIES, "a country code of two letters (ISO 3166)", "DE")
language = code(LANGUAGES, "a language code of two letters (ISO 639-1)", "en")
currency = code(CURRENCIES, "a currency code of three letters (ISO 4217)", "USD")


def timezone(value: Any) -> str:
    """A time zone that this computer knows, by its IANA name."""
    from zoneinfo import ZoneInfo  # only who names a zone pays for the import

    expected = 'a time zone such as "Europe/Berlin" or "UTC"'
    if not isinstance(value, str):
        raise Wrong(f"is {kind_of(value)}", expected)
    try:
        ZoneInfo(value)
    except (
        ValueError,
        OSError,
        KeyError,
    ):  # ZoneInfoNotFoundError is a KeyError; a folder of zones gives an OSError
        raise Wrong(f"is {shown(value)}", expected) from None
    return value


def host_name(value: Any) -> str:
    """A name or an address as a browser shows it, without a port: "box.example", "192.0.2.7",
    "[2001:db8::7]". In small letters.
    """
    found = text(value).lower()
    if not re.fullmatch(r"\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?", found):
        raise Wrong(
            f"is {shown(found)}", 'a host name such as "box.example", without scheme and port'
        )
    return found


def host_port(value: Any) -> str:
    """An exception to the private-address guard: "rsshub:1200", "127.0.0.1:8080", "[::1]:8080"."""
    expected = 'host and port such as "127.0.0.1:8080"'
    found = text(value)
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):([0-9]{1,5})", found)
    if not match or not 0 < int(match[2]) < 2**16:
        raise Wrong(f"is {shown(found)}", expected)
    return found
