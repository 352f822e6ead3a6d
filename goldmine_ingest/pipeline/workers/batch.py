"""A batch: what a worker heard, written down as one Parquet file. No URL is in it, and nothing that the redactor knows.

One row a feed: what its answer was, when it is to be asked next as far as the worker knows, and its entries with their postings. Texts of
entries are JSON in ASCII, so that what a hostile feed may hold (half characters, NUL) comes back as it was.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.pipeline.heard import Heard
from goldmine_ingest.reading import FeedRead, ReadEntry
from goldmine_ingest.store.rows import as_json

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
    "read": "VARCHAR",
}
_ENTRY = {"digest": "VARCHAR", "listing_id": "VARCHAR", "raw": "VARCHAR", "posting": "VARCHAR", "kind": "VARCHAR", "source": "VARCHAR"}
# Python needs 9 µs for each time that has a zone.
_NO_ZONE = ", ".join(f"timezone('UTC', {name}) AS {name}" for name, kind in _COLUMNS.items() if kind == "TIMESTAMPTZ")
_TIMING = ("interval_s", "next_poll_at", "retry_after_until", "consecutive_failures", "condition")


class DamagedBatchError(GoldmineError):
    """A batch that can't be read."""


class NewerBatchError(GoldmineError):
    """A batch in a form that a newer program writes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One feed in a batch. `after` tells when the feed is to be asked next, until its batch is taken in; only that is kept of it."""

    heard: Heard
    after: FeedState


@dataclass(slots=True)
class Batch:
    """What is heard for the next file. `entries` counts those that were read."""

    rows: list[Row] = field(default_factory=list)
    entries: int = 0

    def add(self, row: Row) -> None:
        self.rows.append(row)
        self.entries += len(row.heard.read.entries) if row.heard.read else 0


def encode(rows: Sequence[Row]) -> bytes:
    """The batch as a Parquet file."""
    shape = json.dumps([{**_COLUMNS, "entries": [_ENTRY]}])
    with tempfile.TemporaryDirectory(prefix="goldmine-") as folder, _engine() as con:
        file = Path(folder) / "batch.parquet"
        con.execute(
            "CREATE TABLE batch AS SELECT unnest(from_json(texts, $shape), max_depth := 2) FROM (SELECT unnest([$rows]) AS texts)",
            {"rows": as_json([_row(row) for row in rows]), "shape": shape},
        )
        con.execute(f"COPY batch TO '{file}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{goldmine_batch: '{VERSION}'}})")
        return file.read_bytes()


def decode(content: bytes) -> list[Row]:
    """Raises DamagedBatchError or NewerBatchError."""
    return _decoded(content, "*", lambda row: Row(_heard(row), _after(row)))


def decode_timing(content: bytes) -> list[FeedState]:
    """When each feed of a batch is to be asked next; nothing else is read. Raises as `decode`."""
    return _decoded(content, f"feed, {', '.join(_TIMING)}", _after)


