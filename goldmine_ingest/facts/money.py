"""What listings say of pay: figures with their currency and period. Money is Decimal; what isn't
stated is None, never 0.

A figure counts only if the text marks it as money (a symbol, a code, or nothing but the vocabulary
of pay around it); a currency comes from its ISO code before its symbol, and "$" alone is the
caller's `default_currency`, for on Freelancer.com it may be any of six dollars. Every function
takes any text and never raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache

from goldmine_ingest.facts import pay_cues, pay_words
from goldmine_ingest.facts.figures import (
    NEAR,
    READ,
    Figure,
    as_money,
    bounds_of,
    figures_in,
    normalised,
    number_of,
)
from goldmine_ingest.facts.pay_periods import (
    is_man_day,
    is_ukrainian_hour,
    pay_period,
    period_match,
)
from goldmine_ingest.facts.pay_units import unit_before, unit_behind
from goldmine_ingest.model.posting import PayKind, PayPeriod
from goldmine_ingest.text.lazy_re import lazy_re


@dataclass(frozen=True, slots=True)
class Amount:
    """What a text says of pay. One figure fills both bounds; "under X" is (None, X), "X+" is (X,
    None). `currency` is ISO 4217.

    Without figures there is no currency, but "Hourly (Not Sure)" still says `pay` and `period`.
    A price per piece is no total: the bounds are None, `unit_price` is its lower end and `unit` the
    piece ("word", "1000 characters"; `pay_units`).
    """

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    currency: str | None = None
    period: PayPeriod | None = None
    pay: PayKind | None = None
    unit_price: Decimal | None = None
    unit: str | None = None

    @property
    def stated(self) -> bool:
        """Whether there is a figure for the whole or for a time."""
        return self.minimum is not None or self.maximum is not None


@lru_cache(maxsize=4096)  # budgets are round: a feed of fifty jobs states a dozen
def parse_amount(
    text: str, *, default_currency: str | None = None, default_period: PayPeriod | None = None
) -> Amount:
    """The first amount or range that a text states. `default_currency` is meant by a "$" (and by
    bare figures) without a code, `default_period` where the text names none. Figures in prose that
    nothing marks as money, garbage, zero and "N/A" give None.
    """
    plain = _PLAIN_DOLLARS.fullmatch(text) if default_currency else None
    return (
        _plain_dollars(plain, default_currency, default_period)
        if plain
        else _any_amount(text, default_currency, default_period)
    )


# Nine amounts in ten on Upwork: "$500", "$15.00-$25.50". Read by the rules below at a twentieth of
# their cost; a test compares both.
_FIGURES = r"((?:\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.\d\d?)?)"
_PLAIN_DOLLARS = re.compile(rf"\${_FIGURES}(?:-\${_FIGURES})?", re.ASCII)


def _plain_dollars(match: re.Match[str], currency: str | None, period: PayPeriod | None) -> Amount:
    first, second = (number_of(digits) if digits else None for digits in match.groups())
    figures = sorted(value for value in (first, second) if value is not None)
    minimum, maximum = as_money(figures[0]), as_money(figures[-1])
    stated = minimum is not None or maximum is not None
    return Amount(minimum, maximum, currency if stated else None, period, pay_for(period))


def _any_amount(
    text: str, default_currency: str | None, default_period: PayPeriod | None
) -> Amount:
    text = normalised(text)
    # what Guru puts before it: "Duration - 6+ months; Hours/week: 30+; Rate: Upto $8"
    rate = pay_words.RATE_LABEL.search(text)
    text = text[rate.end() :] if rate else text
    amount, figures, end = _read(text, default_currency, default_period)
    more = text[end:] if figures and amount.stated else ""
    if not _DIGIT.search(more):
        return amount
    return _with_further(text, amount, end, default_currency, default_period)


_DIGIT = lazy_re(r"\d")
_TIMES = ("hour", "day", "week", "month", "year")
# What the further sum is, where it is not another pay for the same: "$100k base + $50k bonus".
_EXTRA = lazy_re(
    r"bonus|commission|provision|prime|tips?\b|equity|super\b|overtime|weekend|\bote\b|travel"
    r"|expense|spesen|frais|\bwas\b|before|previous|instead|normally|after|then|rais|later|vat|tax"
    r"|mwst|≈|~|approx|ca\.",
    re.IGNORECASE,
)
_FOR_A_PART = lazy_re(
    r" (?:for|für|pour|para|per|voor|za|за) .*[\d].* (?:for|für|pour|para|per|voor|za|за) "
)
_ADDED = lazy_re(r"\+ ?[$€£]?\d|\d[^+]*\+ ?[$€£]\d")


def _with_further(
    text: str,
    amount: Amount,
    end: int,
    default_currency: str | None,
    default_period: PayPeriod | None,
) -> Amount:
    """The amount where its line names a further sum: rates for the same time are a range ("60 €/h
    remote, 75 €/h on site"), parts of a whole are not the whole ("$250 upfront, $250 after").
    """
    found = first_amount(text, end, default_currency)
    if found is None or found[0].currency != amount.currency or found[0].unit:
        return amount
    if pay_cues.is_part(text, text):
        return Amount(period=amount.period, pay=amount.pay)
    other, extra = found[0], _EXTRA.search(text, end)
    period = other.period or default_period
    ends = (amount.minimum, amount.maximum, other.minimum, other.maximum)
    if period in _TIMES and period == amount.period and not extra:
        figures = [each for each in ends if each is not None]
        near = max(figures) <= NEAR * min(figures)
        return replace(amount, minimum=min(figures), maximum=max(figures)) if near else amount
    parts = not extra and (_FOR_A_PART.search(text) or _ADDED.search(text))
    return Amount(period=amount.period, pay=amount.pay) if parts else amount


def first_amount(
    text: str, start: int = 0, default_currency: str | None = None
) -> tuple[Amount, int, int] | None:
    """The first amount at or behind `start` of a `normalised` text that a mark of money names, and
    where it stands with its period; None where there is none. What pay it is, the caller decides.
    """
    window = text[start : start + READ]
    amount, figures, end = _read(window, default_currency, None, marked=True)
    if not figures or not (amount.stated or amount.unit_price is not None):
        return None
    return amount, start + figures[0].start, start + end


def _read(
    text: str,
    default_currency: str | None,
    default_period: PayPeriod | None,
    *,
    marked: bool = False,
) -> tuple[Amount, list[Figure], int]:
    figures = figures_in(text, marked=marked)
    end = figures[-1].end if figures else 0
    named = period_match((text[end:] if figures else text)[:40], anchored=True)
    behind = end + named[1] if named else end
    if figures and (piece := _unit(text, figures)):
        unit, behind = piece
        return _per_piece(text, figures, behind, default_currency, unit), figures, behind
    if any(pay_words.CENTS.fullmatch(figure.after) for figure in figures):
        return Amount(), [], end  # cents are the price of a piece
    bounds = bounds_of(text, figures)
    anywhere = None if marked else pay_period(pay_words.HOURS_A_WEEK.sub(" ", text))
    glued: PayPeriod | None = "year" if any(f.yearly for f in figures) else None
    if not named and figures and _HOURS_AT.search(text[: figures[0].start].lower()):
        anywhere = "hour"
    period = (named[0] if named else None) or glued or anywhere or default_period
    currency = (
        _marked_currency(text, figures, behind, default_currency)
        if bounds != (None, None)
        else None
    )
    words_of_it = text[end:behind] if named else text
    if (named or anywhere) and is_ukrainian_hour(
        words_of_it, currency, text, bounds[1] or bounds[0]
    ):
        period = "hour"
    elif named and is_man_day(words_of_it, currency):
        period = "day"
    return Amount(*bounds, currency, period, _pay(text, period)), figures, behind


# "40 hours x $10", "40h @ €50"
_HOURS_AT = re.compile(r"\d ?(?:hours?|hrs?|h|stunden|std\.?|heures|horas|ore|uur) ?(?:x|×|@|à) ?$")
_LARGEST = Decimal(10) ** 12
_UNIT_CENT = Decimal("0.0001")  # a character may cost a hundredth of a cent


def _per_piece(
    text: str, figures: list[Figure], behind: int, default_currency: str | None, unit: str
) -> Amount:
    """A price per piece, the lower one of a range; nothing at all where it is no money."""
    least = min(figure.full for figure in figures)
    price = least.quantize(_UNIT_CENT, ROUND_HALF_EVEN) if least < _LARGEST else None
    if not price:
        return Amount()
    currency = _marked_currency(text, figures, behind, default_currency)
    return Amount(currency=currency, pay="fixed", unit_price=price, unit=unit)


def _marked_currency(
    text: str, figures: list[Figure], behind: int, default: str | None
) -> str | None:
    currency = _currency(text, figures, behind) or default
    return None if _other_money(text, figures, currency) else currency


def _unit(text: str, figures: list[Figure]) -> tuple[str, int] | None:
    """The piece that the amount is for, and where its words end; None where the amount is for a
    time or the whole.
    """
    end = figures[-1].end
    if behind := unit_behind(text[end:]):
        return behind[0], end + behind[1]
    before = (
        None
        if pay_period(text[end : end + 24], anchored=True)
        else unit_before(text[: figures[0].start])
    )
    return (before, end) if before else None


# --- Currency, period, kind


def _currency(text: str, figures: list[Figure], end: int) -> str | None:
    """What stands at the figures or behind their period: ISO code before symbol; the figure's own
    symbol, if it means one currency, before a code elsewhere, which may belong to what the sum
    comes to in other money.
    """
    beside = [part for f in figures for part in (f.before, f.after)]
    codes = [code for part in beside if (code := pay_words.iso_code(part))]
    symbols = [code for part in beside if (code := pay_words.symbol_code(part))]
    if codes or symbols:
        return (codes or symbols)[0]
    if behind := pay_words.BEHIND_PERIOD.match(text, end):
        return pay_words.mark_code(behind["mark"])
    return next((pay_words.iso_code(m[0]) for m in pay_words.PLAIN_CODES.finditer(text)), None)


def _other_money(text: str, figures: list[Figure], currency: str | None) -> bool:
    """The figure bears a mark that means several currencies, none of them the default: "500 kr"."""
    return (
        currency is not None
        and any(pay_words.AMBIGUOUS.fullmatch(p) for f in figures for p in (f.before, f.after))
        and not pay_words.iso_code(text)
    )


def currency_code(text: str) -> str | None:
    """ISO 4217 code of a text that is nothing but a code, symbol or name: "eur", "US$", "₹",
    "рублей". "$" alone is None.
    """
    text = " ".join(text.split())[:40]
    return (
        pay_words.iso_code(text.upper())
        if len(text) == 3 and text.isascii() and text.isalpha()
        else pay_words.symbol_code(text)
    )


def _pay(text: str, period: PayPeriod | None) -> PayKind | None:
    """A rate for hours, days or weeks is freelance pay by time, one by month or year a salary."""
    if pay_words.FIXED.search(text):
        return "fixed"
    if period is None:
        return "salary" if pay_words.SALARY.search(text) else None
    return pay_for(period)


def pay_for(period: PayPeriod | None) -> PayKind | None:
    """The kind of pay that a period means."""
    if period is None:
        return None
    return "fixed" if period == "project" else "salary" if period in ("month", "year") else "hourly"


# --- Single figures


def parse_number(value: object) -> Decimal | None:
    """A JSON number, or a text that is nothing but one, as a positive Decimal; zero, booleans,
    NaN and anything else None.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\s*\d[\d ,.']*\s*", value[:40]):
        return None
    try:
        number = number_of(value.strip()[:40]) if isinstance(value, str) else Decimal(str(value))
    except (InvalidOperation, ValueError):  # an int of more digits than Python converts
        return None
    return as_money(number) if number is not None and number.is_finite() else None


def parse_spend(text: str) -> Decimal | None:
    """What a client has spent, the lower end of what is stated: "$17K", "$200+ spent", "3.3k",
    "$166K spent", "$1M+".
    """
    amount = parse_amount(
        re.sub(r"\b(?:total|spent|spend|spending)\b:?", " ", text[:80], flags=re.IGNORECASE)
    )
    return amount.minimum or amount.maximum
