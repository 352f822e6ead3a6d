"""What each destination is owed, and the reason that stands in the ledger where nothing is sent."""

from __future__ import annotations

from pathlib import Path

from tests.rig.feed_server import FeedServer
from tests.rig.project import NOON
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, listings, serve, told, watching

STATES = "SELECT destination, state FROM alerts WHERE kind <> 'notice' ORDER BY ALL"


def test_a_destination_of_one_feed_is_owed_what_comes_there_later(
    tmp_path: Path, feeds: FeedServer, sink: Receiver, other: Receiver
) -> None:
    """First only in another feed: suppressed by `feeds`. Seen in its own: owed, once, and the
    message names both feeds.
    """
    serve(feeds, "/a", item(1))
    serve(feeds, "/b", item(2))
    place = watching(
        tmp_path, feeds, "/a", "/b", to={"phone": hook(sink), "team": hook(other, 'feeds = ["b"]')}
    )
    place.run()
    assert (len(listings(sink)), len(listings(other))) == (2, 1)
    assert ("team", "suppressed") in place.rows(STATES)
    serve(feeds, "/b", item(1), item(2))
    for _ in range(2):
        place.clock.forward(minutes=10)
        place.run()
    assert (len(listings(sink)), len(set(listings(other))), len(listings(other))) == (2, 2, 2)
    assert told(other)[-1]["listing"]["feeds"] == ["a", "b"]


def test_the_reasons_of_every_state_are_in_the_ledger(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """What is not sent says why."""
    serve(feeds, "/a", item(1), item(2, budget=None), item(3, posted=NOON))
    sink.script = ["500"]
    place = watching(
        tmp_path, feeds, "/a", to={"phone": hook(sink), "band": hook(sink, "minimum_score = 99.9")}
    )
    place.run()
    rows = place.rows("SELECT state, reason FROM alerts WHERE kind <> 'notice'")
    assert {state for state, _ in rows} >= {"retrying", "held", "suppressed"}
    assert all(reason for state, reason in rows if state not in ("owed", "sent"))
