"""A person's SQL on the history: everything committed before it began, read-only by construction, and never in a cycle's way.

The query runs on a copy (the published one if it is up to date, else a snapshot of its own), on a connection that can't write, read
files, attach, download or change its own settings. So a query of an hour holds the database for as long as copying a file takes.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import duckdb

from goldmine_ingest.errors import StoreError, UsageError
from goldmine_ingest.history import as_json
from goldmine_ingest.locks import database_lock
from goldmine_ingest.store.publish import copy_history

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_READS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


@dataclass(frozen=True, slots=True)
class SqlResult:
    """The answer of a query: column names, DuckDB's type names, and rows of Python values."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def run_sql(path: Path, query: str, *, now: datetime, published: Path | None = None, timezone: str | None = None) -> SqlResult:
    """Answer one SELECT (or EXPLAIN, SHOW, DESCRIBE, SUMMARIZE, WITH, FROM …) over the history at `path`.

    `timezone` is what a query reads by getvariable('timezone'): the user's own.
    Raises UsageError for a query that is wrong or not allowed, BusyError, StoreError.
    """
    with snapshot(path, now, published) as copy, _guarded(copy, timezone=timezone) as con, _told():
        found = con.execute(_one_read(con, query))
        columns = found.description
        return SqlResult(tuple(c[0] for c in columns), tuple(str(c[1]) for c in columns), found.fetchall())


def write_parquet(
    path: Path, query: str, target: Path, *, now: datetime, published: Path | None = None, timezone: str | None = None
) -> None:
    """The answer as a Parquet file. The guarded connection may write this one file and nothing else."""
    made = target.with_name(f".{target.name}.part")
    with snapshot(path, now, published) as copy, _guarded(copy, writable=made, timezone=timezone) as con, _told():
        try:
            con.sql(_one_read(con, query).query).write_parquet(str(made), overwrite=True)
            made.replace(target)
        except OSError as error:
            raise StoreError(f"can't be written: {error.strerror}", subject=str(target)) from error
        finally:
            made.unlink(missing_ok=True)


@contextmanager
def reading(path: Path, now: datetime, published: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to everything committed before this call, for our own questions that take longer than milliseconds."""
    with snapshot(path, now, published) as copy, _guarded(copy) as con:
        yield con


@contextmanager
def snapshot(path: Path, now: datetime, published: Path | None = None) -> Iterator[Path]:
    """A file with everything that was committed before this call; private and gone afterwards, unless it is the published copy."""
    if not path.exists():
        raise UsageError("there is no history yet", hint="`goldmine run` makes one.")
    if published is not None and _is_up_to_date(path, published):
        yield published
        return
    with tempfile.TemporaryDirectory(prefix=".snapshot-", dir=path.parent) as folder:
        copy = Path(folder) / "history.duckdb"
        copy_history(path, copy, now)
        yield copy


def _is_up_to_date(path: Path, published: Path) -> bool:
    """Whether the copy holds as many commits as the lock file notes for the live database."""
    with database_lock(path) as lock:
        commits = lock.note.get("commits")
    try:
        with _guarded(published) as con:
            row = con.execute("SELECT commits FROM counter").fetchone()
    except duckdb.Error:
        return False
    return row is not None and row[0] == commits


@contextmanager
def _guarded(copy: Path, *, writable: Path | None = None, timezone: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own with the copy attached: two threads that open one file share an engine, with its settings and its old content."""
    config: dict[str, Any] = {"memory_limit": "1GB", "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    con = duckdb.connect(":memory:", config=config)
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"ATTACH {_quoted(copy)} AS history (READ_ONLY)")
        con.execute("USE history")
        con.execute(f"SET temp_directory = {_quoted(copy.with_name(copy.name + '.tmp'))}")
        if timezone:
            con.execute("SET VARIABLE timezone = ?", [timezone])
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
        raise UsageError("give one SQL statement" if statements else "there is no SQL statement in this")
    if statements[0].type not in _READS:
        raise UsageError("only questions are allowed here: SELECT, FROM, WITH, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN")
    return statements[0]


@contextmanager
def _told() -> Iterator[None]:
    """DuckDB's errors about a query, as a person reads them: without its class names, and without the path of our copy."""
    try:
        yield
    except duckdb.Error as error:
        raise UsageError(_clean(str(error))) from error
    except RuntimeError as error:
        if "interrupted" in str(error):  # DuckDB's word for Ctrl-C
            raise KeyboardInterrupt from error
        raise


def _clean(said: str) -> str:
    first, _, rest = said.partition("\n")
    message = first.split("Error: ", 1)[-1]
    place = "\n".join(line for line in rest.splitlines() if line.startswith("LINE") or line.strip() == "^")
    return f"SQL: {message}\n{place}".rstrip() if "snapshot-" not in first else "SQL: this is not allowed here"


def write_csv(result: SqlResult, out: IO[str]) -> None:
    """As CSV with a header. Text that a spreadsheet would take for a formula is prefixed with an apostrophe; numbers stay numbers."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_cell(name) for name in result.columns])
    writer.writerows([[_cell(value) for value in row] for row in result.rows])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) and not _NUMBER.fullmatch(value) else value
    if isinstance(value, bool | list | tuple | dict):
        return as_json.dumps(value)
    return as_json.dumps(value).strip('"')


def to_json(result: SqlResult) -> str:
    """As a JSON array of objects."""
    return as_json.dumps(as_json.rows(result.columns, result.types, result.rows))
