"""The reality test: a window of the history as a funnel, compared with the one before,
diagnosed, split, and weighed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis.channels import Channel, Costs, channels
from goldmine_ingest.analysis.diagnosis import Diagnosis, diagnose
from goldmine_ingest.analysis.funnel import (
    IN_FLIGHT,
    Brought,
    Facts,
    FeedDays,
    Pursued,
    Step,
    Window,
    funnel,
)
from goldmine_ingest.analysis.near_misses import Cost
from goldmine_ingest.analysis.review_parts import Part, concentration, counted, parts
from goldmine_ingest.analysis.shares import Share, apart, share
from goldmine_ingest.config import criteria_on
from goldmine_ingest.criteria.decide import on_unknown
from goldmine_ingest.facts.rates import Dollar
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.rows import select
from goldmine_ingest.store.trials import contacts

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Connects:
    """What proposals cost. `spent` is None where none of them names its connects; `price` is their
    cost in the base currency, None without [worth] or a rate of US dollars; `unstated` proposals
    name no connects.
    """

    spent: int | None
    per_pursuit: float | None
    per_reply: float | None
    unstated: int
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Money:
    """What deals brought, in the base currency; None where none of them names it. `unstated` deals
    name no amount.
    """

    won: Decimal | None
    deals: int
    unstated: int
    currency: str


@dataclass(frozen=True, slots=True)
class SecondPaths:
    """Contacts outside the marketplaces beside the pursuits, in numbers and as one says it."""

    pursuits: int
    contacts: int
    by_kind: Mapping[str, int]
    amount: Decimal
    said: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The window before: its funnel, and the shares of both with whether the numbers show a
    difference at all.

    `observed_days`: how many of its days this history watched; `watched` is false where it watched
    none of it.
    """

    since: datetime
    until: datetime
    watched: bool
    observed_days: float
    funnel: tuple[Step, ...]
    shares: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A share now and before. `differs` only where the two 95 % intervals don't overlap;
    otherwise it may be chance.
    """

    name: str
    now: Share
    before: Share
    differs: bool


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that `goldmine review` shows."""

    window: Window
    facts: Facts
    diagnosis: Diagnosis
    funnel: tuple[Step, ...]
    before: Compared
    connects: Connects
    money: Money
    by_source: tuple[Part, ...]
    by_proof: tuple[Part, ...]
    by_platform: tuple[Part, ...]
    second_paths: SecondPaths
    by_channel: tuple[Channel, ...] = ()

    @property
    def enough_data(self) -> bool:
        return self.diagnosis.word != "not_enough_data"

    @property
    def concentration(self) -> str:
        """What if the largest channel closed tomorrow?"""
        return concentration(self.by_platform)


def read_facts(
    con: duckdb.DuckDBPyConnection,
    window: Window,
    criteria: CriteriaSettings,
    ignored_after: timedelta = IN_FLIGHT,
) -> Facts:
    """Ask the history about one window. `ignored_after` is [review]'s."""
    span = {"since": window.since, "until": window.until}
    brought: dict[str, dict[str, Brought]] = {}
    for row in select(con, "review_market", **span):
        group, name = row.pop("grouped_by"), row.pop("name")
        brought.setdefault(group, {})[name] = Brought(**row)
    costs: dict[tuple[str, str], tuple[Cost, ...]] = {}
    required = [
        name
        for name in criteria_on(criteria)
        if criteria.decision.require is None or name in criteria.decision.require
    ]
    failing = {
        "on_fail": required,
        "on_unknown": [name for name in required if on_unknown(name, criteria.decision) == "fail"],
    }
    for row in select(con, "review_turned_away", **span, **failing):
        part = row.pop("grouped_by"), row.pop("name")
        costs[part] = (*costs.get(part, ()), Cost(**row))
    tags: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {}
    for row in select(con, "review_tags", **span):
        part = row["grouped_by"], row["name"]
        tags[part] = (*tags.get(part, ()), (row["tag"], row["listings"]))
    return Facts(
        window,
        _watched_days(con, window),
        tuple(FeedDays(**row) for row in select(con, "review_feeds", **span)),
        brought.get("all", {}).get("", Brought()),
        brought,
        tuple(_pursued(row, ignored_after) for row in select(con, "review_pursuits", **span)),
        costs.get(("all", ""), ()),
        tuple(
            contact for contact in contacts(con) if window.since <= contact.at_time < window.until
        ),
        costs,
        ignored_after,
        tags.get(("all", ""), ()),
        tags,
    )


