"""Where the way from listing to deal breaks first, by stated thresholds, with the numbers behind
it. Pure; docs/review.md explains each.

The rules go from the source to the deal and stop at the first that holds: to repair a later stage
is of no use while an earlier one starves it. The figures are ours: low enough that a month of one
freelancer can reach them, high enough that one event more doesn't turn the word around; the
interval beside each share says how much it leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from goldmine_ingest.analysis.funnel import Facts, recorded
from goldmine_ingest.analysis.market_advice import what_to_change
from goldmine_ingest.analysis.pursuit_advice import after_interviews, after_views, without_views
from goldmine_ingest.analysis.shares import Share, share

Word = Literal[
    "sources_broken",
    "too_few_listings",
    "none_qualify",
    "alerted_too_late",
    "not_pursued",
    "no_response",
    "no_deals",
    "healthy",
    "not_enough_data",
]

# sources are broken if so many of the days on which feeds were polled brought no good answer
DARK_SHARE = 0.5
LEAST_DAYS = 7  # a market is judged after a week, for weekdays differ …
LEAST_LISTINGS = 20  # … or after so many listings: 0 of 20 leaves at most 16 % open
LISTINGS_A_DAY = 1  # fewer is too few
QUALIFIED_A_WEEK = 1  # fewer is none to live on
LATE_HOURS = 6  # from posting to alert, in the median, late by itself
LATE_AMONG_MANY_HOURS = 2  # late where …
MANY_PROPOSALS = 20  # … so many had applied already at first sight
STUCK_SHARE = 0.5  # of the alerts that were owed, those that never went out
LEAST_ALERTS = 5  # before waiting times and pursuing are judged
PURSUED_SHARE = 0.1  # of the alerted; fewer is not pursuing
LEAST_PURSUITS = (
    10  # answered or old enough, before responses are judged: 0 of 10 leaves at most 28 % open
)
REPLIED_SHARE = 0.1  # fewer is no response
LEAST_INTERVIEWS = 5  # decided ones, before deals are judged: 0 of 5 leaves at most 43 % open
HIRED_SHARE = 0.2  # of interviews; fewer is no deals


@dataclass(frozen=True, slots=True)
class Number:
    """A figure behind the diagnosis, and the threshold that it was held against, if any."""

    name: str
    value: float | None
    threshold: float | None = None
    interval: Share | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What is too little to say more: so many there, so many needed."""

    what: str
    have: float
    need: float


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The word, the numbers behind it, the first thing to change (or to wait for), and what is
    missing to say more.
    """

    word: Word
    numbers: tuple[Number, ...]
    first_change: str
    missing: tuple[Missing, ...] = ()


def diagnose(facts: Facts, now: datetime) -> Diagnosis:
    """The first rule that holds."""
    for rule in _RULES:
        diagnosis = rule(facts, now)
        if diagnosis:
            return diagnosis
    return _deals(facts, now)


def _sources(facts: Facts, _: datetime) -> Diagnosis | None:
    days, dark = sum(f.days for f in facts.feeds), sum(f.dark_days for f in facts.feeds)
    if days == 0:
        if facts.brought.listings or facts.pursued:
            return None  # pasted listings, or polls older than what is kept
        return _refuse([Missing("days watched", 0, LEAST_DAYS)])
    if dark / days < DARK_SHARE:
        return None
    worst = max(facts.feeds, key=lambda f: (f.dark_days, f.polls - f.good_polls))
    why = f" ({worst.last_failure})" if worst.last_failure else ""
    numbers = (_share("share of feed days without a good poll", share(dark, days), DARK_SHARE),)
    return Diagnosis(
        "sources_broken",
        numbers,
        f"Repair the feeds before anything else, {worst.feed}{why} first: what looks like a quiet"
        " market was not seen. `goldmine check --online` asks each feed and says what is wrong.",
    )


def _market(facts: Facts, _: datetime) -> Diagnosis | None:
    """By what came while the feeds were watched: what was there before says nothing of how much
    comes.
    """
    brought, days = facts.brought, max(facts.observed_days, 1.0)
    a_day, a_week = brought.new / days, brought.new_qualified * 7 / days
    if a_week >= QUALIFIED_A_WEEK or len(facts.pursued) >= LEAST_PURSUITS or facts.is_own_channel:
        return None
    numbers = (
        Number("qualified listings a week", round(a_week, 2), QUALIFIED_A_WEEK),
        Number("listings a day", round(a_day, 2), LISTINGS_A_DAY),
        _share("share of listings that qualified", share(brought.qualified, brought.listings)),
    )
    if facts.observed_days < LEAST_DAYS:
        if brought.qualified == 0 and brought.listings >= LEAST_LISTINGS:
            return Diagnosis("none_qualify", (*numbers, *_costs(facts)), what_to_change(facts))
        missing = [Missing("days watched", round(facts.observed_days, 1), LEAST_DAYS)]
        return _refuse(
            [
                *missing,
                *([_least_listings(brought.listings)] if brought.listings < LEAST_LISTINGS else []),
            ]
        )
    if a_day < LISTINGS_A_DAY:
        change = (
            "Widen the searches behind your feeds or add a feed on another marketplace; criteria"
            " can't find what no feed brings."
        )
        return Diagnosis("too_few_listings", (numbers[1], numbers[0], numbers[2]), change)
    if brought.listings < LEAST_LISTINGS:
        return _refuse([_least_listings(brought.listings)])
    return Diagnosis("none_qualify", (*numbers, *_costs(facts)), what_to_change(facts))


def _share(name: str, share: Share, threshold: float | None = None) -> Number:
    return Number(name, share.share, threshold, share)


def _least_listings(have: int) -> Missing:
    return Missing("listings", have, LEAST_LISTINGS)


def _costs(facts: Facts) -> tuple[Number, ...]:
    return tuple(
        Number(f"turned away by {cost.criterion} alone", cost.alone)
        for cost in facts.turned_away[:3]
    )


def _alerts(facts: Facts, now: datetime) -> Diagnosis | None:
    """Late alerts are the cause only while proposals stay without answers."""
    brought = facts.brought
    replies = _replies(facts, now)
    if replies.share is not None and replies.share >= REPLIED_SHARE:
        return None
    stuck = share(brought.stuck, brought.stuck + brought.alerted)
    if stuck.of >= LEAST_ALERTS and (stuck.share or 0) >= STUCK_SHARE:
        number = _share("share of alerts that never went out", stuck, STUCK_SHARE)
        return Diagnosis(
            "alerted_too_late",
            (number,),
            "Repair the destinations: `goldmine alerts` shows what is stuck and why.",
        )
    hours = brought.hours_posting_to_alert
    if hours is None or brought.posting_known < LEAST_ALERTS:
        return None
    crowded = brought.proposals is not None and brought.proposals >= MANY_PROPOSALS
    limit = LATE_AMONG_MANY_HOURS if crowded else LATE_HOURS
    if hours <= limit:
        return None
    numbers = (
        Number("median hours from posting to alert", round(hours, 2), limit),
        Number("median proposals at first sight", brought.proposals, MANY_PROPOSALS),
        Number("median hours from posting to first sight", _rounded(brought.hours_to_sight)),
        Number("median hours from first sight to alert", _rounded(brought.hours_to_alert)),
    )
    return Diagnosis(
        "alerted_too_late", numbers, _hurry(brought.hours_to_sight, brought.hours_to_alert)
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _hurry(to_sight: float | None, to_alert: float | None) -> str:
    if (to_alert or 0) > (to_sight or 0):
        return (
            "Most of the wait is ours: let the destination send at once instead of in a digest, and"
            " look at its quiet hours and limits."
        )
    return (
        "Most of the wait is before the first sight: poll the feed more often, or use one that"
        " brings listings sooner."
    )


def _pursuing(facts: Facts, _: datetime) -> Diagnosis | None:
    alerted = facts.brought.alerted
    pursued = sum(not each.elsewhere for each in facts.pursued)
    if len(facts.pursued) >= LEAST_PURSUITS or alerted < LEAST_ALERTS:
        return None
    if pursued / alerted >= PURSUED_SHARE:
        return None
    number = _share(
        "share of alerted listings that were pursued", share(pursued, alerted), PURSUED_SHARE
    )
    change = (
        "Pursue some of what was alerted (and record it with `goldmine track`), or rate it `bad`"
        " and tighten the criteria until each alert is one that you would answer."
    )
    if not pursued:
        change = f"No pursuit is recorded: if you wrote to some, record them. {change}"
    return Diagnosis("not_pursued", (number,), change)


def _replies(facts: Facts, now: datetime) -> Share:
    answers = [answer for each in facts.pursued if (answer := each.answered(now)) is not None]
    return share(sum(answers), len(answers))


def _responses(facts: Facts, now: datetime) -> Diagnosis | None:
    replies = _replies(facts, now)
    if replies.of < LEAST_PURSUITS:
        missing = [
            Missing(
                f"pursuits that were answered or are {_old(facts)} old", replies.of, LEAST_PURSUITS
            )
        ]
        if facts.brought.alerted < LEAST_ALERTS and not facts.pursued:
            missing.insert(0, Missing("alerted listings", facts.brought.alerted, LEAST_ALERTS))
        return _refuse(missing, _share("share of pursuits with a reply", replies, REPLIED_SHARE))
    if (replies.share or 0) >= REPLIED_SHARE:
        return None
    viewed = "share of pursuits that were viewed"
    if recorded(facts.pursued, "viewed"):
        opened = share(sum(each.reached("viewed") for each in facts.pursued), len(facts.pursued))
        number, change = _share(viewed, opened), after_views(opened)
    else:
        number, change = Number(viewed, None), without_views(facts)
    numbers = (_share("share of pursuits with a reply", replies, REPLIED_SHARE), number)
    return Diagnosis("no_response", numbers, f"Positioning and proof. {change}")


def _deals(facts: Facts, now: datetime) -> Diagnosis:
    replies = _replies(facts, now)
    ends = [end for each in facts.pursued if (end := each.closed(now)) is not None]
    deals = share(sum(ends), len(ends))
    numbers = (
        _share("share of interviews that became deals", deals, HIRED_SHARE),
        _share("share of pursuits with a reply", replies, REPLIED_SHARE),
    )
    if deals.of >= LEAST_INTERVIEWS and (deals.share or 0) < HIRED_SHARE:
        return Diagnosis("no_deals", numbers, after_interviews(facts))
    if deals.count == 0:
        return _refuse(
            [
                Missing(
                    f"interviews that became a deal or are {_old(facts)} old",
                    deals.of,
                    LEAST_INTERVIEWS,
                )
            ],
            *numbers,
        )
    dark = [
        feed.feed for feed in facts.feeds if feed.days and feed.dark_days / feed.days >= DARK_SHARE
    ]
    if dark:
        change = (
            f"What you hear of goes well, but repair {', '.join(sorted(dark))}: a part of your"
            " market is not seen."
        )
        return Diagnosis(
            "healthy",
            (*numbers, Number("feeds without a good answer on half of their days", len(dark), 0)),
            change,
        )
    return Diagnosis(
        "healthy",
        numbers,
        "Change one thing at a time, if any, and declare it with `goldmine trial start`.",
    )


def _old(facts: Facts) -> str:
    """How old is decided, in words."""
    days = facts.ignored_after // timedelta(days=1)
    return "a week" if days == 7 else "a day" if days == 1 else f"{days} days"


def _refuse(missing: Sequence[Missing], *numbers: Number) -> Diagnosis:
    """Too little to say more. What is a share of nothing is no number."""
    counted = tuple(number for number in numbers if number.interval is None or number.interval.of)
    first = missing[0]
    change = (
        f"Nothing yet: it takes {first.need:g} {first.what} to say more, and there are"
        f" {first.have:g}."
    )
    return Diagnosis("not_enough_data", counted, change, tuple(missing))


_RULES: tuple[Callable[[Facts, datetime], Diagnosis | None], ...] = (
    _sources,
    _market,
    _alerts,
    _pursuing,
    _responses,
)
