"""One bad row never stops the rest: an alert, an entry, a stored fact that can't be used costs
itself alone, and is said.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from goldmine_ingest.analysis.rescan import rescan
from goldmine_ingest.app import reparse
from goldmine_ingest.criteria import Judge
from goldmine_ingest.errors import RefusedError
from goldmine_ingest.model.decision import TextFeatures
from goldmine_ingest.model.fetched import Fetched, Outcome
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead, ReadEntry
from goldmine_ingest.pipeline.narrowing import narrowed
from goldmine_ingest.pipeline.polling import poll_result, read_answer
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import NOON, Home
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, listings, serve, watching

BARE = """<?xml version="1.0"?><rss version="2.0"><channel><title>Links</title>{}</channel></rss>"""


def owing(folder: Path, feeds: FeedServer, sink: Receiver, *numbers: int) -> Home:
    """A project whose alerts are owed and not sent yet."""
    serve(feeds, "/a", *(item(n) for n in numbers))
    home = watching(folder, feeds, "/a", to={"phone": hook(sink, "digest_at = []")})
    sink.script = ["500"]
    home.run()
    home.clock.forward(hours=1)
    sink.script = ["200"]
    sink.arrived.clear()
    return home


FIRST = "(SELECT min(listing_id) FROM listing)"
LOSSES = {
    "the listing is gone": "DELETE FROM listing WHERE listing_id = FIRST",
    "the decision is gone": "DELETE FROM decision WHERE listing_id = FIRST",
    "the decision holds a finding that is none": (
        "UPDATE decision SET findings = [NULL] WHERE listing_id = FIRST"
    ),
}


@fault("A20", "an alert whose listing or decision is lost", "dead and said; the rest go out")
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_an_alert_whose_listing_is_lost_dies_and_the_rest_go_out(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, loss: str
) -> None:
    home = owing(tmp_path, feeds, sink, 1, 2, 3)
    with home.store() as store:
        store.con.execute(loss.replace("FIRST", FIRST))
    done = home.run(all_feeds=False)
    assert done.exit_status == 3
    assert len(listings(sink)) == 2
    assert any(who == "phone" and "can't be sent" in said for who, said in done.problems)
    states = home.rows(
        "SELECT state, count(*) FROM alerts WHERE kind = 'match' GROUP BY state ORDER BY state"
    )
    assert states == [("dead", 1), ("sent", 2)]
    assert home.rows("SELECT cause FROM alerts WHERE state = 'dead'") == [("damaged",)]
    home.clock.forward(hours=1)
    assert home.run(all_feeds=False).exit_status == 0
    if "DELETE" in loss:
        checked = goldmine("doctor", cwd=tmp_path)
        assert checked.returncode == 1
        assert "BROKEN" in checked.stdout


def test_an_alert_that_no_words_can_be_found_for_dies_and_the_digest_goes_out(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a stored value provokes in the renderer."""
    serve(feeds, "/a", *(item(n) for n in (1, 2, 3)))
    home = watching(
        tmp_path, feeds, "/a", to={"phone": hook(sink, 'mode = "digest"\ndigest_at = ["18:00"]')}
    )
    home.run()
    with home.store() as store:  # a day of the year 12000, which no date of Python's can be
        store.con.execute(
            "UPDATE listing SET posted_at = TIMESTAMPTZ '2026-11-23 12:00:00+00', title = 'poison' "
            "WHERE listing_id = (SELECT min(listing_id) FROM listing)"
        )
    from goldmine_ingest.pipeline.delivery import message_lookup as compose

    real = compose.match_alert

    def provoked(listing: object, *args: object, **more: object) -> object:
        if listing.posting.title == "poison":  # type: ignore[attr-defined]
            raise ValueError("year 12000 is out of range")
        return real(listing, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(compose, "match_alert", provoked)
    home.clock.forward(hours=7)
    assert home.run(all_feeds=False).exit_status == 3
    assert len(listings(sink)) == 2
    assert home.rows(
        "SELECT state, count(*) FROM alerts WHERE kind = 'match' GROUP BY state ORDER BY state"
    ) == [("dead", 1), ("sent", 2)]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE destination SET began_at = '12000-01-01 00:00:00+00'",
        "INSERT INTO absence VALUES ('gone', '12000-01-01 00:00:00+00', NULL)",
    ],
)
def test_a_time_that_no_time_can_be_stops_no_cycle(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, damage: str
) -> None:
    home = owing(tmp_path, feeds, sink, 1, 2)
    with home.store() as store:
        store.con.execute(damage)
    assert home.run().exit_status == 0
    assert len(listings(sink)) == 2


