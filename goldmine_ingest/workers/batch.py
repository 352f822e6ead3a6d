"""A batch: what a worker heard, written down as one Parquet file. No URL is in it, and nothing that
the redactor knows.

One row a feed: what its answer was, when it is to be asked next as far as the worker knows, and its
entries with their postings. The file's metadata says in which form it is, and on which history the
plan rested by which the worker asked.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.errors import GoldmineError, UnavailableError
from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead, ReadEntry
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
from goldmine_ingest.store.engine import duckdb
from goldmine_ingest.store.insertion import as_json
from goldmine_ingest.workers.entry_json import from_text, to_text

if TYPE_CHECKING:
    import duckdb

VERSION = 1
_COLUMNS = {
    "feed": "VARCHAR",
    "outcome": "VARCHAR",
    "started_at": "TIMESTAMPTZ",
    "heard_at": "TIMESTAMPTZ",
    "http_status": "INTEGER",
    "wire_bytes": "BIGINT",
    "error": "VARCHAR",
    "retry_after": "DOUBLE",
    "etag": "VARCHAR",
    "last_modified": "VARCHAR",
    "body_hash": "VARCHAR",
    "basis": "VARCHAR",
    "origin": "VARCHAR",
    "local": "BOOLEAN",
    "interval_s": "DOUBLE",
    "next_poll_at": "TIMESTAMPTZ",
    "retry_after_until": "TIMESTAMPTZ",
    "consecutive_failures": "INTEGER",
    "condition": "VARCHAR",
    "settings": "VARCHAR",
    "read": "VARCHAR",
}
_ENTRY = {
    "digest": "VARCHAR",
    "listing_id": "VARCHAR",
    "raw": "VARCHAR",
    "posting": "VARCHAR",
    "kind": "VARCHAR",
    "source": "VARCHAR",
}
_FORM, _HISTORY = "goldmine_batch", "goldmine_history"
_TIMING = (
    *("interval_s", "next_poll_at", "retry_after_until", "consecutive_failures", "condition"),
    "settings",  # not in batches of earlier versions
)


class DamagedBatchError(GoldmineError):
    """A batch that can't be read."""


class NewerBatchError(GoldmineError):
    """A batch in a form that a newer program writes."""


class ForeignBatchError(GoldmineError):
    """A batch that rests on another history: of another project, or of one that was begun anew
    since.
    """


@dataclass(frozen=True, slots=True)
class Row:
    """One feed in a batch. `after` tells when the feed is to be asked next, until its batch is
    taken in; only that is kept of it.
    """

    answer: FeedAnswer
    after: FeedState


@dataclass(slots=True)
class Batch:
    """What was heard, for the next file. `entries` counts those that were read."""

    rows: list[Row] = field(default_factory=list)
    entries: int = 0

    def add(self, row: Row) -> None:
        self.rows.append(row)
        self.entries += len(row.answer.read.entries) if row.answer.read else 0


def encode(rows: Sequence[Row], history: str) -> bytes:
    """The batch as a Parquet file; `history` is the id in the plan. Raises UnavailableError
    where this machine has no room.
    """
    shape = json.dumps([{**_COLUMNS, "entries": [_ENTRY]}])
    with _workbench() as (con, file):
        con.execute(
            "CREATE TABLE batch AS SELECT unnest(from_json(texts, $shape), max_depth := 2) FROM"
            " (SELECT unnest([$rows]) AS texts)",
            {"rows": as_json([_row(row) for row in rows]), "shape": shape},
        )
        marks = f"KV_METADATA {{{_FORM}: '{VERSION}', {_HISTORY}: '{history}'}}"
        con.execute(f"COPY batch TO '{file}' (FORMAT parquet, COMPRESSION zstd, {marks})")
        return file.read_bytes()


def decode(content: bytes, history: str) -> list[Row]:
    """Raises DamagedBatchError, NewerBatchError, or ForeignBatchError where it rests on another
    history.
    """
    return _decoded(content, history, "*", lambda row: Row(_answer(row), _after(row)))


def decode_timing(content: bytes, history: str) -> list[FeedState]:
    """When each feed of a batch is to be asked next; nothing else is read. Raises as `decode`."""
    return _decoded(content, history, f"COLUMNS('^(feed|{'|'.join(_TIMING)})$')", _after)


def _decoded(
    content: bytes, history: str, columns: str, made: Callable[[Mapping[str, Any]], Any]
) -> list[Any]:
    with _workbench() as (con, file):
        file.write_bytes(content)
        try:
            _check_marks(con, file, history)
            result = con.execute(
                f"SELECT {columns} FROM read_parquet('{file}')"  # noqa: S608 - our own
            )
            names = [column[0] for column in result.description]
            rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
            if len({row["feed"] for row in rows}) < len(rows):
                raise DamagedBatchError("a feed is in it twice")
            return [made(row) for row in rows]
        except duckdb.OutOfMemoryException:
            raise
        except (
            duckdb.Error,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            ArithmeticError,
        ) as error:
            raise DamagedBatchError(f"it can't be read ({type(error).__name__})") from error


