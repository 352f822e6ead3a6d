"""The vocabulary of pay: currencies, periods, and the words that make one end of a range, in
English, German, French, Russian and more.

Patterns only; `money` puts them together. Codes are ISO 4217's (active ones, and those of the
countries that took the euro after 2020).
"""

from __future__ import annotations

import re
from decimal import Decimal

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
# One beside another figure is what the sum comes to in other money.
PLAIN_CODES = re.compile(rf"(?<![\d.,] )(?<!\d)\b(?:{_PLAIN})\b(?! ?[\d~$])")

# Symbols, abbreviations and names of each currency, separated by commas.
_MARKS_OF = {
    "SEK": "sek",
    "USD": "US$, U$S, U$D, $US, us dollars, us dollar, american dollars, u.s. dollars, usd, $usd",
    "AUD": "A$, AU$, AUD$, australian dollars, aussie dollars, aud",
    "CAD": "C$, CA$, CDN$, CAD$, Can$, CDN, canadian dollars, canadian, cad",
    "NZD": "NZ$, new zealand dollars, nzd",
    "SGD": "S$, SG$, singapore dollars, sgd",
    "HKD": "HK$, hong kong dollars, hkd",
    "BRL": "R$, reais, brl",
    "MXN": "MX$, Mex$, pesos mexicanos, mexican pesos, mxn",
    "TWD": "NT$",
    "EUR": "€, euros, euro, евро, eur",
    "GBP": "£, pounds sterling, pounds, quid, gbp",
    "INR": "₹, rs., rs, indian rupees, rupees, inr",
    "RUB": "₽, руб., руб, рублей, рубля, рубль, р., р, roubles, rubles, rub, rur",
    "UAH": "₴, грн., грн, гривень, гривен, hryvnia, uah",
    "KZT": "₸, тг, тенге",
    "TRY": "₺, tl",
    "KRW": "₩, 원, won",
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
    "JPY": "¥, 円, yen",
    "CNY": "元, 人民币, rmb, yuan, cny",
    "IDR": "rp., rp, rupiah, idr",
    "PLN": "zł, złotych, zloty, pln",
    "CZK": "Kč, korun českých",
    "HUF": "Ft, forint",
    "RON": "lei",
    "DKK": "dkk",
    "NOK": "nok",
    "BGN": "лв",
    "CHF": "chf, fr., sfr., sfr, swiss francs, franken",
}
_SYMBOLS = {mark: code for code, marks in _MARKS_OF.items() for mark in marks.split(", ")}
_FOLDED = {symbol.casefold(): code for symbol, code in _SYMBOLS.items()}
_SEVERAL = (
    "dollars",
    "dollar",
    "kr.",
    "kr",
    "kronor",
    "kroner",
    "pesos",
    "$",
    "ريال",
    "دولار",
    "درهم",
)  # marks that mean several currencies
AMBIGUOUS = re.compile(r"kr\.?|kron[oe]r|pesos|ريال|درهم", re.IGNORECASE)


def _alternatives(marks: tuple[str, ...]) -> str:
    """Longest first; letters don't match inside a word ("rs" in "hrs"), but for scripts that don't
    part words.
    """
    ordered = sorted(marks, key=len, reverse=True)
    return "|".join(
        (r"(?<![^\W\d_])" if m[0].isalpha() and m[0] < "\u2e80" else "")
        + re.escape(m)
        + (r"(?![^\W\d_])" if m[-1].isalpha() and m[-1] < "\u2e80" else "")
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


# Behind the period: "$45/hr CAD", "$25-35 per hour (CAD)", "$40 an hour, Canadian dollars"; but not
# "$45/hr CAD drafter", where the letters are the tool.
BEHIND_PERIOD = re.compile(
    rf"[\s,;.\-]{{0,3}}[(\[]?(?:in )?(?P<mark>{MONEY})(?! ?[\d$€£])"
    r"(?:[)\]]|(?=[\s]*(?:$|[,.;:!?|/+·•\n-]|(?:and|or|per|plus|for|depending|negotiable|net|gross"
    r"|before|max|only|fixed)\b)))"
)


def mark_code(mark: str) -> str | None:
    """The ISO code that currency words mean: "CAD", "Can$", "Australian dollars"; "$" is None."""
    return iso_code(mark) or symbol_code(mark)


EAST_ASIAN = r"[kK万萬만](?=[円元원])"  # a currency is written right behind
_MULTIPLIERS = {
    **dict.fromkeys(("k", "тыс", "тыс.", "tys", "tys.", "mille", "mil", "ribu", "rb", "tsd"), 3),
    **dict.fromkeys(("tsd.", "thousand", "тисяч", "тысяч", "grand"), 3),
    **dict.fromkeys(("万", "만", "萬"), 4),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs", "lpa", "l"), 5),
    **dict.fromkeys(("m", "mio", "mio.", "mln", "mln.", "млн", "million", "millions", "juta"), 6),
    **dict.fromkeys(("crore", "crores", "cr"), 7),
}
MULTIPLIER = (
    r"[kK](?![rRcC])|(?<! )[mM](?!\w)|[Мм]лн|[Mm]io\.?|mln\.?|[Mm]illions?|тыс\.?|тисяч|тысяч"
    r"|tys\.?|[Tt]sd\.?|thousand|grand|(?<= )mil(?= )|ribu|rb|juta"
    r"|[Ll]akhs?|[Ll]acs?|LPA|lpa|[Cc]rores?|Cr|L(?=[^\w']|$)"
)
# These count in India only, and say so beside a figure without a currency.
RUPEES = re.compile(r"₹|\binr\b|\brs\b|rupees", re.IGNORECASE)
INDIAN = re.compile(r"(?:lpa|lakhs?|lacs?|crores?)\b", re.IGNORECASE)


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

FIXED = re.compile(r"fixed|flat fee|festpreis|pauschal|forfait|prix fixe|фикс", re.IGNORECASE)
SALARY = re.compile(r"\bsalary|\bOTE\b|gehalt|salaire|зарплата|оклад", re.IGNORECASE)

RANGE = re.compile(
    r"(?: ?(?:/|per|a|an)? ?(?:hr|hour|h|day|month|year|tag|std|jour|mes|godz|час))?\.? ?(?:-|~|〜|～|\.{2,3}|…|to|up"
    r" to|till|and|bis|und|à|a|et|до|и|hasta|y|do|tot"
    r"|en|fino a|og|och|és|ile|ve|έως|em|al|a la|și|i)+ ?(?:(?:up )?to )?",
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
