"""Amounts and days as people write them."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.cli.given import Money, given_date, given_money, happened_at, in_base
from goldmine_ingest.errors import UsageError
from tests.rig.project import CRITERIA, Home

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

AMOUNTS = {
    "3200": Money(Decimal(3200)),
    "0": Money(Decimal(0)),
    "3,200": Money(Decimal(3200)),
    "3,200.50": Money(Decimal("3200.50")),
    "3,50": Money(Decimal("3.50")),
    "£3,200": Money(Decimal(3200), "GBP"),
    "3.2k": Money(Decimal(3200)),
    "$500": Money(Decimal(500), "$"),
    "500 EUR": Money(Decimal(500), "EUR"),
    "1.500,50 €": Money(Decimal("1500.50"), "EUR"),
}


@pytest.mark.parametrize(("text", "money"), AMOUNTS.items())
def test_an_amount(text: str, money: Money) -> None:
    assert given_money(text) == money


@pytest.mark.parametrize("text", ["much", "-5", "nan", "inf", "45/h", "100-200", "", "1e30"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no amount of money"):
        given_money(text)


@pytest.mark.parametrize(
    ("base", "money", "expected"),
    [
        ("USD", None, None),
        ("GBP", Money(Decimal(5)), Decimal(5)),
        ("GBP", Money(Decimal(5), "GBP"), Decimal(5)),
        ("CAD", Money(Decimal(5), "$"), Decimal(5)),
        ("BAM", Money(Decimal(100), "EUR"), Decimal("195.58")),
        ("AED", Money(Decimal(100), "$"), Decimal("367.25")),
    ],
)
def test_an_amount_in_the_base_currency(
    tmp_path: Path, base: str, money: Money | None, expected: Decimal | None
) -> None:
    """Both currencies of the last two are pegged by law."""
    criteria = CRITERIA.replace('"USD"', f'"{base}"')
    home = Home(tmp_path, '[[feed]]\nname = "a"\nurl = "file:a"\n', criteria)
    assert in_base(money, home.project(), NOW) == expected


def test_a_currency_without_a_rate_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path, '[[feed]]\nname = "a"\nurl = "file:a"\n')
    with pytest.raises(UsageError, match="no rate from UAH to USD"):
        in_base(Money(Decimal(5), "UAH"), home.project(), NOW)


DAYS = {
    "today": NOW,
    "Yesterday": datetime(2026, 11, 22, 12, tzinfo=UTC),
    "2026-11-20": datetime(2026, 11, 20, 12, tzinfo=UTC),
    "2026-11-20T15:04": datetime(2026, 11, 20, 15, 4, tzinfo=UTC),
    "2026-11-23": NOW,  # its noon is still to come
}


@pytest.mark.parametrize(("text", "moment"), DAYS.items())
def test_a_day(text: str, moment: datetime) -> None:
    assert happened_at(given_date(text), NOW) == moment
    assert happened_at(None, NOW) == NOW


def test_what_is_no_day_or_not_yet() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no date"):
        given_date("someday")
    for text in ("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"):
        with pytest.raises(argparse.ArgumentTypeError, match="no date"):
            given_date(text)
    with pytest.raises(UsageError, match="is in the future"):
        happened_at(given_date("2026-11-25"), NOW)