@fault("I16", "entries that hold only a link, or one title for all", "each a job of its own")
@pytest.mark.parametrize("title", ["", "Job"], ids=["nothing but a link", "one title for all"])
def test_entries_whose_links_name_no_page_are_jobs_of_their_own(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, title: str
) -> None:
    """They got one id and blocked their feed for good."""
    said = f"<title>{title}</title>" if title else ""
    entries = "".join(
        f"<item>{said}<link>https://{name}.example/</link></item>" for name in "abcde"
    )
    feeds.script("/a", Answer(body=BARE.format(entries).encode()))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink)})
    first = home.run()
    assert (first.new_listings, first.feeds[0].outcome.value) == (5, "ok")
    home.clock.forward(hours=1)
    feeds.script(
        "/a",
        Answer(
            body=BARE.format(
                entries + f"<item>{said}<link>https://f.example/</link></item>"
            ).encode()
        ),
    )
    assert home.run().new_listings == 1
    assert home.rows("SELECT count(DISTINCT listing_id) FROM listings") == [(6,)]


@fault("I16", "an entry whose id is taken already", "left out and said; its feed goes on")
def test_an_entry_that_the_history_refuses_costs_itself_alone(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """A listing is there whose names were lost: its id is taken, and nothing tells so before the
    history is asked.
    """
    serve(feeds, "/a", item(1))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, "digest_at = []")})
    home.run()
    with home.store() as store:
        store.con.execute("DELETE FROM alias; DELETE FROM text_key; DELETE FROM current_entry;")
    home.clock.forward(hours=1)
    serve(feeds, "/a", *(item(n) for n in (2, 1, 3, 4)))
    serve(feeds, "/b", item(5))
    home.settings += f'[[feed]]\nname = "b"\nurl = "{feeds.url("/b")}"\n'
    done = home.run()
    assert done.new_listings == 4
    assert {feed.feed: feed.outcome.value for feed in done.feeds} == {"a": "ok", "b": "ok"}
    assert (
        next(feed.error for feed in done.feeds if feed.feed == "a")
        == "1 of 4 entries could not be stored (the step was refused: it would store a row twice)"
    )
    assert home.rows(
        "SELECT skipped FROM polls WHERE feed = 'a' ORDER BY started_at DESC LIMIT 1"
    ) == [(1,)]
    assert len(set(listings(sink))) == len(listings(sink)) == 5


def test_an_entry_that_provokes_the_judge_costs_itself_alone(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Judge.features

    def provoked(judge: Judge, posting: Posting) -> TextFeatures:
        if "payroll" in posting.title:
            raise ZeroDivisionError
        return real(judge, posting)

    monkeypatch.setattr(Judge, "features", provoked)
    serve(feeds, "/a", *(item(n) for n in range(2, 8)), item(1))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, "digest_at = []")})
    done = home.run()
    assert (done.new_listings, done.feeds[0].error) == (
        6,
        "1 of 7 entries could not be stored"
        " (it can't be taken in, which is a fault of the program)",
    )
    assert len(listings(sink)) == 6


