"""`goldmine explain`: the decision on a listing criterion by criterion, what would change it, and what each destination got or why not."""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from goldmine_ingest.cli.output import print_json, print_table, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model import Decision, Json, Listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goldmine_ingest.criteria.would_change import WouldChange
    from goldmine_ingest.settings import Project
    from goldmine_ingest.store import AlertRow, Store


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("listing", metavar="LISTING", help="a listing id, its beginning (4 or more characters), or the listing's URL")
    parser.add_argument("--json", action="store_true", help="one JSON document")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known of one listing's way."""

    listing: Listing
    feeds: tuple[str, ...]
    decision: Decision
    would_change: tuple[WouldChange, ...]
    alerts: tuple[AlertRow, ...]
    stale: bool


def run(args: argparse.Namespace, session: Session) -> int:
    """0, or 2 for a listing that isn't there."""
    project = session.project()
    session.need_history(project)
    from goldmine_ingest.store import open_store

    with open_store(project.database.path, now=session.now()) as store:
        found = _look_up(args.listing, store, project, session)
    if args.json:
        print_json(as_json(found, project), session.out)
    else:
        _show(found, project, session)
    return 0


def _look_up(wanted: str, store: Store, project: Project, session: Session) -> Explanation:
    listing_id = store.resolve_listing(wanted)
    listing = store.listings([listing_id])[listing_id]
    decision = store.decisions([listing_id]).get(listing_id)
    if decision is None:
        raise UsageError(f"the listing {listing_id[:8]} was stored and not judged yet", hint="goldmine run goes on with it")
    feeds = store.listing_feeds([listing_id]).get(listing_id, ())
    alerts = tuple(row for row in store.alert_rows() if row.listing_id == listing_id)
    stale = decision.criteria_hash != project.criteria.criteria_hash
    return Explanation(listing, feeds, decision, _would_change(listing, feeds, store, project, session), alerts, stale)


def _would_change(listing: Listing, feeds: Sequence[str], store: Store, project: Project, session: Session) -> tuple[WouldChange, ...]:
    """Single settings that would give another decision, under the present criteria."""
    from goldmine_ingest.criteria import Judge
    from goldmine_ingest.features import text_hash

    judge = Judge(project.criteria)
    key = text_hash(listing.posting)
    features = store.features([key]).get(key) or judge.features(listing.posting)
    return judge.would_change(listing, features, now=session.now(), proofs=_proofs(feeds, project))


def _proofs(feeds: Sequence[str], project: Project) -> tuple[str, ...]:
    """The proofs that the listing's feeds restrict to; () is all."""
    restricted = [feed.proofs for feed in project.feeds if feed.name in feeds]
    if not restricted or () in restricted:
        return ()
    return tuple(dict.fromkeys(proof for proofs in restricted for proof in proofs))


def as_json(found: Explanation, project: Project) -> dict[str, Json]:
    """The `explain` document of the contract."""
    return {
        "schema": 1,
        "listing": listing_json(found.listing, found.feeds),
        "decision": found.decision.decision,
        "score": found.decision.score,
        "criteria_hash": found.decision.criteria_hash,
        "findings": [asdict(finding) for finding in found.decision.findings],
        "would_change": [
            {"setting": c.setting, "from": c.from_value, "to": c.to_value, "decision": c.decision} for c in found.would_change
        ],
        "destinations": [{"destination": name, "state": state, "reason": why} for name, state, why in destinations(found, project)],
    }


def listing_json(listing: Listing, feeds: Sequence[str]) -> dict[str, Json]:
    """A listing with the names of the `listings` view."""
    base = {f"{name}_base": value for name, value in asdict(listing.base).items() if name.startswith("budget")}
    facts = {name: value for name, value in asdict(listing.posting).items() if name not in ("guid", "client_currency")}
    for name in ("client_spent", "client_avg_hourly"):
        facts[name] = getattr(listing.base, name)
    return {
        "listing_id": listing.listing_id,
        **facts,
        **base,
        "first_seen_at": listing.first_seen_at,
        "repost_of": listing.repost_of,
        "feeds": list(feeds),
    }


def destinations(found: Explanation, project: Project) -> list[tuple[str, str | None, str]]:
    """Per destination: its name, the state of its newest alert for the listing, and why; state None where there is no alert."""
    rows = [(row.destination, row.state, row.reason) for row in found.alerts]
    told = {destination for destination, _, _ in rows}
    reason = "the listing was rejected" if found.decision.decision == "rejected" else "owed nothing: it began later"
    return [*rows, *((d.name, None, reason) for d in project.destinations if d.name not in told)]


def _show(found: Explanation, project: Project, session: Session) -> None:
    out, posting, decision = session.out, found.listing.posting, found.decision
    print(printable(posting.title or "(untitled listing)"), file=out)
    print(printable(" · ".join(filter(None, (posting.platform, posting.url, "in " + ", ".join(found.feeds))))), file=out)
    proof = f", by the proof {decision.proof!r}" if decision.proof else ""
    because = f": {decision.reason}" if decision.reason else ""
    print(printable(f"{decision.decision}, score {decision.score}{proof}{because}"), file=out)
    if decision.first_step:
        print(printable(f"first step: {decision.first_step}"), file=out)
    if found.stale:
        print("(decided under earlier criteria; a listing is judged once, when it is first seen or changes)", file=out)
    print(file=out)
    measured = [(f.criterion, f.verdict, _amount(f.value, f.unit), _amount(f.threshold, f.unit), f.reason) for f in decision.findings]
    print_table(("criterion", "verdict", "found", "asked", "reason"), measured, out)
    print(file=out)
    grounds = [(f.criterion, f.setting, " / ".join(f'"{words}"' for words in f.evidence)) for f in decision.findings]
    print_table(("criterion", "decided by", "words of the listing"), grounds, out)
    print(file=out)
    changes = [(c.setting, c.from_value, c.to_value, c.decision) for c in found.would_change]
    if changes:
        print("What would change it:", file=out)
        print_table(("setting", "from", "to", "then"), changes, out)
    else:
        print("No single setting would change it.", file=out)
    print(file=out)
    print_table(("destination", "state", "why"), destinations(found, project), out)


def _amount(value: object, unit: str | None) -> str | None:
    return None if value is None else f"{value} {unit or ''}".rstrip()
