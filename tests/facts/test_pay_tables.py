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
from goldmine_ingest.facts.stated_pay import possible_pay, stated_pay, sums
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
    if text == "?":
        return text
    first, _, rest = text.partition(" ")
    ends = first.split("-") if first != "-" else []
    figures = [end if end == "None" else _plain(Decimal(end)) for end in ends]
    return f"{'-'.join(figures)} {rest}" if figures else text


SENTENCES = rows("sentences.tsv")


@pytest.mark.parametrize("language", sorted({row[0] for row in SENTENCES}))
def test_sentences(language: str) -> None:
    """Each row; a test a language, because thousands of tests cost more than what they test."""
    wrong = {
        sentence: found
        for spoken, sentence, expected in SENTENCES
        if spoken == language and (found := _said(sentence, expected)) != _expected(expected)
    }
    assert wrong == {}


def _said(sentence: str, expected: str) -> str:
    found = stated_pay(sentence)
    if expected == "?":
        return "?" if found is None and possible_pay(sentence) else "not told"
    return spelled(found.amount if found else None)


def test_amounts() -> None:
    wrong = {
        text: found
        for text, dollar, expected in rows("amounts.tsv")
        if (found := spelled(parse_amount(text, default_currency=dollars(text) and dollar)))
        != _expected(expected)
    }
    assert wrong == {}


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


def test_a_noun_behind_a_slash_is_its_period() -> None:
    wrong = {
        noun: found
        for _, noun in NOUNS
        if (found := parse_amount(f"5000 EUR/{noun}").period)
        not in {period for period, word in NOUNS if word == noun}
    }
    assert wrong == {}


def test_a_word_behind_a_figure_is_its_period() -> None:
    wrong = {
        word: found
        for _, word in ALONE
        if (found := pay_period(f" {word.replace('-', ' ')}", anchored=True))
        not in {period for period, each in ALONE if each == word}
    }
    assert wrong == {}


# --- The grammar of amounts: figures, a currency on either side, a period or a piece


def _grouped(value: int, mark: str) -> str:
    return f"{value:,}".replace(",", mark)


_CURRENCIES = st.sampled_from(
    ["USD", "EUR", "GBP", "CAD", "AUD", "CHF", "SEK", "PLN", "INR", "UAH"]
)
_STYLES = st.sampled_from(
    [str, *(lambda v, m=mark: _grouped(v, m) for mark in (",", ".", " ", "'"))]
)
_JOINS = st.sampled_from([" - ", "-", "–", " to ", " bis ", " à ", " до ", " ~ "])
_SYMBOLS = st.sampled_from(
    [("€", "EUR"), ("£", "GBP"), ("₹", "INR"), ("zł", "PLN"), ("₽", "RUB"), ("Can$", "CAD")]
)
_HOW = ("code before", "code behind", "symbol before", "symbol behind", "code behind the period")
# A letter alone is a period of its own language only.
_TIMES = st.sampled_from([(period, noun) for period, noun in NOUNS if len(noun) > 1])
_UNITS = (
    "word,Wort,mot,palabra,parola,woord,słowo,слово,page,страницу,article,artículo,image,lead,row"
    ",slide,shift,half day,quux"
)
_PIECES = st.sampled_from(_UNITS.split(","))


@st.composite
def _amounts(draw: st.DrawFn) -> tuple[str, str, int, int, str]:
    """(text before "per", what stands behind the period, lower, upper, currency)."""
    low, high = sorted((draw(st.integers(1000, 9999)), draw(st.integers(1000, 9999))))
    style = draw(_STYLES)
    figures = style(low) if draw(st.booleans()) else style(low) + draw(_JOINS) + style(high)
    high = high if figures != style(low) else low
    how, code, (symbol, meant) = draw(st.sampled_from(_HOW)), draw(_CURRENCIES), draw(_SYMBOLS)
    texts = {
        "code before": (f"{code} {figures}", "", code),
        "code behind": (f"{figures} {code}", "", code),
        "symbol before": (f"{symbol}{figures}", "", meant),
        "symbol behind": (f"{figures} {symbol}", "", meant),
        "code behind the period": (f"${figures}", f" {code}", code),
    }
    before, behind, currency = texts[how]
    return before, behind, low, high, currency


@given(_amounts(), _TIMES, st.sampled_from(["/", " / ", " per "]))
def test_an_amount_for_a_time(
    amount: tuple[str, str, int, int, str], time: tuple[str, str], per: str
) -> None:
    """Both ends, the currency on whichever side it stands, and the period in any language."""
    before, behind, low, high, currency = amount
    text = f"{before}{per}{time[1]}{behind}"
    found = parse_amount(text, default_currency="USD" if "$" in text else None)
    assert (found.minimum, found.maximum, found.currency) == (low, high, currency), text
    meanings = {period for period, noun in NOUNS if noun == time[1]}
    if time[1] in ("год", "година") and currency == "UAH":
        meanings = {"hour"}
    assert found.period in meanings, text
    assert found.unit is None


@given(_amounts(), _PIECES, st.sampled_from(["/", " / ", " per "]))
def test_an_amount_for_a_piece_is_no_total(
    amount: tuple[str, str, int, int, str], piece: str, per: str
) -> None:
    before, behind, low, _, currency = amount
    text = f"{before}{per}{piece}{behind}"
    found = parse_amount(text, default_currency="USD" if "$" in text else None)
    assert (found.minimum, found.maximum, found.period) == (None, None, None), text
    assert (found.unit_price, found.currency) == (low, currency), text
    assert found.unit


@given(st.integers(1, 9999), _CURRENCIES, st.sampled_from(["each", "apiece", "a piece", "/ea"]))
def test_a_price_for_each(value: int, currency: str, each: str) -> None:
    found = parse_amount(f"{value} {currency} {each}")
    assert (found.unit_price, found.currency, found.unit) == (value, currency, "piece")


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
