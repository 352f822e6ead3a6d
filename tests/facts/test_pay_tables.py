"""What texts say of pay: tables of wordings, each word for a period, the grammar of amounts."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.facts import pay_periods
from goldmine_ingest.facts.money import Amount, parse_amount
from goldmine_ingest.facts.pay_periods import pay_period
from goldmine_ingest.facts.stated_pay import stated_pay, sums, undecided_sums
from goldmine_ingest.sources.source import dollars
from goldmine_ingest.text.plain_text import tidy

TABLES = Path(__file__).parent / "tables"


def rows(name: str) -> list[tuple[str, ...]]:
    lines = (TABLES / name).read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def spelled(amount: Amount | None) -> str:
    """An amount as the tables write it."""
    if amount is None or not (amount.stated or amount.unit):
        return "-"
    if amount.unit:
        return f"{_plain(amount.unit_price)} {amount.currency} /{amount.unit}"
    return f"{_plain(amount.minimum)}-{_plain(amount.maximum)} {amount.currency} {amount.period}"


def _plain(value: Decimal | None) -> str:
    return "None" if value is None else f"{value.normalize():f}"


def _expected(text: str) -> str:
    """The table's figure without trailing zeros: "0.10" and "0.1" are one."""
    first, _, rest = text.partition(" ")
    ends = first.split("-") if first != "-" else []
    figures = [end if end == "None" else _plain(Decimal(end)) for end in ends]
    return f"{'-'.join(figures)} {rest}" if figures else text


@pytest.mark.parametrize(("language", "sentence", "expected"), rows("sentences.tsv"))
def test_sentence(language: str, sentence: str, expected: str) -> None:
    found = stated_pay(sentence)
    assert language
    if expected == "?":
        assert found is None
        assert undecided_sums(sentence)
    else:
        assert spelled(found.amount if found else None) == _expected(expected)


@pytest.mark.parametrize(("text", "dollar", "expected"), rows("amounts.tsv"))
def test_amount(text: str, dollar: str, expected: str) -> None:
    amount = parse_amount(text, default_currency=dollars(text) and dollar)
    assert spelled(amount) == _expected(expected)


def test_half_of_the_sentences_hold_no_pay() -> None:
    """The tables keep their size and their share of negatives."""
    sentences = rows("sentences.tsv")
    negative = [row for row in sentences if row[2] in ("-", "?")]
    assert len(sentences) >= 300
    assert len(negative) * 2 >= len(sentences) - 1
    per_language = Counter(row[0] for row in sentences)
    assert sum(count >= 15 for count in per_language.values()) >= 10


NOUNS = [
    (period, word)
    for _, period, nouns, _ in pay_periods.ROWS
    for word in nouns
    if not set(word) & set("[]?\\*()")
]
ALONE = [
    (period, word)
    for _, period, _, words in pay_periods.ROWS
    for word in words
    if not set(word) & set("[]?\\*()")
]
SHARED = {("m", "month"), ("h", "hour")}  # letters of several languages


@pytest.mark.parametrize(("period", "noun"), NOUNS)
def test_a_noun_behind_a_slash_is_its_period(period: str, noun: str) -> None:
    meanings = {p for p, word in NOUNS if word == noun}
    assert parse_amount(f"5000 EUR/{noun}").period in meanings


@pytest.mark.parametrize(("period", "word"), ALONE)
def test_a_word_behind_a_figure_is_its_period(period: str, word: str) -> None:
    meanings = {p for p, each in ALONE if each == word}
    assert pay_period(f" {word.replace('-', ' ')}", anchored=True) in meanings


_CURRENCIES = st.sampled_from(["USD", "EUR", "GBP", "CAD", "AUD", "CHF", "SEK", "PLN", "INR"])
_PERIODS = st.sampled_from(
    [
        (" per hour", "hour"),
        ("/hr", "hour"),
        (" a day", "day"),
        ("/month", "month"),
        (" p.a.", "year"),
    ]
)


@given(st.integers(1, 9999), _CURRENCIES, _PERIODS, st.booleans())
def test_a_code_counts_on_either_side_of_the_period(
    value: int, currency: str, period: tuple[str, str], behind: bool
) -> None:
    words, name = period
    text = f"${value}{words} {currency}" if behind else f"{value} {currency}{words}"
    found = parse_amount(text, default_currency="USD" if behind else None)
    assert (found.minimum, found.currency, found.period) == (value, currency, name)


@given(
    st.integers(1, 9999),
    st.sampled_from(["word", "page", "article", "image", "lead", "row", "slide", "quux", "each"]),
    _CURRENCIES,
)
def test_a_price_per_piece_is_no_total(value: int, unit: str, currency: str) -> None:
    text = f"{value} {currency} each" if unit == "each" else f"{value} {currency} per {unit}"
    found = parse_amount(text)
    assert (found.minimum, found.maximum, found.period) == (None, None, None)
    assert (found.unit_price, found.currency) == (value, currency)
    assert found.unit == ("piece" if unit == "each" else unit)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    for each in sums(text):
        assert each.quote
    assert stated_pay(text) == stated_pay(text)


@given(
    st.lists(st.sampled_from(["$5 ", "budget ", "pay ", "5k ", "last ", "€", "/hr ", ". ", "- "]))
)
def test_money_without_end_is_read_in_its_time(parts: list[str]) -> None:
    text = tidy("".join(parts) * 200)
    assert len(sums(text)) <= 40
