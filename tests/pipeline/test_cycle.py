"""The whole cycle against a loopback feed server and a loopback receiver: what is served is
stored, what qualifies arrives once.
"""

from __future__ import annotations

import errno
import io
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.app import run_cycle
from goldmine_ingest.errors import BusyError
from goldmine_ingest.model.fetched import Fetched
from goldmine_ingest.pipeline import cycle
from goldmine_ingest.pipeline.cycle import Cycle
from goldmine_ingest.pipeline.ingest.storing import Ingestion
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
from goldmine_ingest.pipeline.polling.gather import gather
from goldmine_ingest.pipeline.polling.spool import Spool
from goldmine_ingest.runtime.locks import cycle_lock
from goldmine_ingest.runtime.no_output import NoOutput
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Home, kept_resources, upwork_feed, upwork_item
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, listings, serve, watching


def home(
    folder: Path,
    server: FeedServer,
    sink: Receiver | None,
    *paths: str,
    more: str = "",
    alerts: str = 'backlog = "all"',
    fetch: str = "",
) -> Home:
    names = "".join(
        f'[[feed]]\nname = "{path.strip("/")}"\nurl = "{server.url(path)}"\n' for path in paths
    )
    phone = (
        f'[[notify]]\nname = "phone"\nurl = "json://127.0.0.1:{sink.port}/hook"\n'
        if sink
        else '[[notify]]\nname = "here"\nurl = "terminal"\n'
    )
    return Home(
        folder,
        "[fetch]\nallow_private ="
        f' ["{server.place}"]\n{fetch}[alerts]\n{alerts}\n{names}{phone}{more}',
    )


def matches(sink: Receiver) -> list[str]:
    """The ids of the listings that arrived as matches; health notices arrive too."""
    return [
        str(arrived.message["listing"]["listing_id"])
        for arrived in sink.accepted
        if arrived.message["kind"] == "match"
    ]  # type: ignore[index]


def test_each_qualified_listing_arrives_once_whatever_the_other_feeds_do(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    feeds.script(
        "/good",
        Answer(
            body=upwork_feed(upwork_item(1), upwork_item(2, budget="$50")), headers={"ETag": '"1"'}
        ),
        Answer(304),
    )
    feeds.script("/twin", Answer(body=upwork_feed(upwork_item(1))))
    feeds.script("/missing", Answer(404))
    feeds.script("/hangs", Answer(silent=True, ending="hang"))
    feeds.script(
        "/login",
        Answer(
            body=b"<html><title>Sign in</title><form></form></html>",
            headers={"Content-Type": "text/html"},
        ),
    )
    paths = ("/good", "/twin", "/missing", "/hangs", "/login")
    place = home(tmp_path, feeds, sink, *paths, fetch='idle_timeout = "2s"\n')

    first = place.run()
    outcomes = {feed.feed: feed.outcome.value for feed in first.feeds}
    assert outcomes == {
        "good": "ok",
        "twin": "ok",
        "missing": "http_error",
        "hangs": "timeout",
        "login": "not_a_feed",
    }
    assert (first.new_listings, first.qualified, first.rejected, first.sent, first.exit_status) == (
        2,
        1,
        1,
        1,
        3,
    )
    assert len(sink.accepted) == 1

    place.clock.forward(minutes=10)
    second = place.run()
    assert {
        feed.feed: feed.outcome.value for feed in second.feeds if feed.feed in ("good", "twin")
    } == {
        "good": "not_modified",
        "twin": "not_modified",
    }
    assert (second.new_listings, second.sent, len(sink.accepted)) == (0, 0, 1)
    assert feeds.requests("/good")[1].headers["if-none-match"] == '"1"'

    feeds.script(
        "/good",
        Answer(body=upwork_feed(upwork_item(3), upwork_item(1), upwork_item(2, budget="$50"))),
    )
    place.clock.forward(minutes=10)
    assert place.run().new_listings == 1
    assert len(matches(sink)) == 2

    rows = dict(
        place.rows(
            "SELECT feed, string_agg(outcome, ' ' ORDER BY started_at) FROM polls GROUP BY feed"
        )
    )  # type: ignore[arg-type]  # pairs
    assert rows["good"] == "ok not_modified ok"
    assert rows["login"] == "not_a_feed not_a_feed not_a_feed"
    assert place.rows("SELECT count(*) FROM listings") == [(3,)]


def test_the_terminal_destination_prints_each_match_and_counts_as_sent(
    tmp_path: Path, feeds: FeedServer
) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))))
    place = home(tmp_path, feeds, None, "/good")
    assert place.run().sent == 1
    message = place.printed.getvalue()
    for words in (
        "Month-end reconciliation 1",
        "$1,500",
        "Finance reconciliation",
        "Reconcile one closed month",
        "upwork.com/jobs/~01",
    ):
        assert words in message
    assert place.rows("SELECT state, attempts FROM alerts") == [("sent", 1)]


