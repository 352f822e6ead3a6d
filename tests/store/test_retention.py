"""What goes with time, and what never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.retention import Dropped, cut_off, is_due
from tests.histories import NOON, brought, poll, state
from tests.rig.blank_history import blank_history
from tests.rig.feed_server import FeedServer
from tests.rig.watching import item, serve, watching

DAY = timedelta(days=1)
KEPT_FOR_EVER = (
    "listing",
    "alias",
    "text_key",
    "presence",
    "decision",
    "alert_event",
    "text_features",
    "criteria_version",
    "run",
)


def test_the_cut_off_is_the_beginning_of_a_utc_day() -> None:
    assert cut_off(NOON, 90 * DAY) == datetime(2026, 8, 25, tzinfo=UTC)
    assert cut_off(NOON, timedelta(hours=12)) == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "due"),
    [(None, True), (NOON, False), (NOON - DAY, True), (NOON - DAY / 2, False), (NOON + DAY, True)],
)
def test_it_is_due_once_a_day_whatever_the_clock_did(done: datetime | None, due: bool) -> None:
    assert is_due(done.isoformat() if done else None, NOON) is due


def test_old_raw_entries_go_and_nothing_else(tmp_path: Path) -> None:
    with open_store(blank_history(tmp_path / "goldmine.duckdb"), now=NOON) as store:
        store.apply(
            [
                brought(1, at_time=NOON - 200 * DAY),
                brought(2, at_time=NOON - 180 * DAY),
                brought(3, at_time=NOON),
            ]
        )
        before = {table: store.con.execute(f"FROM {table}").fetchall() for table in KEPT_FOR_EVER}
        assert store.retain(180 * DAY, 90 * DAY) == Dropped(raw_entries=1)
        assert store.con.execute("SELECT seen_at FROM raw_entries ORDER BY ALL").fetchall() == [
            (NOON - 180 * DAY,),
            (NOON,),
        ]
        assert {
            table: store.con.execute(f"FROM {table}").fetchall() for table in KEPT_FOR_EVER
        } == before
        assert store.retain(180 * DAY, 90 * DAY) is None
    with open_store(tmp_path / "goldmine.duckdb", now=NOON + 2 * DAY) as store:
        assert store.warnings == ()
        assert store.retain(180 * DAY, 90 * DAY) == Dropped(raw_entries=1)


def test_old_polls_become_one_row_per_feed_and_day_with_what_the_day_brought(
    tmp_path: Path,
) -> None:
    long_ago = NOON - 100 * DAY
    with open_store(blank_history(tmp_path / "goldmine.duckdb"), now=NOON) as store:
        for feed, at, outcome, error in (
            ("f", long_ago, Outcome.OK, None),
            ("f", long_ago + timedelta(hours=1), Outcome.TIMEOUT, "no answer"),
            ("f", long_ago + timedelta(hours=2), Outcome.NOT_MODIFIED, None),
            ("g", long_ago, Outcome.OK, None),
            ("f", long_ago + DAY, Outcome.OK, None),
            ("f", NOON, Outcome.OK, None),
            ("f", NOON - timedelta(hours=1), Outcome.OK, None),
        ):
            row = poll(
                feed,
                at,
                outcome,
                bytes=10,
                entries=3 if outcome is Outcome.OK else 0,
                new_listings=2,
                skipped=1,
                error=error,
            )
            store.save_unchanged([(row, state(feed))])
        assert store.retain(180 * DAY, 90 * DAY) == Dropped(polls=2)
        rows = (
            "SELECT feed, started_at, outcome, bytes, entries, new_listings, skipped, error FROM"
            " polls ORDER BY started_at, feed"
        )
        assert store.con.execute(rows).fetchall() == [
            ("g", long_ago, "ok", 10, 3, 2, 1, None),
            ("f", long_ago + timedelta(hours=2), "not_modified", 30, 3, 6, 3, None),
            ("f", long_ago + DAY, "ok", 10, 3, 2, 1, None),
            ("f", NOON - timedelta(hours=1), "ok", 10, 3, 2, 1, None),
            ("f", NOON, "ok", 10, 3, 2, 1, None),
        ]


def test_much_that_is_old_goes_in_slices_of_a_cycle_each(tmp_path: Path) -> None:
    """No cycle holds the history for long, however much there is to drop; whole days of polls at
    a time.
    """
    old = (NOON - 200 * DAY).replace(hour=0)
    with open_store(blank_history(tmp_path / "goldmine.duckdb"), now=NOON) as store:
        store.con.execute(
            "INSERT INTO raw_entry SELECT 'id', 'f', $1, 'digest', '{}', NULL, NULL FROM"
            " range(30000)",
            [old],
        )
        store.con.execute(
            """INSERT INTO poll
            SELECT 'run', 'f' || n % 10, $1::TIMESTAMPTZ + to_seconds(n) + to_days(day::INTEGER), 'ok', 200, 1, 1, 1, 0, NULL
            FROM range(80000) AS polls(n), range(3) AS days(day)""",
            [old],
        )
        went = [store.retain(180 * DAY, 90 * DAY) for _ in range(3)]
        kept = store.con.execute("SELECT count(*), sum(new_listings) FROM poll").fetchall()
    assert went == [Dropped(20_000, 2 * 79_990, more=True), Dropped(10_000, 79_990), None]
    assert kept == [(30, 240_000)]


def test_a_cycle_drops_what_is_too_old_at_most_once_a_day(tmp_path: Path) -> None:
    """Polls of one day stay apart for ninety days; then one row stands for them, and the job and
    its alert are as they were.
    """
    with FeedServer() as feeds:
        serve(feeds, "/a", item(1))
        place = watching(tmp_path, feeds, "/a", to={"here": 'url = "terminal"'})
        for _ in range(3):
            place.run()
            place.clock.forward(hours=1)
        place.clock.forward(days=89)
        place.run()
        assert place.rows("SELECT count(*) FROM polls") == [(4,)]
        place.clock.forward(days=2)
        place.run()
    assert place.rows("SELECT count(*), sum(new_listings) FROM polls") == [(3, 1)]
    assert place.rows("SELECT count(*) FROM alerts WHERE state = 'sent' AND kind = 'match'") == [
        (1,)
    ]
