"""What listings say of pay: figures with their currency and period. Money is Decimal; what isn't
stated is None, never 0.

A figure counts only if the text marks it as money (a symbol, a code, or nothing but the vocabulary
of pay around it); a currency comes from its ISO code before its symbol, and "$" alone is the
caller's `default_currency`, for on Freelancer.com it may be any of six dollars. Every function
takes any text and never raises.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache

from goldmine_ingest.facts import pay_words as words
from goldmine_ingest.model.posting import PayKind, PayPeriod
from goldmine_ingest.text.plain_text import unescape_all

_READ = 300  # characters; a salary line is shorter
_LARGEST = Decimal(10) ** 12  # what is larger is no pay
_CENT = Decimal("0.01")
# Hours in a period, by the contract.
_HOURS: dict[PayPeriod, Decimal] = {
    "hour": Decimal(1),
    "day": Decimal(8),
    "week": Decimal(40),
    "month": Decimal(160),
    "year": Decimal(1920),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """What a text says of pay. One figure fills both bounds; "under X" is (None, X), "X+" is (X,
    None). `currency` is ISO 4217.

    Without figures there is no currency, but "Hourly (Not Sure)" still says `pay` and `period`.
    """

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    currency: str | None = None
    period: PayPeriod | None = None
    pay: PayKind | None = None


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


def _plain_dollars(found: re.Match[str], currency: str | None, period: PayPeriod | None) -> Amount:
    first, second = (_number(digits) if digits else None for digits in found.groups())
    figures = sorted(value for value in (first, second) if value is not None)
    minimum, maximum = _money(figures[0]), _money(figures[-1])
    stated = minimum is not None or maximum is not None
    return Amount(minimum, maximum, currency if stated else None, period, _pay_for(period))


def _any_amount(
    text: str, default_currency: str | None, default_period: PayPeriod | None
) -> Amount:
    text = _normalised(text)
    figures = _figures(text)
    bounds = _bounds(text, figures)
    after = text[figures[-1].end :] if figures else text
    period = (
        pay_period(after[:24], anchored=True)
        or pay_period(words.HOURS_A_WEEK.sub(" ", text))
        or default_period
    )
    currency = (_currency(text, figures) or default_currency) if bounds != (None, None) else None
    return Amount(
        *bounds,
        currency=currency if not _other_money(text, figures, currency) else None,
        period=period,
        pay=_pay(text, period),
    )


def _normalised(text: str) -> str:
    text = unescape_all(text[:_READ]).translate(words.CHARACTERS)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(words.CHARACTERS)
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    text = " ".join(text.split())
    rate = words.RATE_LABEL.search(
        text
    )  # Guru: "Duration - 6+ months; Hours/week: 30+; Rate: Upto $8"
    return text[rate.end() :] if rate else text


@dataclass(frozen=True, slots=True)
class _Figure:
    value: Decimal
    suffix: Decimal  # 1000 for "k", else 1
    before: str  # the currency words directly around it
    after: str
    start: int  # of the figure with its currency
    end: int
    plus: bool

    @property
    def full(self) -> Decimal:
        return self.value * self.suffix


_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(
    rf"(?:(?P<before>(?:{words.MONEY}[ :(]{{0,2}}){{1,2}})|(?<![\w.,]))"
    r"(?P<number>\d{1,3}(?:,\d{2})+,\d{3}(?:\.\d+)?(?![\d])|\d{1,3}(?:(["
    r" .,'])\d{3})(?:\3\d{3})*(?:[.,]\d{1,2})?(?![\d])|\d+(?:[.,]\d+)?)"
    rf"(?P<suffix> ?(?:{words.MULTIPLIER})(?![^\W\d_]))?"
    rf"(?P<plus>\+(?= ?(?:{words.MONEY})|(?! ?\w)))?(?P<after>(?: ?\(?{words.MONEY}\)?){{0,2}})"
    r"(?P<plus2> ?\+(?! ?\w))?",
)


def _figures(text: str) -> list[_Figure]:
    """The one or two figures of the first amount in the text."""
    if not _DIGIT.search(text):
        return []
    found = [f for match in _FIGURE.finditer(text) if (f := _figure(text, match))]
    marked = next((i for i, f in enumerate(found) if f.before or f.after), None)
    if marked is None:
        if not found or not words.NOTHING_ELSE.fullmatch(text):
            return []
        marked = 0
    if marked and _joined(text, found[marked - 1], found[marked]):
        marked -= 1  # "400 - 750 INR": the code stands behind the second
    pair = found[marked : marked + 2]
    return pair if len(pair) == 2 and _joined(text, *pair) else pair[:1]


def _figure(text: str, match: re.Match[str]) -> _Figure | None:
    value = _number(match["number"])
    if (
        value is None
        or words.NO_MONEY.match(text, match.end())
        or words.NEGATIVE.search(text[: match.start("number")])
    ):
        return None
    suffix = words.multiplier(match["suffix"].strip()) if match["suffix"] else Decimal(1)
    plus = bool(match["plus"] or match["plus2"])
    before, after = (words.money_mark(match[side] or "") for side in ("before", "after"))
    return _Figure(value, suffix, before, after, match.start(), match.end(), plus)


def _number(digits: str) -> Decimal | None:
    """ "1,000", "1.000,50", "1 000", "1,00,000", "10.5", "1,5". A lone separator before three
    digits groups them, else it is the point.
    """
    digits = digits.replace(" ", "").replace("'", "")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        mark = digits[last]
        other = "," if mark == "." else "."
        groups = digits.count(mark) > 1 or (
            other not in digits and len(digits) - last == 4 and not digits.startswith("0")
        )
        whole = digits if groups else digits[:last]
        digits = whole.replace(",", "").replace(".", "") + (
            "" if groups else f".{digits[last + 1 :]}"
        )
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _joined(text: str, left: _Figure, right: _Figure) -> bool:
    between = text[left.end : right.start]
    return len(between) < 24 and words.RANGE.fullmatch(between) is not None


def _bounds(text: str, figures: list[_Figure]) -> tuple[Decimal | None, Decimal | None]:
    if not figures:
        return None, None
    if len(figures) == 1:
        return _one_sided(text, figures[0])
    low, high = _shared_suffix(*figures)
    if low > high:
        low, high = high, low
    minimum, maximum = _money(low), _money(high)
    return (minimum, None) if figures[1].plus and minimum and not maximum else (minimum, maximum)


def _one_sided(text: str, figure: _Figure) -> tuple[Decimal | None, Decimal | None]:
    value = _money(figure.full)
    before, after = text[: figure.start].lower(), text[figure.end :].lower()
    if words.AT_MOST_BEFORE.search(before) or words.AT_MOST_AFTER.match(after):
        return None, value
    if figure.plus or words.AT_LEAST_BEFORE.search(before) or words.AT_LEAST_AFTER.match(after):
        return value, None
    return value, value


def _shared_suffix(left: _Figure, right: _Figure) -> tuple[Decimal, Decimal]:
    """ "$1-2k" is 1,000 to 2,000 and "$1k-2" the same, but "$500-$1k" starts at 500."""
    if left.suffix == 1 and right.suffix > 1 and left.value < right.value:
        return left.value * right.suffix, right.full
    if right.suffix == 1 and left.suffix > 1 and left.value < right.value < 1000:
        return left.full, right.value * left.suffix
    return left.full, right.full


def _money(value: Decimal) -> Decimal | None:
    if not 0 < value < _LARGEST:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        value = value.quantize(_CENT, ROUND_HALF_EVEN)
    return value or None


# --- Currency, period, kind


def _currency(text: str, figures: list[_Figure]) -> str | None:
    """ISO code beside the figures, else a well-known one anywhere, else a symbol or name that
    means one currency.
    """
    beside = [part for f in figures for part in (f.before, f.after)]
    codes = [code for part in beside if (code := words.iso_code(part))]
    if codes or (codes := [words.iso_code(m[0]) or "" for m in words.PLAIN_CODES.finditer(text)]):
        return codes[0]
    return next((code for part in beside if (code := words.symbol_code(part))), None)


def _other_money(text: str, figures: list[_Figure], currency: str | None) -> bool:
    """The figure bears a mark that means several currencies, none of them the default: "500 kr"."""
    return (
        currency is not None
        and any(words.AMBIGUOUS.fullmatch(p) for f in figures for p in (f.before, f.after))
        and not words.iso_code(text)
    )


def currency_code(text: str) -> str | None:
    """ISO 4217 code of a text that is nothing but a code, symbol or name: "eur", "US$", "₹",
    "рублей". "$" alone is None.
    """
    text = " ".join(text.split())[:40]
    return (
        words.iso_code(text.upper())
        if len(text) == 3 and text.isascii() and text.isalpha()
        else words.symbol_code(text)
    )


def pay_period(text: str, *, anchored: bool = False) -> PayPeriod | None:
    """The period that a text names: "/hr", "a year", "pro Tag", "monthly", "fixed price".
    `anchored`: only at its start.
    """
    text = text.lower()
    return next(
        (
            p
            for p, pattern, here in words.PERIODS
            if (here.match(text) if anchored else pattern.search(text))
        ),
        None,
    )


def _pay(text: str, period: PayPeriod | None) -> PayKind | None:
    """A rate for hours, days or weeks is freelance pay by time, one by month or year a salary."""
    if words.FIXED.search(text):
        return "fixed"
    if period is None:
        return "salary" if words.SALARY.search(text) else None
    return _pay_for(period)


def _pay_for(period: PayPeriod | None) -> PayKind | None:
    if period is None:
        return None
    return "fixed" if period == "project" else "salary" if period in ("month", "year") else "hourly"


def base_hourly(amount: Decimal, period: PayPeriod | None) -> Decimal | None:
    """What an amount per period comes to per hour (a day counts 8 hours, a week 40, a month 160,
    a year 1,920); None for a project.
    """
    return amount / _HOURS[period] if period in _HOURS else None


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
        number = _number(value.strip()[:40]) if isinstance(value, str) else Decimal(str(value))
    except (InvalidOperation, ValueError):  # an int of more digits than Python converts
        return None
    return _money(number) if number is not None and number.is_finite() else None


def parse_spend(text: str) -> Decimal | None:
    """What a client has spent, the lower end of what is stated: "$17K", "$200+ spent", "3.3k",
    "$166K spent", "$1M+".
    """
    amount = parse_amount(
        re.sub(r"\b(?:total|spent|spend|spending)\b:?", " ", text[:80], flags=re.IGNORECASE)
    )
    return amount.minimum or amount.maximum
