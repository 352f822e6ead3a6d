"""Rows of jobs: listings and their edits, the names under which they come back, live facts, and
the entries that told of them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.model import Json
from goldmine_ingest.model.changes import FeedChanges, ListingVersion, Reread, StoredEntry
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.names import KnownAlias, TextKeys
from goldmine_ingest.model.posting import BaseAmounts, Listing, Observation, Posting
from goldmine_ingest.store.decisions import measure_rows, save_decisions, save_features
from goldmine_ingest.store.insertion import insert
from goldmine_ingest.store.rows import (
    Counter,
    Row,
    as_row,
    field_names,
    key,
    keys,
    readable,
    said,
    select,
)

if TYPE_CHECKING:
    import duckdb

# Field -> its old and its new value.
Changes = dict[str, tuple[Json, Json]]

_BASE = {name: f"{name}_base" for name in field_names(BaseAmounts)}


def save_jobs(
    con: duckdb.DuckDBPyConnection, changes: Sequence[FeedChanges], counter: Counter, now: datetime
) -> None:
    """Everything that polls brought about jobs. `now` dates the decisions."""
    versions = [version for change in changes for version in change.versions]
    first = [_version_row(v) for v in versions if v.listing.revision == 0]
    insert(con, "listing", first)
    insert(con, "listing_edit", [_version_row(v) for v in versions if v.listing.revision > 0])
    counter.listings += len(first)
    insert(
        con,
        "alias",
        [
            {**as_row(alias), "key": key(alias.digest)}
            for change in changes
            for alias in change.aliases
        ],
    )
    insert(con, "text_key", _key_rows(each for change in changes for each in change.text_keys))
    insert(
        con,
        "measure",
        measure_rows(versions, [decision for change in changes for decision in change.decisions]),
    )
    insert(con, "raw_entry", [_entry_row(entry) for change in changes for entry in change.entries])
    insert(
        con,
        "observation",
        [
            {**as_row(seen), "key": key(seen.listing_id)}
            for change in changes
            for seen in change.observations
        ],
    )
    save_features(
        con, {features.text_hash: features for change in changes for features in change.features}
    )
    save_decisions(
        con, [decision for change in changes for decision in change.decisions], counter, now
    )


def save_reread(
    con: duckdb.DuckDBPyConnection, reread: Reread, counter: Counter, now: datetime
) -> None:
    """What reading raw entries again brought: corrections as edits, and names and text keys that
    are known now.
    """
    insert(con, "listing_edit", [_version_row(version) for version in reread.versions])
    insert(con, "alias", [{**as_row(alias), "key": key(alias.digest)} for alias in reread.aliases])
    insert(con, "text_key", _key_rows(reread.text_keys))
    save_features(con, {features.text_hash: features for features in reread.features})
    save_decisions(con, reread.decisions, counter, now)


def raw_entries(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> list[StoredEntry]:
    return [_stored_entry(row) for row in select(con, "raw_entries_of", ids=ids)] if ids else []


def _stored_entry(row: Row) -> StoredEntry:
    entry = _raw(row["raw"])
    return StoredEntry(
        row["listing_id"],
        row["feed"],
        row["seen_at"],
        row["digest"],
        entry,
        row["kind"] or "",
        row["source"] or "",
    )


def _raw(text: str) -> RawEntry:
    """An entry as it came; an empty one where what is stored can't be read, so that it is known
    that there was one.
    """
    try:
        raw = json.loads(text)
        return RawEntry(**raw | {"categories": tuple(raw["categories"])})
    except PROVOKED:
        return RawEntry()


def _version_row(version: ListingVersion) -> Row:
    listing = version.listing
    return {
        **said(listing.posting),
        **{_BASE[name]: amount for name, amount in said(listing.base).items()},
        "listing_id": listing.listing_id,
        "revision": listing.revision,
        "seen_at": version.seen_at,
        "first_seen_at": listing.first_seen_at,
        "text_hash": version.text_hash,
        "changes": version.changes or None,
        "repost_of": listing.repost_of,
    }


def _entry_row(entry: StoredEntry) -> Row:
    return {**as_row(entry), "raw": as_row(entry.raw)}


def _key_rows(text_keys: Iterable[TextKeys]) -> list[Row]:
    return [{"key": one, "listing_id": each.listing_id} for each in text_keys for one in each.keys]


def known_aliases(
    con: duckdb.DuckDBPyConnection, digests: Collection[str]
) -> tuple[KnownAlias, ...]:
    return (
        tuple(KnownAlias(**row) for row in select(con, "known_aliases", keys=keys(digests)))
        if digests
        else ()
    )


def texts_like(con: duckdb.DuckDBPyConnection, text_keys: Collection[int]) -> list[tuple[int, str]]:
    return (
        [(row["key"], row["listing_id"]) for row in select(con, "texts_like", keys=text_keys)]
        if text_keys
        else []
    )


def listings(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Listing]:
    rows = select(con, "listings", ids=ids) if ids else []
    return {row["listing_id"]: _listing(row) for row in _newest(rows)}


def listing_heads(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Listing]:
    """See Store.listing_heads."""
    rows = select(con, "listing_heads", ids=ids) if ids else []
    return {row["listing_id"]: _head(row) for row in _newest(rows)}


def _newest(rows: Iterable[Row]) -> Iterable[Row]:
    """Of each job its newest version."""
    newest: dict[str, Row] = {}
    for row in rows:
        before = newest.get(row["listing_id"])
        if before is None or before["revision"] < row["revision"]:
            newest[row["listing_id"]] = row
    return newest.values()


def _head(row: Row) -> Listing:
    own = {name: row.pop(name) for name in ("listing_id", "first_seen_at", "revision", "repost_of")}
    return Listing(posting=Posting(**row), **own)


def facts(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Posting]:
    return (
        {
            row.pop("listing_id"): Posting("", "", **row)
            for row in select(con, "listing_facts", ids=ids)
        }
        if ids
        else {}
    )


def _listing(row: Row) -> Listing:
    return Listing(
        row["listing_id"],
        Posting(**{name: row[name] for name in field_names(Posting)}),
        row["first_seen_at"],
        BaseAmounts(**{name: row[column] for name, column in _BASE.items()}),
        row["revision"],
        row["repost_of"],
    )


def edits_since(
    con: duckdb.DuckDBPyConnection, since: Mapping[str, datetime]
) -> dict[str, Changes]:
    edits_of: dict[str, list[tuple[datetime, Changes]]] = {}
    rows = select(con, "edits_of", ids=since.keys()) if since else []
    for listing_id, seen_at, changes in readable(rows, _edit):
        edits_of.setdefault(listing_id, []).append((seen_at, changes))
    return {
        listing_id: _together([e for at, e in edits if at >= since[listing_id]] or [edits[-1][1]])
        for listing_id, edits in edits_of.items()
    }


def _edit(row: Row) -> tuple[str, datetime, Changes]:
    return row["listing_id"], row["seen_at"], _changes(row["changes"])


def _together(edits: Sequence[Changes]) -> Changes:
    """Several edits as one, from first old to last new values; what came back is none."""
    together: dict[str, tuple[Json, Json]] = {}
    for edit in edits:
        for name, (old, new) in edit.items():
            together[name] = (together[name][0] if name in together else old, new)
    return {name: (old, new) for name, (old, new) in together.items() if old != new}


def _changes(text: str) -> Changes:
    return {name: (old, new) for name, (old, new) in json.loads(text).items()}


def listing_feeds(
    con: duckdb.DuckDBPyConnection, ids: Collection[str]
) -> dict[str, tuple[str, ...]]:
    feeds_of: dict[str, list[str]] = {}
    for row in select(con, "listing_feeds", keys=keys(ids)) if ids else ():
        feeds_of.setdefault(row["listing_id"], []).append(row["feed"])
    return {listing_id: tuple(feeds) for listing_id, feeds in feeds_of.items()}


def listing_marks(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, str]:
    """See Store.listing_marks."""
    rows = select(con, "listing_marks", ids=ids, keys=keys(ids)) if ids else ()
    return {row["listing_id"]: row["mark"] for row in rows}


def latest_observations(
    con: duckdb.DuckDBPyConnection, ids: Collection[str]
) -> dict[str, Observation]:
    return (
        {
            row["listing_id"]: Observation(**row)
            for row in select(con, "latest_observations", keys=keys(ids))
        }
        if ids
        else {}
    )
