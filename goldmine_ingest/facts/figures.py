"""Figures of money in a text: how numbers, their currency marks and their ranges are written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from goldmine_ingest.facts import pay_bounds, pay_words
from goldmine_ingest.text.lazy_re import lazy_re
from goldmine_ingest.text.plain_text import unescape_all

READ = 300  # characters; a salary line is shorter
_LARGEST = Decimal(10) ** 12  # what is larger is no pay
_CENT = Decimal("0.01")


def normalised(text: str, limit: int = READ) -> str:
    """A text as the patterns of pay read it: entities and digits plain, one kind of dash and of
    white space.
    """
    text = unescape_all(text[:limit]).translate(pay_words.CHARACTERS)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(pay_words.CHARACTERS)
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    text = pay_words.THOUSAND_EUROS.sub("k ", " ".join(text.split()))
    text = pay_words.THOUSAND_ROUBLES.sub(" тыс. руб.", pay_words.GLUED.sub(" ", text))
    text = pay_words.CENTS_A_WORD.sub(lambda match: pay_words.CENTS_OF[match[0]], text)
    return pay_words.NO_CENTS.sub("", text)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that may be money, with what stands around it."""

    value: Decimal
    suffix: Decimal  # 1000 for "k", else 1
    before: str  # the currency words directly around it
    after: str
    start: int  # of the figure with its currency
    end: int
    plus: bool
    yearly: bool = False

    @property
    def full(self) -> Decimal:
        return self.value * self.suffix


# A bare figure so much smaller than the marked one behind it counts something else.
_FAR = 20
# Two figures that a slash or "or" parts are the ends of a range where they are as near as this.
NEAR = 3
_DIGIT = lazy_re(r"\d")
_FIGURE = lazy_re(
    rf"(?:(?P<before>(?:{pay_words.MONEY}[ :(]{{0,2}}){{1,2}})|(?<![\w.,])"
    rf"|(?<=[\u3040-\u9fff\uac00-\ud7af]))"
    r"(?P<number>\d{1,3}(?:,\d{2})+,\d{3}(?:\.\d+)?(?![\d])|\d{1,3}(?:(["
    r" .,'])\d{3})(?:\3\d{3})*(?:[.,]\d{1,2})?(?![\d])|\d+(?:[.,]\d+)?)"
    rf"(?P<suffix>{pay_words.EAST_ASIAN}| ?(?:{pay_words.MULTIPLIER})(?![^\W\d_]))?"
    rf"(?P<plus>\+(?= ?(?:{pay_words.MONEY})|(?! ?\w)))?"
    rf"(?P<after>(?: ?\(?{pay_words.MONEY}\)?(?! ?\d)){{0,2}})"
    r"(?P<plus2> ?\+(?! ?\w))?",
)


def figures_in(text: str, *, marked: bool = False) -> list[Figure]:
    """The one or two figures of the first amount in the text; `marked`: bare figures are none."""
    if not _DIGIT.search(text):
        return []
    figures = [f for match in _FIGURE.finditer(text) if (f := _figure(text, match))]
    at = next((i for i, f in enumerate(figures) if f.before or f.after), None)
    if at is None:
        if marked or not figures or not pay_words.NOTHING_ELSE.fullmatch(text):
            return []
        at = 0
    if at and _joined(text, figures[at - 1], figures[at]):
        at -= 1  # "400 - 750 INR": the code stands behind the second
    pair = figures[at : at + 2]
    return pair if len(pair) == 2 and _joined(text, *pair) else pair[:1]


