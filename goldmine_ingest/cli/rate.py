"""`goldmine rate`: your word on a listing. It changes no criteria; backtests show which rated
listings a change would keep or lose.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, get_args

from goldmine_ingest.analysis.outcome_events import agreement, rate
from goldmine_ingest.cli.output import printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.model.pursuit import Because, Rated, Rating
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from goldmine_ingest.analysis.outcome_events import Agreement


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "listing",
        metavar="LISTING",
        help="a listing id, its beginning (4 or more characters), or its URL",
    )
    parser.add_argument(
        "rating", metavar="good|bad", choices=get_args(Rated), help="good: worth an alert; bad: not"
    )
    parser.add_argument("--because", choices=get_args(Because), help="what it is about")


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()
    session.need_history(project)

    with open_store(project.database.path, now=session.now()) as store:
        listing_id = store.resolve_listing(args.listing)
        new = rate(store, Rating(listing_id, args.rating, args.because, session.now()))
        listing = store.listings([listing_id]).get(listing_id)
        title = (
            (listing.posting.title or "(untitled listing)")
            if listing
            else "(a listing that the history lost)"
        )
        agreed = agreement(store)
    because = f" because of {args.because}" if args.because else ""
    done = "rated" if new else "rated so before, nothing new:"
    print(printable(f"{done} {args.rating}{because}: {title} ({listing_id[:8]})"), file=session.out)
    session.say(_agreement(agreed))
    return 0


def _agreement(agreed: Agreement) -> str:
    """Counts, not rates: a handful of ratings has no rate."""
    return (
        f"of your ratings, {agreed.good_qualified} of {agreed.good} good and"
        f" {agreed.bad_qualified} of {agreed.bad} bad listings qualified; a"
        " backtest shows what other criteria would do to them"
    )
