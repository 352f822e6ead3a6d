"""What the user records about jobs: the events of a proposal, and ratings. Nothing is rewritten;
undoing is a row of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, get_args

from goldmine_ingest.model.pursuit import Answer, Pursuit, Rating, RecordedEvent, Stage
from goldmine_ingest.store.insertion import insert
from goldmine_ingest.store.rows import Row, as_row, readable, select

if TYPE_CHECKING:
    import duckdb


def add_pursuits(
    con: duckdb.DuckDBPyConnection, pursuits: Sequence[Pursuit], now: datetime
) -> None:
    """Add events in their order; the last one is the one that `undo_last` takes back first."""
    insert(
        con,
        "pursuit",
        [{**as_row(each), "pursuit_id": uuid.uuid4().hex, "recorded_at": now} for each in pursuits],
    )


def pursuits(
    con: duckdb.DuckDBPyConnection, ids: Collection[str]
) -> dict[str, tuple[Pursuit, ...]]:
    """listing_id -> its events that stand, in order of time. Listings without any are missing."""
    pursuits_of: dict[str, list[Pursuit]] = {}
    for pursuit in readable(select(con, "pursuits_of", ids=ids) if ids else (), _pursuit):
        pursuits_of.setdefault(pursuit.listing_id, []).append(pursuit)
    return {listing_id: tuple(events) for listing_id, events in pursuits_of.items()}


def _pursuit(row: Row) -> Pursuit:
    if row["stage"] not in get_args(Stage):
        raise ValueError("no such stage")
    return Pursuit(**row)


def pursuits_begun(con: duckdb.DuckDBPyConnection) -> tuple[datetime, ...]:
    """When each pursuit began, the oldest first; what was only skipped is none."""
    return tuple(row["begun_at"] for row in select(con, "pursuits_begun"))


def undo_last(con: duckdb.DuckDBPyConnection, now: datetime) -> Pursuit | None:
    """Take back the event that was recorded last and still stands, and give it; None if there is
    none.
    """
    rows = select(con, "last_pursuit")
    if not rows:
        return None
    row: Row = rows[0]
    insert(con, "pursuit_undo", [{"pursuit_id": row.pop("pursuit_id"), "undone_at": now}])
    return Pursuit(**row)


def add_rating(con: duckdb.DuckDBPyConnection, rating: Rating, way: str = "command") -> None:
    insert(con, "rating", [{**as_row(rating), "rating_id": uuid.uuid4().hex, "way": way}])


def add_event(con: duckdb.DuckDBPyConnection, event: RecordedEvent) -> None:
    """Add an event under the id that it has."""
    row = as_row(event)
    details = {name: row[name] for name in ("listing_id", "at_time", "way")}
    if event.kind == "rating":
        values = {"rating_id": event.event_id, "rating": event.what, "because": event.because}
        insert(con, "rating", [{**details, **values}])
        return
    columns = (
        *("connects", "amount", "objection", "note", "recorded_at"),
        *("source", "title", "hours", "led"),
    )
    values = {
        "pursuit_id": event.event_id,
        "stage": event.what,
        **{name: row[name] for name in columns},
    }
    insert(con, "pursuit", [{**details, **values}])


def undo_event(con: duckdb.DuckDBPyConnection, event: RecordedEvent, now: datetime) -> None:
    """Take back this event, by its id: never whichever happens to be the last."""
    table, name = (
        ("rating_undo", "rating_id") if event.kind == "rating" else ("pursuit_undo", "pursuit_id")
    )
    insert(con, table, [{name: event.event_id, "undone_at": now}])


def events(
    con: duckdb.DuckDBPyConnection,
    *,
    ids: Collection[str] | None = None,
    event_id: str | None = None,
    since: datetime | None = None,
) -> tuple[RecordedEvent, ...]:
    """What was recorded, the newest first; undone events too."""
    rows = select(con, "recorded_events", ids=ids, event_id=event_id, since=since)
    return tuple(readable(rows, lambda row: RecordedEvent(**row)))


def ratings(con: duckdb.DuckDBPyConnection) -> dict[str, Rating]:
    """The newest rating of each job that has one."""
    return {row["listing_id"]: Rating(**row) for row in select(con, "newest_ratings")}


def answered(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Answer]:
    return (
        {
            row["listing_id"]: Answer(row["how"], row["answered_at"])
            for row in select(con, "answered", ids=ids)
        }
        if ids
        else {}
    )


def titles(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, str]:
    """See OutcomeStore.titles."""
    rows = select(con, "titles", ids=ids) if ids else ()
    return {row["listing_id"]: row["title"] for row in rows}


def listings_titled(
    con: duckdb.DuckDBPyConnection, titles: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Title in lower case, as asked for -> the jobs that bear it, the newest first."""
    ids_of: dict[str, list[str]] = {}
    for row in select(con, "listings_titled", titles=titles) if titles else ():
        ids_of.setdefault(row["title"], []).append(row["listing_id"])
    return {title: tuple(ids) for title, ids in ids_of.items()}