def _watched_days(con: duckdb.DuckDBPyConnection, window: Window) -> float:
    """Days of the window in which good polls watched the feeds; without any poll, those since the
    first listing.
    """
    row = select(con, "review_watched", since=window.since, until=window.until)[0]
    begun_at: datetime | None = row["begun_at"]
    if row["watched_days"] is not None or begun_at is None:
        return float(row["watched_days"] or 0.0)
    return max(0.0, (window.until - max(window.since, begun_at)) / timedelta(days=1))


def _pursued(row: dict[str, Any], ignored_after: timedelta) -> Pursued:
    stages = {
        stage: at_time.astimezone(row["begun_at"].tzinfo)
        for stage, at_time in row.pop("stages").items()
    }
    connects = row.pop("connects")
    return Pursued(
        **row,
        stages=stages,
        connects=None if connects is None else int(connects),
        ignored_after=ignored_after,
    )


def review(
    now_facts: Facts, before_facts: Facts, criteria: CriteriaSettings, now: datetime
) -> Review:
    """Pure: the same facts and clock give the same review."""
    pursued = now_facts.pursued
    return Review(
        now_facts.window,
        now_facts,
        diagnose(now_facts, now),
        funnel(now_facts.brought, pursued),
        _compared(now_facts, before_facts, now),
        _connects(pursued, criteria, now),
        _money(pursued, criteria),
        parts(now_facts, "feed", now),
        parts(now_facts, "proof", now),
        parts(now_facts, "platform", now),
        _second_paths(now_facts),
        channels(pursued, Costs(_connect_price(criteria, now), _proposal_hours(criteria)), now),
    )


def _compared(now_facts: Facts, before: Facts, now: datetime) -> Compared:
    changes = []
    for (name, here), (_, there) in zip(_shares(now_facts, now), _shares(before, now), strict=True):
        changes.append(Change(name, here, there, apart(here, there)))
    watched = bool(before.feeds or before.brought.listings or before.pursued)
    steps = funnel(before.brought, before.pursued)
    return Compared(
        before.window.since,
        before.window.until,
        watched,
        round(before.observed_days, 1),
        steps,
        tuple(changes),
    )


def _shares(facts: Facts, now: datetime) -> list[tuple[str, Share]]:
    answers = [a for each in facts.pursued if (a := each.answered(now)) is not None]
    ends = [e for each in facts.pursued if (e := each.closed(now)) is not None]
    return [
        ("listings that qualify", share(facts.brought.qualified, facts.brought.listings)),
        ("pursuits with a reply", share(sum(answers), len(answers))),
        ("interviews that became deals", share(sum(ends), len(ends))),
    ]


def _connects(pursued: Sequence[Pursued], criteria: CriteriaSettings, now: datetime) -> Connects:
    stated = [each.connects for each in pursued if each.connects is not None]
    replied = sum(each.reached("replied") for each in pursued)
    price = _connect_price(criteria, now)
    spent = sum(stated) if stated or not pursued else None
    return Connects(
        spent,
        round(spent / len(stated), 2) if spent is not None and stated else None,
        round(spent / replied, 2) if spent is not None and replied and stated else None,
        len(pursued) - len(stated),
        None if spent is None or price is None else spent * price,
    )


def _connect_price(criteria: CriteriaSettings, now: datetime) -> Decimal | None:
    """Of a connect, which costs US dollars, in the base currency at the rate of that day."""
    dollar = Dollar(criteria.base_currency, criteria.own_rates).on(now.date())
    if criteria.worth is None or dollar is None:
        return None
    return criteria.worth.connect_price * dollar


def _proposal_hours(criteria: CriteriaSettings) -> Decimal | None:
    return criteria.worth.hours_per_proposal if criteria.worth else None


def _money(pursued: Iterable[Pursued], criteria: CriteriaSettings) -> Money:
    deals = [each.won for each in pursued if each.reached("hired")]
    stated = [won for won in deals if won is not None]
    return Money(
        sum(stated, Decimal(0)) if stated or not deals else None,
        len(deals),
        len(deals) - len(stated),
        criteria.base_currency,
    )


def _second_paths(facts: Facts) -> SecondPaths:
    pursuits, count = len(facts.pursued), len(facts.contacts)
    kinds = Counter(contact.kind for contact in facts.contacts)
    counts = f"{counted(pursuits, 'pursuit')}, {counted(count, 'contact')}"
    amount = sum((contact.amount or Decimal(0) for contact in facts.contacts), Decimal(0))
    return SecondPaths(pursuits, count, dict(sorted(kinds.items())), amount, counts)
