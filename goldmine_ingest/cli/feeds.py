"""`goldmine feeds`: how the feeds are, and which platforms can be read; adding, importing and
exporting feeds is in modules beside it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.feed_pace import span, why
from goldmine_ingest.cli.output import print_json, print_table
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.session import Session
from goldmine_ingest.exchange.json_values import rows
from goldmine_ingest.exchange.sql import run_sql
from goldmine_ingest.model import Json
from goldmine_ingest.sources import all_sources

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project

_COLUMNS = (
    "feed",
    "platform",
    "last_ok_at",
    "last_error",
    "consecutive_failures",
    "state",
    "interval_s",
    "next_poll_at",
    "listings",
    "qualified",
    "last_new_at",
)
# Each action has a module of its own, feeds_*.py, with `configure(parser)` and `run(args,
# session)`.
_ACTIONS = (
    ("add", "look at an address and add it", "add https://board.example/jobs.rss"),
    (
        "test",
        "look at an address and judge what it holds; stores nothing",
        "test https://board.example/jobs.rss",
    ),
    ("accept", "take in a feed that is held because its content was swapped", "accept my-feed"),
    ("import", "add the feeds of an OPML file", "import reader.opml --folder jobs"),
    ("export", "write the feeds to an OPML file, credentials left out", "export feeds.opml"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--platforms",
        action="store_true",
        help="the platforms that can be read, with their fields and pace",
    )
    actions = parser.add_subparsers(
        dest="action", metavar=" | ".join(name for name, *_ in _ACTIONS), parser_class=type(parser)
    )
    for name, summary, example in _ACTIONS:
        action = actions.add_parser(
            name, help=summary, epilog=f"Example: goldmine feeds {example}", allow_abbrev=False
        )
        import_module(f"goldmine_ingest.cli.feeds_{name}").configure(action)
        add_globals(action)


def run(args: argparse.Namespace, session: Session) -> int:
    if args.action:
        status: int = import_module(f"goldmine_ingest.cli.feeds_{args.action}").run(args, session)
        return status
    if args.platforms:
        _platforms(args, session)
        return 0
    project = session.project()
    rows = health(project, session)
    if args.json:
        print_json(rows, session.out)
    else:
        _show(rows, project, session)
    return 0


def health(project: Project, session: Session) -> list[dict[str, Json]]:
    """The rows of the `feeds` view: the configured feeds in their order, then those that are in
    the history only.
    """
    if not project.database.path.exists():
        return with_configured(project, [])

    answer = run_sql(
        project.database.path,
        "SELECT * FROM feeds ORDER BY feed",
        now=session.now(),
        published=project.database.publish,
    )
    return with_configured(project, rows(answer.columns, answer.types, answer.rows))


def with_configured(project: Project, rows: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    """Rows of the `feeds` view in the configuration's order, one for each of its feeds, then
    those that aren't in it.
    """
    row_of = {row["feed"]: row for row in rows}
    configured = [_configured(feed, row_of.pop(feed.name, None)) for feed in project.feeds]
    return configured + list(row_of.values())


def _configured(feed: FeedSettings, row: dict[str, Json] | None) -> dict[str, Json]:
    """A configured feed's row; one that was never polled has nothing but its name and interval."""
    never = {
        "feed": feed.name,
        "consecutive_failures": 0,
        "state": "ok",
        "listings": 0,
        "qualified": 0,
    }
    never["interval_s"] = int(feed.every.total_seconds()) if feed.every else None
    values = row or {column: never.get(column) for column in _COLUMNS}
    return values if feed.enabled else {**values, "state": "disabled"}


def _show(rows: list[dict[str, Json]], project: Project, session: Session) -> None:
    feeds = {feed.name: feed for feed in project.feeds}
    headings = (
        "feed",
        "state",
        "platform",
        "every",
        "last good poll",
        "next poll",
        "why",
        "listings",
        "qualified",
        "last error",
    )
    lines = [
        (
            row["feed"],
            row["state"],
            row["platform"],
            span(row["interval_s"]),
            _minute(row["last_ok_at"]) or "never",
            _minute(row["next_poll_at"]),
            why(row, feeds.get(row["feed"])),
            row["listings"],
            row["qualified"],
            row["last_error"],
        )
        for row in rows
    ]
    print_table(headings, lines, session.out)


def _minute(moment: Json) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else None


def _platforms(args: argparse.Namespace, session: Session) -> None:
    if args.json:
        keys = ("platform", "fields", "slowest_pace", "attribution")
        print_json(
            [
                dict(
                    zip(keys, (s.name, s.fields, _pace(s.slowest_pace), s.attribution), strict=True)
                )
                for s in all_sources()
            ],
            session.out,
        )
        return
    rows = [
        (s.name, _pace(s.slowest_pace), ", ".join(s.fields), s.attribution) for s in all_sources()
    ]
    print_table(
        ("platform", "not more often than", "fields that it can fill", "attribution"),
        rows,
        session.out,
    )


def _pace(pace: object) -> str | None:
    """A duration as the configuration writes it."""
    if not isinstance(pace, timedelta):
        return None
    seconds = int(pace.total_seconds())
    return next(
        (
            f"{seconds // size}{unit}"
            for unit, size in (("h", 3600), ("m", 60))
            if seconds % size == 0
        ),
        f"{seconds}s",
    )
