"""`goldmine explain`: the decision on a listing criterion by criterion, what would change it,
and what each destination got or why not.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.disagreement import disagreements
from goldmine_ingest.analysis.explanation import Explanation, look_up
from goldmine_ingest.analysis.search import find
from goldmine_ingest.cli.explanation import as_json, show
from goldmine_ingest.cli.output import print_json
from goldmine_ingest.cli.session import Session
from goldmine_ingest.criteria import Judge
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.changes import StoredEntry
from goldmine_ingest.parse.reading_child import ReadingWorker
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project

_HITS = 5


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "listing",
        metavar="LISTING|WORDS",
        nargs="+",
        help=(
            "a listing id, its beginning (4 or more characters), or the listing's URL; or words"
            " of a listing, of which the best hit is explained"
        ),
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace, session: Session) -> int:
    """0, or 2 for a listing that isn't there."""
    project = session.project()
    session.need_history(project)

    listing_id = _listing(" ".join(args.listing), project, session)
    with open_store(project.database.path, now=session.now()) as store:
        explanation = look_up(listing_id, store, project, Judge(project.criteria))
        entries = store.raw_entries([listing_id])
    explanation = _with_sources(explanation, entries)
    if args.json:
        print_json(as_json(explanation), session.out)
    else:
        show(explanation, session)
    return 0


def _with_sources(explanation: Explanation, entries: Sequence[StoredEntry]) -> Explanation:
    """With what its feeds say differently, where it came through several."""
    if len({entry.feed for entry in entries}) < 2:
        return explanation
    with ReadingWorker() as worker:
        postings = worker.reread(entries)
    differences = disagreements(entries, postings, explanation.listing.posting)
    notes = (*explanation.notes, *(each.sentence for each in differences))
    return replace(explanation, notes=notes, disagreements=tuple(differences))


def _listing(named: str, project: Project, session: Session) -> str:
    """The listing that is named, or the best of those with all of the words; others are told of.
    Raises UsageError where there is neither.
    """
    now = session.now()
    with open_store(project.database.path, now=now) as store:
        try:
            return store.resolve_listing(named)
        except UsageError as error:
            unknown = error
    if "://" in named:
        raise unknown
    hits = find(project.database.path, named, now=now, at_most=_HITS, all_words=True)
    best, *others = hits or (None,)
    if best is None:
        raise unknown
    if others:
        also = "; ".join(f"{hit.listing_id[:8]} {hit.title}" for hit in others if hit)
        session.say(f"the best of several hits; the others: {also}")
    return best.listing_id
