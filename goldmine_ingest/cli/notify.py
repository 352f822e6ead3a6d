"""`goldmine notify test`: a test message to one or every destination, and what each answered."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from goldmine_ingest.cli.output import print_table
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config import reveal
from goldmine_ingest.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from goldmine_ingest.notify import Notifier
    from goldmine_ingest.render import TestAlert
    from goldmine_ingest.settings import DestinationSettings, Project


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="test", required=True, parser_class=type(parser))
    test = actions.add_parser("test", help="send a test message", allow_abbrev=False)
    test.add_argument("name", metavar="NAME", nargs="?", help="only this destination")
    add_globals(test)


def run(args: argparse.Namespace, session: Session) -> int:
    """0 if every destination took the message, else 3."""
    project = session.project()
    chosen = [found for found in project.destinations if args.name in (None, found.name)]
    if not chosen:
        known = ", ".join(found.name for found in project.destinations)
        message = "there is no destination" if args.name is None else f"no destination is called {args.name!r}"
        raise UsageError(message, hint=f"there are: {known}" if known else "add a [[notify]] to goldmine.toml")
    from goldmine_ingest.notify import Notifier

    rows = []
    with Notifier() as notifier:
        for destination in chosen:
            state, detail = _test(destination, project, notifier, session)
            rows.append((state, destination.name, detail))
    print_table(("", "destination", "answer"), rows, session.out)
    return 0 if all(state == "sent" for state, _, _ in rows) else UnavailableError.exit_status


def _test(destination: DestinationSettings, project: Project, notifier: Notifier, session: Session) -> tuple[str, str]:
    """The state of the send, and what was answered. No URL is in it."""
    from goldmine_ingest.render import kind_of, render, terminal

    alert = _example(destination.name)
    try:
        url = reveal(destination.url, project.home, session.env)
        if destination.is_terminal:
            print(terminal(alert), file=session.out)
            return "sent", "printed above"
        session.redactor().learn_url(url)
        result = notifier.send(destination.name, url, render(alert, kind_of(url)))
    except UnavailableError as error:
        return "failed", error.message
    answer = result.reason or ("accepted" if result.state == "sent" else "no reason given")
    status = f" (HTTP {result.http_status})" if result.http_status else ""
    return result.state, f"{answer}{status}, {result.took:.1f} s"


def _example(destination: str) -> TestAlert:
    """A match that looks real; the message says that it is a test."""
    from decimal import Decimal

    from goldmine_ingest.render import MatchAlert, TestAlert

    match = MatchAlert(
        listing_id="0" * 20,
        title="Reconcile one closed month (example)",
        decision="qualified",
        score=Decimal("87.50"),
        platform="example",
        pay="$1,500 fixed",
        proof="Finance reconciliation",
        quotes=("reconciliation", "month-end close"),
        first_step="Reconcile one closed month from exports and list every exception",
        check=("nothing is said of the client",),
        age="2 min",
        feeds=("example",),
        link="https://example.com/",
        link_text="https://example.com/",
    )
    return TestAlert(destination, match)
