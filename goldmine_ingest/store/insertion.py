"""Rows into tables.

They go in as one JSON text that DuckDB takes apart by the table's own column types. For the real
tables that is cheaper in CPU than list parameters (50 listings with findings: 11 ms against 15,
1,000: 80 against 214; 1,000 flat feed states: 46 against 40), takes nested findings as they are,
and keeps money exact: a Decimal travels as its digits. What doesn't fit its column (a budget of
10^20) becomes NULL.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    import duckdb

# Characters of JSON in one statement. A statement costs DuckDB two milliseconds whatever it does,
# so few are better; but taking 20,000 listings with their findings apart at once needs more than a
# GiB, and so many characters some 30 MiB.
_AT_ONCE = 1024 * 1024

# Each table's columns and types as JSON; the same for every history of this schema version.
_shapes: dict[str, str] = {}


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to one of our tables. A column that a row leaves out is NULL."""
    for given in _given(con, table, rows):
        con.execute(f"INSERT INTO {table} {_ROWS}", given)


def update(
    con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]], *, by: str
) -> int:
    """Change rows of one of our tables in place, each found by its value of the column `by`; gives
    how many there were. A column that a row leaves out becomes NULL.
    """
    changed = 0
    for given in _given(con, table, rows):
        names = json.loads(given["shape"])[0].keys() - {by}
        settings = ", ".join(f"{name} = now.{name}" for name in sorted(names))
        counts = con.execute(
            f"UPDATE {table} SET {settings} FROM ({_ROWS}) AS now WHERE {table}.{by} = now.{by}",  # noqa: S608 - ours
            given,
        ).fetchone()
        changed += counts[0] if counts else 0
    return changed


# The list of one keeps DuckDB from taking the text apart while it plans, value by value: ten times
# as dear (240 µs a listing, 23).
_ROWS = "SELECT unnest(from_json(t, $shape), max_depth := 2) FROM unnest([$rows]) AS texts(t)"


def _given(
    con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, str]]:
    """What `_ROWS` takes for the rows, for as few statements as can be."""
    for text in _texts(rows):
        yield {"rows": text, "shape": _shape(con, table)}


def _texts(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The rows as few JSON lists."""
    waiting: list[str] = []
    size = 0
    for row in map(as_json, rows):
        if waiting and size + len(row) > _AT_ONCE:
            yield f"[{','.join(waiting)}]"
            waiting, size = [], 0
        waiting.append(row)
        size += len(row)
    if waiting:
        yield f"[{','.join(waiting)}]"


def _shape(con: duckdb.DuckDBPyConnection, table: str) -> str:
    if table not in _shapes:
        columns = con.execute(f"FROM {table} LIMIT 0").description
        _shapes[table] = json.dumps([{name: str(kind) for name, kind, *_ in columns}])
    return _shapes[table]


def as_json(value: object) -> str:
    """JSON that DuckDB takes: without NaN, infinity and half characters, which a hostile feed
    may hold.
    """
    try:
        return orjson.dumps(
            value, default=_for_json
        ).decode()  # a tenth of what json takes; NaN and infinity become null
    except orjson.JSONEncodeError:  # half characters, numbers of more than 64 bits
        text = json.dumps(_finite(value), default=_for_json, ensure_ascii=False)
        return text.encode("utf-8", "replace").decode()


def _for_json(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value) if value.is_finite() else None
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
