"""Sentences are for people: whatever the ledger's and the decisions' texts are turned into,
everything that happens next is the same.
"""

from __future__ import annotations

import argparse
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.analysis.funnel import Window
from goldmine_ingest.analysis.review import read_facts
from goldmine_ingest.cli import alerts
from goldmine_ingest.cli.session import Session
from goldmine_ingest.settings.criteria import CriteriaSettings
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import NOON, Clock, Home
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, serve, told, watching

# Each is how a sentence begins, or began, that meant something once.
MISLEADING = [
    "",
    "backlog: it was already there",
    "review listing: waits for the next digest",
    "refused: HTTP 400",
    "the program ended while sending",
    "in a digest of 9",
]

OLD = item(9, budget="$60")  # there before the feed was first read


@dataclass
class Lived:
    """A project in the middle of its life: matches sent, held, in quiet hours, over the limit;
    one refused, one destination down.
    """

    folder: Path
    settings: str
    feeds: FeedServer
    phone: Receiver
    down: Receiver
    night: Receiver


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    with (
        FeedServer() as feeds,
        Receiver(["200", "400", "200"]) as phone,
        Receiver(["401"]) as down,
        Receiver() as night,
    ):
        serve(feeds, "/a", OLD)
        feeds.script("/b", Answer(503))
        to = {
            "phone": hook(phone, 'max_per_hour = 3\ndigest_at = ["18:00"]'),
            "down": hook(down, "digest_at = []"),
            "night": hook(night, 'quiet_hours = "11:00-12:40"\ndigest_at = []\nfeeds = ["a"]'),
        }
        home = watching(tmp_path_factory.mktemp("lived"), feeds, "/a", "/b", to=to)
        home.run()
        home.clock.forward(minutes=1)
        serve(
            feeds,
            "/a",
            OLD,
            *(item(n) for n in range(1, 5)),
            item(5, budget=None),
            item(6, budget=None),
        )
        for _ in range(3):
            home.run()
            home.clock.forward(minutes=6)
        yield Lived(home.folder, home.settings, feeds, phone, down, night)


def mangle(home: Home, text: str) -> None:
    with home.store() as store:
        for table in ("alert_event", "open_alert"):
            store.con.execute(
                f"UPDATE {table} SET reason = $text WHERE kind <> 'notice'",  # noqa: S608 - our own names
                {"text": text},
            )
        store.con.execute(
            "UPDATE decision SET reason = $text, findings = list_transform(findings, lambda f:"
            " struct_update(f, reason := $text))",
            {"text": text},
        )


def goes_on(lived: Lived, folder: Path, text: str | None) -> dict[str, Any]:
    """What the rest of the day brings, from a copy of the project."""
    shutil.copytree(lived.folder, folder)
    home = Home(folder, lived.settings, clock=Clock(NOON + timedelta(minutes=30)))
    if text is not None:
        mangle(home, text)
    before = len(told(lived.phone)), len(told(lived.night)), len(lived.down.arrived)
    edited = item(5, budget="$1,500"), item(6, budget="$60"), item(7, budget=None)
    serve(lived.feeds, "/a", OLD, *(item(n) for n in range(1, 5)), *edited)
    home.run()
    drop(home)
    home.clock.forward(hours=1)
    home.run()
    home.clock.forward(hours=5)
    report = home.run()
    with home.store() as store:
        facts = read_facts(
            store.con, Window(NOON - timedelta(days=1), home.clock()), CriteriaSettings()
        )
    messages = [*told(lived.phone)[before[0] :], *told(lived.night)[before[1] :]]
    return {
        "messages": [
            (m["kind"], m.get("may_repeat"), bool(m.get("changed")), sorted(ids(m)))
            for m in messages
        ],
        "notices": sorted(m["headline"] for m in messages if m["kind"] == "notice"),
        "tried": len(lived.down.arrived) - before[2],
        "states": home.rows("SELECT alert_id, state, cause, attempts FROM alerts ORDER BY ALL"),
        "open": home.rows(
            "SELECT alert_id, last_event, next_try_at, cause, for_digest FROM open_alert ORDER"
            " BY ALL"
        ),
        "review": facts.by,
        "counts": report.alerts,
    }


def ids(message: dict[str, Any]) -> list[str]:
    listings = [
        *message.get("listings", []),
        *([message["listing"]] if "listing" in message else []),
    ]
    return [listing["listing_id"] for listing in listings]


def drop(home: Home) -> None:
    """Somebody gives an alert up, with words that begin like one of the ledger's own."""
    [(ident,)] = home.rows(
        "SELECT min(alert_id) FROM alerts WHERE destination = 'down' AND state <> 'suppressed'"
    )
    parser = argparse.ArgumentParser()
    alerts.configure(parser)
    session = Session(
        home.folder / "config/goldmine.toml",
        {},
        home.folder,
        io.StringIO(),
        io.StringIO(),
        now=home.clock,
    )
    assert (
        alerts.run(
            parser.parse_args(["drop", str(ident), "--why", "backlog is too long this week"]),
            session,
        )
        == 0
    )


@pytest.fixture(scope="module")
def unmangled(lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return goes_on(lived, tmp_path_factory.mktemp("plain") / "home", None)


def test_the_life_has_something_to_steer(unmangled: dict[str, Any]) -> None:
    """An edited job is told, a digest goes, one destination is down, and what was dropped is no
    backlog.
    """
    assert {"match", "digest"} <= {kind for kind, *_ in unmangled["messages"]}
    assert any(changed for _, _, changed, _ in unmangled["messages"])
    assert {"recipient_gone", "review", "filtered", "by_hand"} <= {
        cause for *_, cause, _ in unmangled["states"]
    }
    assert any("takes no messages" in headline for headline in unmangled["notices"])
    assert unmangled["review"]["all"][""].earlier == 1


@pytest.mark.parametrize("text", MISLEADING)
def test_rewording_every_sentence_changes_nothing(
    lived: Lived, unmangled: dict[str, Any], tmp_path: Path, text: str
) -> None:
    assert goes_on(lived, tmp_path / "home", text) == unmangled
