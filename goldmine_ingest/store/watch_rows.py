"""What the history knows of the watch itself: notices that were told, how long feeds are usually
silent, what a day brought.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.model.alert import Topic
from goldmine_ingest.store.rows import keys, select

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

_GAP_WINDOW = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What a span of time brought. `nearest` is the criterion that turned away the best of the
    rejected ('': none was rejected).

    `failing` maps each feed that fails now to the first poll that failed.
    """

    listings: int
    qualified: int
    review: int
    nearest: str = ""
    failing: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedYield:
    """What a feed brought in a span of time."""

    listings: int
    qualified: int


def feed_yields(con: duckdb.DuckDBPyConnection, since: datetime) -> dict[str, FeedYield]:
    return {
        row["feed"]: FeedYield(row["listings"], row["qualified"])
        for row in select(con, "feed_yields", since=since)
    }


def first_reasons(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, str]:
    return (
        {row["alert_id"]: row["reason"] for row in select(con, "first_reasons", keys=keys(ids))}
        if ids
        else {}
    )


def notices_since(
    con: duckdb.DuckDBPyConnection, since: datetime, until: datetime
) -> dict[tuple[Topic, str, tuple[str, str]], datetime]:
    rows = select(con, "notices_since", since=since, until=until)
    return {
        (Topic(row["topic"]), row["about"], (row["destination"], row["slot"])): row["owed_at"]
        for row in rows
    }


def notices_ahead(con: duckdb.DuckDBPyConnection, since: datetime, now: datetime) -> frozenset[str]:
    return frozenset(row["alert_id"] for row in select(con, "notices_ahead", since=since, now=now))


def never_stated(
    con: duckdb.DuckDBPyConnection, feeds: Collection[str]
) -> dict[str, frozenset[str]]:
    by_feed: dict[str, set[str]] = {}
    for row in select(con, "never_stated", feeds=list(feeds)) if feeds else ():
        by_feed.setdefault(row["feed"], set()).add(row["criterion"])
    return {feed: frozenset(criteria) for feed, criteria in by_feed.items()}


def longest_gaps(
    con: duckdb.DuckDBPyConnection, last_new: Mapping[str, datetime]
) -> dict[str, timedelta]:
    if not last_new:
        return {}
    since = min(last_new.values()) - _GAP_WINDOW
    return {
        row["feed"]: row["gap"]
        for row in select(con, "longest_gaps", feeds=last_new.keys(), since=since)
    }


def day_counts(con: duckdb.DuckDBPyConnection, since: datetime, until: datetime) -> DayCounts:
    (counts,) = select(con, "day_counts", since=since, until=until)
    nearest = select(con, "nearest_rejected", since=since, until=until)
    failing = {row["feed"]: row["failing_since"] for row in select(con, "failing_since")}
    return DayCounts(**counts, nearest=nearest[0]["criterion"] if nearest else "", failing=failing)
