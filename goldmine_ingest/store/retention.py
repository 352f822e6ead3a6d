"""What is dropped with time: raw entries older than `keep_raw`, and of polls older than `keep_polls` all but one row per feed and day.

Nothing else is ever dropped: identities, listings, decisions and the ledger are kept for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.queries import query
from goldmine_ingest.store.rows import insert, select

if TYPE_CHECKING:
    import duckdb

DONE = "retention"  # the fact that tells when this was last done
_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many rows went: raw entries, and polls that a day's row stands for now."""

    raw_entries: int = 0
    polls: int = 0


def cut_off(now: datetime, keep: timedelta) -> datetime:
    """What is older goes: `keep` before the beginning of this UTC day, so that whole days are kept or dropped."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - keep


def is_due(done: str | None, now: datetime) -> bool:
    """At most once a day; a time in the future (a clock set back) doesn't count."""
    return done is None or not now - _EVERY < datetime.fromisoformat(done) <= now


def forget_raw_entries(con: duckdb.DuckDBPyConnection, before: datetime) -> int:
    return _count(con, "forget_raw_entries", before)


def thin_polls(con: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """One row per feed and day instead of several; how many fewer. A day that is thinned already is left alone."""
    days = select(con, "polls_of_a_day", before=before)
    gone = _count(con, "forget_polls", before) if days else 0
    insert(con, "poll", days)
    return gone - len(days)


def _count(con: duckdb.DuckDBPyConnection, name: str, before: datetime) -> int:
    row = con.execute(query(name), {"before": before}).fetchone()
    return int(row[0]) if row else 0
