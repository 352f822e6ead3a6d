"""`goldmine feeds test URL`: what an address holds, and what would come of it under the present
criteria. Stores nothing, alerts no one.
"""

from __future__ import annotations

import argparse
from collections import Counter

from goldmine_ingest.cli.feeds_add import as_feed, ask_address, look, show_feed
from goldmine_ingest.cli.output import print_table
from goldmine_ingest.cli.session import Session
from goldmine_ingest.pipeline.ingest.pasted_listing import judge_read

_SHOWN = 10
_ORDER = ("qualified", "review", "rejected")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        help="the feed's address (asked for if not given, so that no history keeps it)",
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """0; 3 where the address can't be asked or holds no listings."""
    project = session.project()
    url = args.url if args.url is not None else ask_address(session, "Address of the feed: ")
    feed = as_feed(url.strip(), project)
    redactor = session.redactor()
    read, _ = look(feed, project, session, redactor)
    show_feed(read, session, redactor)
    judged = judge_read(read, project, session.now())
    counts: Counter[str] = Counter(one.decision.decision for one in judged)
    summary = ", ".join(f"{counts[kind]} {kind}" for kind in _ORDER)
    print(f"\nby your criteria: {summary}", file=session.out)
    best = sorted(
        judged, key=lambda one: (_ORDER.index(one.decision.decision), -one.decision.score)
    )
    rows = [
        (
            one.decision.decision,
            one.decision.score,
            redactor.clean(one.listing.posting.title),
            redactor.clean(one.decision.reason),
        )
        for one in best[:_SHOWN]
    ]
    print_table(("decision", "score", "title", "why not"), rows, session.out)
    return 0