class _LeavingPipe(io.StringIO):
    """A pipe whose reader goes after the second message."""

    def write(self, text: str) -> int:
        if self.getvalue().count("goldmine track") == 2:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        return super().write(text)


def test_a_terminal_that_goes_away_between_two_messages_gets_the_rest_later(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """Each is attempted by itself: a kill leaves one in doubt, never all of them; nothing comes
    twice.
    """
    feeds.script(
        "/good", Answer(body=upwork_feed(*(upwork_item(number) for number in (1, 2, 3, 4))))
    )
    place = home(tmp_path, feeds, None, "/good")
    leaving = _LeavingPipe()
    run_cycle(
        place.project(),
        env={},
        now=place.clock,
        out=leaving,
        all_feeds=True,
        resources=kept_resources(),
    )
    told = [row[0] for row in place.rows("SELECT event FROM alert_event ORDER BY seq OFFSET 4")]
    assert told[:5] == ["attempt", "sent", "attempt", "sent", "attempt"]
    place.clock.forward(hours=1)
    place.run()
    first, later = leaving.getvalue(), place.printed.getvalue()
    assert (first.count("goldmine track"), later.count("goldmine track")) == (2, 2)
    assert sorted(
        number for number in "1234" if f"reconciliation {number}" in first + later
    ) == list("1234")
    assert place.rows("SELECT DISTINCT state FROM alerts") == [("sent",)]


def test_a_closed_standard_output_is_no_delivery(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))))
    place = home(tmp_path, feeds, None, "/good")
    done = run_cycle(
        place.project(),
        env={},
        now=place.clock,
        out=NoOutput(),
        all_feeds=True,
        resources=kept_resources(),
    )
    assert (done.sent, done.exit_status) == (0, 3)
    assert place.rows("SELECT state FROM alerts WHERE kind = 'match'") == [("retrying",)]
    place.clock.forward(hours=1)
    assert place.run().sent == 1


class _LeftPipe(io.StringIO):
    """A pipe whose reader has gone."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


def test_a_terminal_that_takes_nothing_keeps_its_alert_and_no_other_destination_waits(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))))
    place = home(tmp_path, feeds, sink, "/good")
    place.settings += '[[notify]]\nname = "here"\nurl = "terminal"\n'
    report = run_cycle(
        place.project(),
        env={},
        now=place.clock,
        out=_LeftPipe(),
        all_feeds=True,
        resources=kept_resources(),
    )
    assert (report.exit_status, len(sink.accepted)) == (3, 1)
    assert sorted(str(row[0]) for row in place.rows("SELECT state FROM alerts")) == [
        "retrying",
        "sent",
    ]


def test_first_sight_is_stored_and_alerts_no_one_by_default(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    feeds.script(
        "/good",
        Answer(body=upwork_feed(upwork_item(1))),
        Answer(body=upwork_feed(upwork_item(2), upwork_item(1))),
    )
    place = home(tmp_path, feeds, sink, "/good", alerts="")
    first = place.run()
    assert (first.new_listings, first.sent) == (1, 0)
    assert any("first sight" in note for note in first.notes)
    place.clock.forward(minutes=10)
    assert place.run().sent == 1
    assert [row[0] for row in place.rows("SELECT state FROM alerts ORDER BY enqueued_at")] == [
        "suppressed",
        "sent",
    ]


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


def test_a_review_listing_waits_for_the_digest(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1, budget=None))))
    place = home(tmp_path, feeds, sink, "/good", more='digest_at = ["18:00"]\ntimezone = "UTC"\n')
    assert (place.run().review, len(sink.accepted)) == (1, 0)
    place.clock.forward(hours=6, minutes=1)
    place.run()
    assert len(sink.accepted) == 1
    assert "Month-end reconciliation 1" in str(sink.accepted[0].json["message"])
    assert place.rows("SELECT state FROM alerts WHERE listing_id IS NOT NULL") == [("sent",)]


def test_a_second_cycle_at_the_same_time_is_turned_away_without_polling(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    place = home(tmp_path, feeds, sink, "/good")
    path = place.project().database.path
    path.parent.mkdir(parents=True)
    with cycle_lock(path), pytest.raises(BusyError):
        place.run()
    assert feeds.requests() == []


def test_a_dry_run_shows_each_message_and_leaves_no_trace(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1), upwork_item(2, budget=None))))
    place = home(tmp_path, feeds, sink, "/good", alerts="")
    report = place.run(dry_run=True)
    assert [(m.destination, m.kind) for m in report.messages] == [("phone", "match")]
    assert report.messages[0].held_back is not None
    assert "Month-end reconciliation 1" in report.messages[0].text
    assert sink.arrived == []
    assert not (tmp_path / "data").exists()


def test_a_destination_whose_variable_is_missing_stops_alone(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))))
    place = home(
        tmp_path, feeds, sink, "/good", more='[[notify]]\nname = "chat"\nurl = "env:CHAT_URL"\n'
    )
    report = place.run()
    assert (report.sent, report.exit_status) == (1, 3)
    assert any(
        subject == "chat" and "CHAT_URL" in sentence for subject, sentence in report.problems
    )
    assert dict(place.rows("SELECT destination, state FROM alerts")) == {
        "phone": "sent",
        "chat": "owed",
    }  # type: ignore[arg-type]  # pairs


def test_a_feed_that_the_history_refuses_stops_no_other(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Feeds that come together are stored together; where that is refused, each by itself without
    the entry whose fault it is, and that feed is asked again whole.
    """
    feeds.script("/good", Answer(body=upwork_feed()))
    feeds.script("/bad", Answer(body=upwork_feed()))
    place = home(tmp_path, feeds, sink, "/good", "/bad")
    place.run()
    place.rows("CREATE UNIQUE INDEX no_title_twice ON listing(title)")
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))))
    refused = upwork_feed(
        upwork_item(2, title="Close the books"),
        upwork_item(3, title="Close the books", body="Another job of that name."),
    )
    feeds.script("/bad", Answer(body=refused, headers={"ETag": '"1"'}))

    place.clock.forward(minutes=10)
    report = place.run()
    assert {feed.feed: feed.outcome.value for feed in report.feeds} == {"good": "ok", "bad": "ok"}
    assert report.new_listings == 2
    assert place.rows("SELECT feed, skipped FROM polls WHERE new_listings > 0 ORDER BY feed") == [
        ("bad", 1),
        ("good", 0),
    ]

    place.rows("DROP INDEX no_title_twice")
    place.clock.forward(hours=1)
    assert place.run().new_listings == 1
    assert "if-none-match" not in feeds.requests("/bad")[-1].headers


