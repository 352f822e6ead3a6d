"""Rows into tables.

They go in as one JSON text that DuckDB takes apart by the table's own column types. For the real
tables that is cheaper in CPU than list parameters (50 listings with findings: 11 ms against 15,
1,000: 80 against 214; 1,000 flat feed states: 46 against 40), takes nested findings as they are,
and keeps money exact: a Decimal travels as its digits. What doesn't fit its column (a budget of
10^20) becomes NULL. Dataclasses of a quiet poll go in a column at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

import orjson

from goldmine_ingest.store.rows import field_names

if TYPE_CHECKING:
    import duckdb

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Characters of JSON in one statement. A statement costs DuckDB two milliseconds whatever it does,
# so few are better; but taking 20,000 listings with their findings apart at once needs more than a
# GiB, and so many characters some 30 MiB.
_AT_ONCE = 1024 * 1024

# Each table's columns and types as JSON; the same for every history of this schema version.
_shapes: dict[str, str] = {}


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to one of our tables. A column that a row leaves out is NULL."""
    if not rows:
        return
    for text in _texts(rows):
        # The list of one keeps DuckDB from taking the text apart while it plans, value by value:
        # ten times as dear (240 µs a listing, 23).
        con.execute(
            f"INSERT INTO {table} SELECT unnest(from_json(t, $shape), max_depth := 2) FROM"  # noqa: S608 - ours
            " unnest([$rows]) AS texts(t)",
            {"rows": text, "shape": _shape(con, table)},
        )


def insert_values(con: duckdb.DuckDBPyConnection, table: str, values: Sequence[Any]) -> None:
    """Add dataclasses of one kind, at least one, to the table whose columns are their fields;
    none may hold a list.
    """
    selected, given = spread(by_column(values))
    con.execute(f"INSERT INTO {table} BY NAME SELECT {', '.join(selected.values())}", given)


def by_column(values: Sequence[Any]) -> dict[str, list[Any]]:
    """Of dataclasses of one kind, at least one, the values by the fields' names."""
    kind: type = type(values[0])
    return {name: [getattr(value, name) for value in values] for name in field_names(kind)}


def spread(columns: Mapping[str, list[Any]]) -> tuple[dict[str, str], dict[str, Any]]:
    """Columns as SQL expressions by their names, with what those take: a list to unnest, or one
    value for a column that has no other.
    """
    selected, given = {}, {}
    for name, values in columns.items():
        first = values[0]
        if values.count(first) == len(values):
            selected[name], given[name] = f"${name} AS {name}", _plain(first)
        elif name.endswith(
            ("_at", "_until")
        ):  # times, as numbers: DuckDB takes them from Python ten times as fast
            selected[name], given[name] = (
                f"make_timestamptz(unnest(${name})) AS {name}",
                [_microseconds(value) for value in values],
            )
        else:
            selected[name], given[name] = (
                f"unnest(${name}) AS {name}",
                [_plain(value) for value in values],
            )
    return selected, given


def _microseconds(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def _plain(value: Any) -> Any:
    """Text without half characters, enum members as their text, amounts as their digits: a list
    of them may differ in scale.
    """
    if isinstance(value, Decimal):
        return str(value)
    if not isinstance(value, str):
        return value
    return str(value) if value.isascii() else value.encode("utf-8", "replace").decode()


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