def _decoded(content: bytes, columns: str, made: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
    from goldmine_ingest.duckdb_engine import duckdb

    with tempfile.TemporaryDirectory(prefix="goldmine-") as folder, _engine() as con:
        file = Path(folder) / "batch.parquet"
        file.write_bytes(content)
        try:
            _check_version(con, file)
            found = con.execute(f"SELECT {columns} FROM (SELECT * REPLACE ({_NO_ZONE}) FROM read_parquet('{file}'))")  # noqa: S608 - our own
            names = [column[0] for column in found.description]
            return [made(dict(zip(names, row, strict=True))) for row in found.fetchall()]
        except (duckdb.Error, ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise DamagedBatchError(f"it can't be read ({type(error).__name__})") from error


def _check_version(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    found = con.execute(f"SELECT key, value FROM parquet_kv_metadata('{file}')").fetchall()  # noqa: S608 - our own file
    version = int({bytes(key): value for key, value in found}[b"goldmine_batch"])
    if version > VERSION:
        raise NewerBatchError(f"a newer program wrote it (form {version}, this one knows {VERSION}); it waits until that one takes it in")


def _engine() -> duckdb.DuckDBPyConnection:
    from goldmine_ingest.duckdb_engine import duckdb

    con = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    con.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")  # it would go to standard output
    return con


def _row(row: Row) -> dict[str, Any]:
    heard, fetched = row.heard, row.heard.fetched
    return {
        "feed": fetched.feed,
        "outcome": fetched.outcome.value,
        "started_at": fetched.started_at,
        "heard_at": heard.at,
        "http_status": fetched.status,
        "wire_bytes": fetched.wire_bytes,
        "error": fetched.error,
        "retry_after": fetched.retry_after,
        "etag": fetched.validators.etag,
        "last_modified": fetched.validators.last_modified,
        "body_hash": heard.body_hash,
        "basis": heard.basis,
        "origin": heard.origin,
        "local": fetched.local,
        **{name: getattr(row.after, name) for name in _TIMING},
        "read": _text(_facts(heard.read)) if heard.read else None,
        "entries": [_entry_row(entry, heard.known) for entry in heard.read.entries] if heard.read else None,
    }


def _facts(read: FeedRead) -> dict[str, Json]:
    return {name: getattr(read, name) for name in _FACTS}


_FACTS = tuple(f.name for f in fields(FeedRead) if f.name != "entries")


def _entry_row(entry: ReadEntry, known: Mapping[str, str]) -> dict[str, Json]:
    return {
        "digest": entry.digest,
        "listing_id": known.get(entry.digest) if entry.raw is None else None,
        "raw": _text(_said(entry.raw)) if entry.raw else None,
        "posting": _text(_said(entry.posting)) if entry.posting else None,
        "kind": entry.kind,
        "source": entry.source,
    }


def _said(value: Any) -> dict[str, Json]:
    """The fields that differ from what an empty one says."""
    return {f.name: found for f in fields(value) if (found := getattr(value, f.name)) != f.default}


def _text(value: Json) -> str:
    return json.dumps(value, default=_plain)


def _plain(value: object) -> Json:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _heard(row: Mapping[str, Any]) -> Heard:
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
    return Heard(
        fetched,
        _utc(row["heard_at"]),
        row["body_hash"],
        row["basis"],
        row["origin"],
        _read(row["read"], entries) if row["read"] else None,
        {entry["digest"]: entry["listing_id"] for entry in entries if entry["listing_id"]},
    )


def _read(text: str, entries: Sequence[Mapping[str, Any]]) -> FeedRead:
    facts = json.loads(text)
    facts["outcome"] = Outcome(facts["outcome"])
    facts["bad_parts"] = tuple((label, why) for label, why in facts["bad_parts"])
    return FeedRead(**facts, entries=tuple(_entry(entry) for entry in entries))


def _entry(row: Mapping[str, Any]) -> ReadEntry:
    raw = json.loads(row["raw"]) if row["raw"] else None
    if raw and "categories" in raw:
        raw["categories"] = tuple(raw["categories"])
    return ReadEntry(
        row["digest"],
        RawEntry(**raw) if raw is not None else None,
        _posting(json.loads(row["posting"])) if row["posting"] else None,
        row["kind"],
        row["source"],
    )


def _posting(said: dict[str, Any]) -> Posting:
    typed = _typed()
    return Posting(**{name: typed[name](value) if name in typed and value is not None else value for name, value in said.items()})


@cache
def _typed() -> Mapping[str, Callable[[Any], Any]]:
    """What JSON doesn't have: money, times and tuples, by the types of Posting's fields."""
    made: dict[str, Callable[[Any], Any]] = {"Decimal": Decimal, "datetime": datetime.fromisoformat, "tuple[str, ...]": tuple}
    return {f.name: made[kind] for f in fields(Posting) if (kind := str(f.type).removesuffix(" | None")) in made}


def _after(row: Mapping[str, Any]) -> FeedState:
    return FeedState(
        row["feed"],
        interval_s=row["interval_s"],
        next_poll_at=_utc(row["next_poll_at"]) if row["next_poll_at"] else None,
        retry_after_until=_utc(row["retry_after_until"]) if row["retry_after_until"] else None,
        consecutive_failures=row["consecutive_failures"],
        condition=FeedCondition(row["condition"]),
    )


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