def _figure(text: str, match: re.Match[str]) -> Figure | None:
    value = number_of(match["number"])
    before, after = (pay_words.money_mark(match[side] or "") for side in ("before", "after"))
    end = match.end()
    symbol = before if before and not before[-1].isalpha() else ""
    if after and pay_words.is_word(after, symbol, text[match.end("after") :]):
        after = ""
    if not after:  # three capitals that are no currency
        end = match.start("after")
    marked = (
        symbol
        or after in pay_words.SYMBOLS_ONLY
        or pay_words.OPEN_RANGE.search(text[: match.start()])
    )
    counts = pay_words.SHARE if marked else pay_words.NO_MONEY
    if (
        value is None
        or counts.match(text, end)
        or pay_words.NEGATIVE.search(text[: match.start("number")])
        or (symbol == "$" and text[: match.start()][-1:].islower())  # "lambda$6"
    ):
        return None
    word = (match["suffix"] or "").strip()
    suffix = pay_words.multiplier(word) if word else Decimal(1)
    if pay_words.CENTS.fullmatch(after):
        suffix = Decimal("0.01")
    plus = bool(match["plus"] or match["plus2"])
    if before == "PHP" and value < _FAR:
        return None  # a version of the language
    if word and pay_words.INDIAN.fullmatch(word) and not (before or after):
        after = "INR"
    if word in ("L", "Cr") and not pay_words.RUPEES.search(text):
        return None
    yearly = word.lower().replace(".", "") == "lpa"
    start = match.start("number") if match["before"] and not before else match.start()
    return Figure(value, suffix, before, after, start, end, plus, yearly)


def number_of(digits: str) -> Decimal | None:
    """The number that is written: "1,000", "1.000,50", "1 000", "1,00,000", "10.5", "1,5". A
    lone separator before three
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


def _joined(text: str, left: Figure, right: Figure) -> bool:
    between = text[left.end : right.start]
    if not (left.before or left.after) and right.before and right.full > _FAR * left.full:
        return False  # "Milestone 1 - $2,500"
    return len(between) < 24 and (
        pay_bounds.RANGE.fullmatch(between) is not None
        or (bool(right.before or right.after) and _is_to_most(left, right, between))
    )


def _is_to_most(left: Figure, right: Figure, between: str) -> bool:
    """Whether the right figure, marked as money, is the other end: "$400, max $500", "$400 or
    $500", "1000/1500 EUR".
    """
    if pay_bounds.TO_MOST.fullmatch(between):
        return True
    alike = not (left.before or left.after) or (left.before, left.after) == (
        right.before,
        right.after,
    )
    near = left.full < right.full <= NEAR * left.full
    return alike and near and pay_bounds.EITHER.fullmatch(between) is not None


def bounds_of(text: str, figures: list[Figure]) -> tuple[Decimal | None, Decimal | None]:
    """Both ends of the amount that these figures are; an open one is None."""
    if not figures:
        return None, None
    if len(figures) == 1:
        return _one_sided(text, figures[0])
    low, high = _shared_suffix(*figures)
    if low > high:
        low, high = high, low
    minimum, maximum = as_money(low), as_money(high)
    return (minimum, None) if figures[1].plus and minimum and not maximum else (minimum, maximum)


def _one_sided(text: str, figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    value = as_money(figure.full)
    before, after = text[: figure.start].lower(), text[figure.end :].lower()
    if pay_bounds.NO_LESS_BEFORE.search(before):
        return value, None
    if pay_bounds.AT_MOST_BEFORE.search(before) or pay_bounds.AT_MOST_AFTER.match(after):
        return None, value
    if (
        figure.plus
        or pay_bounds.AT_LEAST_BEFORE.search(before)
        or pay_bounds.AT_LEAST_AFTER.match(after)
    ):
        return value, None
    return value, value


def _shared_suffix(left: Figure, right: Figure) -> tuple[Decimal, Decimal]:
    """ "$1-2k" is 1,000 to 2,000 and "$1k-2" the same, but "$500-$1k" starts at 500."""
    if left.suffix == 1 and right.suffix > 1 and left.value < right.value:
        return left.value * right.suffix, right.full
    if right.suffix == 1 and left.suffix > 1 and left.value < right.value < 1000:
        return left.full, right.value * left.suffix
    return left.full, right.full


def as_money(value: Decimal) -> Decimal | None:
    """A positive sum of at most two decimals, or None for what is no pay."""
    if not 0 < value < _LARGEST:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        value = value.quantize(_CENT, ROUND_HALF_EVEN)
    return value or None
