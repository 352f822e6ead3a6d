"""The vocabulary of pay: currencies, periods, and the words that make one end of a range, in
English, German, French, Russian and more.

Patterns only; `money` puts them together. Codes are ISO 4217's (active ones, and those of the
countries that took the euro after 2020).
"""

from __future__ import annotations

import re
from decimal import Decimal

from goldmine_ingest.model.posting import PayPeriod

CHARACTERS = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u2007": " ",
        "–": "-",
        "—": "-",
        "‒": "-",
        "−": "-",
        "‑": "-",
        "‐": "-",
        "’": "'",
        "٫": ".",
        "٬": ",",
    }
)

ISO_CODES = frozenset(
    code
    for line in (
        (
            "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD"
            " BTN BWP BYN BZD CAD CDF CHF CLP CNY COP"
        ),
        (
            "CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ"
            " GYD HKD HNL HRK HTG HUF IDR ILS INR IQD"
        ),
        (
            "IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD"
            " MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK"
        ),
        (
            "MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB"
            " RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS"
        ),
        (
            "SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES"
            " VND VUV WST XAF XCD XOF XPF YER ZAR ZMW"
        ),
    )
    for code in line.split()
)
# Those that aren't words, tools or abbreviations too (unlike ALL, CAD, TOP, TRY, MAD), and so count
# anywhere in the text.
_PLAIN = "USD|EUR|GBP|AUD|INR|SGD|NZD|CHF|PLN|SEK|NOK|DKK|JPY|CNY|BRL|MXN|ZAR|HKD|PHP|RUB|UAH|CZK|HUF|ILS|AED|PKR|IDR|KRW"
PLAIN_CODES = re.compile(rf"\b(?:{_PLAIN})\b")

# Symbols, abbreviations and names of each currency, separated by commas.
_MARKS_OF = {
    "SEK": "sek",
    "USD": "US$, U$S, $US, us dollars, usd",
    "AUD": "A$, AU$, aud",
    "CAD": "C$, CA$, CDN$, cad",
    "NZD": "NZ$, nzd",
    "SGD": "S$, sgd",
    "HKD": "HK$",
    "BRL": "R$, brl",
    "MXN": "MX$",
    "TWD": "NT$",
    "EUR": "€, euros, euro, евро, eur",
    "GBP": "£, pounds, gbp",
    "INR": "₹, rs., rs, rupees, inr",
    "RUB": "₽, руб., руб, рублей, рубля, рубль, р., rub",
    "UAH": "₴, грн., грн, гривень, uah",
    "KZT": "₸, тг",
    "TRY": "₺",
    "KRW": "₩",
    "NGN": "₦",
    "PHP": "₱",
    "THB": "฿",
    "VND": "₫",
    "ILS": "₪",
    "CRC": "₡",
    "PYG": "₲",
    "GHS": "₵",
    "GEL": "₾",
    "AMD": "֏",
    "AZN": "₼",
    "JPY": "¥",
    "PLN": "zł, pln",
    "CZK": "Kč",
    "HUF": "Ft",
    "BGN": "лв",
    "CHF": "chf, fr.",
}
_SYMBOLS = {mark: code for code, marks in _MARKS_OF.items() for mark in marks.split(", ")}
_FOLDED = {symbol.casefold(): code for symbol, code in _SYMBOLS.items()}
_SEVERAL = (
    "dollars",
    "dollar",
    "kr.",
    "kr",
    "$",
    "ريال",
    "دولار",
    "درهم",
)  # marks that mean several currencies
AMBIGUOUS = re.compile(r"kr\.?|ريال|درهم", re.IGNORECASE)


def _alternatives(marks: tuple[str, ...]) -> str:
    """Longest first; letters don't match inside a word ("rs" in "hrs")."""
    ordered = sorted(marks, key=len, reverse=True)
    return "|".join(
        (r"(?<![^\W\d_])" if m[0].isalpha() else "")
        + re.escape(m)
        + (r"(?![^\W\d_])" if m[-1].isalpha() else "")
        for m in ordered
    )


