"""Delivery to several destinations: one that hangs or fails keeps no other waiting."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goldmine_ingest.errors import StoreError
from goldmine_ingest.pipeline.delivery.sender import Sender
from goldmine_ingest.store.history import Store
from tests.rig.feed_server import FeedServer
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, listings, serve, watching


def test_a3_a_hanging_destination_keeps_no_other_waiting(tmp_path: Path, feeds: FeedServer) -> None:
    """The good one gets all of its alerts while the other's message hangs; only then is that let
    go.
    """
    serve(feeds, "/a", item(1), item(2))
    with Receiver(["hang", "200"]) as slow, Receiver() as good:

        def let_go() -> None:
            while len(good.arrived) < 2 and not gave_up.wait(0.01):
                pass
            slow._released.set()

        gave_up = threading.Event()
        thread = threading.Thread(target=let_go)
        thread.start()
        home = watching(tmp_path, feeds, "/a", to={"slow": hook(slow), "good": hook(good)})
        home.run()
        gave_up.set()
        thread.join()
        assert len(listings(good)) == 2
    reasons = home.rows(
        "SELECT reason FROM alert_event WHERE destination = 'slow' AND event = 'uncertain'"
    )
    assert ["broke off" in str(reason) for (reason,) in reasons] == [True], reasons


def test_s6_what_fails_for_one_destination_is_raised_and_nothing_goes_out_unrecorded(
    tmp_path: Path, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger can't be written: no destination is sent anything."""
    serve(feeds, "/a", item(1))
    append = Store.append_events

    def full(store: Store, events: Any, *, again: bool = False) -> None:
        if any(event.event == "attempt" for event in events):
            raise StoreError("the disk is full")
        append(store, events, again=again)

    monkeypatch.setattr(Store, "append_events", full)
    with Receiver() as one, Receiver() as other:
        home = watching(tmp_path, feeds, "/a", to={"one": hook(one), "other": hook(other)})
        with pytest.raises(StoreError, match="disk is full"):
            home.run()
        assert (one.arrived, other.arrived) == ([], [])
        monkeypatch.undo()
        home.run()
        assert (len(one.accepted), len(other.accepted)) == (1, 1)


@pytest.mark.parametrize(
    ("provoked", "told"),
    [
        (ZeroDivisionError(), ZeroDivisionError),
        (duckdb.Error("Corrupt database file: computed checksum 1 does not match"), StoreError),
    ],
)
def test_a_destination_whose_alerts_cannot_be_read_keeps_no_other_waiting(
    tmp_path: Path,
    feeds: FeedServer,
    monkeypatch: pytest.MonkeyPatch,
    provoked: Exception,
    told: type[Exception],
) -> None:
    serve(feeds, "/a", item(1))
    real = Sender.load

    def broken(sender: Sender, store: Store) -> None:
        if sender.destination.name == "one":
            raise provoked
        real(sender, store)

    monkeypatch.setattr(Sender, "load", broken)
    with Receiver() as one, Receiver() as other:
        home = watching(tmp_path, feeds, "/a", to={"one": hook(one), "other": hook(other)})
        with pytest.raises(told):
            home.run()
        assert (len(one.arrived), len(other.accepted)) == (0, 1)
        monkeypatch.undo()
        home.run()
        assert (len(one.accepted), len(other.accepted)) == (1, 1)


@pytest.mark.parametrize(
    ("more", "ended"), [("", "suppressed"), ('uncertain = "hold"', "uncertain")]
)
def test_what_may_have_arrived_is_not_repeated_once_it_no_longer_qualifies(
    more: str, ended: str, tmp_path: Path, feeds: FeedServer
) -> None:
    """The first message broke off, then the budget fell under the floor: a repeat would tell a
    rejected job. A person's are a person's.
    """
    serve(feeds, "/a", item(1))
    with Receiver(["rst", "200"]) as sink:
        home = watching(
            tmp_path,
            feeds,
            "/a",
            to={"phone": hook(sink)},
            alerts=f'backlog = "all"\nmax_age = "none"\n{more}',
        )
        home.run()
        serve(feeds, "/a", item(1, budget="$50"))
        home.clock.forward(minutes=31)
        home.run()
        assert len(sink.arrived) == 1
    [(state, reason)] = home.rows("SELECT state, reason FROM alerts")
    assert state == ended
    assert ended == "uncertain" or re.search(
        "no longer qualifies: .*; a message before may have arrived", str(reason)
    )


def test_a_destination_without_a_thread_is_served_after_the_others(
    tmp_path: Path, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The computer has no room for another thread: nothing is lost, and nothing left uncertain."""
    serve(feeds, "/a", item(1), item(2))
    real = threading.Thread.start

    def full(thread: threading.Thread) -> None:
        if thread.name == "to other":
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", full)
    with Receiver() as one, Receiver() as other:
        home = watching(tmp_path, feeds, "/a", to={"one": hook(one), "other": hook(other)})
        assert home.run().exit_status == 0
        assert (len(listings(one)), len(listings(other))) == (2, 2)


def test_a_cycle_without_room_for_the_thread_that_asks_is_no_bug(
    tmp_path: Path, feeds: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(feeds, "/a", item(1))
    home = watching(tmp_path, feeds, "/a", to={"here": 'url = "terminal"'})

    def full(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", full)
        with pytest.raises(OSError, match="temporarily unavailable"):
            home.run()
    assert home.run().new_listings == 1
