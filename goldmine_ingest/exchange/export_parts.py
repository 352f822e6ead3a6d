"""What an export consists of: the tables and views, how each is divided by months, and in which
types any Parquet reader takes it.

Spark, Trino and pyarrow read what DuckDB writes, but for a few of its types: unsigned 64-bit
numbers and UUIDs are refused or read as something else, so they leave as decimals and text. Times
are INT64 microseconds, adjusted to UTC; lists and structs the standard groups.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb

# Our own parts, not the contract's: they only make other views cheap.
_INNER_VIEWS = ("decision_newest", "listing_newest", "pasted")
_PLAIN = {
    "UBIGINT": "DECIMAL(20, 0)",
    "HUGEINT": "DECIMAL(38, 0)",
    "UINTEGER": "BIGINT",
    "UUID": "VARCHAR",
    "JSON": "VARCHAR",
}

# The time by whose (UTC) month the rows of a table or view are divided. What isn't named here is
# small, or replaced as a whole.
_TIMES = {
    "listing": "first_seen_at", "listing_edit": "seen_at", "alias": "first_seen_at", "raw_entry": "seen_at", "observation": "seen_at",
    "presence": "event_at", "poll": "started_at", "run": "started_at", "decision": "decided_at", "measure": "first_seen_at",
    "alert_event": "event_at",
    "listings": "first_seen_at", "sightings": "first_seen_at", "observations": "seen_at", "revisions": "seen_at",
    "decisions": "decided_at", "alerts": "enqueued_at", "polls": "started_at", "runs": "started_at", "raw_entries": "seen_at",
}  # fmt: skip
# The same for rows without a time of their own: how they are joined to one.
_BY_LISTING = (
    "LEFT JOIN (SELECT listing_id, first_seen_at AS part_time FROM listing) USING (listing_id)"
)
_JOINED = {
    "text_key": (
        _BY_LISTING + " ORDER BY text_key.rowid"
    ),  # the oldest and newest of a key are found by it
    "text_features": (
        """LEFT JOIN (
        SELECT text_hash, min(seen_at) AS part_time
        FROM (SELECT text_hash, seen_at FROM listing UNION ALL SELECT text_hash, seen_at FROM listing_edit)
        GROUP BY text_hash
    ) USING (text_hash)"""
    ),
    **dict.fromkeys(
        ("findings", "signals"),
        "LEFT JOIN (SELECT listing_id, decided_at AS part_time FROM decisions) USING (listing_id)",
    ),
}


@dataclass(frozen=True, slots=True)
class Months:
    """The rows of one table or view in one month (None: all of them, or those without a time),
    as a fingerprint.
    """

    month: str | None
    rows: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Part:
    """A table or a view. `columns` are its names and DuckDB's types, in order."""

    kind: str
    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def folder(self) -> str:
        return f"{self.kind}s/{self.name}"

    @property
    def divided(self) -> bool:
        return self.name in _TIMES or self.name in _JOINED

    @property
    def rows(self) -> str:
        """A query for the rows in plain types, with the column `month` behind them if they are
        divided.
        """
        plain = [
            f"{name}::{_PLAIN[kind]} AS {name}" if kind in _PLAIN else name
            for name, kind in self.columns
        ]
        time = _TIMES.get(self.name, "part_time")
        month = [f"strftime({time}, '%Y-%m') AS month"] if self.divided else []
        return f"SELECT {', '.join(plain + month)} FROM {self.name} {_JOINED.get(self.name, '')}"  # noqa: S608 - names of our own schema

    def months(self, con: duckdb.DuckDBPyConnection) -> list[Months]:
        """What there is of each month; of nothing, one empty month."""
        shape = hashlib.sha256(repr(self.columns).encode()).hexdigest()[:8]
        month = "month" if self.divided else "NULL"
        summed = f"SELECT {month} AS of_month, count(*), sum(hash(part)) FROM ({self.rows}) AS part"  # noqa: S608 - the same
        months = con.execute(f"{summed} GROUP BY of_month ORDER BY ALL").fetchall() or [
            (None, 0, 0)
        ]
        return [
            Months(of_month, rows, f"{shape}-{rows}-{total or 0:x}")
            for of_month, rows, total in months
        ]


def parts(con: duckdb.DuckDBPyConnection) -> list[Part]:
    """Every table, then every documented view."""
    tables = (
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER"
        " BY ALL"
    )
    views = (
        "SELECT view_name FROM duckdb_views() WHERE database_name = current_database() AND NOT"
        " internal ORDER BY ALL"
    )
    names = [("table", name) for (name,) in con.execute(tables).fetchall()]
    names += [
        ("view", name) for (name,) in con.execute(views).fetchall() if name not in _INNER_VIEWS
    ]
    return [
        Part(
            kind,
            name,
            tuple((n, str(t)) for n, t, *_ in con.execute(f"FROM {name} LIMIT 0").description),
        )
        for kind, name in names
    ]
