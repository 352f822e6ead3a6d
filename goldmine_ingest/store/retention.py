"""What is dropped with time: raw entries older than `keep_raw`, and of polls older than
`keep_polls` all but one row per feed and day.

Nothing else is ever dropped: identities, listings, decisions and the ledger are kept for ever.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from goldmine_ingest.store.insertion import insert
from goldmine_ingest.store.queries import query
from goldmine_ingest.store.rows import select
from goldmine_ingest.store.stored_times import noted

if TYPE_CHECKING:
    import duckdb

DONE = "retention"  # the fact that tells when this was last done
_EVERY = timedelta(days=1)
# What one cycle drops at most, so that it never holds the history for long; the next one goes on.
# Whole days of polls, at least one.
_RAW_ENTRIES = 20_000
_POLLS = 200_000


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many rows went: raw entries, and polls that a day's row stands for now. `more` is left
    for the next cycle.
    """

    raw_entries: int = 0
    polls: int = 0
    more: bool = False


def cut_off(now: datetime, keep: timedelta) -> datetime:
    """What is older goes: `keep` before the beginning of this UTC day, so that whole days are
    kept or dropped.
    """
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - keep


def is_due(done: str | None, now: datetime) -> bool:
    """At most once a day; a time in the future (a clock set back) doesn't count."""
    last = noted(done, now)
    return last is None or last <= now - _EVERY


def drop(con: duckdb.DuckDBPyConnection, raw_before: datetime, polls_before: datetime) -> Dropped:
    """Drop a slice of what is older than these times."""
    raw_entries = _count(con, "forget_raw_entries", before=raw_before, most=_RAW_ENTRIES)
    polls, more = _thin_polls(con, polls_before)
    return Dropped(raw_entries, polls, more or raw_entries == _RAW_ENTRIES)


def _thin_polls(con: duckdb.DuckDBPyConnection, before: datetime) -> tuple[int, bool]:
    """One row per feed and day instead of several, the oldest days first: how many fewer, and
    whether more is left.
    """
    days = [(row["day"], row["polls"]) for row in select(con, "days_of_polls", before=before)]
    if not days:
        return 0, False
    sums = list(accumulate(polls for _, polls in days))
    taken = max(1, bisect_right(sums, _POLLS))
    span = {"since": days[0][0], "before": min(before, days[taken - 1][0] + _EVERY)}
    rows = select(con, "polls_of_a_day", **span)
    gone = _count(con, "forget_polls", **span)
    insert(con, "poll", rows)
    return gone - len(rows), taken < len(days)


def _count(con: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> int:
    row = con.execute(query(name), parameters).fetchone()
    return int(row[0]) if row else 0
