"""`goldmine explain`: the decision on a listing criterion by criterion, what would change it,
and what each destination got or why not.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from goldmine_ingest.cli.explanation import Explanation, as_json, destinations, show
from goldmine_ingest.cli.output import print_json
from goldmine_ingest.cli.session import Session
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.features import text_hash
from goldmine_ingest.errors import UsageError
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goldmine_ingest.criteria.would_change import WouldChange
    from goldmine_ingest.model.decision import Decision
    from goldmine_ingest.model.posting import Listing
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store


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
        explanation = look_up(store.resolve_listing(args.listing), store, project)
    if args.json:
        print_json(as_json(explanation), session.out)
    else:
        show(explanation, session)
    return 0


def look_up(listing_id: str, store: Store, project: Project) -> Explanation:
    """What the history and the present criteria say of a listing. Raises UsageError for one that
    wasn't judged yet.
    """
    listing = store.listings([listing_id]).get(listing_id)
    if listing is None:
        raise UsageError(
            f"the history lost the listing {listing_id[:8]}",
            hint="goldmine doctor tells what else is missing",
        )
    decision = store.decisions([listing_id]).get(listing_id)
    if decision is None:
        raise UsageError(
            f"the listing {listing_id[:8]} was stored and not judged yet",
            hint="goldmine run goes on with it",
        )
    feeds = store.listing_feeds([listing_id]).get(listing_id, ())
    present, changes = _present(listing, feeds, store, project)
    otherwise = (
        "the listing was rejected"
        if decision.decision == "rejected"
        else "owed nothing when it was decided; goldmine rescan --alert owes it"
    )
    return Explanation(
        listing,
        feeds,
        decision,
        changes,
        destinations(store.alert_rows_of(listing_id), project.destinations, otherwise),
        _notes(decision, present),
        present.parts,
    )


def _notes(decision: Decision, present: Decision) -> tuple[str, ...]:
    if decision.criteria_hash == present.criteria_hash:
        return ()
    says = f"{present.decision}, score {present.score}"
    return (
        (
            f"decided under earlier criteria; the present ones say {says}, and what would change it"
            " is about them: goldmine rescan"
        ),
    )


def _present(
    listing: Listing, feeds: Sequence[str], store: Store, project: Project
) -> tuple[Decision, tuple[WouldChange, ...]]:
    """What the present criteria say, and which single settings would change that, as at the time
    of the decision.
    """
    judge = Judge(project.criteria)
    key = text_hash(listing.posting)
    features = store.features([key]).get(key) or judge.features(listing.posting)
    now, proofs = (
        store.decided_at([listing.listing_id])[listing.listing_id],
        proofs_of(feeds, project),
    )
    return judge.decide(listing, features, now=now, proofs=proofs), judge.would_change(
        listing, features, now=now, proofs=proofs
    )


def proofs_of(feeds: Sequence[str], project: Project) -> tuple[str, ...]:
    """The proofs that the listing's feeds restrict to; () is all."""
    restricted = [feed.proofs for feed in project.feeds if feed.name in feeds]
    if not restricted or () in restricted:
        return ()
    return tuple(sorted({proof for proofs in restricted for proof in proofs}))
