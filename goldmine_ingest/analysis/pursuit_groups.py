"""Which pursuits got a reply, by what can tell them apart: the proof and how well it fits, the
client, the crowd, the time, the money, the place. Pure.

Only pursuits that are decided count: replied to, or declined or old enough to be ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from goldmine_ingest.analysis.diagnosis import Missing
from goldmine_ingest.analysis.shares import Share, chance, share

LEAST_DECIDED = 20  # pursuits before anything is compared …
LEAST_OF_EACH = 5  # … and of them replied to and ignored: fewer tell apart nothing
LEAST_IN_GROUP = 5  # before a share is shown: 0 of 5 leaves 43 % open
SURE = 0.05  # how often chance alone may call any of the groups different

NOT_STATED = "not stated"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class PursuedJob:
    """One decided pursuit. Money is in the base currency, `low` and `high` per hour if `hourly`;
    `proposals` are those at first sight, `hours` from posting to pursuit, `weekday` the user's when
    the proposal went out, 1 to 7. None: not stated.
    """

    replied: bool
    score: Decimal
    platform: str
    weekday: int
    fit: Decimal | None = None
    proof: str | None = None
    client_known: bool = False
    spent: Decimal | None = None
    proposals: int | None = None
    hours: float | None = None
    hourly: bool = False
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Pursuits that are alike in one way. `share`, `low` and `high` (95 %) are None for a few;
    `differs`: from all other pursuits, by more than chance explains.
    """

    name: str
    replied: int
    ignored: int
    share: float | None
    low: float | None
    high: float | None
    differs: bool


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way of telling pursuits apart, its groups in their order."""

    by: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`decided` pursuits; without enough of them what is `missing`, and no grouping."""

    decided: int
    replied: int
    enough_data: bool
    missing: tuple[Missing, ...]
    groupings: tuple[Grouping, ...]


def outcomes(jobs: Sequence[PursuedJob]) -> Outcomes:
    """All groupings, or what is missing for them."""
    replied = sum(job.replied for job in jobs)
    needed = (
        Missing("pursuits that were answered or ignored", len(jobs), LEAST_DECIDED),
        Missing("pursuits with a reply", replied, LEAST_OF_EACH),
        Missing("pursuits that were ignored or declined", len(jobs) - replied, LEAST_OF_EACH),
    )
    missing = tuple(each for each in needed if each.have < each.need)
    if missing:
        return Outcomes(len(jobs), replied, False, missing, ())
    made = [(by, _grouped(jobs, name_of, order)) for by, name_of, order in _BY]
    # A grouping of one group tells nothing apart.
    several = [(by, groups) for by, groups in made if len(groups) > 1]
    compared = sum(group.of >= LEAST_IN_GROUP for _, groups in several for _, group in groups)
    whole = share(replied, len(jobs))
    return Outcomes(
        len(jobs),
        replied,
        True,
        (),
        tuple(
            Grouping(by, tuple(_group(name, group, whole, compared) for name, group in groups))
            for by, groups in several
        ),
    )


def _grouped(
    jobs: Iterable[PursuedJob], name_of: Callable[[PursuedJob], str], order: Sequence[str]
) -> list[tuple[str, Share]]:
    """Each name with its share of replies: in the given order, others by their number; what isn't
    stated last.
    """
    counts: dict[str, list[bool]] = {}
    for job in jobs:
        counts.setdefault(name_of(job), []).append(job.replied)
    places = {name: place for place, name in enumerate(order)}
    names = sorted(
        counts,
        key=lambda name: (
            name == NOT_STATED,
            places.get(name, len(places)),
            -len(counts[name]),
            name,
        ),
    )
    return [(name, share(sum(counts[name]), len(counts[name]))) for name in names]


def _group(name: str, group: Share, whole: Share, compared: int) -> Group:
    """Held against all others, by Fisher's exact test, for so many comparisons (Bonferroni)."""
    few = group.of < LEAST_IN_GROUP
    rest = share(whole.count - group.count, whole.of - group.of)
    return Group(
        name,
        group.count,
        group.of - group.count,
        None if few else group.share,
        None if few else group.low,
        None if few else group.high,
        not few and chance(group, rest) * compared < SURE,
    )


def _bands(*limits: float, unit: str = "") -> Callable[[float | Decimal | None], str]:
    """Names of half-open bands between these limits, the first one open below."""

    def name(value: float | Decimal | None) -> str:
        if value is None:
            return NOT_STATED
        number = float(value)  # as the limits are: 0.65 lies in the band from 0.65
        if number < limits[0]:
            return f"under {limits[0]:,g}{unit}"
        for low, high in pairwise(limits):
            if number < high:
                return f"{low:,g} to {high:,g}{unit}"
        return f"from {limits[-1]:,g}{unit}"

    return name


def _names(*limits: float, unit: str = "") -> tuple[str, ...]:
    """The bands' names in their order."""
    name = _bands(*limits, unit=unit)
    return tuple(name(value) for value in (limits[0] - 1, *limits))


_FIT = (0.5, 0.65, 0.75, 0.85)
_SCORE = (40, 55, 70, 85)
_SPENT = (1, 1_000, 10_000)
_PROPOSALS = (5, 20, 50)
_HOURS = (1, 3, 12, 24)
_FIXED = (500, 2_000, 5_000)
_HOURLY = (25, 50, 100)
_fixed, _hourly = _bands(*_FIXED, unit=" fixed"), _bands(*_HOURLY, unit=" an hour")
_spent = _bands(*_SPENT, unit=" spent")


def _client(job: PursuedJob) -> str:
    if not job.client_known:
        return "unknown"
    if job.spent is None:
        return "known, spend not stated"
    return "nothing spent yet" if job.spent < _SPENT[0] else _spent(job.spent)


def _budget(job: PursuedJob) -> str:
    """By the middle of a range."""
    ends = [end for end in (job.low, job.high) if end is not None]
    if not ends:
        return NOT_STATED
    return (_hourly if job.hourly else _fixed)(sum(ends) / len(ends))


_BY: tuple[tuple[str, Callable[[PursuedJob], str], tuple[str, ...]], ...] = (
    ("fit to the proof", lambda job: _bands(*_FIT)(job.fit), _names(*_FIT)),
    ("proof", lambda job: job.proof or "none", ()),
    (
        "client",
        _client,
        (
            "unknown",
            "known, spend not stated",
            "nothing spent yet",
            *_names(*_SPENT, unit=" spent"),
        ),
    ),
    (
        "proposals at first sight",
        lambda job: _bands(*_PROPOSALS)(job.proposals),
        _names(*_PROPOSALS),
    ),
    (
        "hours from posting to pursuit",
        lambda job: _bands(*_HOURS)(job.hours),
        _names(*_HOURS),
    ),
    (
        "budget",
        _budget,
        (*_names(*_FIXED, unit=" fixed"), *_names(*_HOURLY, unit=" an hour")),
    ),
    ("score", lambda job: _bands(*_SCORE)(job.score), _names(*_SCORE)),
    ("platform", lambda job: job.platform, ()),
    ("weekday", lambda job: _WEEKDAYS[job.weekday - 1], _WEEKDAYS),
)