def _check_marks(con: duckdb.DuckDBPyConnection, file: Path, history: str) -> None:
    rows = con.execute(f"SELECT key, value FROM parquet_kv_metadata('{file}')").fetchall()  # noqa: S608 - our own file
    marks = {bytes(key).decode(): bytes(value).decode() for key, value in rows}
    version = int(marks[_FORM])
    if version > VERSION:
        raise NewerBatchError(
            f"a newer program wrote it (form {version}, this one knows {VERSION}); it waits until"
            " that one takes it in"
        )
    if marks[_HISTORY] != history:
        raise ForeignBatchError(
            "it rests on another history: another project's workers wrote it, or this history was"
            " begun anew since"
        )


@contextmanager
def _workbench() -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A DuckDB without a file, and a place for one Parquet file. Raises UnavailableError where
    this machine has no room for it.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="goldmine-") as folder, _engine() as con:
            yield con, Path(folder) / "batch.parquet"
    except (OSError, duckdb.OutOfMemoryException) as error:
        hint = (
            "it needs some 100 MB of memory and some MB in the folder for temporary files (TMPDIR)"
        )
        raise UnavailableError(
            f"this machine has no room to work on a batch ({type(error).__name__})", hint=hint
        ) from error


def _engine() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
    )
    con.execute(
        "SET TimeZone = 'UTC'; SET enable_progress_bar = false"
    )  # it would go to standard output
    return con


def _row(row: Row) -> dict[str, Any]:
    answer, fetched = row.answer, row.answer.fetched
    return {
        "feed": fetched.feed,
        "outcome": fetched.outcome.value,
        "started_at": fetched.started_at,
        "heard_at": answer.at,
        "http_status": fetched.status,
        "wire_bytes": fetched.wire_bytes,
        "error": fetched.error,
        "retry_after": fetched.retry_after,
        "etag": fetched.validators.etag,
        "last_modified": fetched.validators.last_modified,
        "body_hash": answer.body_hash,
        "basis": answer.basis,
        "origin": answer.origin,
        "local": fetched.local,
        **{name: getattr(row.after, name) for name in _TIMING},
        "read": to_text(answer.read, without="entries") if answer.read else None,
        "entries": (
            [_entry_row(entry, answer.known) for entry in answer.read.entries]
            if answer.read
            else None
        ),
    }


def _entry_row(entry: ReadEntry, known: Mapping[str, str]) -> dict[str, Json]:
    return {
        "digest": entry.digest,
        "listing_id": known.get(entry.digest) if entry.raw is None else None,
        "raw": to_text(entry.raw) if entry.raw else None,
        "posting": to_text(entry.posting) if entry.posting else None,
        "kind": entry.kind,
        "source": entry.source,
    }


def _answer(row: Mapping[str, Any]) -> FeedAnswer:
    fetched = Fetched(
        row["feed"],
        Outcome(row["outcome"]),
        _utc(row["started_at"]),
        status=row["http_status"],
        wire_bytes=row["wire_bytes"],
        error=row["error"],
        retry_after=row["retry_after"],
        validators=Validators(row["etag"], row["last_modified"]),
        local=row["local"],
    )
    entries = row["entries"] or ()
    return FeedAnswer(
        fetched,
        _utc(row["heard_at"]),
        row["body_hash"],
        row["basis"],
        row["origin"],
        _read(row["read"], entries) if row["read"] else None,
        {entry["digest"]: entry["listing_id"] for entry in entries if entry["listing_id"]},
    )


def _read(text: str, entries: Sequence[Mapping[str, Any]]) -> FeedRead:
    return from_text(FeedRead, text, entries=tuple(_entry(entry) for entry in entries))


def _entry(row: Mapping[str, Any]) -> ReadEntry:
    return ReadEntry(
        row["digest"],
        from_text(RawEntry, row["raw"]) if row["raw"] is not None else None,
        from_text(Posting, row["posting"]) if row["posting"] is not None else None,
        row["kind"],
        row["source"],
    )


def _after(row: Mapping[str, Any]) -> FeedState:
    return FeedState(
        row["feed"],
        interval_s=row["interval_s"],
        next_poll_at=_utc(row["next_poll_at"]) if row["next_poll_at"] else None,
        retry_after_until=_utc(row["retry_after_until"]) if row["retry_after_until"] else None,
        consecutive_failures=row["consecutive_failures"],
        condition=FeedCondition(row["condition"]),
        settings=row.get("settings"),
    )


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
