"""What the remote-job boards have in common: salaries, and where one must live to apply."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from goldmine_ingest.facts.money import Amount, currency_code, parse_amount, parse_number
from goldmine_ingest.facts.places import open_to
from goldmine_ingest.facts.time_zones import timezone_offsets
from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.posting import PayKind, PayPeriod
from goldmine_ingest.sources.source import dollars, pay_of, title_of

_PERIODS: Mapping[str, PayPeriod] = {
    **dict.fromkeys(("hour", "hourly", "hr", "per hour"), "hour"),
    **dict.fromkeys(("day", "daily", "per day"), "day"),
    **dict.fromkeys(("week", "weekly", "per week"), "week"),
    **dict.fromkeys(("month", "monthly", "per month"), "month"),
    **dict.fromkeys(("year", "yearly", "annual", "annually", "per year", "annum"), "year"),
    **dict.fromkeys(("project", "fixed", "one-time"), "project"),
}
_KINDS: Mapping[PayPeriod, PayKind] = {
    **{"hour": "hourly", "day": "hourly", "week": "hourly"},
    **{"month": "salary", "year": "salary", "project": "fixed"},
}
# what a field called salary holds is one from here on; less without a period may be a rate
_SALARY_FROM = 1_000
_ANYWHERE = re.compile(
    r"\b(?:anywhere(?! (?:in|within|inside|across|throughout) (?!the world))|worldwide"
    r"|global(?:ly)?)\b",
    re.I,
)
_YEARLY_FROM = (
    10_000  # an unlabelled salary of this much and more is per year; below, the period is unknown
)


def element(entry: RawEntry, name: str) -> str:
    """The text of one element or JSON value; '' if it isn't there or is no text."""
    value = entry.extra.get(name)
    if isinstance(value, list):
        value = next((each for each in value if isinstance(each, str) and each.strip()), "")
    return (
        title_of(value)
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else ""
    )


def elements(entry: RawEntry, name: str) -> list[str]:
    """All texts of a repeated element, JSON list or comma-separated text."""
    value = entry.extra.get(name)
    several = value if isinstance(value, list) else [value]
    return [
        part
        for each in map(_place_code, several)
        if isinstance(each, str | int | float) and not isinstance(each, bool)
        for part in str(each).split(",")
        if part.strip()
    ]


def _place_code(value: Json) -> Json:
    """Himalayas' API gives places as objects: {"alpha2": "US", "name": …, "slug": …}."""
    if not isinstance(value, dict):
        return value
    return next((value[key] for key in ("alpha2", "name", "slug") if value.get(key)), None)


def restriction(*places: str) -> dict[str, Any]:
    """`open_to` and `timezones` as the places say; anywhere, or nothing that is understood, is
    no restriction.
    """
    regions = [place for place in places if place and not _ANYWHERE.search(place)]
    if any(_ANYWHERE.search(place) for place in places if place) and not regions:
        return {}
    codes = sorted({code for place in regions for code in open_to(place)})
    offsets = sorted(
        {offset for place in regions for offset in timezone_offsets(place)}, key=_minutes
    )
    return {"open_to": tuple(codes), "timezones": tuple(offsets)}


def _minutes(offset: str) -> int:
    return int(offset[:3]) * 60 + int(offset[0] + offset[4:6])


def salary(text: str) -> dict[str, Any]:
    """Pay written in free words ('$55k - $100k', 'AUD 70-100/hr'). Without a period, what only a
    year's pay can be is per year.
    """
    return _with_kind(parse_amount(text, default_currency=dollars(text))) if text else {}


def salary_between(low: Json, high: Json, currency: Json, period: Json) -> dict[str, Any]:
    """Pay given in parts; zero is unknown."""
    least, most = parse_number(low), parse_number(high)
    if least is None and most is None:
        return {}
    named = _PERIODS.get(str(period).strip().lower())
    pay_period = named or _guessed(least, most)
    if pay_period == "year" and max(least or 0, most or 0) < _SALARY_FROM:
        pay_period = None  # 25 to 40 a year is no salary, whatever the field is called
    return {
        "pay": _kind(pay_period, least if least is not None else most),
        "pay_period": pay_period,
        "budget_min": least,
        "budget_max": most,
        "currency": currency_code(str(currency)) if currency else None,
    }


def _with_kind(amount: Amount) -> dict[str, Any]:
    pay = pay_of(amount)
    period = pay["pay_period"] or _guessed(pay["budget_min"], pay["budget_max"])
    if pay["unit"]:
        return pay
    if pay["budget_min"] is not None or pay["budget_max"] is not None:
        least = pay["budget_min"] if pay["budget_min"] is not None else pay["budget_max"]
        pay |= {"pay_period": period, "pay": _kind(period, least)}
    return pay


def _kind(period: PayPeriod | None, least: Decimal | None) -> PayKind | None:
    if period:
        return _KINDS[period]
    return "salary" if least is not None and least >= _YEARLY_FROM else None


def _guessed(low: Decimal | None, high: Decimal | None) -> PayPeriod | None:
    least = low if low is not None else high
    return "year" if least is not None and least >= _YEARLY_FROM else None
