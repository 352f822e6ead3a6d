"""Rows into tables, and cells back into the model's values.

Rows go in as one JSON text that DuckDB takes apart by the table's own column types. For the real
tables this is cheaper in CPU than list parameters (50 listings with findings: 11 ms against 15,
1,000: 80 against 214; 1,000 flat feed states: 46 against 40), takes nested findings as they are,
and keeps money exact: a Decimal travels as its digits. What doesn't fit its column (a budget of
10^20) becomes NULL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.store.engine import roll_back
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]
Made = TypeVar("Made")

# Characters of JSON in one statement. A statement costs DuckDB two milliseconds whatever it does,
# so few are better; but taking 20,000 listings with their findings apart at once needs more than a
# GiB, and so many characters some 60 MiB.
_AT_ONCE = 2 * 1024 * 1024

# Each table's columns and types as JSON; the same for every history of this schema version.
_shapes: dict[str, str] = {}


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to one of our tables. A column that a row leaves out is NULL."""
    for text in _texts(rows):
        # The list of one keeps DuckDB from taking the text apart while it plans, value by value:
        # ten times as dear (240 µs a listing, 23).
        con.execute(
            f"INSERT INTO {table} SELECT unnest(from_json(t, $shape), max_depth := 2) FROM"  # noqa: S608 - ours
            " unnest([$rows]) AS texts(t)",
            {"rows": text, "shape": _shape(con, table)},
        )


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
            value, default=_plain
        ).decode()  # a tenth of what json takes; NaN and infinity become null
    except orjson.JSONEncodeError:  # half characters, numbers of more than 64 bits
        text = json.dumps(_finite(value), default=_plain, ensure_ascii=False)
        return text.encode("utf-8", "replace").decode()


def _plain(value: object) -> object:
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


@cache
def field_names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass, in order."""
    return tuple(f.name for f in fields(kind))


@cache
def _values_of(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """What takes all fields of a dataclass with more than one, in order."""
    return attrgetter(*field_names(kind))


def as_row(value: Any) -> Row:
    """A dataclass as a row, one level deep."""
    kind: type = type(value)
    return dict(zip(field_names(kind), _values_of(kind)(value), strict=True))


def said(value: Any) -> Row:
    """The same without what is None: what needn't be written and taken apart again."""
    kind: type = type(value)
    return {
        name: found
        for name, found in zip(field_names(kind), _values_of(kind)(value), strict=True)
        if found is not None
    }


def cell(value: Any) -> Any:
    """A stored cell as the model has it: UTC datetimes, amounts without padding zeros (1000.0000
    is 1000), tuples.
    """
    if isinstance(value, Decimal):
        whole = value.to_integral_value()
        return whole if whole == value else value.normalize()
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, list):
        return tuple(cell(item) for item in value)
    return value


def utc(stored: datetime) -> datetime:
    """A stored time, which DuckDB gives in UTC, with Python's own UTC; a tenth of what replace()
    takes.
    """
    return datetime.combine(stored.date(), stored.time(), UTC)


def key(text: str) -> int:
    """The 64 bits under which the tables find a text: numbers are scanned several times faster
    than spellings.
    """
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def keys(texts: Iterable[str]) -> list[int]:
    return [key(text) for text in texts]


def select(con: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> list[Row]:
    """The answer of a named query, each row by its column names."""
    result = con.execute(query(name), _listed(parameters))
    names = [column[0] for column in result.description]
    return [
        {n: cell(value) for n, value in zip(names, row, strict=True)} for row in result.fetchall()
    ]


def readable(rows: Iterable[Row], made: Callable[[Row], Made]) -> Iterator[Made]:
    """What is made of each row that can be made; one that holds what no value of ours can be is
    passed over, and `doctor` finds it.
    """
    for row in rows:
        with suppress(*PROVOKED):
            yield made(row)


def run(con: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> None:
    """Execute a named statement."""
    con.execute(query(name), _listed(parameters))


def _listed(parameters: Mapping[str, object]) -> dict[str, object]:
    """DuckDB takes lists, not sets or views of dicts."""
    return {
        k: list(v) if isinstance(v, Collection) and not isinstance(v, str | bytes) else v
        for k, v in parameters.items()
    }


@dataclass(slots=True)
class Counter:
    """How much the history holds. Kept in the database and, after each commit, beside it, so
    that lost rows are noticed.
    """

    commits: int
    listings: int
    decisions: int
    events: int


def read_counter(con: duckdb.DuckDBPyConnection) -> Counter:
    row = con.execute("SELECT commits, listings, decisions, events FROM counter").fetchone()
    return Counter(*row) if row else Counter(0, 0, 0, 0)


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[Counter]:
    """One transaction that counts itself: all of it is stored, or nothing. The counter's new row
    goes in last.
    """
    con.begin()
    try:
        counter = read_counter(con)
        yield counter
        counter.commits += 1
        con.execute("DELETE FROM counter")
        con.execute(
            "INSERT INTO counter VALUES (?, ?, ?, ?)",
            [getattr(counter, name) for name in field_names(Counter)],
        )
        reach("before_commit")
        con.commit()
    except BaseException:
        roll_back(con)
        raise
