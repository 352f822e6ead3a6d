"""Who is in which feed, and the live facts: right under 304, unchanged bodies, failures, cut
bodies and returns.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import NOON, Home, upwork_feed, upwork_item

SIGHTINGS = (
    "SELECT feed, present, sightings.first_seen_at, sightings.last_seen_at"
    " FROM sightings JOIN listings USING (listing_id) WHERE title LIKE '% {}' ORDER BY feed"
)


def home(folder: Path, server: FeedServer, *paths: str) -> Home:
    names = "".join(
        f'[[feed]]\nname = "{path.strip("/")}"\nurl = "{server.url(path)}"\n' for path in paths
    )
    quiet = '[[notify]]\nname = "here"\nurl = "terminal"\n'
    return Home(folder, f'[fetch]\nallow_private = ["{server.place}"]\n{names}{quiet}')


def sightings(place: Home, job: int) -> list[tuple[str, bool, float, float]]:
    """Feed, present, and minutes after noon of the first and last sight."""
    found = place.rows(SIGHTINGS.format(job))
    return [
        (str(feed), bool(present), _minutes(first), _minutes(last))
        for feed, present, first, last in found
    ]


def _minutes(at: object) -> float:
    return (at - NOON) / timedelta(minutes=1)  # type: ignore[operator,no-any-return]  # a datetime, from DuckDB


def test_a_304_and_an_unchanged_body_are_sightings(tmp_path: Path, feeds: FeedServer) -> None:
    body = upwork_feed(upwork_item(1))
    feeds.script(
        "/a",
        Answer(body=body, headers={"ETag": '"1"'}),
        Answer(304),
        Answer(body=body),
        Answer(503),
    )
    place = home(tmp_path, feeds, "/a")
    seen = []
    for _ in range(4):
        place.run()
        seen.append(sightings(place, 1))
        place.clock.forward(minutes=10)
    assert seen == [
        [("a", True, 0, 0)],
        [("a", True, 0, 10)],
        [("a", True, 0, 20)],
        [("a", True, 0, 20)],
    ]
    assert [row[0] for row in place.rows("SELECT outcome FROM polls ORDER BY started_at")] == [
        "ok",
        "not_modified",
        "not_modified",
        "http_error",
    ]
    assert place.rows("SELECT count(*) FROM presence") == [(1,)]


def test_i7_a_job_that_leaves_was_last_seen_at_the_poll_before_and_returns_as_itself(
    tmp_path: Path, feeds: FeedServer
) -> None:
    both, one = upwork_feed(upwork_item(1), upwork_item(2)), upwork_feed(upwork_item(2))
    feeds.script(
        "/a",
        Answer(body=both, headers={"ETag": '"1"'}),
        Answer(304),
        Answer(body=one),
        Answer(body=both),
    )
    place = home(tmp_path, feeds, "/a")
    for _ in range(3):
        place.run()
        place.clock.forward(minutes=10)
    assert sightings(place, 1) == [("a", False, 0, 10)]
    assert sightings(place, 2) == [("a", True, 0, 20)]
    place.clock.forward(days=400)
    assert place.run().new_listings == 0
    (_, present, first, last), *_ = sightings(place, 1)
    assert (present, first, last) == (True, 0, 400 * 24 * 60 + 30)
    assert place.rows("SELECT count(*) FROM listings") == [(2,)]


def test_one_job_in_two_feeds_has_a_sighting_in_each(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script(
        "/a", Answer(body=upwork_feed(upwork_item(1))), Answer(body=upwork_feed(upwork_item(2)))
    )
    feeds.script("/b", Answer(body=upwork_feed(upwork_item(1))))
    place = home(tmp_path, feeds, "/a", "/b")
    place.run()
    place.clock.forward(minutes=10)
    place.run()
    assert sightings(place, 1) == [("a", False, 0, 0), ("b", True, 0, 10)]
    assert place.rows("SELECT count(*), count(DISTINCT listing_id) FROM listings") == [(2, 2)]
    last = place.rows("SELECT last_seen_at FROM listings WHERE title LIKE '% 1'")[0][0]
    assert _minutes(last) == 10


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500),
        Answer(body=b"<html><title>Sign in</title></html>", headers={"Content-Type": "text/html"}),
        Answer(body=b""),
    ],
    ids=["an error", "h11: a login page", "nothing"],
)
def test_a_failed_poll_is_no_sighting_and_no_leaving(
    tmp_path: Path, feeds: FeedServer, answer: Answer
) -> None:
    feeds.script("/a", Answer(body=upwork_feed(upwork_item(1))), answer)
    place = home(tmp_path, feeds, "/a")
    place.run()
    place.clock.forward(minutes=10)
    place.run()
    assert sightings(place, 1) == [("a", True, 0, 0)]


def test_a_body_that_broke_off_makes_no_job_leave(tmp_path: Path, feeds: FeedServer) -> None:
    whole = upwork_feed(upwork_item(1), upwork_item(2))
    feeds.script(
        "/a", Answer(body=whole), Answer(body=upwork_feed(upwork_item(3), upwork_item(1))[:-200])
    )
    place = home(tmp_path, feeds, "/a")
    place.run()
    place.clock.forward(minutes=10)
    assert place.run().feeds[0].outcome.value == "partial"
    assert sightings(place, 2) == [("a", True, 0, 0)]


def test_i5_live_counts_are_observations_and_no_revisions(
    tmp_path: Path, feeds: FeedServer
) -> None:
    counts = [2, 5, 5, 9]
    feeds.script(
        "/a",
        *(
            Answer(
                body=upwork_feed(
                    upwork_item(1, title=f"Month-end reconciliation 1 ({n} proposals)")
                )
            )
            for n in counts
        ),
    )
    place = home(tmp_path, feeds, "/a")
    for _ in range(5):
        place.run()
        place.clock.forward(minutes=10)
    seen = place.rows(
        "SELECT proposals_min, proposals_max, seen_at FROM observations ORDER BY seen_at"
    )
    assert [(low, high, _minutes(at)) for low, high, at in seen] == [
        (2, 2, 0),
        (5, 5, 10),
        (9, 9, 30),
    ]
    assert place.rows("SELECT count(*) FROM revisions") == [(0,)]
    assert place.rows("SELECT proposals_min, proposals_max FROM listings") == [(9, 9)]


def test_x8_another_encoding_of_the_same_feed_is_the_same_job(
    tmp_path: Path, feeds: FeedServer
) -> None:
    text = upwork_feed(
        upwork_item(
            1,
            title="Bücher abschließen 1",
            body="Monatsabschluss für drei Läden: Kontoauszüge gegen das Hauptbuch prüfen.",
        )
    )
    latin = text.replace(b'encoding="UTF-8"', b'encoding="windows-1252"').decode().encode("cp1252")
    lying = text.decode().encode("cp1252")
    feeds.script("/a", Answer(body=text), Answer(body=latin), Answer(body=lying))
    place = home(tmp_path, feeds, "/a")
    new = []
    for _ in range(3):
        new.append(place.run().new_listings)
        place.clock.forward(minutes=10)
    assert new == [1, 0, 0]
    assert place.rows("SELECT count(*) FROM revisions") == [(0,)]
