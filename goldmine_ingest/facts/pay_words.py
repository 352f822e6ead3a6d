"""The vocabulary of pay: currencies, periods, and the words that make one end of a range, in
English, German, French, Russian and more.

Patterns only; `money` puts them together. Codes are ISO 4217's (active ones, and those of the
countries that took the euro after 2020).
"""

from __future__ import annotations

import re
from decimal import Decimal

from goldmine_ingest.text.lazy_re import lazy_re

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
# Those that aren't words, tools or abbreviations too (unlike ALL, CAD, PHP, TOP, TRY), and so count
# anywhere in the text.
_PLAIN = (
    "USD|EUR|GBP|AUD|INR|SGD|NZD|CHF|PLN|SEK|NOK|DKK|JPY|CNY|BRL|MXN|ZAR|HKD|RUB|UAH|CZK|HUF|ILS"
    "|AED|PKR|IDR|KRW"
)
# One beside another figure is what the sum comes to in other money.
PLAIN_CODES = lazy_re(rf"(?<![\d.,] )(?<!\d)\b(?:{_PLAIN})\b(?! ?[\d~$])")

# Symbols, abbreviations and names of each currency, separated by commas.
_MARKS_OF = {
    "SEK": "sek",
    "USD": "US$, U$S, U$D, $US, US $, us dollars, us dollar, american dollars, u.s. dollars, usd, $usd",
    "AUD": "A$, AU$, AUD$, AU $, australian dollars, aussie dollars, aud",
    "CAD": "C$, CA$, CDN$, CAD$, Can$, Can $, CDN $, CA $, CDN, canadian dollars, canadian, cad",
    "NZD": "NZ$, NZ $, new zealand dollars, nzd",
    "SGD": "S$, SG$, singapore dollars, sgd",
    "HKD": "HK$, hong kong dollars, hkd",
    "BRL": "R$, reais, brl",
    "MXN": "MX$, Mex$, pesos mexicanos, mexican pesos, mxn",
    "TWD": "NT$",
    "EUR": "€, euros, euro, euroa, eura, евро, євро, eur, eurocents, centimes, céntimos, centesimi",
    "GBP": "£, pounds sterling, pounds, quid, gbp, pence",
    "INR": "₹, rs., rs, indian rupees, rupees, inr, paise",
    "RUB": "₽, руб., руб, рублей, рубля, рубль, р., р, roubles, rubles, rub, rur, коп., коп, копеек",
    "UAH": "₴, грн., грн, гривень, гривен, hryvnia, uah, копійок",
    "KZT": "₸, тг, тенге",
    "TRY": "₺, tl",
    "KRW": "₩, 원, won",
    "NGN": "₦",
    "PHP": "₱",
    "THB": "฿",
    "VND": "₫",
    "ILS": "₪, nis",
    "MYR": "RM",
    "KES": "KSh",
    "BDT": "৳, taka",
    "CRC": "₡",
    "PYG": "₲",
    "GHS": "₵",
    "GEL": "₾",
    "AMD": "֏",
    "AZN": "₼",
    "JPY": "¥, 円, yen",
    "CNY": "元, 人民币, rmb, yuan, cny",
    "IDR": "rp., rp, rupiah, idr",
    "PLN": "zł, złotych, zloty, pln, groszy",
    "CZK": "Kč, korun českých",
    "HUF": "Ft, forint",
    "RON": "lei",
    "DKK": "dkk",
    "NOK": "nok",
    "BGN": "лв., лв",
    "CHF": "chf, fr., sfr., sfr, swiss francs, franken",
}
_SYMBOLS = {mark: code for code, marks in _MARKS_OF.items() for mark in marks.split(", ")}
_FOLDED = {symbol.casefold(): code for symbol, code in _SYMBOLS.items()}
_SEVERAL = (
    "dollars",
    "dollar",
    "bucks",
    "dólares",
    "dolares",
    "dollari",
    "dolarów",
    "долларов",
    "доларів",
    "долл.",
    "cents",
    "cent",
    "¢",
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
AMBIGUOUS = lazy_re(r"kr\.?|kron[oe]r|pesos|ريال|درهم", re.IGNORECASE)
SYMBOLS_ONLY = frozenset(mark for mark in _SYMBOLS if not any(map(str.isalpha, mark))) | {"$"}
# A hundredth of the currency; sums in it are prices per piece.
CENTS = lazy_re(
    r"(?:euro)?cents?|¢|centimes|céntimos|centesimi|pence|paise|коп\.?|копеек|копійок|groszy",
    re.IGNORECASE,
)
# What a bare "$" is called in words.
DOLLARS = lazy_re(
    r"\$|\b(?:dollars?|bucks|d[óo]lares|dollari|dolarów|долл|долларов|доларів|cents?)\b|¢|\dc (?=per word)|دولار",
    re.I,
)
# Codes that are words beside a symbol that can't mean them: "$40 PHP developer", "$300 ALL in".
_WORDS_TOO = frozenset(
    "ALL AMD ANG BAM BOB CUP GEL LAK MAD MOP PAB PEN PHP SOS TOP TRY WST".split()  # noqa: SIM905
)
_TOOL = lazy_re(r" (?:draft|design|draw|model|engineer|operator|technician|work|file|softw|expert)")


def is_word(code: str, before: str, behind: str) -> bool:
    """Whether three capitals behind a figure are a word or a tool: what stands `before` the figure
    is another currency's symbol, or what stands `behind` the code is what the tool is used for.
    """
    code = code.strip()
    return (bool(before) and code in _WORDS_TOO) or (
        code in ("CAD", "PHP") and bool(_TOOL.match(behind.lower()))
    )


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
_CODE = lazy_re(r"(?<![^\W\d_])[A-Z]{3}(?![^\W\d_])")
_SYMBOL = lazy_re(_alternatives(tuple(_SYMBOLS)), re.IGNORECASE)
_MARK = lazy_re(_alternatives((*_SYMBOLS, *_SEVERAL)), re.IGNORECASE)


def iso_code(text: str) -> str | None:
    return next((code for code in _CODE.findall(text) if code in ISO_CODES), None)


def money_mark(text: str) -> str:
    """The currency words of a text that stands beside a figure; "" where three capitals are no
    currency.
    """
    text = text.strip(" :()")
    return text if text and (iso_code(text) or _MARK.search(text)) else ""


def symbol_code(text: str) -> str | None:
    match = _SYMBOL.search(text)
    return _FOLDED.get(match[0].casefold()) if match else None


# Behind the period: "$45/hr CAD", "$25-35 per hour (CAD)", "$40 an hour, Canadian dollars"; but not
# "$45/hr CAD drafter", where the letters are the tool.
BEHIND_PERIOD = lazy_re(
    rf"[\s,;.\-]{{0,3}}[(\[]?(?:in )?(?P<mark>{MONEY})(?! ?[\d$€£])"
    r"(?:[)\]]|(?=[\s]*(?:$|[,.;:!?|/+·•\n-]|(?:and|or|per|plus|for|depending|negotiable|net|gross"
    r"|before|max|only|fixed)\b)))"
)


def mark_code(mark: str) -> str | None:
    """The ISO code that currency words mean: "CAD", "Can$", "Australian dollars"; "$" is None."""
    return iso_code(mark) or symbol_code(mark)


EAST_ASIAN = r"[kK万萬만](?=[円元원])"  # a currency is written right behind
_MULTIPLIERS = {
    **dict.fromkeys(("k", "к", "тыс", "тыс.", "tys", "tys.", "mille", "mil", "ribu", "rb"), 3),
    **dict.fromkeys(("tsd", "tsd.", "thousand", "тис", "тис.", "тисяч", "тысяч", "grand"), 3),
    **dict.fromkeys(("万", "만", "萬"), 4),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs", "lpa", "l.p.a", "l.p.a.", "l"), 5),
    **dict.fromkeys(
        ("m", "mio", "mio.", "mln", "mln.", "млн", "million", "millions", "juta", "jt"), 6
    ),
    **dict.fromkeys(("crore", "crores", "cr"), 7),
}
MULTIPLIER = (
    r"[kK](?![rRcC])|(?<! )[кК](?![^\W\d_])|тис\.?|(?<! )[mM](?!\w)|[Мм]лн|[Mm]io\.?|mln\.?|[Mm]illions?|тыс\.?|тисяч|тысяч"
    r"|tys\.?|[Tt]sd\.?|thousand|grand|(?<= )mil(?= |$|[,.;)])|ribu|rb|juta|jt"
    r"|[Ll]akhs?|[Ll]acs?|LPA|lpa|L\.P\.A\.?|[Cc]rores?|Cr|L(?=[^\w']|$)"
    r"|[Mm]illion[ei]|[Mm]illionen|millones|mill[oó]n|milh(?:ões|ão)|mili[oó]n\w*|miljoen|miljoner"
    r"|мільйон\w*|миллион\w*"
)
# These count in India only, and say so beside a figure without a currency.
RUPEES = lazy_re(
    r"₹|\binr\b|\brs\b|rupees|\d ?L ?(?:p\. ?a\b|pa\b|per annum|ctc\b|lpa\b)", re.IGNORECASE
)
INDIAN = lazy_re(r"(?:lpa|l\.p\.a\.?|lakhs?|lacs?|crores?|L)(?![^\W\d_])", re.IGNORECASE)


def multiplier(word: str) -> Decimal:
    return Decimal(10) ** _MULTIPLIERS.get(word.lower(), 6)


# A number before these is a share or a factor; before the second ones a count or a time, unless a
# symbol stands at it ("€300 pages" hardly is; "TOP 10 articles" is).
SHARE = lazy_re(r"\+? ?(?:%|percent|x\b(?! hora))", re.IGNORECASE)
# "$25-30hr": what stands before the second figure of a range whose first has its symbol.
OPEN_RANGE = lazy_re(r"[$€£]\d[\d.,]*k? ?- ?$")
NO_MONEY = lazy_re(
    r"\+? ?(?:%|percent|x\b|-?(?:month|week|day|hour|year|minute|min|hr|hrs|mo|wk)s?\b"
    r"|(?:monate?|wochen?|tage?|stunden|jahre?|mois|semaines?|jours?|heures?|ans)\b"
    r"|месяц|недел|дн|час|год|лет|people|developers?|articles?|pages?|words|images|employees|proposals|jobs)",
    re.IGNORECASE,
)
NEGATIVE = lazy_re(r"^[\s(]*-\s*[$€£₹]?$")
RATE_LABEL = lazy_re(r"(?:^|[;,.|] *)(?:hourly )?rate ?: *", re.IGNORECASE)
HOURS_A_WEEK = lazy_re(
    r"\b(?:hours|hrs|h)\b ?(?:/|per|a|each) ?week\W*[\d+-]*|\d+\+?"
    r" ?(?:hours|hrs|h)\b[^$€£]{0,3}(?:/|per|a) ?week",
    re.IGNORECASE,
)

FIXED = lazy_re(r"fixed|flat fee|festpreis|pauschal|forfait|prix fixe|фикс", re.IGNORECASE)
SALARY = lazy_re(r"\bsalary|\bOTE\b|gehalt|salaire|зарплата|оклад", re.IGNORECASE)
# What a large sum without a period is a year's: "Compensation is 60k-75k EUR", "RAL 30.000 €".
YEARLY = lazy_re(
    r"\bsalary|\bsalaries|\bcompensation|\bOTE\b|\bCTC\b|\bRAL\b|gehalt|salaire|\bsueldo|\bsalario"
    r"|\bsalário|\bstipendio|\bsalaris|\bwynagrodzeni|\bpensja|зарплата|оклад",
    re.IGNORECASE,
)
# "5c per word", "10p/word"
CENTS_A_WORD = lazy_re(r"(?<=\d)[cp](?= ?(?:/|per|a) ?word)")
CENTS_OF = {"c": " cents", "p": " pence"}
# "£45kpa", "60 т.р."
GLUED = lazy_re(r"(?<=\d[kK])(?=p[amdw]\b)")
THOUSAND_ROUBLES = lazy_re(r"(?<=\d) ?т\. ?р\.?(?![^\W\d_])")
# "45-55 TEUR", "45 T€"
THOUSAND_EUROS = lazy_re(r"(?<=\d) ?T ?(?=€|EUR\b)")
# "CHF 120.-/h", "€ 25,- per uur", "Rs.50,000/- per month"
NO_CENTS = lazy_re(r"(?<=\d)(?:[.,] ?--?|[/:]-)(?![\d-])")
# Bare figures ("8000 - 12000") are money if nothing but figures and this vocabulary is there.
NOTHING_ELSE = lazy_re(
    r"(?:[\d\s.,'+:;()/~<>=≤≥$-]|[kKmM]\b|тыс\.?|(?i:\b(?:budget|est|estimated|fixed|price|hourly|rate|range|salary|pay|amount|from|to|up|upto|under|less|more|than|over|or|and"
    r"|min|max|minimum|maximum|about|around|approx|circa|ca|per|an?|hours?|hrs?|h|days?|weeks?|months?|years?|yearly|monthly|annum|projects?|bis|à|до|от|et|plus|moins|de"
    r"|бюджет|pro|par|stunde|heure|час|в|за|tjm|ral|tagessatz|stundensatz|uurtarief|stawka|ставка)\b))+"
)