def test_a_feed_whose_variable_is_missing_is_said_each_time_and_not_backed_off(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    feeds.script("/good", Answer(body=upwork_feed(upwork_item(1))))
    place = home(tmp_path, feeds, sink, "/good")
    place.settings += '[[feed]]\nname = "bridge"\nurl = "env:BRIDGE_URL"\n'
    for _ in range(3):
        report = place.run(all_feeds=False)
        assert report.exit_status == 3
        assert any(
            subject == "bridge" and "BRIDGE_URL" in sentence
            for subject, sentence in report.problems
        )
    place.env = {"BRIDGE_URL": feeds.url("/good")}
    place.clock.forward(minutes=5)
    assert place.run(all_feeds=False).exit_status == 0


@contextmanager
def a_shell_that_holds(database: Path) -> Iterator[None]:
    """Another program with the live file open, as a person's DuckDB shell would."""
    code = (
        f"import duckdb, sys; con = duckdb.connect({str(database)!r}); print('open', flush=True);"
        " sys.stdin.read()"
    )
    shell = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert shell.stdout is not None
        assert shell.stdout.readline() == b"open\n"
        yield
    finally:
        shell.communicate()


@pytest.mark.slow
@fault(
    "S3",
    "a shell on the live file during a cycle",
    "the cycle spools, exits 75, and the next one takes it in",
)
def test_s3_what_was_fetched_while_another_program_held_the_database_is_taken_in_later(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    feeds.script(
        "/good",
        Answer(body=upwork_feed(upwork_item(1))),
        Answer(body=upwork_feed(upwork_item(2))),
        Answer(body=upwork_feed()),
    )
    place = home(tmp_path, feeds, sink, "/good")
    place.run()
    place.clock.forward(minutes=10)
    project = place.project()
    place.project = lambda: replace(
        project, database=replace(project.database, wait=timedelta(seconds=1))
    )  # type: ignore[method-assign]
    with a_shell_that_holds(tmp_path / "data/goldmine.duckdb"):
        report = place.run()
    assert report.exit_status == 75
    assert report.busy is not None
    assert report.busy.strip()
    assert place.rows("SELECT count(*) FROM listings") == [(1,)]
    place.clock.forward(minutes=10)
    healed = place.run()
    assert (healed.new_listings, healed.sent, len(sink.accepted)) == (1, 1, 2)
    assert list((tmp_path / "data/spool").glob("*.answer")) == []


@fault("Z11", "a feed that echoes its own token", "the history has none of it")
def test_z11_a_feeds_own_token_is_nowhere_in_the_history(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    token = "canary0f3a9c7d5e1b2846"
    echo = (
        "<item><title>Reconciliation"
        f" {token}</title><link>https://www.upwork.com/jobs/~01aaaaaaaaaaaaaaaa?securityToken={token}</link>"
    )
    body = upwork_feed(
        upwork_item(1, body=f"Our month-end reconciliation, sent to {token}, in Python."),
        f"{echo}<guid>g-{token}</guid></item>",
    )
    feeds.script("/good", Answer(body=body), Answer(503, body=token.encode()))
    place = home(tmp_path, feeds, sink)
    place.env = {"FEED_URL": feeds.url(f"/good?securityToken={token}")}
    place.settings += '[[feed]]\nname = "bridge"\nurl = "env:FEED_URL"\n'
    assert place.run().new_listings == 2
    place.clock.forward(minutes=10)
    assert place.run().exit_status == 3
    assert all(
        token.encode() not in path.read_bytes()
        for path in (tmp_path / "data").rglob("*")
        if path.is_file()
    )
    assert token not in str(place.rows("FROM raw_entries")) + str(
        place.rows("FROM listings")
    ) + str(place.rows("FROM polls"))


def test_a_job_that_came_damaged_is_a_repost_once_its_ids_rotate(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """No name of it comes back then, and its text isn't the one that is known: it is stored
    again, as a repost that alerts no one.
    """
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink)})
    jobs = range(11, 21)
    serve(feeds, "/a", *(item(n).replace("closes", "cl?ses") if n == 20 else item(n) for n in jobs))
    home.run()
    told_before = listings(sink)
    home.clock.forward(minutes=6)
    serve(
        feeds,
        "/a",
        *(item(n).replace("7E01", "7E77").replace("Reconciliation-", "Rebuilt-") for n in jobs),
    )
    assert home.run().new_listings == 1
    [(first, repeated)] = home.rows(
        "SELECT l.repost_of, count(*) OVER () FROM listings l WHERE l.repost_of IS NOT NULL"
    )
    assert (first in told_before, repeated) == (True, 1)
    assert listings(sink) == told_before


def test_a_run_begins_in_the_history_with_the_first_that_it_stores(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asks which feeds are due writes nothing; each run has its beginning and its end all the
    same, with news, without, and where nothing was due.
    """
    serve(feeds, "/good", item(1))
    place = home(tmp_path, feeds, sink, "/good")
    place.run()
    history = tmp_path / "data/goldmine.duckdb"
    held, while_asking = history.read_bytes(), []

    def asked(*asks: Any, **how: Any) -> Iterator[list[Fetched]]:
        while_asking.append(history.read_bytes() == held)
        return gather(*asks, **how)

    monkeypatch.setattr(cycle, "gather", asked)
    place.clock.forward(minutes=10)
    place.run()
    assert while_asking == [True]
    place.run(all_feeds=False)
    monkeypatch.setattr(cycle, "gather", lambda *_, **__: (_ for _ in ()).throw(OSError()))
    place.clock.forward(minutes=10)
    with pytest.raises(OSError):  # noqa: PT011 - the process as good as ends while it asks
        place.run()
    assert (
        place.rows(
            "SELECT count(*), count(finished_at), count(DISTINCT started_at) FROM internal.run"
            " GROUP BY run_id"
        )
        == [(2, 1, 1)] * 3
    )


def test_a_run_that_ends_after_it_stored_something_has_begun(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(feeds, "/good", item(1))
    place = home(tmp_path, feeds, sink, "/good")
    monkeypatch.setattr(Cycle, "_owes", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        place.run()
    assert place.rows("SELECT finished_at FROM runs") == [(None,)]
    assert place.rows("SELECT run_id FROM polls") == place.rows("SELECT run_id FROM runs")


def test_a_large_answer_whose_storing_found_the_database_taken_is_taken_in_later(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By then its body was read and let go; what is set aside is as it came."""
    large = upwork_feed(upwork_item(1, body="We reconcile. " * 100_000), upwork_item(2))
    feeds.script("/good", Answer(body=large))
    place = home(tmp_path, feeds, sink, "/good")

    def busy(_: Ingestion, answers: Sequence[FeedAnswer]) -> None:
        assert [(len(answer.fetched.body), answer.read is None) for answer in answers] == [
            (0, False)
        ]
        raise BusyError("another program has it")

    with monkeypatch.context() as while_taken:
        while_taken.setattr(Ingestion, "take", busy)
        assert place.run().exit_status == 75
    (waiting,) = Spool(tmp_path / "data/spool").waiting()
    assert waiting.fetched.body == large
    assert place.run().new_listings == 2
    assert list((tmp_path / "data/spool").glob("*.answer")) == []
