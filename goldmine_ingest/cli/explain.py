"""`goldmine explain`: the decision on a listing criterion by criterion, what would change it,
and what each destination got or why not.
"""

from __future__ import annotations

import argparse

from goldmine_ingest.analysis.explanation import look_up
from goldmine_ingest.cli.explanation import as_json, show
from goldmine_ingest.cli.output import print_json
from goldmine_ingest.cli.session import Session
from goldmine_ingest.criteria import Judge
from goldmine_ingest.store.history import open_store


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "listing",
        metavar="LISTING",
        help="a listing id, its beginning (4 or more characters), or the listing's URL",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace, session: Session) -> int:
    """0, or 2 for a listing that isn't there."""
    project = session.project()
    session.need_history(project)

    with open_store(project.database.path, now=session.now()) as store:
        explanation = look_up(
            store.resolve_listing(args.listing), store, project, Judge(project.criteria)
        )
    if args.json:
        print_json(as_json(explanation), session.out)
    else:
        show(explanation, session)
    return 0
