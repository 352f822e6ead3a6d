"""Rows of decisions: what was decided of each job and when, the features of texts that decisions
rest on, and what was measured of a job at its first sight.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.decision import Decision, Finding, Signal, TextFeatures
from goldmine_ingest.store.insertion import insert
from goldmine_ingest.store.rows import Counter, Row, as_row, cell, key, keys, readable, said, select

if TYPE_CHECKING:
    import duckdb

_NOT_STORED = ("measures", "parts")  # of a decision


def measure_rows(versions: Sequence[ListingVersion], decisions: Sequence[Decision]) -> list[Row]:
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


def save_features(con: duckdb.DuckDBPyConnection, features: dict[str, TextFeatures]) -> None:
    """A text is stored once, however many listings share it."""
    if features:
        stored = {row["text_hash"] for row in select(con, "known_texts", keys=keys(features))}
        insert(
            con,
            "text_features",
            [{**as_row(f), "key": key(name)} for name, f in features.items() if name not in stored],
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
    for name in _NOT_STORED:
        row.pop(name, None)
    if decision.signals is not None:
        row["signals"] = [as_row(signal) for signal in decision.signals]
    return {
        **row,
        "seq": seq,
        "key": key(decision.listing_id),
        "decided_at": now,
        "findings": findings,
    }


def features(
    con: duckdb.DuckDBPyConnection, text_hashes: Collection[str]
) -> dict[str, TextFeatures]:
    rows = select(con, "features", keys=keys(text_hashes)) if text_hashes else []
    return dict(readable(rows, lambda row: (row["text_hash"], TextFeatures(**row))))


def decisions(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Decision]:
    rows = select(con, "decisions", keys=keys(ids)) if ids else []
    return dict(readable(rows, lambda row: (row["listing_id"], _decision(row))))


def _decision(row: Row) -> Decision:
    row["findings"] = tuple(
        Finding(**{name: cell(value) for name, value in finding.items()})
        for finding in row["findings"]
    )
    if row["signals"] is not None:
        row["signals"] = tuple(Signal(**signal) for signal in row["signals"])
    return Decision(**row)