@pytest.mark.parametrize("step", ["clean_read", "read_as"])
def test_a_feed_that_provokes_what_looks_at_it_costs_no_neighbour_anything(
    tmp_path: Path,
    feeds: FeedServer,
    sink: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """Answers are read and stored together: one that can't be must not take the others along."""
    module = {"clean_read": read_answer, "read_as": poll_result}[step]
    real = getattr(module, step)

    def provoked(*given: object) -> object:
        if "payroll" in repr(given):
            raise RecursionError
        return real(*given)

    for name, numbers in (("a", (2, 3)), ("b", (1, 4)), ("c", (5, 6))):
        serve(feeds, f"/{name}", *map(item, numbers))
    home = watching(tmp_path, feeds, "/a", "/b", "/c", to={"phone": hook(sink, "digest_at = []")})
    with monkeypatch.context() as broken:
        broken.setattr(module, step, provoked)
        done = home.run()
    assert {feed.feed: feed.error for feed in done.feeds} == {
        "a": None,
        "b": "it can't be taken in, which is a fault of the program",
        "c": None,
    }
    assert (done.new_listings, done.exit_status, len(listings(sink))) == (4, 3, 4)
    home.clock.forward(hours=1)
    assert home.run().new_listings == 2
    assert len(set(listings(sink))) == len(listings(sink)) == 6


@pytest.mark.parametrize(
    ("refused", "left"),
    [((), None), ((3,), 9), ((0, 9), 8), (tuple(range(10)), None), (tuple(range(0, 10, 2)), 5)],
)
def test_narrowing_finds_the_entries_whose_fault_it_is(
    refused: tuple[int, ...], left: int | None
) -> None:
    entries = tuple(ReadEntry(str(number)) for number in range(10))
    answer = FeedAnswer(
        Fetched("f", Outcome.OK, NOON), NOON, read=FeedRead(Outcome.OK, entries=entries)
    )

    def fits(tried: FeedAnswer) -> Exception | None:
        assert tried.read is not None
        return (
            RefusedError("twice")
            if any(int(entry.digest) in refused for entry in tried.read.entries)
            else None
        )

    found = narrowed(answer, fits)
    if left is None:
        assert found is None
    else:
        assert found is not None
        assert found.read is not None
        assert [int(entry.digest) for entry in found.read.entries] == [
            n for n in range(10) if n not in refused
        ]
        assert found.read.skipped == len(refused)


def test_two_entries_that_only_collide_with_each_other_lose_one() -> None:
    entries = tuple(ReadEntry(str(number)) for number in range(6))
    answer = FeedAnswer(
        Fetched("f", Outcome.OK, NOON), NOON, read=FeedRead(Outcome.OK, entries=entries)
    )

    def fits(tried: FeedAnswer) -> Exception | None:
        digests = {entry.digest for entry in tried.read.entries} if tried.read else set()
        return RefusedError("twice") if {"1", "5"} <= digests else None

    found = narrowed(answer, fits)
    assert found is not None
    assert found.read is not None
    assert [entry.digest for entry in found.read.entries] == ["0", "1", "2", "3", "4"]


def test_run_counts_each_listing_once_as_it_is_at_the_end(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """One job in two feeds, edited by the second: it is new, once, and as it stands afterwards."""
    serve(feeds, "/a", item(1, budget="$50"), item(2))
    serve(feeds, "/b", item(2), item(1, budget="$50"))
    home = watching(tmp_path, feeds, "/a", "/b", to={"phone": hook(sink, "digest_at = []")})
    done = home.run()
    assert (done.new_listings, done.changed, done.qualified, done.review, done.rejected) == (
        2,
        0,
        1,
        0,
        1,
    )
    home.clock.forward(hours=1)
    serve(feeds, "/a", item(1, budget="$900"), item(2))
    serve(feeds, "/b", item(2), item(1, budget="$950"))
    done = home.run()
    assert (done.new_listings, done.changed, done.qualified, done.rejected) == (0, 1, 1, 0)
    assert done.qualified_ids == tuple(dict.fromkeys(done.qualified_ids))


def _damaged(home: Home, *statements: str) -> None:
    with home.store() as store:
        for statement in statements:
            store.con.execute(statement.replace("FIRST", FIRST))


DAMAGE = {
    "about a listing": (
        (
            "UPDATE text_features SET payload = '{' WHERE text_hash = (SELECT text_hash FROM"
            " listing WHERE listing_id = FIRST)"
        ),
        "UPDATE raw_entry SET raw = '[1]' WHERE listing_id = FIRST",
        "UPDATE decision SET findings = [NULL] WHERE listing_id = FIRST",
        (
            "INSERT INTO listing_edit BY NAME (SELECT * REPLACE (1 AS revision, '[]'::JSON AS"
            " changes) FROM listing WHERE listing_id = FIRST)"
        ),
    ),
    "about everything else": (
        "UPDATE feed_state SET condition = 'sleeping'",
        "INSERT INTO meta VALUES ('retention', 'soon'), ('silence_checked', '?')",
        "UPDATE meta SET value = '-' WHERE key LIKE 'digest:%'",
        (
            "INSERT INTO pursuit (pursuit_id, listing_id, stage, at_time, recorded_at) "
            "VALUES ('p', FIRST, 'dreamt', now(), now()), ('q', 'gone', 'pursued', now(), now())"
        ),
        "INSERT INTO rating (listing_id, rating, at_time) VALUES ('gone', 'good', now())",
        (
            "INSERT INTO trial (name, problem, offer, started_at, days) VALUES ('t', 'p', 'o',"
            " now(), 2000000000)"
        ),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_no_command_ends_by_bad_rows(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, damage: tuple[str, ...]
) -> None:
    """Every command that goes over many rows does its work on the others, and none says that it
    is a bug.
    """
    serve(feeds, "/a", *(item(n) for n in (1, 2, 3)))
    home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, "digest_at = []")})
    home.run()
    _damaged(home, *damage)
    home.clock.forward(hours=1)
    serve(feeds, "/a", *(item(n) for n in (1, 2, 3, 4)))
    assert home.run().new_listings == 1
    assert len(listings(sink)) == 4
    report = rescan(home.project(), now=home.clock)
    assert report.judged + len(report.unjudged) == 4
    read_again = reparse(home.project(), now=home.clock, since=None)
    assert read_again.jobs == 4
    last = home.rows("SELECT max(listing_id) FROM listing")[0][0]
    for command in (
        ("find", "reconciliation"),
        ("explain", str(last)),
        ("alerts",),
        ("feeds",),
        ("review",),
        ("report",),
        ("near-misses",),
        ("backtest", "--set", "budget.fixed_minimum=100"),
        ("tune",),
        ("trial", "status"),
        ("track", str(last), "pursued"),
        ("rate", str(last), "good"),
        ("track", "--undo"),
        ("export", "out"),
        ("doctor",),
    ):
        done = goldmine(*command, cwd=tmp_path)
        assert "bug" not in done.stderr, (command, done.stderr)
        assert done.returncode == 0 or command[0] in ("doctor", "trial"), (command, done.stderr)
