"""The times that pay is for: hour, day, week, month, year, or a whole project, told by their words
in the languages of `period_words`. Each row of that table is tested.
"""

from __future__ import annotations

import re
from decimal import Decimal

from goldmine_ingest.facts.period_words import TABLE
from goldmine_ingest.model.posting import PayPeriod
from goldmine_ingest.text.lazy_re import lazy_re

# Words for a whole project.
_PROJECT = (
    "projects?",
    "jobs?",
    "gig",
    "contract",
    "assignment",
    "engagement",
    "auftrag",
    "projekt",
    "projet",
    "proyecto",
    "projeto",
    "progetto",
    "про[еє]кт",
    "заказ",
    "projektet",
    "projekti",
    "zlecenie",
    "całość",
    "wszystko",
    "vše",
    "proyek",
    "opdracht",
)
_PROJECT_ALONE = (
    r"fixed[ -]?price|\bfixed\b|flat (?:fee|rate|price)|\bflat\b(?= ?(?:[,.)]|$))|festpreis"
    r"|pauschal\w*|forfait\w*|prix fixe|precio fijo|precio cerrado|preço fixo|prezzo fisso"
    r"|a corpo\b|vaste prijs|фикс\w*|one[- ](?:time|off)|lump sum|fast pris|kiinteä hinta"
    r"|stała cena|ryczałt\w*|pevná cena|за всё|за все(?![\w])"
)
# What stands for "per". A slash and the first ones may stand before any word; a word that is no
# time then is a unit of its own (see `pay_units`).
PER_SURE = (
    r"/|\bper\b|\bx(?= hora)|\bfor (?:each|every)\b|\b(?:por|za|per|за) (?:cada|każdą|każdy|ogni"
    r"|каждую"
    r"|каждый)\b|\bpro\b|\bpar\b|\bpor\b|\bза\b|\bje\b|\bcada\b|\beach\b|\bevery\b|\bper each\b"
    r"|\bpr\.?(?= )|\bpe\b|\bna\b|\bza\b|\bkażd[aąey]\b|\bchaque\b|\bвід\b|\bανά\b|\bkohden\b"
)
_PER = (
    rf"(?:{PER_SURE}|\ban?\b|\bthe\b|\bl'|\bde l'|\bby the\b|\bin der\b|\bim\b|\bdie\b|\bder\b"
    r"|\bden\b|\bam\b|\bв\b|\bna\b|\bal\b|\ball'|\balla\b|\bà l'|\bla\b|\ble\b|\bel\b|\bao\b|\bà\b"
    r"|\bon\b|\bi\b|\bom\b|\bem\b|\bpå\b|\bв \b|\bна\b|\bτην\b|\bτον\b|\bτο\b)"
)
_ORDER: tuple[PayPeriod, ...] = ("hour", "day", "week", "month", "year")


def _rows() -> list[tuple[str, PayPeriod, tuple[str, ...], tuple[str, ...]]]:
    rows: list[tuple[str, PayPeriod, tuple[str, ...], tuple[str, ...]]] = []
    for line in TABLE.strip().splitlines():
        language, name, nouns, alone = (cell.strip() for cell in line.split("|"))
        period = next(each for each in _ORDER if each == name)
        rows.append((language, period, tuple(nouns.split()), tuple(alone.split())))
    return rows


ROWS = tuple(_rows())
"""(language, period, patterns of its nouns, words that say it alone)."""
# Alone they are other words too: "2 pm", "pa" (Haitian, Welsh), "ph" (acidity).
_ONLY_BEHIND_A_FIGURE = frozenset(
    {
        "p/m",
        "pm",
        "p.m.",
        "pd",
        "ph",
        "hr",
        "hour",
        "pu",
        "p/u",
        "p.u.",
        "saati",
        "pw",
        "pa",
        "pcm",
        "horaire",
        "quotidien",
    }
)


def _pattern(period: PayPeriod) -> tuple[str, str, str]:
    """Nouns, words that say it anywhere, and those that say it right behind a figure only."""
    nouns = {each.replace(".", r"\.") for _, p, words, _ in ROWS if p == period for each in words}
    alone = {each for _, p, _, words in ROWS if p == period for each in words}
    return (
        "|".join(sorted(nouns, key=len, reverse=True)),
        _whole(alone - _ONLY_BEHIND_A_FIGURE),
        _whole(alone),
    )


