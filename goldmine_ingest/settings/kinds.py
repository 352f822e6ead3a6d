"""Kinds of values in the configuration files: how what TOML gave becomes a typed value, with a
sentence about what is wrong with it, and what a JSON Schema says of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_LONGEST_TEXT = 8192
_LONGEST_SHOWN = 60
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Wrong(Exception):  # noqa: N818 - a value that isn't right, said to the table that holds it; it never leaves config
    """What is wrong with a value, and what was expected in its place."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected


class WrongItems(Wrong):
    """The wrong parts of a list or a table, each with its place ('[2]', '.budget')."""

    def __init__(self, items: list[tuple[str, Wrong]]) -> None:
        super().__init__(items[0][1].message, items[0][1].expected)
        self.items = items


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of value. `read` returns the typed value, or raises Wrong. `schema` says as much of it
    as JSON Schema can, and never refuses what `read` takes. `words`: what is expected, where the
    error of a value of another type doesn't say enough.
    """

    read: Callable[[Any], T]
    schema: Mapping[str, Any]
    words: str = ""

    def __call__(self, value: Any) -> T:
        return self.read(value)

    @property
    def expected(self) -> str:
        """What is expected, in words; by default what a value of no type is told."""
        if self.words:
            return self.words
        try:
            self.read(None)
        except Wrong as wrong:
            return wrong.expected
        return "a value"


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


def nearest(key: str, known: Iterable[str]) -> str:
    """The known key that a mistyped one may mean; all of them where none is near."""
    from difflib import get_close_matches  # only who mistypes pays for the import

    names = tuple(known)
    close = get_close_matches(key.lower(), names, n=1, cutoff=0.6)
    return close[0] if close else "one of " + ", ".join(names) if names else "nothing"


def plain_text(value: Any) -> str:
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


def _name(value: Any) -> str:
    text = plain_text(value)
    if text != text.strip() or len(text) > 100:
        raise Wrong(
            f"is {shown(text)}", "a name of at most 100 characters, without spaces around it"
        )
    return text


def _path(value: Any) -> str:
    text = plain_text(value)
    return str(Path(text).expanduser()) if text.startswith("~/") else text


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"is {kind_of(value)}", "true or false")
    return value


TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
text = Kind(plain_text, TEXT)
# What a feed, a destination or a proof is called: it appears in commands, so no spaces around it
# and not too long.
name = Kind(_name, {**TEXT, "maxLength": 100})
path = Kind(_path, TEXT)
file = Kind(lambda value: Path(_path(value)), TEXT)  # relative ones as the reader takes them
flag = Kind(_flag, {"type": "boolean"})


def number(low: Decimal | int, high: Decimal | int | None = None) -> Kind[Decimal]:
    """A finite number from `low` to `high`, both included."""
    expected = f"a number from {low} to {high}" if high is not None else f"a number, {low} or more"

    def read(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise Wrong(f"is {kind_of(value)}", expected)
        amount = Decimal(value)
        if not amount.is_finite() or amount < low or (high is not None and amount > high):
            raise Wrong(f"is {shown(amount)}", expected)
        return amount

    most = {} if high is None else {"maximum": high}
    return Kind(read, {"type": "number", "minimum": low, **most})


def integer(low: int, high: int) -> Kind[int]:
    expected = f"a whole number from {low} to {high}"

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"is {kind_of(value)}", expected)
        if not low <= value <= high:
            raise Wrong(f"is {shown(value)}", expected)
        return value

    return Kind(read, {"type": "integer", "minimum": low, "maximum": high})


def choice(*words: str) -> Kind[Any]:
    """One of the words. The field's type is a Literal of the same words."""
    expected = (
        " or ".join(f'"{w}"' for w in words) if len(words) < 4 else "one of " + ", ".join(words)
    )

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong(f"is {kind_of(value)}", expected)
        if value not in words:
            raise Wrong(f"is {shown(value)}", expected)
        return value

    return Kind(read, {"enum": list(words)})


def each(item: Kind[T]) -> Kind[tuple[T, ...]]:
    """A list of what `item` reads, without repetitions; the error names each wrong place in the
    list.
    """

    def read(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise Wrong(f"is {kind_of(value)}", "a list in square brackets")
        elements: dict[T, None] = {}
        wrong: list[tuple[str, Wrong]] = []
        for index, element in enumerate(value):
            try:
                elements[item(element)] = None
            except Wrong as problem:
                wrong.append((f"[{index}]", problem))
        if wrong:
            raise WrongItems(wrong)
        return tuple(elements)

    return Kind(read, {"type": "array", "items": item.schema}, f"a list, each {item.expected}")


def table_of(item: Kind[T], check: Callable[[str], None] = lambda _: None) -> Kind[Mapping[str, T]]:
    """A table of free names and what `item` reads; `check` raises Wrong for a name that can't
    be.
    """

    def read(value: Any) -> Mapping[str, T]:
        def pair(name: str, inner: Any) -> T:
            check(name)
            return item(inner)

        return _pairs(value, pair)

    schema = {"type": "object", "additionalProperties": item.schema}
    return Kind(read, schema, f"a table of names, each with {item.expected}")


def per_name(
    item: Kind[T], names: Iterable[str], *, usual: Mapping[str, T] | None = None, what: str = ""
) -> Kind[Mapping[str, T]]:
    """A table of closed names; `usual` stands for those that aren't given. `what` a name is, where
    one isn't known ('a red flag'); '': a setting.
    """
    known = tuple(names)

    def read(value: Any) -> Mapping[str, T]:
        def pair(name: str, inner: Any) -> T:
            if name in known:
                return item(inner)
            if what:
                raise Wrong(f"is not {what}", f"one of {', '.join(known)}")
            raise Wrong("is not a known setting", nearest(name, known))

        return {**(usual or {}), **_pairs(value, pair)}

    properties = dict.fromkeys(known, item.schema)
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return Kind(read, schema, f"a table of {', '.join(known)}, each with {item.expected}")


def _pairs(value: Any, pair: Callable[[str, Any], T]) -> dict[str, T]:
    if not isinstance(value, dict):
        raise Wrong(f"is {kind_of(value)}", "a table")
    pairs: dict[str, T] = {}
    wrong: list[tuple[str, Wrong]] = []
    for name, inner in value.items():
        try:
            pairs[name] = pair(name, inner)
        except WrongItems as problem:
            wrong.extend((f".{name}{place}", item) for place, item in problem.items)
        except Wrong as problem:
            wrong.append((f".{name}", problem))
    if wrong:
        raise WrongItems(wrong)
    return pairs


def or_word(word: str, kind: Kind[T]) -> Kind[T | None]:
    """Either the one word, read as None, or what `kind` takes."""

    def read(value: Any) -> T | None:
        if value == word:
            return None
        try:
            return kind(value)
        except Wrong as wrong:
            if not word:
                raise
            raise Wrong(wrong.message, f'"{word}" or {wrong.expected}') from wrong

    return Kind(read, {"anyOf": [{"const": word}, kind.schema]})