# Any three capitals may be a code here: `money_mark` looks them up, which is faster than 160
# alternatives.
MONEY = rf"(?:(?<![^\W\d_])[A-Z]{{3}}(?![^\W\d_])|(?i:{_alternatives((*_SYMBOLS, *_SEVERAL))}))"
_CODE = re.compile(r"(?<![^\W\d_])[A-Z]{3}(?![^\W\d_])")
_SYMBOL = re.compile(_alternatives(tuple(_SYMBOLS)), re.IGNORECASE)
_MARK = re.compile(_alternatives((*_SYMBOLS, *_SEVERAL)), re.IGNORECASE)


def iso_code(text: str) -> str | None:
    return next((code for code in _CODE.findall(text) if code in ISO_CODES), None)


def money_mark(text: str) -> str:
    """The currency words of a text that stands beside a figure; "" where three capitals are no
    currency.
    """
    text = text.strip(" :()")
    return text if text and (iso_code(text) or _MARK.search(text)) else ""


def symbol_code(text: str) -> str | None:
    found = _SYMBOL.search(text)
    return _FOLDED.get(found[0].casefold()) if found else None


_MULTIPLIERS = {
    "k": 3,
    "тыс": 3,
    "тыс.": 3,
    "tys": 3,
    "tys.": 3,
    "mille": 3,
    "lakh": 5,
    "lakhs": 5,
    "lac": 5,
    "m": 6,
    "mio": 6,
    "mln": 6,
    "million": 6,
    "crore": 7,
}
MULTIPLIER = (
    r"[kK](?![rRcC])|(?<!"
    r" )[mM](?!\w)|[Мм]лн|[Mm]io|mln|[Mm]illion|тыс\.?|tys\.?|[Ll]akhs?|lac|crore"
)


def multiplier(word: str) -> Decimal:
    return Decimal(10) ** _MULTIPLIERS.get(word.lower(), 6)


# A number before these is a count, a share or a time.
NO_MONEY = re.compile(
    r"\+? ?(?:%|percent|x\b|-?(?:month|week|day|hour|year|minute|min|hr|hrs|mo|wk)s?\b|monate?|wochen?|tage?|stunden|jahre?|mois"
    r"|semaines?|jours?|heures?|ans\b"
    r"|месяц|недел|дн|час|год|лет|people|developers?|articles?|pages?|words|images|employees|proposals|jobs)",
    re.IGNORECASE,
)
NEGATIVE = re.compile(r"^[\s(]*-\s*[$€£₹]?$")
RATE_LABEL = re.compile(r"(?:^|[;,.|] *)(?:hourly )?rate ?: *", re.IGNORECASE)
HOURS_A_WEEK = re.compile(
    r"\b(?:hours|hrs|h)\b ?(?:/|per|a|each) ?week\W*[\d+-]*|\d+\+?"
    r" ?(?:hours|hrs|h)\b[^$€£]{0,3}(?:/|per|a) ?week",
    re.IGNORECASE,
)

