"""Matches that wait for a digest cost a cycle nothing, and are looked at as soon as something
becomes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest.model.pursuit import Pursuit, Rating
from goldmine_ingest.store.history import Store
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import NOON, Home, upwork_feed, upwork_item
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, serve, watching

EVENING = 'digest_at = ["18:00"]'


def scene(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> Home:
    """One listing for review, held for the digest of the evening."""
    feeds.script("/a", Answer(body=upwork_feed(upwork_item(1, budget=None))))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, EVENING)})
    assert home.run().review == 1
    assert states(home) == ["held"]
    return home


def states(home: Home) -> list[object]:
    return [
        state
        for (state,) in home.rows(
            "SELECT state FROM alerts WHERE listing_id IS NOT NULL ORDER BY state"
        )
    ]


def wants_delivery(home: Home, digests: dict[tuple[str, str], datetime]) -> bool:
    with home.store() as store:
        return store.owes(digests)


def test_it_rests_until_its_digest(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    home = scene(tmp_path, feeds, sink)
    before, after = NOON - timedelta(hours=18), NOON + timedelta(hours=6)
    assert not wants_delivery(home, {("phone", ""): before})
    assert wants_delivery(home, {("phone", ""): after})
    assert wants_delivery(home, {})  # its digest is due, or nobody knows its destination
    assert wants_delivery(home, {("phone", "2"): before})
    home.clock.forward(hours=-1)  # it began ahead of this clock
    assert wants_delivery(home, {("phone", ""): before})
    home.clock.forward(hours=7, minutes=1)
    home.run()
    assert len(sink.accepted) == 1
    assert states(home) == ["sent"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda store, job, now: store.record_pursuits([Pursuit(job, "pursued", now)]),
        lambda store, job, now: store.record_rating(Rating(job, "bad", None, now)),
    ],
)
def test_one_that_its_person_answers_is_let_go_by_the_next_cycle(
    answer: Callable[[Store, str, datetime], None],
    tmp_path: Path,
    feeds: FeedServer,
    sink: Receiver,
) -> None:
    home = scene(tmp_path, feeds, sink)
    [(listing_id,)] = home.rows("SELECT listing_id FROM listings")
    with home.store() as store:
        answer(store, str(listing_id), home.clock())
    home.clock.forward(minutes=5)
    home.run()
    assert states(home) == ["suppressed"]


def test_one_that_an_edit_turns_away_is_let_go_by_the_same_cycle(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    home = scene(tmp_path, feeds, sink)
    serve(feeds, "/a", upwork_item(1, budget="$50"))
    home.clock.forward(minutes=31)
    home.run()
    assert states(home) == ["suppressed"]


def test_one_that_an_edit_makes_qualify_is_told_once(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    home = scene(tmp_path, feeds, sink)
    serve(feeds, "/a", upwork_item(1, budget="$1,500"))
    home.clock.forward(minutes=31)
    assert home.run().sent == 1
    assert states(home) == ["sent", "suppressed"]


def test_one_that_the_history_lost_is_said(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    home = scene(tmp_path, feeds, sink)
    with home.store() as store:
        store.con.execute("DELETE FROM decision")
    home.clock.forward(minutes=5)
    home.run()
    assert states(home) == ["dead"]


def test_a_killed_send_is_noticed(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    home = scene(tmp_path, feeds, sink)
    with home.store() as store:
        assert not store.was_sending()
        store.con.execute("UPDATE open_alert SET last_event = 'attempt'")
        assert store.was_sending()
        assert store.owes({("phone", ""): datetime.min.replace(tzinfo=UTC)})


@pytest.mark.parametrize("days", [0, 30])
def test_one_that_was_decided_long_before_it_was_owed_rests_too(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, days: int
) -> None:
    """What is stored of it is read whenever it was decided; most often that was just before."""
    home = scene(tmp_path, feeds, sink)
    before = {("phone", ""): NOON - timedelta(hours=18)}
    with home.store() as store:
        store.con.execute("UPDATE decision SET decided_at = ?", [NOON - timedelta(days=days)])
    assert not wants_delivery(home, before)
    with home.store() as store:
        store.con.execute("UPDATE decision SET decision = 'rejected'")
    assert wants_delivery(home, before)
