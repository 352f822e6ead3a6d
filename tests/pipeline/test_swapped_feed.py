"""I13: a feed whose content was swapped for another site's is held until a person accepts it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from goldmine_ingest.cli import feeds_accept
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Home, upwork_feed, upwork_item


def home(folder: Path, server: FeedServer) -> Home:
    return Home(
        folder,
        f'[fetch]\nallow_private = ["{server.place}"]\n[[feed]]\nname = "jobs"\nurl ='
        f' "{server.url("/jobs")}"\n[[notify]]\nname = "here"\nurl = "terminal"\n',
    )


def accept(place: Home, name: str = "jobs") -> int:
    from argparse import Namespace

    place.project()
    out = io.StringIO()
    session = Session(
        place.folder / "config/goldmine.toml", {}, place.folder, out, out, now=place.clock
    )
    return feeds_accept.run(Namespace(name=name), session)


OURS = upwork_feed(upwork_item(1), upwork_item(2))
THEIRS = upwork_feed(
    upwork_item(
        71,
        title="Cheap watches 71",
        body="Buy watches, the best reconciliation of price and style, SQL Python.",
    ),
    upwork_item(
        72,
        title="Cheap bags 72",
        body="Buy bags, the best reconciliation of price and style, SQL Python.",
    ),
).replace(b"All jobs | upwork.com", b"Best shop of the world")


def test_i13_another_sites_feed_is_held_and_nothing_of_it_stored(
    tmp_path: Path, feeds: FeedServer
) -> None:
    feeds.script("/jobs", Answer(body=OURS), Answer(body=THEIRS))
    place = home(tmp_path, feeds)
    place.run()
    place.clock.forward(minutes=10)
    report = place.run()
    assert (report.new_listings, report.exit_status) == (0, 3)
    assert "goldmine feeds accept jobs" in (report.feeds[0].error or "")
    assert place.rows("SELECT state FROM feeds") == [("held",)]
    assert place.rows("SELECT count(*) FROM listings") == [(2,)]
    assert "watches" not in place.printed.getvalue()
    place.clock.forward(minutes=10)
    again = place.run()
    assert again.feeds == ()
    assert any("held" in note for note in again.notes)

    assert accept(place) == 0
    place.clock.forward(minutes=10)
    taken = place.run()
    assert (taken.new_listings, taken.sent) == (2, 0)
    assert place.rows("SELECT state FROM feeds") == [("ok",)]
    assert place.rows(
        "SELECT present, count(*) FROM sightings GROUP BY present ORDER BY present"
    ) == [(False, 2), (True, 2)]


@pytest.mark.parametrize(
    "body",
    [
        OURS.replace(b"All jobs | upwork.com", b"Another name of ours"),
        upwork_feed(upwork_item(2), upwork_item(71)).replace(
            b"All jobs | upwork.com", b"Another name"
        ),
        upwork_feed(upwork_item(8), upwork_item(9)),
        upwork_feed().replace(b"All jobs | upwork.com", b"Nothing today"),
        upwork_feed(upwork_item(8)).replace(b"All jobs |", b"All jobs (20) |"),
    ],
    ids=[
        "only the title",
        "one job stayed",
        "all jobs are new",
        "an empty feed",
        "a count in the title",
    ],
)
def test_i13_a_feed_that_only_changed_is_not_held(
    tmp_path: Path, feeds: FeedServer, body: bytes
) -> None:
    feeds.script("/jobs", Answer(body=OURS), Answer(body=body))
    place = home(tmp_path, feeds)
    place.run()
    place.clock.forward(minutes=10)
    assert place.run().feeds[0].outcome.value == "ok"


def test_only_a_held_feed_can_be_accepted(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script("/jobs", Answer(body=OURS))
    place = home(tmp_path, feeds)
    place.run()
    with pytest.raises(UsageError, match="not held"):
        accept(place)
    with pytest.raises(UsageError, match="no feed is called"):
        accept(place, "other")
