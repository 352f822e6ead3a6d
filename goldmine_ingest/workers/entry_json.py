"""Entries as JSON text, and back with the types that their fields declare: a batch is a file, and
who wrote it may be mistaken.

JSON in ASCII, so that what a hostile feed may hold (half characters, NUL) comes back as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from goldmine_ingest.model import Json

_Value = TypeVar("_Value")
_Maker = Callable[[Any], Any]


def to_text(value: Any, *, without: str = "") -> str:
    """The fields of a dataclass that differ from what an empty one says."""
    values = {
        f.name: found
        for f in fields(value)
        if f.name != without and (found := getattr(value, f.name)) != f.default
    }
    return json.dumps(values, default=_plain)


def from_text(kind: type[_Value], text: str, **more: Any) -> _Value:
    """What `to_text` wrote, with the fields `more`. Raises ValueError, TypeError, KeyError or
    ArithmeticError where it isn't that.
    """
    makers = _makers(kind)  # type: ignore[arg-type]  # mypy takes the hash of the class for that of its values
    try:
        values = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return kind(**{name: makers[name](found) for name, found in values.items()}, **more)


def _plain(value: object) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    return dict(value) if isinstance(value, Mapping) else str(value)


@cache
def _makers(kind: type) -> Mapping[str, _Maker]:
    return {
        name: _maker(hint) for name, hint in get_type_hints(kind, localns={"Json": Json}).items()
    }  # the modules import that for a type checker alone


def _maker(hint: Any) -> _Maker:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (made,) = (_maker(each) for each in inner if each is not type(None))
        return lambda found: None if found is None else made(found)
    if origin is Literal:
        return partial(_one_of, inner)
    if origin is tuple:
        makers = [_maker(each) for each in inner if each is not ...]
        return partial(_tuple, makers[0]) if ... in inner else partial(_pair, makers)
    if is_dataclass(hint):
        return partial(_made, hint)
    return _PLAIN.get(origin or hint) or (
        hint if issubclass(hint, Enum) else partial(_exactly, hint)
    )


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{type(value).__name__} in place of {kind.__name__}")
    return value


def _made(kind: Any, values: Any) -> Any:
    makers = _makers(kind)
    return kind(**{name: makers[name](each) for name, each in _exactly(dict, values).items()})


def _one_of(allowed: tuple[Any, ...], value: Any) -> Any:
    if value not in allowed:
        raise ValueError("not one of the known words")
    return value


def _tuple(made: _Maker, values: Any) -> tuple[Any, ...]:
    return tuple(made(each) for each in _exactly(list, values))


def _pair(makers: list[_Maker], values: Any) -> tuple[Any, ...]:
    return tuple(made(each) for made, each in zip(makers, _exactly(list, values), strict=True))


def _money(text: Any) -> Decimal:
    amount = Decimal(_exactly(str, text))
    if not amount.is_finite():
        raise ValueError("not an amount")
    return amount


def _time(text: Any) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at


_PLAIN: Mapping[Any, _Maker] = {
    Decimal: _money,
    datetime: _time,
    float: float,
    Mapping: partial(_exactly, dict),
}
