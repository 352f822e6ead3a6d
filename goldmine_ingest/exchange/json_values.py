"""Values as JSON by the rules of docs/history.md, for every `--json` output.

Amounts are JSON numbers with exactly their digits, times are "2026-11-23T18:29:03Z" (a fraction
only if it is not zero), JSON columns are embedded, and what is unknown, NaN or infinite is null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson

from goldmine_ingest.text.utc_time import instant

SCHEMA = 1
_OURS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def document(**members: object) -> str:
    """A JSON object that begins with `"schema": 1`, then the members in order."""
    return dumps({"schema": SCHEMA, **members})


def dumps(value: object) -> str:
    """Any value of ours as JSON text, UTF-8 characters as they are. Dataclasses are objects,
    other unknown types their text.
    """
    try:
        return orjson.dumps(value, _other, _OURS).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(_careful(value)).decode()


def rows(
    columns: Sequence[str], types: Sequence[str], table: Sequence[Sequence[Any]]
) -> list[dict[str, Any]]:
    """The rows of a query as objects, JSON columns parsed. A name that occurs twice gets a
    number, so that no column is lost.
    """
    names = _distinct(columns)
    embedded = [name for name, kind in zip(names, types, strict=True) if kind == "JSON"]
    made = [dict(zip(names, row, strict=True)) for row in table]
    for row in made:
        for name in embedded:
            row[name] = _embedded(row[name])
    return made


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


def _other(value: Any) -> Any:
    """What orjson has no rule for, or another one than ours, as what it writes by ours."""
    if isinstance(value, Decimal):
        return orjson.Fragment(_digits(value)) if value.is_finite() else None
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else text(value)


def _digits(amount: Decimal) -> str:
    """With no digit more than it needs, and without an exponent."""
    digits = str(amount)
    if "E" in digits:
        return format(amount.normalize(), "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _careful(value: Any) -> orjson.Fragment:
    """A value that orjson refuses, piece by piece: halves of characters become question marks,
    integers may have any length, names any type, and depth no limit but Python's.
    """
    if isinstance(value, str):
        return orjson.Fragment(orjson.dumps(value.encode("utf-8", "replace").decode()))
    if isinstance(value, int) and not isinstance(value, bool):
        return orjson.Fragment(format(value, "d"))
    if isinstance(value, Mapping):
        named = {_name(name): _careful(part) for name, part in value.items()}
        return orjson.Fragment(orjson.dumps(named))
    if isinstance(value, list | tuple):
        return orjson.Fragment(orjson.dumps([_careful(part) for part in value]))
    if value is None or isinstance(value, bool | float | Enum | orjson.Fragment):
        return orjson.Fragment(orjson.dumps(value))
    return _careful(_other(value))


def _name(name: object) -> str:
    return str(name).encode("utf-8", "replace").decode()


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
