"""Amounts and days as a person gives them to a command: "£3,200", "3.2k", "yesterday"."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from goldmine_ingest.errors import UsageError
from goldmine_ingest.facts.money import parse_amount
from goldmine_ingest.facts.rates import OWN_FILE, Rates
from goldmine_ingest.settings.project import Project

_MUCH = 10**12
_MOST_DIGITS = 3
# Whose own money is meant by "$".
_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD")
_COMING = {"today": timedelta(0), "tomorrow": timedelta(days=1)}
_UNITS = {"d": timedelta(days=1), "w": timedelta(weeks=1)}
_AGO = {"today": timedelta(0), "yesterday": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; `currency` is ISO 4217, "$", or None: the base currency."""

    amount: Decimal
    currency: str | None = None


def given_money(text: str) -> Money:
    """One amount, with or without a currency; for argparse."""
    stated = parse_amount(text)
    one = stated.minimum is not None and stated.minimum == stated.maximum and not stated.period
    if one and stated.minimum is not None:
        currency = stated.currency or ("$" if "$" in text else None)
        return Money(stated.minimum, currency)
    try:
        amount = Decimal(text)  # 0, which no listing means
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < _MUCH:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of money")
    return Money(amount)


def in_base(money: Money | None, project: Project, day: datetime) -> Decimal | None:
    """The amount in the base currency, at the rate of the day. Raises UsageError where none is
    known.
    """
    base = project.criteria.base_currency
    if money is None or money.currency in (None, base):
        return money.amount if money else None
    if money.currency == "$" and base in _DOLLARS:
        return money.amount
    currency = "USD" if money.currency == "$" else str(money.currency)
    amount = Rates().beside(project.config_path).convert(money.amount, currency, base, day.date())
    if amount is None:
        raise UsageError(
            f"there is no rate from {currency} to {base}",
            hint=f"give the amount in {base}, or a rate in {OWN_FILE} beside goldmine.toml",
        )
    return amount


def given_date(text: str) -> datetime | timedelta:
    """A day is taken as its noon; a time of day may follow ("2026-11-23T15:04"). "today" and
    "yesterday" are spans back from now; for argparse.
    """
    if text.lower() in _AGO:
        return _AGO[text.lower()]
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the first or last day of the calendar, elsewhere
        raise argparse.ArgumentTypeError(
            f"{text!r} is no date: write 2026-11-23, today or yesterday"
        ) from None
    if len(text.strip()) <= len("2026-11-23"):
        return datetime.combine(moment.date(), time(12), UTC)
    return moment


def given_coming_day(text: str) -> date | timedelta:
    """A day to come: "2026-12-10", "tomorrow", "7d" or "2w" from now; for argparse."""
    if text.lower() in _COMING:
        return _COMING[text.lower()]
    digits, unit = text[:-1], text[-1:].lower()
    if unit in _UNITS and digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
        return int(digits) * _UNITS[unit]
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no day: write 2026-12-10, tomorrow or 7d"
        ) from None


def coming_day(day: date | timedelta | None, now: datetime) -> date | None:
    """The day itself. Raises UsageError for one that is over."""
    if day is None:
        return None
    coming = (now + day).date() if isinstance(day, timedelta) else day
    if coming < now.date() - timedelta(days=1):  # it may still be that day somewhere
        raise UsageError(f"{coming} is over", hint="--next takes a day to come")
    return coming


def happened_at(on: datetime | timedelta | None, now: datetime) -> datetime:
    """Today's day is now. Raises UsageError for a day that hasn't come yet anywhere."""
    if not on:
        return now
    if isinstance(on, timedelta):
        return datetime.combine((now - on).date(), time(12), UTC)
    if on > now + timedelta(days=1):
        raise UsageError(f"{on:%Y-%m-%d} is in the future")
    return min(on, now)
