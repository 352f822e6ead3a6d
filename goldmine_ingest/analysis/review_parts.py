"""The review of one feed, proof or marketplace alone, and what would be left if the largest
marketplace closed. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from goldmine_ingest.analysis.diagnosis import Missing, Number, diagnose
from goldmine_ingest.analysis.funnel import Facts
from goldmine_ingest.analysis.shares import share

N = TypeVar("N", int, Decimal)


@dataclass(frozen=True, slots=True)
class Part:
    """One feed, proof or marketplace: its funnel in numbers, its share of all (None where there
    is nothing to share), its diagnosis. `connects` and `money` are None where no pursuit and no
    deal names them.
    """

    name: str
    listings: int
    qualified: int
    alerted: int
    pursued: int
    replied: int
    interviewed: int
    hired: int
    connects: int | None
    money: Decimal | None
    share_of_qualified: float | None
    share_of_pursued: float | None
    share_of_hired: float | None
    diagnosis: str = "not_enough_data"
    numbers: tuple[Number, ...] = ()
    missing: tuple[Missing, ...] = ()
    first_change: str = ""

    @property
    def enough_data(self) -> bool:
        return self.diagnosis != "not_enough_data"


def parts(facts: Facts, by: str, now: datetime) -> tuple[Part, ...]:
    """Every 'feed', 'proof' or 'platform' of the window, also feeds that brought nothing; what
    bears most comes first.
    """
    feeds = [feed.feed for feed in facts.feeds] if by == "feed" else []
    names = dict.fromkeys(
        [
            *(facts.by or {}).get(by, {}),
            *feeds,
            *(name for each in facts.pursued for name in each.belongs(by)),
        ]
    )
    made = [_part(name, facts.part(by, name), facts, now) for name in names]
    return tuple(
        sorted(made, key=lambda part: (-part.qualified, -part.pursued, -part.listings, part.name))
    )


def _part(name: str, own: Facts, facts: Facts, now: datetime) -> Part:
    hired, all_hired = (sum(p.reached("hired") for p in each.pursued) for each in (own, facts))
    diagnosis = diagnose(own, now)
    return Part(
        name,
        own.brought.listings,
        own.brought.qualified,
        own.brought.alerted,
        len(own.pursued),
        sum(p.reached("replied") for p in own.pursued),
        sum(p.reached("interviewed") for p in own.pursued),
        hired,
        _sum([p.connects for p in own.pursued], 0),
        _sum([p.won for p in own.pursued if p.reached("hired")], Decimal(0)),
        share(own.brought.qualified, facts.brought.qualified).share,
        share(len(own.pursued), len(facts.pursued)).share,
        share(hired, all_hired).share,
        diagnosis.word,
        diagnosis.numbers,
        diagnosis.missing,
        diagnosis.first_change,
    )


def _sum(amounts: Sequence[N | None], nothing: N) -> N | None:
    """Of what is stated; None where nothing is stated of any."""
    stated = [amount for amount in amounts if amount is not None]
    return sum(stated, nothing) if stated or not amounts else None


def concentration(platforms: Sequence[Part]) -> str:
    """What the largest marketplace bears, and what would be left without it."""
    bearing = [part for part in platforms if part.qualified or part.pursued]
    if not bearing:
        return "Nothing qualified or was pursued, so that nothing hangs on any channel."
    largest = max(
        bearing, key=lambda part: (part.share_of_pursued or 0, part.share_of_qualified or 0)
    )
    qualified, pursued, hired = (
        sum(getattr(p, name) for p in platforms if p is not largest)
        for name in ("qualified", "pursued", "hired")
    )
    bears = [
        f"{largest_share:.0%} of the {what}"
        for largest_share, what in (
            (largest.share_of_qualified, "qualified listings"),
            (largest.share_of_pursued, "pursuits"),
            (largest.share_of_hired, "deals"),
        )
        if largest_share is not None
    ]
    if not (qualified or pursued or hired):
        return (
            f"{largest.name} bears {joined(bears)}. If it closed tomorrow, nothing would be left."
        )
    left = [counted(qualified, "qualified listing")]
    left += [counted(pursued, "pursuit")] if largest.share_of_pursued is not None else []
    left += [counted(hired, "deal")] if largest.share_of_hired is not None else []
    return (
        f"{largest.name} bears {joined(bears)}. If it closed tomorrow, {joined(left)} would be"
        " left."
    )


def counted(number: int, of: str) -> str:
    """1 pursuit, 2 pursuits."""
    return f"{number:,} {of}" if number == 1 else f"{number:,} {of}s"


def joined(texts: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))
