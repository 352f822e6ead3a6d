"""A person's SQL on the history: everything committed before it began, read-only by construction,
and never in a cycle's way.

The query runs on a copy (the published one if it is up to date, else a snapshot of its own), on a
connection that can't write, read files, attach, download or change its own settings. So a query of
an hour holds the database for as long as copying a file takes.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from math import isfinite
from pathlib import Path
from threading import Thread
from typing import IO, Any, TypeVar

from goldmine_ingest.errors import StoreError, UsageError
from goldmine_ingest.exchange import json_values
from goldmine_ingest.exchange.snapshot import copied
from goldmine_ingest.store.damage import is_damage
from goldmine_ingest.store.engine import duckdb
from goldmine_ingest.store.engine_errors import told
from goldmine_ingest.store.schemas import look_everywhere

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_STOP_AGAIN = 0.05  # seconds
_MEMORY = "1GB"
_LONGEST_LINE = 400  # of what is said about a query, which may quote a whole description
_Answer = TypeVar("_Answer")
_READS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


@dataclass(frozen=True, slots=True)
class SqlResult:
    """The answer of a query: column names, DuckDB's type names, and rows of Python values."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]


_NONE: Mapping[str, object] = {}


def run_sql(
    path: Path,
    query: str,
    *,
    now: datetime,
    published: Path | None = None,
    variables: Mapping[str, object] = _NONE,
) -> SqlResult:
    """Answer one SELECT (or EXPLAIN, SHOW, DESCRIBE, SUMMARIZE, WITH, FROM …) over the history at
    `path`.

    `variables` are what a query reads by getvariable(NAME): the user's time zone, what a small job
    is. Raises UsageError for a query that is wrong or not allowed, BusyError, StoreError;
    KeyboardInterrupt soon after Ctrl-C.
    """
    with _asking(path, now, published, variables=variables) as con, _told():
        return _stoppable(con, lambda: _answer(con, query))


def _answer(con: duckdb.DuckDBPyConnection, query: str) -> SqlResult:
    result = con.execute(_one_read(con, query))
    columns = result.description
    return SqlResult(
        tuple(c[0] for c in columns), tuple(str(c[1]) for c in columns), result.fetchall()
    )


def _stoppable(con: duckdb.DuckDBPyConnection, work: Callable[[], _Answer]) -> _Answer:
    """Does the work in a thread of its own, so that Ctrl-C stops it.

    DuckDB looks for signals only between the tasks of the thread that asks, and one task may be the
    whole query: an aggregate over a long scan went on for minutes after Ctrl-C (2.0.0). `interrupt`
    from another thread stops it within milliseconds.
    """
    answer: Future[_Answer] = Future()

    def do() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            answer.set_exception(error)

    Thread(target=do, daemon=True).start()
    try:
        return answer.result()
    except BaseException:  # Ctrl-C, or the terminal is gone
        while not answer.done():  # again: what comes before the query has begun is not kept
            con.interrupt()
            wait([answer], _STOP_AGAIN)
        raise


def write_parquet(
    path: Path,
    query: str,
    target: Path,
    *,
    now: datetime,
    published: Path | None = None,
    variables: Mapping[str, object] = _NONE,
) -> None:
    """The answer as a Parquet file. The guarded connection may write this one file and nothing
    else.
    """
    import_module("duckdb")  # gives connections what writes Parquet, and takes 80 ms
    made = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        made.touch()  # where that fails, it is the file and not the query that is wrong
        # beside a file that is there DuckDB would write another one first, which it may not
        made.unlink()
        with _asking(path, now, published, writable=made, variables=variables) as con, _told():
            question = con.sql(_one_read(con, query).query)
            _stoppable(con, lambda: question.write_parquet(str(made), overwrite=True))
        made.replace(target)
    except OSError as error:
        raise StoreError(f"can't be written: {error.strerror}", subject=str(target)) from error
    finally:
        with suppress(OSError):
            made.unlink(missing_ok=True)


