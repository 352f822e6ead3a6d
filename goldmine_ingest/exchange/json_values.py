"""Values as JSON by the rules of docs/history.md, for every `--json` output.

Amounts are JSON numbers with exactly their digits, times are "2026-11-23T18:29:03Z" (a fraction
only if it is not zero), JSON columns are embedded, and what is unknown, NaN or infinite is null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any

SCHEMA = 1
_PLAIN = frozenset({str, int, bool, type(None)})
_quoted = json.JSONEncoder(
    ensure_ascii=False
).encode  # one for all: json.dumps with an option makes an encoder for each call


def document(**members: object) -> str:
    """A JSON object that begins with `"schema": 1`, then the members in order."""
    return dumps({"schema": SCHEMA, **members})


def dumps(value: object) -> str:
    """Any value of ours as JSON text, UTF-8 characters as they are. Dataclasses are objects,
    other unknown types their text.
    """
    return "".join(_pieces(value)).encode("utf-8", "replace").decode()


def rows(
    columns: Sequence[str], types: Sequence[str], table: Sequence[Sequence[Any]]
) -> list[dict[str, Any]]:
    """The rows of a query as objects, JSON columns parsed. A name that occurs twice gets a
    number, so that no column is lost.
    """
    names = _distinct(columns)
    is_json = [kind == "JSON" for kind in types]
    return [
        {n: _embedded(v) if j else v for n, v, j in zip(names, row, is_json, strict=True)}
        for row in table
    ]


def _distinct(columns: Sequence[str]) -> list[str]:
    names: list[str] = []
    for column in columns:
        name, number = column, 2
        while name in names:
            name, number = f"{column}_{number}", number + 1
        names.append(name)
    return names


def _embedded(value: Any) -> Any:
    return json.loads(value, parse_float=Decimal) if isinstance(value, str) else value


def _pieces(value: Any) -> list[str]:
    if is_dataclass(value) and not isinstance(value, type):
        value = {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, Mapping):
        if all(type(item) in _PLAIN for item in value.values()) and all(
            type(name) is str for name in value
        ):
            return [_quoted(value)]  # a thousand rows of a report at a sixth of the price
        return [
            "{",
            *_joined([[_quoted(str(k)), ": ", *_pieces(v)] for k, v in value.items()]),
            "}",
        ]
    if isinstance(value, list | tuple | set | frozenset):
        items = value if isinstance(value, list | tuple) else sorted(value)
        return ["[", *_joined([_pieces(item) for item in items]), "]"]
    return [_scalar(value)]


def _joined(groups: list[list[str]]) -> list[str]:
    return [
        piece
        for number, group in enumerate(groups)
        for piece in ([", ", *group] if number else group)
    ]


def _scalar(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | str):
        return _quoted(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else "null"
    if isinstance(value, float):
        return repr(value) if isfinite(value) else "null"
    return _quoted(text(value))


def text(value: Any) -> str:
    """A value that JSON has no type for, as text."""
    if isinstance(value, datetime):
        return instant(value) if value.tzinfo else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)  # a UUID too


def instant(moment: datetime) -> str:
    """An aware time in UTC: "2026-11-23T18:29:03Z", with a fraction only if it isn't zero."""
    utc = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{utc.rstrip('0') if '.' in utc else utc}Z"
