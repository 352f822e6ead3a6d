"""What its person has answered doesn't ring again: in no digest, not as changed, not as a
repost; what qualifies by a rescan does ring.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.analysis.rescan import rescan
from goldmine_ingest.model.pursuit import Pursuit, Rated, Rating, Stage
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home, upwork_item
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, listings, serve, told, watching

EVENING = 'digest_at = ["18:00"]'


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def number(home: Home, n: int) -> str:
    """The id of the n-th job, not of its reposts."""
    rows = home.rows("SELECT listing_id, title FROM listings WHERE repost_of IS NULL")
    return next(str(listing_id) for listing_id, title in rows if str(title).endswith(f" {n}"))


def track(home: Home, n: int, stage: Stage = "skipped") -> None:
    pursuit = Pursuit(number(home, n), stage, home.clock())
    with home.store() as store:
        store.record_pursuits([pursuit])


def rate(home: Home, n: int, rating: Rated) -> None:
    said = Rating(number(home, n), rating, None, home.clock())
    with home.store() as store:
        store.record_rating(said)


def state_of(home: Home, n: int, kind: str = "match") -> list[list[object]]:
    wanted = number(home, n), kind
    rows = home.rows("SELECT listing_id, kind, state, cause, reason FROM alerts")
    return [said for listing_id, its_kind, *said in rows if (listing_id, its_kind) == wanted]


def test_answered_jobs_are_in_no_digest_and_the_ledger_says_why(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Tracked in any stage, or rated bad; not one rated good, one whose rating was taken back by
    a later one, or one tracked and undone.
    """
    stages = get_args(Stage)
    serve(feeds, "/a", *(item(n, budget=None) for n in range(1, len(stages) + 6)))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, EVENING)})
    home.run()
    for n, stage in enumerate(stages, start=1):
        track(home, n, stage)
    bad, good, back, undone, silent = range(len(stages) + 1, len(stages) + 6)
    rate(home, bad, "bad")
    rate(home, good, "good")
    rate(home, back, "bad")
    home.clock.forward(minutes=1)
    rate(home, back, "good")
    track(home, undone)
    with home.store() as store:
        assert store.undo_pursuit() is not None
    home.clock.forward(hours=6)
    home.run()
    assert sorted(listings(sink)) == sorted(number(home, n) for n in (good, back, undone, silent))
    for n, stage in enumerate(stages, start=1):
        assert state_of(home, n) == [
            ["suppressed", "answered", f"you answered it ({stage} 2026-11-23)"]
        ]
    assert state_of(home, bad) == [
        ["suppressed", "answered", "you answered it (rated bad 2026-11-23)"]
    ]


def test_an_answered_job_that_an_edit_makes_qualify_is_not_told_as_changed(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """The other one is."""
    serve(feeds, "/a", item(1, budget=None), item(2, budget=None))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, EVENING)})
    home.run()
    track(home, 1, "declined")
    serve(feeds, "/a", item(1), item(2))
    home.clock.forward(minutes=10)
    home.run()
    assert listings(sink) == [number(home, 2)]
    assert [(state, cause) for state, cause, _ in state_of(home, 1, "changed")] == [
        ("suppressed", "answered")
    ]


def test_a_match_that_still_waits_is_let_go_once_it_is_answered(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """In quiet hours, or at a second destination that is down: it was read elsewhere."""
    serve(feeds, "/a", item(1), item(2))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, 'quiet_hours = "11:00-13:00"')})
    home.run()
    track(home, 1, "pursued")
    home.clock.forward(hours=1, minutes=5)
    home.run()
    assert listings(sink) == [number(home, 2)]
    assert [(state, cause) for state, cause, _ in state_of(home, 1)] == [("suppressed", "answered")]


def test_a_repost_of_what_was_answered_does_not_ring_however_old(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Beyond repost_window a repost is alerted again; one of an answered job isn't."""
    serve(feeds, "/a", item(1), item(2))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, "digest_at = []")})
    home.run()
    track(home, 1, "withdrawn")
    sink.arrived.clear()
    home.clock.forward(days=40)
    serve(feeds, "/a", again(item(1)), again(item(2)))
    home.run()
    assert [
        message["listing"]["title"] for message in told(sink) if message["kind"] == "match"
    ] == [title(2)]
    original = number(home, 1)
    rows = home.rows(
        "SELECT repost_of, cause, reason FROM alerts JOIN listings USING (listing_id) WHERE"
        " repost_of IS NOT NULL"
    )
    said = f"a repost of {original[:8]}, which you answered (withdrawn 2026-11-23)"
    assert [(cause, reason) for repeated, cause, reason in rows if repeated == original] == [
        ("answered", said)
    ]


def again(text: str) -> str:
    """The same job under another id."""
    return re.sub(r"(\d+)_%7E01", r"\1_%7E09", text)


def title(n: int) -> str:
    return str(re.search(r"<title>(.*) - Upwork", item(n))[1])  # type: ignore[index]


LOOSE = "\n[decision.unknown]\nbudget = 'pass'\n"


def test_a_job_held_for_review_that_qualifies_by_a_rescan_is_owed_now(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """It goes with the next cycle, alone, once; an answered one doesn't, and one that a digest
    told as a review isn't told again.
    """
    serve(feeds, "/a", item(1, budget=None), item(2, budget=None))
    home = watching(
        tmp_path,
        feeds,
        "/a",
        to={"phone": hook(sink, EVENING), "digests": hook(sink, 'mode = "digest"')},
    )
    home.run()
    track(home, 2)
    home.criteria += LOOSE
    home.clock.forward(minutes=5)
    report = rescan(home.project(), now=home.clock, alert=True)
    assert report.alerts["owed"] == 1
    home.clock.forward(minutes=1)
    home.run()
    assert [(m["kind"], m["listing"]["listing_id"]) for m in told(sink)] == [
        ("match", number(home, 1))
    ]
    sink.arrived.clear()
    home.clock.forward(hours=6)
    home.run()
    assert [message["kind"] for message in told(sink) if message.get("listings")] == [
        "digest"
    ]  # to the other destination
    assert rescan(home.project(), now=home.clock, alert=True).alerts.total() == 0


def test_what_was_owed_after_a_review_and_died_comes_back_as_a_match(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """`alerts retry` doesn't send it to the digest, where it waited first."""
    serve(feeds, "/a", upwork_item(1, budget=None))
    with Receiver(["400", "200"]) as sink:
        home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, EVENING)})
        home.run()
        home.criteria += LOOSE
        home.clock.forward(minutes=5)
        rescan(home.project(), now=home.clock, alert=True)
        with home.store() as store:
            (alert,) = store.open_alerts()
            assert (alert.last_event, alert.for_digest) == ("owed", False)
            store.append_events([event_of(alert, "dead", home.clock())])
            store.append_events([event_of(alert, "retry", home.clock())], again=True)
            assert [alert.for_digest for alert in store.open_alerts()] == [False]