_PER = (
    r"(?:/|\bper\b|\ba\b|\ban\b|\beach\b|\bpro\b|\bje\b|\bpar\b|\bl'|\bde l'|\bby the\b|\bin"
    r" der\b|\bim\b|\bв\b|\bза\b|\bpor\b"
    r"|\bal\b|\bna\b|\bza\b)"
)
_UNITS: tuple[tuple[PayPeriod, str, str], ...] = (
    (
        "hour",
        r"hours?|hrs?|h|std|stunde|heure|час|ч|hora|ora|uur|godzin[aęy]|godz",
        r"hourly|stundensatz|stundenlohn|stündlich|taux horaire|почасов\w*|\bp\.?/?h\b",
    ),
    (
        "day",
        r"days?|d|tag|jour|jr|j|день|d[ií]a|giorno|dag|dzień",
        r"\bdaily|day ?rate|tagessatz|\btjm\b|journalier",
    ),
    ("week", r"weeks?|wk|woche|semaine|неделю|semana|tydzień", r"weekly|wöchentlich|hebdomadaire"),
    (
        "month",
        r"months?|mo|mth|monat|mois|месяц|мес|mes|mese|miesiąc|mc",
        r"monthly|monatlich|mensuel\w*|ежемесячно",
    ),
    (
        "year",
        r"years?|yrs?|y|annum|jahr|an|année|год|año|anno|jaar|rok",
        r"yearly|annual\w*|annuel\w*|jährlich|jahresgehalt|\bp\.? ?a\b\.?|годов\w*",
    ),
    (
        "project",
        r"projects?|jobs?|task|gig|projekt|projet|проект|заказ|article|page",
        (
            r"fixed[ -]?price|\bfixed\b|flat (?:fee|rate)|festpreis|pauschal\w*|forfait|prix"
            r" fixe|фикс\w*|one[- ]time"
        ),
    ),
)
PERIODS: tuple[tuple[PayPeriod, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (
        period,
        re.compile(rf"{_PER} ?(?:{unit})(?![^\W\d_])|{name}|^(?:{unit})$"),
        re.compile(
            rf"\W{{0,3}}?(?:[a-z]{{3}} )?\W{{0,2}}?(?:{_PER} ?(?:{unit})(?![^\W\d_])|(?:{name}))"
        ),
    )
    for period, unit, name in _UNITS
)
FIXED = re.compile(r"fixed|flat fee|festpreis|pauschal|forfait|prix fixe|фикс", re.IGNORECASE)
SALARY = re.compile(r"\bsalary|\bOTE\b|gehalt|salaire|зарплата|оклад", re.IGNORECASE)

RANGE = re.compile(
    r"(?: ?(?:/|per|a|an)? ?(?:hr|hour|h|day|month|year))? ?(?:-|~|\.{2,3}|…|to|up"
    r" to|till|and|bis|und|à|a|et|до|и|hasta|y|do|tot"
    r"|en|fino a)+ ?(?:(?:up )?to )?",
    re.IGNORECASE,
)
_END = r"\W{0,3}$"
AT_MOST_BEFORE = re.compile(
    rf"(?:\bunder|less than|up ?to|\bmax(?:imum|\.)?(?: of)?|\bbelow|at most|no more than|not more"
    rf" than|within|moins de|jusqu'[àa]"
    rf"|maximum|bis(?: zu)?|unter"
    r"|weniger als|höchstens|maximal|\bдо|менее|не более|hasta|menos de|fino a|meno"
    rf" di|até|do|mniej niż|poniżej|tot|<=?|≤){_END}"
)
AT_MOST_AFTER = re.compile(
    r"\W{0,3}(?:or less|or under|or below|and under|max\b|maximum|et moins|ou moins|und"
    r" weniger|oder weniger|и менее|o menos|ou menos)"
)
AT_LEAST_BEFORE = re.compile(
    rf"(?:\bfrom|at least|\bmin(?:imum|\.)?(?: of)?|\bover|more than|\babove|starting"
    rf" (?:at|from)|starts at|à partir de|plus de|au"
    rf" moins|\bab|mindestens|über"
    rf"|mehr als|\bот|более|не менее|desde|más de|mínimo|a partir d[ei]|da|od|vanaf|>=?|≥){_END}"
)
AT_LEAST_AFTER = re.compile(
    r"\W{0,3}(?:or more|or above|or over|and up\b|and above|and more|plus\b|et plus|ou plus|und"
    r" mehr|oder mehr|и более|и выше|o"
    r" más|ou mais|e oltre|i więcej|min\b|minimum)"
)
# Bare figures ("8000 - 12000") are money if nothing but figures and this vocabulary is there.
NOTHING_ELSE = re.compile(
    r"(?:[\d\s.,'+:;()/~<>=≤≥$-]|[kKmM]\b|тыс\.?|(?i:\b(?:budget|est|estimated|fixed|price|hourly|rate|range|salary|pay|amount|from|to|up|upto|under|less|more|than|over|or|and"
    r"|min|max|minimum|maximum|about|around|approx|circa|ca|per|an?|hours?|hrs?|h|days?|weeks?|months?|years?|yearly|monthly|annum|projects?|bis|à|до|от|et|plus|moins|de"
    r"|бюджет|pro|par|stunde|heure|час|в|за)\b))+"
)
