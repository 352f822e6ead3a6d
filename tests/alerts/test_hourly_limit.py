"""The hourly limit counts messages with matches in a sliding hour; notices go where they are taken,
and take no slot.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from goldmine_ingest.config.contradictions import warnings
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.receiver import Receiver
from tests.rig.watching import headlines, hook, item, listings, serve, told, watching


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def with_matches(sink: Receiver) -> int:
    """How many messages with matches arrived."""
    return sum(m["kind"] == "match" or bool(m.get("listings")) for m in told(sink))


def test_a_cycle_with_a_digest_sends_no_more_messages_than_the_limit(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Five matches, a review, a digest that is due, a feed that wants a login: two messages with
    matches in all, and the notice beside them; over a day no hour has more.
    """
    serve(feeds, "/a", item(9, budget=None))
    lines = 'max_per_hour = 2\ndigest_at = ["12:30"]'
    home = watching(tmp_path, feeds, "/a", "/b", to={"phone": hook(sink, lines)})
    home.run()
    home.clock.forward(minutes=31)
    serve(feeds, "/a", item(9, budget=None), *(item(n) for n in range(1, 6)))
    feeds.script("/b", Answer(401))
    sink.arrived.clear()
    home.run()
    assert with_matches(sink) == 2
    assert len(listings(sink)) == 6
    assert any(headline.startswith("feed b asks for a login") for headline in headlines(sink))


def test_no_hour_has_more_than_the_limit(tmp_path: Path, feeds: FeedServer, sink: Receiver) -> None:
    """Seven matches at two an hour, asked for every ten minutes: the seventh comes in the fourth
    hour, none is lost, none comes twice.
    """
    serve(feeds, "/a", *(item(n) for n in range(1, 8)))
    home = watching(
        tmp_path, feeds, "/a", to={"phone": hook(sink, "max_per_hour = 2\ndigest_at = []")}
    )
    counts = []
    for _ in range(20):
        home.run()
        counts.append(with_matches(sink))
        home.clock.forward(minutes=10)
    assert counts == [2] * 6 + [4] * 6 + [6] * 6 + [7] * 2
    assert len(set(listings(sink))) == len(listings(sink)) == 7


def test_what_may_have_arrived_counts_too(tmp_path: Path, feeds: FeedServer) -> None:
    """The connection broke after the message was taken: its repeat waits for the next hour."""
    serve(feeds, "/a", item(1))
    with Receiver(["rst", "200"]) as sink:
        to = {"phone": hook(sink, "max_per_hour = 1\ndigest_at = []")}
        home = watching(tmp_path, feeds, "/a", to=to)
        arrived = []
        for _ in range(8):
            home.run()
            arrived.append(with_matches(sink))
            home.clock.forward(minutes=10)
    assert arrived == [1] * 6 + [2] * 2


def test_a_destination_without_notices_hears_of_matches_alone(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Not that a feed fails, not the day's summary; the other one hears both."""
    serve(feeds, "/a", item(1))
    feeds.script("/b", Answer(401))
    with Receiver() as client:
        to = {"phone": hook(sink), "client": hook(client, "notices = false")}
        home = watching(tmp_path, feeds, "/a", "/b", to=to)
        for hours in (0, 6, 1, 24):
            home.clock.forward(hours=hours)
            home.run()
        assert [message["kind"] for message in told(client)] == ["match"]
        assert "feed b asks for a login" in " ".join(headlines(sink))
        assert any(message.get("summary") for message in told(sink))
    assert home.rows("SELECT DISTINCT destination FROM alerts WHERE kind = 'notice'") == [
        ("phone",)
    ]
    assert list(warnings(home.project())) == []


def test_a_notice_that_waits_is_let_go_where_none_are_taken_any_more(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """With its cause in the ledger; and check says that nobody hears of trouble now."""
    serve(feeds, "/a", item(1))
    feeds.script("/b", Answer(401))
    home = watching(
        tmp_path, feeds, "/a", "/b", to={"phone": hook(sink, 'quiet_hours = "11:00-13:00"')}
    )
    home.run()
    home.settings += "notices = false\n"
    home.clock.forward(hours=2)
    home.run()
    assert [message["kind"] for message in told(sink)] == ["match"]
    rows = home.rows("SELECT state, cause FROM alerts WHERE kind = 'notice'")
    assert rows == [("suppressed", "filtered")]
    assert [
        where for where, said in warnings(home.project()) if "no destination takes" in said
    ] == ["notify"]
