"""What is stored of feeds: polls, the state between two polls, the entries that are in a feed
now, and who came and went.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.model.feed import FeedCondition, FeedState, PollRecord
from goldmine_ingest.model.fetched import Outcome, Validators
from goldmine_ingest.store.insertion import insert, update
from goldmine_ingest.store.queries import query
from goldmine_ingest.store.rows import Row, as_row, key, run, select, utc

if TYPE_CHECKING:
    import duckdb

    from goldmine_ingest.model.changes import FeedChanges

# A batch's file is deleted seconds after it was taken in; one that comes again later than this
# (from a copy) holds nothing but known jobs.
_NOTED = timedelta(days=30)

_TIMES = (
    "last_ok_at",
    "last_full_at",
    "next_poll_at",
    "retry_after_until",
    "last_new_at",
    "last_poll_at",
)

# feed -> digest of each entry in it -> listing_id
Held = Mapping[str, Mapping[str, str]]


def feed_states(con: duckdb.DuckDBPyConnection) -> dict[str, FeedState]:
    result = con.execute(query("feed_states"))
    names = [column[0] for column in result.description]
    states = {}
    for values in result.fetchall():
        row = dict(zip(names, values, strict=True))
        with suppress(*PROVOKED):  # a row that can't be understood is a feed that was never polled
            for name in _TIMES:
                if (moment := row[name]) is not None:
                    row[name] = utc(moment)
            states[row["feed"]] = state_of(row)
    return states


def state_of(row: Row) -> FeedState:
    """A row of feed_state."""
    row["validators"] = Validators(row.pop("etag"), row.pop("last_modified"))
    row["condition"] = FeedCondition(row["condition"])
    row["last_outcome"] = Outcome(row["last_outcome"]) if row["last_outcome"] else None
    return FeedState(**row)


def _state_row(state: FeedState) -> Row:
    row = as_row(state)
    validators = row.pop("validators")
    return {**row, "etag": validators.etag, "last_modified": validators.last_modified}


def save_polls(
    con: duckdb.DuckDBPyConnection, items: Sequence[tuple[PollRecord, FeedState]]
) -> None:
    """Add the polls; of two states of one feed, keep the later one. Most feeds are known, and their
    rows are changed in place: to write them anew costs five times as much, with the checkpoint.
    """
    insert(con, "poll", [as_row(poll) for poll, _ in items])
    states = {state.feed: state for _, state in items}
    rows = [_state_row(state) for state in states.values()]
    if update(con, "feed_state", rows, by="feed") < len(rows):  # one was never polled before
        save_states(con, states.values())


def save_states(con: duckdb.DuckDBPyConnection, states: Iterable[FeedState]) -> None:
    """Replace the feeds' states; of two of one feed, the later one stays."""
    rows = {state.feed: _state_row(state) for state in states}
    run(con, "forget_feed_states", feeds=rows.keys())
    insert(con, "feed_state", list(rows.values()))


def note_taken(con: duckdb.DuckDBPyConnection, batch_id: str, feed: str, now: datetime) -> None:
    """What was taken in of a worker's batch; what was noted long ago is dropped, for its file is
    gone.
    """
    con.execute("DELETE FROM taken_batch WHERE taken_at < ?", [now - _NOTED])
    insert(con, "taken_batch", [{"batch_id": batch_id, "feed": feed, "taken_at": now}])


def taken_feeds(con: duckdb.DuckDBPyConnection, batch_id: str) -> set[str]:
    return {
        feed
        for (feed,) in con.execute(
            "SELECT feed FROM taken_batch WHERE batch_id = ?", [batch_id]
        ).fetchall()
    }


def current_entries(
    con: duckdb.DuckDBPyConnection, feeds: Collection[str]
) -> dict[str, dict[str, str]]:
    entries: dict[str, dict[str, str]] = {}
    for row in select(con, "current_entries", feeds=feeds):
        entries.setdefault(row["feed"], {})[row["digest"]] = row["listing_id"]
    return entries


def save_presence(con: duckdb.DuckDBPyConnection, changes: Sequence[FeedChanges]) -> None:
    """Who came and who went, from what each feed held before and holds now. Call it before the
    feeds' states are replaced.
    """
    read = [change for change in changes if change.present is not None]
    if not read:
        return
    names = {change.poll.feed for change in read}
    stored = current_entries(con, names)
    before = dict(stored)
    last_ok = {
        row["feed"]: row["last_ok_at"] for row in select(con, "last_good_polls", feeds=names)
    }
    presence: list[Row] = []
    for change in read:
        feed, now = change.poll.feed, change.present or {}
        presence += _moves(
            feed, before.get(feed, {}), now, change.poll.started_at, last_ok.get(feed)
        )
        before[feed], last_ok[feed] = dict(now), change.state.last_ok_at
    insert(con, "presence", presence)
    _replace_entries(con, stored, before)


def _moves(
    feed: str,
    before: Mapping[str, str],
    now: Mapping[str, str],
    at_time: datetime,
    last_ok_at: datetime | None,
) -> list[Row]:
    was, present = set(before.values()), set(now.values())
    came = [_move(i, feed, "appeared", at_time) for i in sorted(present - was)]
    left = [_move(i, feed, "gone", at_time, last_ok_at) for i in sorted(was - present)]
    return came + left


def _move(
    listing_id: str, feed: str, event: str, at_time: datetime, last_seen_at: datetime | None = None
) -> Row:
    return {
        "key": key(listing_id),
        "listing_id": listing_id,
        "feed": feed,
        "event": event,
        "event_at": at_time,
        "last_seen_at": last_seen_at,
    }


def _replace_entries(
    con: duckdb.DuckDBPyConnection,
    stored: Mapping[str, Mapping[str, str]],
    wanted: Mapping[str, Mapping[str, str]],
) -> None:
    """Write only the difference: a feed of thousands of entries of which one is new costs one
    row.
    """
    was, now = _triples(stored), _triples(wanted)
    if gone := was - now:
        run(
            con,
            "forget_current_entries",
            feeds=[feed for feed, _, _ in gone],
            digests=[digest for _, digest, _ in gone],
        )
    insert(
        con,
        "current_entry",
        [{"feed": f, "digest": d, "listing_id": i} for f, d, i in sorted(now - was)],
    )


def _triples(entries: Held) -> set[tuple[str, str, str]]:
    return {
        (feed, digest, listing_id)
        for feed, held in entries.items()
        for digest, listing_id in held.items()
    }
