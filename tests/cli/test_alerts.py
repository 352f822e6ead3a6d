"""`goldmine alerts`, `retry` and `drop` on alerts in every state, by short ids of alerts and of
listings.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from goldmine_ingest.alerts import ledger
from goldmine_ingest.cli import alerts
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.alert import AlertEvent, AlertEventKind, Cause
from goldmine_ingest.store.history import open_store
from tests.rig.feed_server import FeedServer
from tests.rig.project import NOON, Home
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, listings, serve, told, watching

# What each alert went through; the listing's id is its state's name.
HISTORIES: dict[str, tuple[AlertEventKind, ...]] = {
    "owed": ("owed",),
    "held": ("held",),
    "retrying": ("owed", "attempt", "retry"),
    "uncertain": ("owed", "attempt", "uncertain"),
    "dead": ("owed", "attempt", "dead"),
    "sent": ("owed", "attempt", "sent"),
    "suppressed": ("suppressed",),
}


def command(home: Home, *words: str) -> str:
    """Runs `goldmine alerts` in this process with the test's clock; what it printed."""
    parser = argparse.ArgumentParser()
    alerts.configure(parser)
    out = io.StringIO()
    home.project()
    session = Session(
        home.folder / "config/goldmine.toml", {}, home.folder, out, out, now=home.clock
    )
    assert alerts.run(parser.parse_args(words), session) == 0
    return out.getvalue()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A ledger with one alert in each state."""
    place = Home(
        tmp_path,
        '[[notify]]\nname = "phone"\nurl = "json://127.0.0.1:9/"\n[[feed]]\nname = "f"\nurl = "https://x.example/f"\n',
    )
    events = [
        AlertEvent(
            ledger.alert_id(state, "match", "phone"),
            event,
            NOON + timedelta(minutes=n),
            "phone",
            "match",
            state,
            reason=f"why {event}",
        )
        for state, history in HISTORIES.items()
        for n, event in enumerate(history)
    ]
    with open_store(place.project().database.path, now=NOON) as store:
        store.append_events(events)
    return place


def states(home: Home) -> dict[object, object]:
    return dict(home.rows("SELECT listing_id, state FROM alerts"))  # type: ignore[arg-type]  # pairs


def test_each_state_is_shown_with_its_reason(home: Home) -> None:
    shown = command(home)
    for state, history in HISTORIES.items():
        assert f"why {history[-1]}" in shown
        assert state in command(home, "--state", state)
    assert states(home) == {state: state for state in HISTORIES}


def test_retry_without_ids_takes_what_is_dead_or_uncertain(home: Home) -> None:
    assert "2 alerts are tried again" in command(home, "retry")
    found = states(home)
    assert (found["dead"], found["uncertain"], found["held"]) == ("owed", "retrying", "held")


@pytest.mark.parametrize("state", HISTORIES)
def test_retry_and_drop_by_short_ids(home: Home, state: str) -> None:
    """What is finished can be neither tried again nor dropped; all else can, by eight
    characters.
    """
    short = ledger.alert_id(state, "match", "phone")[:8]
    if state in ("sent", "suppressed"):
        for words in (("retry", short), ("drop", short, "--why", "x")):
            with pytest.raises(UsageError, match=state):
                command(home, *words)
        return
    command(home, "retry", short)
    assert states(home)[state] in ("retrying", "owed")
    command(home, "drop", short, "--why", "too far away")
    assert (state, "suppressed", "too far away") in home.rows(
        "SELECT listing_id, state, reason FROM alerts"
    )


def test_the_short_id_of_a_message_names_its_listings_only_open_alert(home: Home) -> None:
    command(home, "drop", "uncer", "--why", "seen it")
    assert states(home)["uncertain"] == "suppressed"
    for unknown in ("sent", "abc", "ffffffff"):
        with pytest.raises(UsageError, match="no alert"):
            command(home, "drop", unknown, "--why", "x")


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def test_a_dead_alert_that_is_tried_again_arrives_as_what_it_was(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """With its score and its message, at the next cycle."""
    serve(feeds, "/a", item(1), item(2))
    with Receiver(["200", "400", "200"]) as sink:
        place = watching(tmp_path, feeds, "/a", to={"phone": hook(sink)})
        place.run()
        assert len(place.rows("SELECT 1 FROM alerts WHERE state = 'dead'")) == 1
        command(place, "retry")
        place.clock.forward(minutes=1)
        place.run()
        assert len(set(listings(sink))) == 2
        assert {message["kind"] for message in told(sink)} == {"match"}
    assert place.rows("SELECT count(*) FROM alert_event WHERE score IS NULL") == [(0,)]


def test_an_uncertain_one_that_is_held_is_marked_when_it_is_tried_again(
    tmp_path: Path, feeds: FeedServer
) -> None:
    serve(feeds, "/a", item(1))
    with Receiver(["rst", "200"]) as sink:
        place = watching(
            tmp_path,
            feeds,
            "/a",
            to={"phone": hook(sink)},
            alerts='backlog = "all"\nuncertain = "hold"',
        )
        place.run()
        place.clock.forward(hours=1)
        command(place, "retry", listings(sink)[0][:8])
        place.run()
        assert [message["may_repeat"] for message in told(sink)] == [False, True]


def test_bringing_an_alert_back_keeps_how_it_began(home: Home) -> None:
    """A digest's alert goes into the digest again."""
    event = AlertEvent(
        ledger.alert_id("d", "match", "phone"), "held", NOON, "phone", "match", "d", score=None
    )
    with open_store(home.project().database.path, now=NOON) as store:
        store.append_events([event, replace(event, event="dead")])
        store.append_events([replace(event, event="retry", cause=Cause.BY_HAND)], again=True)
        (alert,) = [alert for alert in store.open_alerts() if alert.listing_id == "d"]
    assert alert.for_digest
