"""The whole cycle against a loopback feed server and a loopback receiver: what is served is stored, what qualifies arrives once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from goldmine_ingest.errors import BusyError
from goldmine_ingest.locks import cycle_lock
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Home, upwork_feed, upwork_item
from tests.rig.receiver import Receiver


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def home(folder: Path, server: FeedServer, sink: Receiver | None, *paths: str, more: str = "", alerts: str = 'backlog = "all"') -> Home:
    names = "".join(f'[[feed]]\nname = "{path.strip("/")}"\nurl = "{server.url(path)}"\n' for path in paths)
    phone = (
        f'[[notify]]\nname = "phone"\nurl = "json://127.0.0.1:{sink.port}/hook"\n'
        if sink
        else '[[notify]]\nname = "here"\nurl = "terminal"\n'
    )
    limits = 'idle_timeout = "1s"\ntotal_timeout = "2s"\n'
    return Home(folder, f'[fetch]\nallow_private = ["{server.place}"]\n{limits}[alerts]\n{alerts}\n{names}{phone}{more}')


def titles(sink: Receiver) -> list[str]:
    return sorted(str(arrived.json["title"]) for arrived in sink.accepted)


def test_each_qualified_listing_arrives_once_whatever_the_other_feeds_do(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1), upwork_item(2, budget="$50")), headers={"ETag": '"1"'}), Answer(304))
    feeds.script("/twin", Answer(body=upwork_feed(upwork_item(1))))
    feeds.script("/missing", Answer(404))
    feeds.script("/hangs", Answer(silent=True, ending="hang"))
    feeds.script("/login", Answer(body=b"<html><title>Sign in</title><form></form></html>", headers={"Content-Type": "text/html"}))
    place = home(tmp_path, feeds, sink, "/good", "/twin", "/missing", "/hangs", "/login")

    first = place.run()
    outcomes = {feed.feed: feed.outcome.value for feed in first.feeds}
    assert outcomes == {"good": "ok", "twin": "ok", "missing": "http_error", "hangs": "timeout", "login": "not_a_feed"}
    assert (first.new_listings, first.qualified, first.rejected, first.sent, first.exit_status) == (2, 1, 1, 1, 3)
    assert len(sink.accepted) == 1

    place.clock.forward(minutes=10)
    second = place.run()
    assert {feed.feed: feed.outcome.value for feed in second.feeds if feed.feed in ("good", "twin")} == {
        "good": "not_modified",
        "twin": "not_modified",
    }
    assert (second.new_listings, second.sent, len(sink.accepted)) == (0, 0, 1)
    assert feeds.requests("/good")[1].headers["if-none-match"] == '"1"'

    feeds.script("/good", Answer(body=upwork_feed(upwork_item(3), upwork_item(1), upwork_item(2, budget="$50"))))
    place.clock.forward(minutes=10)
    assert place.run().new_listings == 1
    assert len(sink.accepted) == 2

    rows = dict(place.rows("SELECT feed, string_agg(outcome, ' ' ORDER BY started_at) FROM polls GROUP BY feed"))  # type: ignore[arg-type]  # pairs
    assert rows["good"] == "ok not_modified ok"
    assert rows["login"] == "not_a_feed not_a_feed not_a_feed"
    assert place.rows("SELECT count(*) FROM listings") == [(3,)]


def test_the_terminal_destination_prints_each_match_and_counts_as_sent(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))))
    place = home(tmp_path, feeds, None, "/good")
    assert place.run().sent == 1
    message = place.printed.getvalue()
    for words in ("Month-end reconciliation 1", "$1,500", "Finance reconciliation", "Reconcile one closed month", "upwork.com/jobs/~01"):
        assert words in message
    assert place.rows("SELECT state, attempts FROM alerts") == [("sent", 1)]


def test_first_sight_is_stored_and_alerts_no_one_by_default(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))), Answer(body=upwork_feed(upwork_item(2), upwork_item(1))))
    place = home(tmp_path, feeds, sink, "/good", alerts="")
    first = place.run()
    assert (first.new_listings, first.sent) == (1, 0)
    assert any("first sight" in note for note in first.notes)
    place.clock.forward(minutes=10)
    assert place.run().sent == 1
    assert [row[0] for row in place.rows("SELECT state FROM alerts ORDER BY enqueued_at")] == ["suppressed", "sent"]


def test_a_send_that_fails_is_owed_and_arrives_later(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))))
    with Receiver(["500", "200"]) as sink:
        place = home(tmp_path, feeds, sink, "/good")
        first = place.run()
        assert (first.sent, first.exit_status) == (0, 3)
        assert place.rows("SELECT state FROM alerts") == [("retrying",)]
        place.clock.forward(minutes=5)
        assert place.run().sent == 1
        assert len(sink.accepted) == 1


def test_a_review_listing_waits_for_the_digest(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1, budget=None))))
    place = home(tmp_path, feeds, sink, "/good", more='digest_at = ["18:00"]\ntimezone = "UTC"\n')
    assert (place.run().review, len(sink.accepted)) == (1, 0)
    place.clock.forward(hours=6, minutes=1)
    place.run()
    assert len(sink.accepted) == 1
    assert "Month-end reconciliation 1" in str(sink.accepted[0].json["message"])
    assert place.rows("SELECT state FROM alerts") == [("sent",)]


def test_a_second_cycle_at_the_same_time_is_turned_away_without_polling(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    place = home(tmp_path, feeds, sink, "/good")
    path = place.project().database.path
    path.parent.mkdir(parents=True)
    with cycle_lock(path), pytest.raises(BusyError):
        place.run()
    assert feeds.requests() == []


def test_a_dry_run_shows_each_message_and_leaves_no_trace(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1), upwork_item(2, budget=None))))
    place = home(tmp_path, feeds, sink, "/good", alerts="")
    report = place.run(dry_run=True)
    assert [(m.destination, m.kind) for m in report.messages] == [("phone", "match")]
    assert report.messages[0].held_back is not None
    assert "Month-end reconciliation 1" in report.messages[0].text
    assert sink.arrived == []
    assert not (tmp_path / "data").exists()


def test_a_destination_whose_variable_is_missing_stops_alone(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))))
    place = home(tmp_path, feeds, sink, "/good", more='[[notify]]\nname = "chat"\nurl = "env:CHAT_URL"\n')
    report = place.run()
    assert (report.sent, report.exit_status) == (1, 3)
    assert any(subject == "chat" and "CHAT_URL" in sentence for subject, sentence in report.problems)
    assert dict(place.rows("SELECT destination, state FROM alerts")) == {"phone": "sent", "chat": "owed"}  # type: ignore[arg-type]  # pairs
