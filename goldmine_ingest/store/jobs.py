"""What is stored of jobs: listings and their edits, the names under which they come back, live
facts, features and decisions.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.errors import PROVOKED, UsageError
from goldmine_ingest.facts.links import canonical_link
from goldmine_ingest.identity.job_identity import link_alias, names
from goldmine_ingest.model import Json
from goldmine_ingest.model.changes import FeedChanges, ListingVersion, Reread, StoredEntry
from goldmine_ingest.model.decision import Decision, Finding, TextFeatures
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.names import KnownAlias
from goldmine_ingest.model.posting import BaseAmounts, Listing, Observation, Posting
from goldmine_ingest.store.columns import insert_flat
from goldmine_ingest.store.rows import (
    Counter,
    Row,
    as_row,
    cell,
    field_names,
    insert,
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

_SHORTEST_PREFIX = 4
_ID_DIGITS = 20
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
    insert_flat(
        con,
        "alias",
        [
            {**as_row(alias), "key": key(alias.digest)}
            for change in changes
            for alias in change.aliases
        ],
    )
    insert_flat(con, "text_key", [as_row(each) for change in changes for each in change.text_keys])
    insert(
        con,
        "measure",
        _measure_rows(versions, [decision for change in changes for decision in change.decisions]),
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
    insert_flat(
        con, "alias", [{**as_row(alias), "key": key(alias.digest)} for alias in reread.aliases]
    )
    insert_flat(con, "text_key", [as_row(each) for each in reread.text_keys])
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


def _measure_rows(versions: Sequence[ListingVersion], decisions: Sequence[Decision]) -> list[Row]:
    """What was measured of each new job at its first sight."""
    new = {
        version.listing.listing_id: version.listing.first_seen_at
        for version in versions
        if version.listing.revision == 0
    }
    rows = []
    for decision in decisions:
        if decision.measures is not None and decision.listing_id in new:
            first_seen_at = new.pop(decision.listing_id)
            rows.append(
                {
                    **said(decision.measures),
                    "listing_id": decision.listing_id,
                    "first_seen_at": first_seen_at,
                }
            )
    return rows


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


def save_features(con: duckdb.DuckDBPyConnection, features: dict[str, TextFeatures]) -> None:
    """A text is stored once, however many listings share it."""
    if features:
        known = {row["text_hash"] for row in select(con, "known_texts", keys=keys(features))}
        insert_flat(
            con,
            "text_features",
            [{**as_row(f), "key": key(name)} for name, f in features.items() if name not in known],
        )


def decided_at(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, datetime]:
    return (
        {row["listing_id"]: row["decided_at"] for row in select(con, "decided_at", keys=keys(ids))}
        if ids
        else {}
    )


def save_decisions(
    con: duckdb.DuckDBPyConnection, decisions: Sequence[Decision], counter: Counter, now: datetime
) -> None:
    """Add decisions; each is newer than all before it."""
    rows = [
        _decision_row(decision, seq, now)
        for seq, decision in enumerate(decisions, start=counter.decisions + 1)
    ]
    insert(con, "decision", rows)
    counter.decisions += len(decisions)


def _decision_row(decision: Decision, seq: int, now: datetime) -> Row:
    findings = [said(finding) for finding in decision.findings]
    row = said(decision)
    row.pop("measures", None)
    return {
        **row,
        "seq": seq,
        "key": key(decision.listing_id),
        "decided_at": now,
        "findings": findings,
    }


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
    return (
        {row["listing_id"]: _listing(row) for row in select(con, "listings", ids=ids)}
        if ids
        else {}
    )


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
    found: dict[str, list[tuple[datetime, Changes]]] = {}
    rows = select(con, "edits_of", ids=since.keys()) if since else []
    for listing_id, seen_at, changes in readable(rows, _edit):
        found.setdefault(listing_id, []).append((seen_at, changes))
    return {
        listing_id: _together([e for at, e in edits if at >= since[listing_id]] or [edits[-1][1]])
        for listing_id, edits in found.items()
    }


def _edit(row: Row) -> tuple[str, datetime, Changes]:
    return row["listing_id"], row["seen_at"], _changes(row["changes"])


def _together(edits: Sequence[Changes]) -> Changes:
    """Several edits as one, from first old to last new values; what came back is none."""
    found: dict[str, tuple[Json, Json]] = {}
    for edit in edits:
        for name, (old, new) in edit.items():
            found[name] = (found[name][0] if name in found else old, new)
    return {name: (old, new) for name, (old, new) in found.items() if old != new}


def _changes(text: str) -> Changes:
    return {name: (old, new) for name, (old, new) in json.loads(text).items()}


def features(
    con: duckdb.DuckDBPyConnection, text_hashes: Collection[str]
) -> dict[str, TextFeatures]:
    found = select(con, "features", keys=keys(text_hashes)) if text_hashes else []
    return dict(readable(found, lambda row: (row["text_hash"], TextFeatures(**row))))


def listing_feeds(
    con: duckdb.DuckDBPyConnection, ids: Collection[str]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in select(con, "listing_feeds", keys=keys(ids)) if ids else ():
        found.setdefault(row["listing_id"], []).append(row["feed"])
    return {listing_id: tuple(feeds) for listing_id, feeds in found.items()}


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


def decisions(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Decision]:
    found = select(con, "decisions", keys=keys(ids)) if ids else []
    return dict(readable(found, lambda row: (row["listing_id"], _decision(row))))


def _decision(row: Row) -> Decision:
    row["findings"] = tuple(
        Finding(**{name: cell(value) for name, value in finding.items()})
        for finding in row["findings"]
    )
    return Decision(**row)


def resolve_listing(con: duckdb.DuckDBPyConnection, text: str) -> str:
    """See Store.resolve_listing."""
    wanted = text.strip()
    if "://" in wanted:
        return _by_link(con, wanted)
    prefix = wanted.lower()
    if not _SHORTEST_PREFIX <= len(prefix) <= _ID_DIGITS:
        raise UsageError(
            f"{_shown(wanted)} is no listing",
            hint=(
                f"Give a listing id, {_SHORTEST_PREFIX} or more of its first characters, or its"
                " URL."
            ),
        )
    found = select(con, "listing_ids_like", prefix=prefix)
    if len(found) == 1:
        return str(found[0]["listing_id"])
    if found:
        raise UsageError(
            f"{_shown(wanted)} begins more than one listing id", hint="Give more characters."
        )
    raise UsageError(
        f"no listing begins with {_shown(wanted)}",
        hint="`goldmine find WORDS` shows listings and their ids.",
    )


def _by_link(con: duckdb.DuckDBPyConnection, url: str) -> str:
    """By the link itself, or by the marketplace's job that it leads to: another slug, a
    redirector, a tracking parameter.
    """
    from goldmine_ingest.sources import platform_of_link  # every source's module, for one link

    link, job = canonical_link(url), platform_of_link(url)
    named = (
        Posting(job.platform, "", url=job.url, platform_job_id=job.job_id)
        if job
        else Posting("generic", "", url=link)
    )
    digests = [alias.digest for alias in names(named, "") if alias.kind != "fingerprint"]
    found = known_aliases(con, [*digests, *([link_alias(link).digest] if link else [])])
    if not found:
        raise UsageError(
            "no stored listing has this URL",
            hint="`goldmine find WORDS` shows listings and their ids.",
        )
    return found[0].listing_id


def _shown(text: str) -> str:
    return repr(text if len(text) <= _ID_DIGITS else text[:_ID_DIGITS] + "…")
