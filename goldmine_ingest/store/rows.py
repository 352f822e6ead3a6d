"""Rows out of tables and values as rows; a transaction, and the counter that goes with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.store.engine import roll_back
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]
Made = TypeVar("Made")


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
        name: field_value
        for name, field_value in zip(field_names(kind), _values_of(kind)(value), strict=True)
        if field_value is not None
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
