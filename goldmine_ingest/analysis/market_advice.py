"""What to change where next to nothing qualifies: one criterion, or the searches behind the feeds.
Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from goldmine_ingest.settings.criteria import CRITERIA

if TYPE_CHECKING:
    from goldmine_ingest.analysis.funnel import Facts
    from goldmine_ingest.analysis.near_misses import Cost

# Where the criterion that alone turns most away does so with fewer of those turned away, it isn't
# one criterion that is too strict: the feeds bring something else.
ALONE_SHARE = 0.1
# What feeds bring that fail on a criterion, for one feed and for several.
_BRINGS = {
    "proof": ("brings other work", "bring other work"),
    "rules": ("brings what you exclude", "bring what you exclude"),
    "budget": ("brings work that pays too little", "bring work that pays too little"),
    "client": ("brings clients that you turn away", "bring clients that you turn away"),
    "scope": ("brings work by the piece", "bring work by the piece"),
    "first_step": ("brings texts too thin to price", "bring texts too thin to price"),
    "worth": ("brings jobs not worth a proposal", "bring jobs not worth a proposal"),
}
# Which of several criteria that turn as many away is told of: what the work is, before its terms.
_ORDER = ("proof", *(name for name in CRITERIA if name != "proof"))


def what_to_change(facts: Facts) -> str:
    """The first change, in one or two sentences."""
    if not facts.turned_away:
        if facts.brought.review:
            return (
                "Nothing is turned away, but it waits for your review: see what [decision.unknown]"
                " and minimum_score send there."
            )
        return "See with `goldmine explain` why listings are turned away."
    costs = sorted(facts.turned_away, key=_place)
    strictest = max(costs, key=lambda cost: (cost.alone, cost.with_others))
    commonest = max(costs, key=_failing)
    turned_away = max(facts.brought.rejected, _failing(commonest))
    if strictest.alone < ALONE_SHARE * turned_away:
        return _other_work(facts, commonest, strictest)
    return (
        f"Look at `{strictest.criterion}` first: it turns away {strictest.alone} listings that"
        f" nothing else speaks against, {strictest.with_others} together with others. `goldmine"
        " near-misses` shows by how much; or the offer behind it is one that these feeds don't ask"
        " for."
    )


def _place(cost: Cost) -> int:
    return _ORDER.index(cost.criterion) if cost.criterion in _ORDER else len(_ORDER)


def _failing(cost: Cost) -> int:
    return cost.alone + cost.with_others


def _other_work(facts: Facts, commonest: Cost, strictest: Cost) -> str:
    """What the feeds bring instead, by the criterion on which most fail."""
    listings, failing = facts.brought.listings, _failing(commonest)
    count = (
        f"{listings:,} listings, all fail on {commonest.criterion}"
        if failing >= listings
        else f"{failing:,} of the {listings:,} listings fail on {commonest.criterion}"
    )
    one = len(facts.feeds) == 1
    brings = _BRINGS.get(commonest.criterion, ("brings other work", "bring other work"))
    change = f"Change the {'search behind it' if one else 'searches behind them'}"
    if commonest.criterion == "proof":
        change = f"{change}, or add a proof of that work"
    why = (
        f"of those turned away, `{strictest.criterion}` alone stands against {strictest.alone:,}"
        if strictest.alone
        else "each fails on several criteria, so that none alone is too strict"
    )
    feeds = f"this feed {brings[0]}" if one else f"these feeds {brings[1]}"
    return f"{count}: {feeds}{_tags(facts.tags)}. {change}: {why}."


def _tags(tags: Sequence[tuple[str, int]]) -> str:
    """(tagged most often: WordPress 12, SEO 9), '' where no tags are stated."""
    if not tags:
        return ""
    return f" (tagged most often: {', '.join(f'{tag} {count:,}' for tag, count in tags)})"
