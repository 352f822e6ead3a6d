"""`goldmine near-misses`: what waits for a look, and what one criterion alone turned away, and by
how much.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from goldmine_ingest.analysis.near_misses import near_misses
from goldmine_ingest.cli.named_listings import named
from goldmine_ingest.cli.output import print_json, print_table
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning
from goldmine_ingest.render.pay import pay_of
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.rows import select

_SHOWN = 30


def configure(parser: argparse.ArgumentParser) -> None:
    add_since(parser, default="30d")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace, session: Session) -> int:
    """0, whatever there is."""
    project = session.project()
    session.need_history(project)

    since = beginning(args.since, session.now())
    now = session.now()
    with open_store(project.database.path, now=now) as store:
        costs, missed = near_misses(
            store,
            project.criteria.decision,
            since,
            opinion_against=project.criteria.opinion_against,
        )
        names = named(store, [miss.listing_id for miss in missed[:_SHOWN]])
        matches = select(store.con, "matches", since=since, answered=False, now=now)
    waiting = [match for match in matches if match["decision"] == "review"]
    if args.json:
        listings = [asdict(miss) for miss in missed]
        print_json(
            {
                "schema": 1,
                "since": since,
                "criteria": [asdict(cost) for cost in costs],
                "listings": listings,
            },
            session.out,
        )
        return 0
    if waiting:
        print(f"waits for your look, the best first ({len(waiting)}):", file=session.out)
        shown = (
            (row["listing_id"][:8], row["score"], pay_of(row), row["title"])
            for row in waiting[:_SHOWN]
        )
        print_table(("listing", "score", "pay", "title"), shown, session.out)
        print(file=session.out)
    if not costs:
        print("no listing was turned away", file=session.out)
        return 0
    print_table(
        ("turned away by", "alone", "with others"),
        ((c.criterion, c.alone, c.with_others) for c in costs),
        session.out,
    )
    if missed:
        print(
            f"\nturned away by one criterion alone, the nearest first ({len(missed)}):",
            file=session.out,
        )
        rows = (
            (
                m.listing_id[:8],
                *names.get(m.listing_id, ("", m.title)),
                *(m.criterion, m.value, m.threshold, m.unit),
            )
            for m in missed[:_SHOWN]
        )
        columns = ("listing", "pay", "title", "criterion", "has", "needs", "unit")
        print_table(columns, rows, session.out)
    return 0