@contextmanager
def reading(
    path: Path, now: datetime, published: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to everything committed before this call, for our own questions
    that take longer than milliseconds.
    """
    with _asking(path, now, published) as con:
        look_everywhere(con)
        yield con


@contextmanager
def snapshot(path: Path, now: datetime, published: Path | None = None) -> Iterator[Path]:
    """A file with everything that was committed before this call; private and gone afterwards,
    unless it is the published copy.
    """
    with copied(path, now, published) as (copy, _), told(copy if copy == published else path):
        yield copy


@contextmanager
def _asking(
    path: Path,
    now: datetime,
    published: Path | None,
    *,
    writable: Path | None = None,
    variables: Mapping[str, object] = _NONE,
) -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        copied(path, now, published) as (copy, room),
        told(copy if copy == published else path),
        _guarded(copy, room, writable=writable, variables=variables) as con,
    ):
        yield con


@contextmanager
def _guarded(
    copy: Path,
    room: Path,
    *,
    writable: Path | None = None,
    variables: Mapping[str, object] = _NONE,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own with the copy attached: two threads that open one file share an engine,
    with its settings and its old content.

    What doesn't fit into its memory goes into the room.
    """
    config: dict[str, Any] = {
        "memory_limit": _MEMORY,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    con = duckdb.connect(":memory:", config=config)
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")  # DuckDB's own, on standard output
        con.execute(f"ATTACH {_quoted(copy)} AS history (READ_ONLY)")
        con.execute("USE history")
        con.execute("SET temp_directory = ?", [str(room / "spill")])
        for name, value in variables.items():
            con.execute(f"SET VARIABLE {name} = ?", [value])
        if writable:
            con.execute(_allow(writable))
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        yield con
    finally:
        con.close()


def _allow(path: Path) -> str:
    return f"SET allowed_paths = [{_quoted(path)}]"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _one_read(con: duckdb.DuckDBPyConnection, query: str) -> duckdb.Statement:
    statements = con.extract_statements(query)
    if len(statements) != 1:
        raise UsageError(
            "give one SQL statement" if statements else "there is no SQL statement in this"
        )
    if statements[0].type not in _READS:
        raise UsageError(
            "only questions are allowed here: SELECT, FROM, WITH, DESCRIBE, SHOW, SUMMARIZE,"
            " EXPLAIN"
        )
    return statements[0]


@contextmanager
def _told() -> Iterator[None]:
    """DuckDB's errors about a query, as a person reads them: without its class names, and
    without the path of our copy.
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise UsageError(
            f"SQL: the query needs more than {_MEMORY} of memory",
            hint="Ask for fewer rows or columns at once.",
        ) from error
    except duckdb.Error as error:
        if is_damage(error):
            raise  # told of the history, not of the query
        raise UsageError(_clean(str(error))) from error


def _clean(message: str) -> str:
    """The message with its suggestions and the place that it points to."""
    if ".snapshot-" in message:
        return "SQL: this is not allowed here"
    lines = [
        line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} …"
        for line in message.splitlines()
        if line.strip()
    ]
    return "SQL: " + "\n".join(lines).split("Error: ", 1)[-1].replace("\t", "  ")


def write_csv(result: SqlResult, out: IO[str]) -> None:
    """As CSV with a header. Text that a spreadsheet would take for a formula is prefixed with an
    apostrophe; numbers stay numbers.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_cell(name) for name in result.columns])
    writer.writerows([[_cell(value) for value in row] for row in result.rows])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) and not _NUMBER.fullmatch(value) else value
    if isinstance(value, float) and not isfinite(value):
        return ""  # as in JSON: no figure
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return _cell(", ".join(value))  # skills as people write them
    if isinstance(value, bool | list | tuple | dict):
        return json_values.dumps(value)
    return json_values.dumps(value).strip('"')


def to_json(result: SqlResult) -> str:
    """As a JSON array of objects."""
    return json_values.dumps(json_values.rows(result.columns, result.types, result.rows))


def to_ndjson(result: SqlResult) -> str:
    """As one JSON object a line (https://github.com/ndjson/ndjson-spec)."""
    rows = json_values.rows(result.columns, result.types, result.rows)
    return "\n".join(map(json_values.dumps, rows))
