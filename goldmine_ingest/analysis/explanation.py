"""Everything that is known of one listing's way: the decision with its findings, what would change
it under the present criteria, and what each destination got or why not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from goldmine_ingest.criteria.features import text_hash
from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.decision import Decision, Part
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.settings.feeds import proofs_of

if TYPE_CHECKING:
    from datetime import datetime

    from goldmine_ingest.analysis.disagreement import Disagreement
    from goldmine_ingest.criteria import Judge
    from goldmine_ingest.criteria.would_change import WouldChange
    from goldmine_ingest.model.client import ClientHistory
    from goldmine_ingest.model.decision import DecisionKind, TextFeatures
    from goldmine_ingest.model.pursuit import Rating
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import AlertRow, Store


@dataclass(frozen=True, slots=True)
class Told:
    """What a destination got of a listing, or why not. `state` is None where it has no alert;
    `recipient` is one of several, else ''.
    """

    destination: str
    state: str | None
    reason: str
    recipient: str = ""

    @property
    def called(self) -> str:
        label = self.recipient.partition(" ")[2]
        return f"{self.destination} ({label})" if label else self.destination


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known of one listing's way. `destinations` are (name, recipient, state of
    its alert or None, why): see Told.

    `notes` come first. `parts` make up the fit under the present criteria. `disagreements`
    are facts that its feeds state differently. `client` is what is known of who offers it. `rating`
    is the user's, `agrees` whether the present criteria decide so too (None: not rated, or they
    leave it to the user).
    """

    listing: Listing
    feeds: tuple[str, ...]
    decision: Decision
    would_change: tuple[WouldChange, ...]
    destinations: tuple[Told, ...]
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    client: ClientHistory | None = None
    rating: Rating | None = None
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class KnownListing:
    """What the history holds of a listing: enough to explain it without the history. `features` is
    None where its text was never measured.
    """

    listing: Listing
    feeds: tuple[str, ...]
    decision: Decision
    decided_at: datetime
    features: TextFeatures | None
    alerts: tuple[AlertRow, ...]
    opinions: Opinions = field(default_factory=Opinions)
    client: ClientHistory | None = None
    rating: Rating | None = None


def look_up(listing_id: str, store: Store, project: Project, judge: Judge) -> Explanation:
    """What the history and the present criteria say of a listing. Raises UsageError for one that
    wasn't judged yet.
    """
    there = replace(known(listing_id, store), rating=store.ratings().get(listing_id))
    return explain(there, project, judge)


def known(listing_id: str, store: Store, *, measured: bool = True) -> KnownListing:
    """What is stored of a listing. Without what was `measured` of its text for who can measure it
    anew: out of the text that takes a millisecond, out of a large history up to twenty. Raises
    UsageError as `look_up`.
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
    keys = [text_hash(listing.posting)] if measured else []
    features = store.features(keys)
    return KnownListing(
        listing,
        store.listing_feeds([listing_id]).get(listing_id, ()),
        decision,
        store.decided_at([listing_id])[listing_id],
        features.get(keys[0]) if keys else None,
        store.alert_rows_of(listing_id),
        Opinions(store.opinions([listing_id]).get(listing_id, ())),
        store.client_histories([listing]).get(listing_id),
    )


def explain(found: KnownListing, project: Project, judge: Judge) -> Explanation:
    """What the present criteria say of it beside the decision that stands, and which single
    settings would change that, as at the time of the decision.
    """
    listing, decision = found.listing, found.decision
    features = found.features or judge.features(listing.posting)
    proofs = proofs_of(feed for feed in project.feeds if feed.name in found.feeds)
    at, said = found.decided_at, found.opinions
    present = judge.decide(listing, features, now=at, proofs=proofs, opinions=said)
    otherwise = (
        "the listing was rejected"
        if decision.decision == "rejected"
        else "owed nothing when it was decided; goldmine rescan --alert owes it"
    )
    return Explanation(
        listing,
        found.feeds,
        decision,
        judge.would_change(listing, features, now=at, proofs=proofs, opinions=said),
        destinations(found.alerts, project.destinations, otherwise),
        (*_notes(decision, present), *rating_notes(found.rating, present.decision)),
        present.parts,
        client=found.client,
        rating=found.rating,
        agrees=agrees(found.rating, present.decision) if found.rating else None,
    )


def agrees(rating: Rating, decision: DecisionKind) -> bool | None:
    """Whether a decision is as the listing was rated; None where it leaves it to the user."""
    if decision == "review":
        return None
    return (decision == "qualified") == (rating.rating == "good")


def rating_notes(rating: Rating | None, decision: DecisionKind) -> tuple[str, ...]:
    """Whether the present criteria, which decide so, agree with the rating; () without one."""
    if rating is None:
        return ()
    rated = f"you rated it {rating.rating}"
    agreed = agrees(rating, decision)
    if agreed is None:
        return (f"{rated}; the present criteria leave it for your review",)
    if agreed:
        return (f"{rated}, and the present criteria agree",)
    does = "it qualifies by the present criteria"
    return (
        f"{rated}, but {does if decision == 'qualified' else 'the present criteria reject it'}",
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


def told(row: AlertRow) -> Told:
    """What became of an alert: what the ledger says, or what the state means where it says
    nothing.
    """
    match row.state:
        case "sent":
            why = f"sent {row.sent_at:%Y-%m-%d %H:%M} UTC" if row.sent_at else "sent"
        case "owed":
            why = "goes out with the next cycle"
        case _:
            why = ""
    kind = "" if row.kind == "match" else f"{row.kind}: "
    return Told(row.destination, row.state, f"{kind}{row.reason or why}", row.recipient)


def destinations(
    rows: Sequence[AlertRow], settings: Sequence[DestinationSettings], otherwise: str
) -> tuple[Told, ...]:
    """Each alert of the listing; then the destinations that have none, with why (`otherwise`)."""
    named = {row.destination for row in rows}
    return (
        *(told(row) for row in rows),
        *(Told(d.name, None, otherwise) for d in settings if d.name not in named),
    )
