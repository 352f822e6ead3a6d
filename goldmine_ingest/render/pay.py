"""Pay as a person would write it: '$500–1,000 fixed', 'up to €60/hour'."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from goldmine_ingest.model.posting import Posting

_PAY = ("pay", "pay_period", "budget_min", "budget_max", "currency", "unit_price", "unit")
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def pay_text(posting: Posting) -> str:
    """Pay as stated: '$500–1,000 fixed', 'up to €60/hour', 'from $2,000 fixed', '$0.08 per
    word', 'pay not stated'.
    """
    if posting.unit_price is not None and posting.unit:
        price = amount_range(posting.unit_price, posting.unit_price, posting.currency)
        return f"{price} per {posting.unit}"
    return (
        pay_words(posting, posting.budget_min, posting.budget_max, posting.currency)
        or "pay not stated"
    )


def pay_of(row: Mapping[str, Any]) -> str:
    """The same of a row of the history that has the columns of pay."""
    return pay_text(Posting("", row["title"], **{name: row[name] for name in _PAY}))


def pay_words(
    posting: Posting, low: Decimal | None, high: Decimal | None, currency: str | None
) -> str:
    if low is None and high is None:
        return ""
    amount = amount_range(low, high, currency)
    if posting.pay_period and posting.pay_period != "project":
        return f"{amount}/{posting.pay_period}"
    return (
        f"{amount} fixed"
        if posting.pay == "fixed"
        else f"{amount}/hour"
        if posting.pay == "hourly"
        else amount
    )


def amount_range(low: Decimal | None, high: Decimal | None, currency: str | None) -> str:
    sign = _SIGNS.get(currency or "", f"{currency} " if currency else "")
    if low is None or high is None:
        return (
            f"from {sign}{_amount(low)}"
            if low is not None
            else f"up to {sign}{_amount(high or Decimal(0))}"
        )
    return f"{sign}{_amount(low)}" if low == high else f"{sign}{_amount(low)}–{_amount(high)}"


def _amount(value: Decimal) -> str:
    if value == value.to_integral_value():
        return f"{value:,.0f}"
    exact = f"{value:,.4f}".rstrip("0")  # a word may cost half a cent
    return exact if len(exact) > len(f"{value:,.2f}") else f"{value:,.2f}"
