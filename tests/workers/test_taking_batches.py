"""Polling by workers without Prefect: what they hear comes into the history exactly once,
whatever dies or comes late.
"""

from __future__ import annotations

import io
import signal
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from goldmine_ingest.app import poll_shard, run_cycle
from goldmine_ingest.errors import BusyError, UsageError
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.nursery import Nursery
from tests.rig.project import NOON, kept_resources, upwork_feed
from tests.rig.receiver import Receiver
from tests.rig.waiting import PATIENCE
from tests.rig.watching import item, listings, serve
from tests.workers.spread import SHARDS, home_of, load, poll, round_of, waiting

ROOT = Path(__file__).parent.parent.parent


def test_what_workers_hear_is_stored_and_told_once(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Plan, poll, load, again: an unchanged feed is asked by its validators, a new job comes
    once.
    """
    feeds.script(
        "/a", Answer(body=upwork_feed(item(1), item(2)), headers={"ETag": '"1"'}), Answer(304)
    )
    serve(feeds, "/b", item(2), item(3, budget="$50"))
    home = home_of(tmp_path, feeds, sink, "/a", "/b")
    assert load(home).feeds == ()
    assert feeds.requests() == []
    assert sum(report.feeds for report in poll(home)) == 2
    first = load(home)
    assert (first.new_listings, first.qualified, first.sent, first.exit_status) == (3, 2, 2, 0)
    assert waiting(home) == []
    home.clock.forward(minutes=6)
    again = round_of(home)
    assert {feed.feed: feed.outcome.value for feed in again.feeds} == {
        "a": "not_modified",
        "b": "not_modified",
    }
    assert feeds.requests("/a")[1].headers["if-none-match"] == '"1"'
    serve(feeds, "/a", item(4), item(1), item(2))
    home.clock.forward(minutes=6)
    assert round_of(home).sent == 1
    assert len(listings(sink)) == len(set(listings(sink))) == 3
    assert home.rows("SELECT count(*) FROM listings") == [(4,)]
    assert home.rows("SELECT feed, count(*) FROM polls GROUP BY feed ORDER BY feed") == [
        ("a", 3),
        ("b", 3),
    ]


def test_a_feed_whose_settings_changed_is_asked_at_once_and_once(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """By the next worker, however long its interval is, and not again while its batch waits."""
    serve(feeds, "/a", item(1))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    round_of(home)
    asked = []
    for every in ("5m", "2m", "2m", "4m", "4m"):
        now = home.settings.replace('name = "a"\n', f'name = "a"\nevery = "{every}"\n')
        home.clock.forward(seconds=1)  # which batch is the later one is said by its name
        poll(replace(home, settings=now))
        asked.append(len(feeds.requests("/a")))
    assert asked == [1, 2, 2, 3, 3]


def test_a_project_with_workers_polled_by_one_process_comes_to_the_same(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """The history that `goldmine run` writes, but for ids and times of runs."""
    serve(feeds, "/a", item(1), item(2, budget=None))
    serve(feeds, "/b", item(2, budget=None), item(3, budget="$50"))
    found = []
    for name in ("one", "spread"):
        with Receiver() as receiver:
            home = home_of(tmp_path / name, feeds, receiver, "/a", "/b")
            if name == "spread":
                load(home)
                round_of(home)
            else:
                home.run(all_feeds=False)
            found.append(
                (
                    home.rows("SELECT * EXCLUDE (first_seen_at) FROM listings ORDER BY listing_id"),
                    home.rows(
                        "SELECT listing_id, decision, score, proof FROM decisions ORDER BY ALL"
                    ),
                    home.rows("SELECT destination, state, listing_id FROM alerts ORDER BY ALL"),
                    home.rows("SELECT * EXCLUDE (last_poll_at) FROM feed_state ORDER BY feed"),
                    home.rows("SELECT feed, digest, listing_id FROM current_entry ORDER BY ALL"),
                    sorted(listings(receiver)),
                )
            )
    assert found[0] == found[1]


def test_nobody_is_asked_again_while_the_loader_is_away(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """The batches that wait tell when a feed was asked last; what was learned from one that
    isn't committed is not believed.
    """
    feeds.script("/a", Answer(body=upwork_feed(item(1)), headers={"ETag": '"1"'}))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    poll(home)
    assert sum(report.feeds for report in poll(home)) == 0
    home.clock.forward(minutes=6)
    assert sum(report.feeds for report in poll(home)) == 1
    assert "if-none-match" not in feeds.requests("/a")[1].headers
    report = load(home)
    assert (len(report.feeds), report.new_listings, report.sent) == (2, 1, 1)
    assert home.rows("SELECT count(*) FROM polls") == [(2,)]


def test_a_batch_taken_twice_changes_nothing(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    serve(feeds, "/a", item(1), item(2))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    poll(home)
    (file,) = waiting(home)
    content = file.read_bytes()
    load(home)
    file.write_bytes(content)
    home.clock.forward(minutes=1)
    again = load(home)
    assert (again.feeds, again.new_listings, again.sent, waiting(home)) == ((), 0, 0, [])
    assert home.rows("SELECT count(*) FROM polls") == [(1,)]


def test_an_older_batch_brings_its_jobs_and_moves_nothing_back(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Job 1 left the feed before the newer poll: it is stored and told all the same. Job 2 was
    edited since: the edit stays.
    """
    serve(feeds, "/a", item(0))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    round_of(home)
    home.clock.forward(minutes=6)
    feeds.script("/a", Answer(body=upwork_feed(item(1), item(2)), headers={"ETag": '"old"'}))
    poll(home)
    (older,) = waiting(home)
    content = older.read_bytes()
    older.unlink()
    home.clock.forward(minutes=6)
    feeds.script(
        "/a", Answer(body=upwork_feed(item(2, budget="$9,000"), item(3)), headers={"ETag": '"new"'})
    )
    round_of(home)
    before = home.rows("FROM feed_state")
    older.write_bytes(content)
    late = load(home)
    assert (late.new_listings, late.changed, late.sent) == (1, 0, 1)
    assert home.rows("FROM feed_state") == before
    assert home.rows("SELECT budget_max FROM listings WHERE title LIKE '% 2'") == [(9000,)]
    assert home.rows("SELECT count(*) FROM current_entry") == [(2,)]
    assert len(listings(sink)) == len(set(listings(sink))) == 4


def test_unchanged_since_a_body_that_was_replaced_is_asked_for_whole(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Two workers poll by the same plan; the second one's 304 refers to what is no longer the
    stored body.
    """
    feeds.script(
        "/a",
        Answer(body=upwork_feed(item(1)), headers={"ETag": '"1"'}),
        Answer(body=upwork_feed(item(1), item(2)), headers={"ETag": '"2"'}),
        Answer(304),
    )
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    round_of(home)
    home.clock.forward(minutes=6)
    poll(home)
    home.clock.forward(minutes=6)
    poll(home)
    report = load(home)
    assert [feed.outcome.value for feed in report.feeds] == ["ok", "not_modified"]
    assert home.rows("SELECT etag, body_hash FROM feed_state") == [(None, None)]


def test_two_loaders_at_once_dont_both_load(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Both have a batch before them; the second comes while the first one's message waits for
    its answer, and leaves everything alone.
    """
    serve(feeds, "/a", item(1))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    poll(home)
    started = threading.Event()
    refused: list[str] = []

    def second() -> None:
        started.wait(PATIENCE)
        try:
            load(home)
        except BusyError as error:
            refused.append(error.message)

    other = threading.Thread(target=second)
    other.start()
    first = run_cycle(
        home.project(),
        env={},
        now=home.clock,
        out=io.StringIO(),
        shared=True,
        resources=kept_resources(),
        stop=lambda: _meet(started, other),
    )
    assert refused == ["another cycle is running"]
    assert (first.new_listings, first.sent, len(listings(sink))) == (1, 1, 1)
    assert home.rows("SELECT count(*) FROM polls") == [(1,)]


def _meet(started: threading.Event, other: threading.Thread) -> bool:
    """The first loader, asked in the middle of its work whether to stop, lets the second one
    have its turn.
    """
    started.set()
    other.join(PATIENCE)
    return False


def test_a_worker_elsewhere_needs_no_database_and_makes_none(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Another machine is another folder with the same configuration; its database's place can't
    even be written to.
    """
    serve(feeds, "/a", item(1))
    here, there = (home_of(tmp_path / name, feeds, sink, "/a") for name in ("here", "there"))
    for home in (here, there):
        home.settings = home.settings.replace('"shared"', f'"file://{tmp_path}/shared"')
    (tmp_path / "there").mkdir()
    (tmp_path / "there/data").write_text("a file where the folder of the database would be")
    load(here)
    assert sum(report.feeds for report in poll(there)) == 1
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == ["config", "data"]
    assert (load(here).sent, (tmp_path / "there/data").is_file()) == (1, True)


def test_one_feed_that_the_history_refuses_stops_no_other(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goldmine_ingest.errors import RefusedError
    from goldmine_ingest.store.history import Store

    serve(feeds, "/a", item(1))
    serve(feeds, "/b", item(2))
    home = home_of(tmp_path, feeds, sink, "/a", "/b")
    load(home)
    poll(home)
    real = Store.apply

    def apply(store: Store, changes: object, **more: object) -> None:
        if any(change.poll.feed == "a" for change in changes):  # type: ignore[attr-defined]  # a sequence here
            raise RefusedError("the step was refused")
        real(store, changes, **more)  # type: ignore[arg-type]  # as it was called

    with monkeypatch.context() as refusing:
        refusing.setattr(Store, "apply", apply)
        report = load(home)
    assert {feed.feed: feed.outcome.value for feed in report.feeds} == {"a": "error", "b": "ok"}
    assert (waiting(home), report.new_listings) == ([], 1)
    home.clock.forward(minutes=30)
    assert round_of(home).sent == 1


def test_a_shared_place_that_is_away_is_told_and_stops_nothing_else(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    home = home_of(tmp_path, feeds, sink, "/a")
    serve(feeds, "/a", item(1))
    (tmp_path / "shared").write_text("a file where the folder should be")
    report = home.run()
    assert (report.sent, report.exit_status) == (1, 3)
    assert "shared place" in report.problems[-1][1]
    with pytest.raises(UsageError, match="no shard 2"):
        poll_shard(home.project(), SHARDS, env={}, now=home.clock)


def test_no_secret_of_a_feed_is_in_a_batch_or_a_plan(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """The feed echoes its address, token and all; so does what it answers when it fails."""
    canary = "canarytoken4711abcdef00"
    feeds.script(
        "/a",
        Answer(
            body=upwork_feed(
                item(1, body=f"More at {feeds.url('/a')}?token={canary} about reconciliation")
            )
        ),
    )
    feeds.script("/b", Answer(body=f"<html>{canary}</html>".encode()))
    home = home_of(tmp_path, feeds, sink, "/a", "/b")
    home.settings = home.settings.replace(feeds.url("/a"), "env:FEED_A").replace(
        feeds.url("/b"), "env:FEED_B"
    )
    env = {f"FEED_{name}": f"{feeds.url(f'/{name.lower()}')}?token={canary}" for name in "AB"}
    project = home.project()
    run_cycle(
        project, env=env, now=home.clock, out=io.StringIO(), shared=True, resources=kept_resources()
    )
    for shard in range(SHARDS):
        poll_shard(project, shard, env=env, now=home.clock, resources=kept_resources())
    import duckdb

    for file in (home.folder / "shared").rglob("*.parquet"):
        text = str(duckdb.connect().execute("FROM read_parquet(?)", [str(file)]).fetchall())
        assert canary not in text
        assert "127.0.0.1" not in text.replace("127.0.0.1:", "") or feeds.place not in text
        assert file.stat().st_mode & 0o777 == 0o600
    assert len(waiting(home)) >= 1


WORKERS_POINTS = ["fetched", "batch_encoded", "part_written", "batch_written"]
LOADERS_POINTS = [
    "locked",
    "part_written",
    "mid_transaction",
    "before_commit",
    "batch_committed",
    "batch_removed",
    "planned",
]
POINTS = [
    *(("poll", point) for point in WORKERS_POINTS),
    *(("load", point) for point in LOADERS_POINTS),
]


@pytest.mark.slow
@pytest.mark.parametrize(("script", "point"), POINTS)
def test_a_kill_at_any_point_loses_nothing_and_doubles_nothing(
    script: str, point: str, tmp_path: Path, feeds: FeedServer, sink: Receiver, nursery: Nursery
) -> None:
    """The worker (`poll`) or the loader dies there; whoever comes next finishes the work."""
    serve(feeds, "/a", item(1), item(2))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    if script == "load":
        poll(home)
    config_path = tmp_path / "config/goldmine.toml"
    status = nursery.run(config_path, home.clock(), fault=point, step=script)
    assert status == -signal.SIGKILL
    home.clock.forward(minutes=1)
    round_of(home)
    assert (waiting(home), list((tmp_path / "shared/damaged").glob("*"))) == ([], [])
    assert len(listings(sink)) == len(set(listings(sink))) == 2
    assert home.rows("SELECT count(*), count(DISTINCT listing_id) FROM listings") == [(2, 2)]
    assert home.rows("SELECT DISTINCT state FROM alerts WHERE kind = 'match'") == [("sent",)]
    assert home.clock() - NOON == timedelta(minutes=1)
