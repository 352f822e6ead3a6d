"""A project that watches loopback feeds and tells loopback receivers, and what arrived there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Home, upwork_feed, upwork_item
from tests.rig.receiver import Receiver

# Jobs that no one takes for one another: each sentence names other things.
_THINGS = (
    "invoices",
    "payroll",
    "fixed assets",
    "stock counts",
    "card fees",
    "loan tables",
    "tax codes",
    "bank feeds",
    "rents",
    "grants",
)


def item(n: int, **facts: Any) -> str:
    """The n-th job: qualified unless `budget` says otherwise."""
    words = (
        f"Firm {n:04d} closes its books for {_THINGS[n % 10]} and {_THINGS[n // 10 % 10]}. The"
        f" month-end close needs a reconciliation of account {n * 7919 % 100003} against ledger"
        f" {n * 104729 % 99991} in Python and SQL."
    )
    return upwork_item(
        n, **{"title": f"Month-end reconciliation of {_THINGS[n % 10]} {n}", "body": words, **facts}
    )


def serve(server: FeedServer, path: str, *items: str) -> None:
    server.script(path, Answer(body=upwork_feed(*items)))


def watching(
    folder: Path,
    server: FeedServer,
    *paths: str,
    to: Mapping[str, str],
    alerts: str = 'backlog = "all"\nmax_age = "none"',
    feed: str = "",
) -> Home:
    """`to` maps a destination's name to its lines in goldmine.toml (`url = …` and what else it
    has).
    """
    feeds = "".join(
        f'[[feed]]\nname = "{path.strip("/")}"\nurl = "{server.url(path)}"\n{feed}\n'
        for path in paths
    )
    destinations = "".join(
        f'[[notify]]\nname = "{name}"\ntimezone = "UTC"\n{lines}\n' for name, lines in to.items()
    )
    fetch = f'[fetch]\nallow_private = ["{server.place}"]\n'
    return Home(folder, f"{fetch}[alerts]\n{alerts}\n{feeds}{destinations}")


def hook(sink: Receiver, more: str = "") -> str:
    return f'url = "{sink.url()}"\n{more}'


def told(sink: Receiver) -> list[dict[str, Any]]:
    """Every message that the receiver took, oldest first."""
    return [dict(arrived.message) for arrived in sink.accepted]


def listings(sink: Receiver) -> list[str]:
    """The ids of the listings that arrived, alone or in a digest, one for each time."""
    found: list[str] = []
    for message in told(sink):
        found += [entry["listing_id"] for entry in message.get("listings", [])]
        found += [message["listing"]["listing_id"]] if message["kind"] == "match" else []
    return found


def headlines(sink: Receiver) -> list[str]:
    """What the health notices said."""
    notices = [message for message in told(sink) if message["kind"] == "notice"]
    notices += [notice for message in told(sink) for notice in message.get("notices", [])]
    return [str(notice["headline"]) for notice in notices]