def _whole(words: set[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(
        (r"(?<![^\W\d_])" if word[0].isascii() or word[0].isalpha() else "")
        + word.replace(".", r"\.").replace("-", "[ -]?")
        + r"(?![^\W\d_])"
        if word.isascii() or ord(word[0]) < _EAST_ASIAN
        else word
        for word in ordered
    )


_EAST_ASIAN = 0x2E80
_END = r"(?![^\W\d_])"
_HALF = r"(?:(?:full|working|calendar|billable|worked|man|business) ?-?)?"
# What may stand between the amount and its period: "80 € netto/Stunde", "$45 CAD per hour".
_BETWEEN = (
    r"[\s,;:(~+-]{0,3}(?:(?:usd|eur|gbp|cad|aud|nzd|chf|inr|sgd|(?:net(?:to|os?|s|t[ei])?|nettó"
    r"|brut(?:to|os?|s|t[ei])?|bruttó|lord[io]|gross|before tax|na rękę|do ręki|на руки|чистыми"
    r"|(?:excl?|inc?l|exkl|inkl|zzgl|plus|\+|ex|bez|без|sin|hors|senza|sem|más|mas|exc)\.? ?"
    r"(?:vat|gst|tax(?:es)?|btw|mwst|ust|tva|iva|ндс|пдв|super|moms)|(?:vor|nach) steuern|ht|ttc)"
    r"|dollars?|euros?|pounds?|d[óo]lares)\b\.?\)?[\s,(]{0,2}){0,3}"
)


def _compiled() -> tuple[tuple[PayPeriod, re.Pattern[str], re.Pattern[str]], ...]:
    periods: list[tuple[PayPeriod, re.Pattern[str], re.Pattern[str]]] = []
    for period in _ORDER:
        nouns, anywhere, behind = _pattern(period)
        noun = rf"{_PER} ?{_HALF}(?:{nouns}){_END}"
        # "and/or", "(m/w/d)": a letter is a period right behind a figure only.
        long = "|".join(each for each in nouns.split("|") if each == "h" or len(each) > 1)
        noun_anywhere = rf"{_PER} ?{_HALF}(?:{long}){_END}"
        bare = rf"^(?:{nouns})\.?$"
        periods.append(
            (
                period,
                lazy_re(rf"{noun_anywhere}|{anywhere}|{bare}"),
                lazy_re(rf"{_BETWEEN}(?:{noun}|(?:{behind}))"),
            )
        )
    project = rf"{_PER} ?(?:whole |entire |full |complete )?(?:{'|'.join(_PROJECT)}){_END}"
    periods.append(
        (
            "project",
            lazy_re(rf"{project}|{_PROJECT_ALONE}|^(?:{'|'.join(_PROJECT)})$"),
            lazy_re(rf"{_BETWEEN}(?:{project}|(?:{_PROJECT_ALONE}))"),
        )
    )
    return tuple(periods)


PERIODS = _compiled()


def pay_period(text: str, *, anchored: bool = False) -> PayPeriod | None:
    """The period that a text names: "/hr", "a year", "pro Tag", "monthly", "fixed price".
    `anchored`: only at its start.
    """
    match = period_match(text, anchored=anchored)
    return match[0] if match else None


# "год" and "година" are an hour in Ukrainian and a year in Russian and Bulgarian.
_HOUR_OR_YEAR = lazy_re(r"\b(?:год(?:ин[аиу])?)(?![^\W\d_])\.?")


def is_ukrainian_hour(words: str, currency: str | None, text: str, most: Decimal | None) -> bool:
    """Whether the `words` of a period that reads as a year are Ukraine's hour: the sum is in its
    money, or the `text` has letters that neither Russian nor Bulgarian has, or nobody is paid so
    little (`most`) for a year.
    """
    if not _HOUR_OR_YEAR.search(words.lower()):
        return False
    if currency in ("UAH", "RUB", "BGN"):
        return currency == "UAH"
    return bool(_UKRAINIAN.search(text)) or (most is not None and most < _LEAST_A_YEAR)


_LEAST_A_YEAR = 1_000
# "1500 Kč/MD" is a man-day's in Central Europe, "kr/md" a month's in Denmark.
_MAN_DAY = lazy_re(r"\bMD(?![^\W\d_])")


def is_man_day(words: str, currency: str | None) -> bool:
    """Whether the `words` of a period that reads as a Danish month are a man-day."""
    return currency not in (None, "DKK", "NOK", "SEK") and bool(_MAN_DAY.search(words))


_UKRAINIAN = lazy_re(r"[іїєґІЇЄҐ]|годину")


def period_match(text: str, *, anchored: bool = False) -> tuple[PayPeriod, int] | None:
    """The same, and where its words end."""
    text = text.lower()
    for period, pattern, here in PERIODS:
        if match := here.match(text) if anchored else pattern.search(text):
            return period, match.end()
    return None
