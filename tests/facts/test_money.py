"""Amounts: each grammar that was seen in a feed is one line of the table."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.facts.money import (
    Amount,
    currency_code,
    parse_amount,
    parse_number,
    parse_spend,
)
from goldmine_ingest.facts.pay_periods import pay_period
from goldmine_ingest.model.posting import PayPeriod

# text | minimum | maximum | currency | period | pay, with "$" meaning USD
TABLE = """
$1,000 | 1000 | 1000 | USD | |
$1k-$2.5k | 1000 | 2500 | USD | |
$5k-$10k | 5000 | 10000 | USD | |
Under $250 | | 250 | USD | |
Less than $500 | | 500 | USD | |
Upto $8 | | 8 | USD | |
up to $900 | | 900 | USD | |
$300 or less | | 300 | USD | |
About $20 | 20 | 20 | USD | |
10 000 € et plus | 10000 | | EUR | |
5000+ USD | 5000 | | USD | |
Moins de 500 € | | 500 | EUR | |
500 € à 1 000 € | 500 | 1000 | EUR | |
500\u202f€ à 1\u202f000\u00a0€ | 500 | 1000 | EUR | |
20 000  ₽ | 20000 | 20000 | RUB | |
20 000 &#8381; | 20000 | 20000 | RUB | |
до 5000 ₽ | | 5000 | RUB | |
от 1000 до 2000 руб. | 1000 | 2000 | RUB | |
1500 руб/час | 1500 | 1500 | RUB | hour | hourly
₹1500-₹12500 INR | 1500 | 12500 | INR | |
₹1,00,000 | 100000 | 100000 | INR | |
$70-$120 SGD | 70 | 120 | SGD | |
$10-$30 USD | 10 | 30 | USD | |
€30-€250 EUR | 30 | 250 | EUR | |
zł750-zł2250 PLN | 750 | 2250 | PLN | |
AUD 70-100/hr | 70 | 100 | AUD | hour | hourly
$25 USD / hr | 25 | 25 | USD | hour | hourly
EUR 500/hr | 500 | 500 | EUR | hour | hourly
400 - 750 INR | 400 | 750 | INR | |
8000 - 12000 USD | 8000 | 12000 | USD | |
2,000 USD | 2000 | 2000 | USD | |
&#36;30 - &#36;250 USD | 30 | 250 | USD | |
$92,000 - $95,000 a year | 92000 | 95000 | USD | year | salary
$150,000-180,000 | 150000 | 180000 | USD | |
$55k - $100k | 55000 | 100000 | USD | |
OTE $25k - $35k | 25000 | 35000 | USD | | salary
Hourly: $25.00 - $35.00 | 25 | 35 | USD | hour | hourly
Hourly ($10 - $15 / hr) | 10 | 15 | USD | hour | hourly
Hourly (Not Sure) | | | | hour | hourly
Fixed Price ( $500 - $1,000) | 500 | 1000 | USD | project | fixed
Fixed Price (Less than $500) | | 500 | USD | project | fixed
Duration - 6+ months; Hours/week: 30+; Rate: Upto $8 | | 8 | USD | |
Duration - 6+ months; Hours/week: 30+; Rate: $10-15 | 10 | 15 | USD | |
Duration - 6+ months; Hours/week: 30+; Rate: Not sure | | | | |
$500+ | 500 | | USD | |
from $500 | 500 | | USD | |
$1-2k | 1000 | 2000 | USD | |
$500-$1k | 500 | 1000 | USD | |
$2500-$1000 | 1000 | 2500 | USD | |
$0.00-$0.00 | | | | |
$0 - $500 | | 500 | USD | |
$0 | | | | |
N/A | | | | |
Not Sure | | | | |
not specified | | | | |
1.000,50 € | 1000.50 | 1000.50 | EUR | |
1 000,50 € | 1000.50 | 1000.50 | EUR | |
€60.000 – €75.000 pro Jahr | 60000 | 75000 | EUR | year | salary
80 € pro Stunde | 80 | 80 | EUR | hour | hourly
500 € par jour | 500 | 500 | EUR | day | hourly
600 EUR/Tag | 600 | 600 | EUR | day | hourly
$5,000/month | 5000 | 5000 | USD | month | salary
A$50 - A$70 | 50 | 70 | AUD | |
CA$60k to CA$80k | 60000 | 80000 | CAD | |
R$ 1.500,00 | 1500 | 1500 | BRL | |
CHF 1'200.- | 1200 | 1200 | CHF | |
500 kr | 500 | 500 | | |
$١٬٠٠٠ | 1000 | 1000 | USD | |
$100k + equity | 100000 | 100000 | USD | |
99999999999999999999 $ | | | | |
need 3 developers | | | | |
30+ hrs/week | | | | |
-$5 | | | | |
$ | | | | |
"""


def _amount(cells: list[str]) -> tuple[object, ...]:
    cells = [cell.strip(" |") for cell in cells] + [""] * (5 - len(cells))
    return tuple(
        Decimal(cell) if cell and i < 2 else cell or None for i, cell in enumerate(cells[:5])
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (row.split("|")[0].strip(), _amount(row.split("|")[1:]))
        for row in TABLE.strip().splitlines()
    ],
)
def test_parse_amount(text: str, expected: tuple[object, ...]) -> None:
    amount = parse_amount(text, default_currency="USD")
    assert (amount.minimum, amount.maximum, amount.currency, amount.period, amount.pay) == expected


def test_a_dollar_sign_alone_names_no_currency() -> None:
    assert parse_amount("$500").currency is None
    assert parse_amount("$500", default_currency="AUD").currency == "AUD"


@given(
    st.one_of(
        st.text(max_size=60),
        st.text(st.sampled_from("$€₽kKmM0123456789.,-+ /hrUSDEURto\u00a0\u202fà&#;"), max_size=40),
    )
)
@settings(max_examples=300)
def test_any_text_gives_ordered_positive_bounds(text: str) -> None:
    amount = parse_amount(text, default_currency="USD")
    known = [bound for bound in (amount.minimum, amount.maximum) if bound is not None]
    assert known == sorted(known)
    assert all(bound > 0 for bound in known)
    assert known or amount.unit_price or amount.currency is None
    parse_spend(text)
    parse_number(text)
    currency_code(text)


@given(
    st.decimals(min_value=Decimal("0.01"), max_value=10**9, places=2),
    st.sampled_from(["USD", "EUR", "INR", "SGD", "PLN"]),
    st.sampled_from(["{:,.2f} {}", "{} {}", "{:.2f} {}"]),
)
def test_a_written_amount_reads_back(value: Decimal, currency: str, form: str) -> None:
    assert parse_amount(form.format(value, currency)) == Amount(value, value, currency)


_DOLLARS = st.from_regex(
    r"\$[0-9]{1,9}(\.[0-9]{1,2})?|\$[0-9]{1,3}(,[0-9]{3}){1,2}(\.[0-9]{1,2})?", fullmatch=True
)


@given(
    st.one_of(_DOLLARS, st.builds("{}-{}".format, _DOLLARS, _DOLLARS)),
    st.sampled_from([None, "hour", "project", "year"]),
)
def test_plain_dollars_are_read_as_any_amount_is(text: str, period: PayPeriod | None) -> None:
    """They have a short way of their own; with a space in front they take the long one."""
    short, long = (
        parse_amount(said, default_currency="USD", default_period=period)
        for said in (text, f" {text}")
    )
    assert repr(short) == repr(long)


@given(st.text(st.characters(categories=["L", "Z", "P"]), max_size=60))
def test_a_text_without_figures_stays_unknown(text: str) -> None:
    amount = parse_amount(text)
    assert (amount.minimum, amount.maximum, amount.currency) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "spent"),
    [
        ("$17K", 17000),
        ("$200+ spent", 200),
        ("3.3k", 3300),
        ("$166K spent", 166000),
        ("$1M+ total spent", 1000000),
        ("$0 spent", None),
        ("", None),
    ],
)
def test_parse_spend(text: str, spent: int | None) -> None:
    assert parse_spend(text) == spent


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, None),
        (True, None),
        (151000, 151000),
        ("151,000", 151000),
        (12.5, Decimal("12.5")),
        (float("nan"), None),
        (float("inf"), None),
        ("x", None),
        (None, None),
    ],
)
def test_parse_number(value: object, number: object) -> None:
    assert parse_number(value) == number


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("yearly", "year"),
        ("YEAR", "year"),
        ("hourly", "hour"),
        ("monthly", "month"),
        ("per day", "day"),
        ("x", None),
    ],
)
def test_pay_period(text: str, period: str | None) -> None:
    assert pay_period(text) == period


@pytest.mark.parametrize(
    ("text", "code"),
    [("USD", "USD"), ("eur", "EUR"), ("₹", "INR"), ("US$", "USD"), ("$", None), ("xyz", None)],
)
def test_currency_code(text: str, code: str | None) -> None:
    assert currency_code(text) == code


def test_an_integer_of_5000_digits_is_no_amount() -> None:
    assert parse_number(10**5000) is None
