"""What one's own ratings speak for: few changes of the criteria, each with the listings that speak
for it. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.backtest import history_of
from goldmine_ingest.analysis.diagnosis import Missing
from goldmine_ingest.analysis.learn_candidates import Candidates, Change, Level
from goldmine_ingest.analysis.learn_choice import (
    SPEAKING,
    Choice,
    Effect,
    Rates,
    Ratings,
    choice,
    effect_of,
    rates,
)
from goldmine_ingest.analysis.learn_order import Order, heavier
from goldmine_ingest.analysis.measuring import cases, read_batch
from goldmine_ingest.analysis.proposal_file import Edit, assignments
from goldmine_ingest.analysis.rated_listings import (
    RatedListing,
    RatedListings,
    counted,
    through,
)
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.rows import select

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import DecisionKind
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.project import Project

LEAST_RATINGS = 20  # listings with your word before anything is tried …
LEAST_OF_EACH = 5  # … and of them good and bad ones
# What is let through, by what a change bears on.
_THROUGH: Mapping[Level, tuple[DecisionKind, ...]] = {
    "rings": ("qualified",),
    "reaches": ("qualified", "review"),
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """One change to accept or not, why, and three listings that speak for it. `right` and `wrong`
    count the rated listings that it would decide rightly and that aren't now, and the reverse; of a
    weight, `right` are the good ones that rise.
    """

    edit: Edit
    why: str
    right: int
    wrong: int
    listings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """`ratings` listings with the user's word, `good` of them, by `origins`. Precision and recall
    of what rings: at present, with the changes, and with those that the other ratings choose for
    each listing (`left_out`; None: nothing was tried). `reached`: whether that is enough gain.
    """

    since: datetime | None
    ratings: int
    good: int
    origins: Mapping[str, int]
    enough_data: bool
    missing: tuple[Missing, ...]
    present: Rates
    proposed: Rates
    left_out: Rates | None
    reached: bool
    changes: tuple[Proposed, ...]
    order: Order | None


def learn(
    project: Project,
    *,
    since: datetime | None,
    now: datetime,
    progress: Callable[[str], None] = lambda _: None,
) -> Learned:
    """Of the listings first seen since then. Raises BusyError, StoreError."""
    return from_ratings(rated_listings(project, since, now), project.criteria, since, progress)


def rated_listings(
    project: Project, since: datetime | None, now: datetime
) -> tuple[RatedListing, ...]:
    """The listings on which the user spoke, as they were at their first sight."""
    history = history_of(project, since, now)
    with open_store(project.database.path, now=now) as store:
        rows = {row["listing_id"]: row for row in select(store.con, "rated_listings", since=since)}
        numbers = [row["row_number"] for row in rows.values()]
        batch, opinions = (
            read_batch(store, numbers, history.feed_proofs),
            store.opinions(list(rows)),
        )
    return tuple(
        RatedListing(
            listing,
            features,
            rows[listing.listing_id]["good"],
            rows[listing.listing_id]["origin"],
            proofs,
            Opinions(opinions.get(listing.listing_id, ())),
        )
        for listing, features, _, proofs in cases(Judge(project.criteria), batch)
    )


def from_ratings(
    rated: tuple[RatedListing, ...],
    criteria: CriteriaSettings,
    since: datetime | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Learned:
    """The same from the listings themselves."""
    listings = RatedListings(rated, criteria)
    good = listings.good.bit_count()
    missing = lacking(len(rated), good)
    rings = through(listings.decisions, "qualified")
    present = rates(rings, listings.good, listings.everyone)
    tried: list[tuple[Choice, list[Proposed]]] = []
    order = None
    if not missing:
        levels: tuple[Level, ...] = ("rings", "reaches")
        tried = [_tried(listings, level, progress) for level in levels]
        order = heavier(listings)
    changes = [change for chosen, some in tried if chosen.reached for change in some]
    edits = [change.edit for change in changes]
    after = listings.under(assignments(criteria.text, edits)) if changes else None
    if order and order.speaks:
        changes.append(_weight(listings, order))
    return Learned(
        since=since,
        ratings=len(rated),
        good=good,
        origins=counted(rated),
        enough_data=not missing,
        missing=missing,
        present=present,
        proposed=(
            rates(through(after, "qualified"), listings.good, listings.everyone)
            if after
            else present
        ),
        left_out=tried[0][0].left_out if tried else None,
        reached=bool(changes),
        changes=tuple(changes),
        order=order,
    )


def lacking(ratings: int, good: int) -> tuple[Missing, ...]:
    """What is too little to learn from."""
    needed = (
        Missing("listings rated, pursued or skipped", ratings, LEAST_RATINGS),
        Missing("good ones", good, LEAST_OF_EACH),
        Missing("bad ones", ratings - good, LEAST_OF_EACH),
    )
    return tuple(each for each in needed if each.have < each.need)


def _tried(
    listings: RatedListings, level: Level, progress: Callable[[str], None]
) -> tuple[Choice, list[Proposed]]:
    """What the ratings choose of the changes that bear on one thing."""
    before = through(listings.decisions, *_THROUGH[level])
    changes, effects = [], []
    for change in Candidates(listings).of(listings.everyone):
        if change.level == level:
            progress(f"trying {change.setting}")
            effect = _effect(listings, change, before)
            if effect:
                changes.append(change)
                effects.append(effect)
    chosen = choice(effects, Ratings(listings.everyone, listings.good, before))
    return chosen, [_proposed(listings, changes[n], effects[n]) for n in chosen.numbers]


def _effect(listings: RatedListings, change: Change, before: int) -> Effect | None:
    """None for a value that the setting can't have."""
    try:
        decisions = listings.under([change.assignment], change.among)
    except ConfigError:
        return None
    after = through(decisions, *_THROUGH[change.level])
    return effect_of(before, after, listings.good, change.belief)


def _proposed(listings: RatedListings, change: Change, effect: Effect) -> Proposed:
    speaking = [
        one.listing.listing_id
        for number, one in enumerate(listings.rated)
        if effect.right >> number & 1
    ]
    return Proposed(
        Edit(change.setting, change.from_value, change.to_value),
        change.why,
        effect.right.bit_count(),
        effect.wrong.bit_count(),
        tuple(speaking[:SPEAKING]),
    )


def _weight(listings: RatedListings, order: Order) -> Proposed:
    why = (
        f"a good one stands above a bad one in {order.proposed:.0%} of pairs instead of"
        f" {order.present:.0%} (the gain lies between {order.low:.0%} and {order.high:.0%})"
    )
    rising = [listings.rated[number].listing.listing_id for number in order.rising]
    edit = Edit(order.setting, order.from_value, order.to_value)
    return Proposed(edit, why, len(rising), 0, tuple(rising[:SPEAKING]))
