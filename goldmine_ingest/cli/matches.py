"""`goldmine matches`: what qualified or waits for review and isn't answered yet, the best first."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from goldmine_ingest.cli.output import print_json, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning
from goldmine_ingest.render.match import duration
from goldmine_ingest.render.pay import pay_of
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.rows import select

# As the contract lists them.
_COLUMNS = (
    *("listing_id", "title", "url", "pay", "budget_min", "budget_max", "currency"),
    *("first_seen_at", "decision", "score", "proof", "ask", "stage", "rating"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    add_since(parser, default="14d")
    parser.add_argument(
        "--all", action="store_true", help="also what you answered, and what is over"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace, session: Session) -> int:
    """0, whatever there is."""
    project = session.project()
    session.need_history(project)
    now = session.now()
    since = beginning(args.since, now)
    with open_store(project.database.path, now=now) as store:
        rows = select(store.con, "matches", since=since, answered=args.all, now=now)
    if args.json:
        listings = [{name: row[name] for name in _COLUMNS} for row in rows]
        print_json({"schema": 1, "since": since, "listings": listings}, session.out)
    else:
        _show(rows, now, session)
    return 0


def _show(rows: Sequence[dict[str, Any]], now: datetime, session: Session) -> None:
    """Two lines each: what it is, and where."""
    for row in rows:
        age = f"{duration(now - (row['posted_at'] or row['first_seen_at']))} old"
        done = row["stage"] or (f"rated {row['rating']}" if row["rating"] else "")
        what = "  ".join(part for part in (pay_of(row), age, done) if part)
        decided = f"{row['decision']} {row['score']}"
        print(
            printable(f"{row['listing_id'][:8]}  {decided}  {what}  {row['title']}"),
            file=session.out,
        )
        if row["url"]:
            print(f"          {printable(row['url'])}", file=session.out)
    qualified = sum(row["decision"] == "qualified" for row in rows)
    waiting = f"{qualified} qualified, {len(rows) - qualified} for review"
    session.say(
        f"{waiting}: goldmine explain ID, goldmine track ID pursued, goldmine rate ID bad"
        if rows
        else "nothing waits for you"
    )
