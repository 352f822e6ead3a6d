"""Countries, regions and time zones as listings write them. Pure; what isn't clearly a place is
None or ().

data/territories.json maps folded names to ISO 3166 alpha-2: the names of CLDR (through Babel) in
English, German, French, Spanish and Russian, alpha-3 codes, and common names and demonyms of our
own. Reading it takes 2 ms; Babel itself takes 25 ms to import and 180 ms to load these five
languages, so it is only needed to make the file (tests/make_territories.py).
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_READ = 400  # characters
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_FLAG_A = 0x1F1E6
_ALPHA_2 = 2


@cache
def _data() -> dict[str, dict[str, str]]:
    """ "countries": folded name to code; "alpha_3": code to code; "regions": folded name to codes
    joined by spaces; "zones": abbreviation to offset or offsets.
    """
    data: dict[str, dict[str, str]] = json.loads(
        files("goldmine_ingest").joinpath("data/territories.json").read_text("utf-8")
    )
    return data


@lru_cache(maxsize=1024)  # the same few dozen countries in all listings
def _fold(text: str) -> str:
    """Lower case without accents, apostrophes, dots and punctuation: "Côte d’Ivoire" and "COTE
    D'IVOIRE" are one name.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    letters = "".join(
        "" if unicodedata.combining(c) or c in "'’`´ʼ‘." else c if c.isalnum() else " "
        for c in decomposed
    )
    return " ".join(letters.split())


def country_code(text: str) -> str | None:
    """ISO alpha-2 of the country that the whole text names: a name, a common name or demonym, a
    flag, or an ISO code in capitals.

    In lower case, codes are words ("us", "in", "it", "and", "can") and give None.
    """
    text = text[:_READ].strip()
    flag = _FLAG.search(text)
    code = "".join(chr(ord(letter) - _FLAG_A + ord("A")) for letter in flag[0]) if flag else text
    if len(code) == _ALPHA_2 and code.isascii() and code.isupper():
        code = {"UK": "GB", "EL": "GR"}.get(code, code)
        return code if code in _codes() else None
    if flag or text in _data()["alpha_3"]:
        return _data()["alpha_3"].get(text)
    folded = _fold(text)
    return _data()["countries"].get(folded.removeprefix("the ")) if len(folded) > _ALPHA_2 else None


@cache
def _codes() -> frozenset[str]:
    return frozenset(_data()["countries"].values())


_PLACE_SEPARATORS = re.compile(
    r"\s*(?:[,;/|()•·\n]|\s-\s|\s–\s|\bor\b|\band\b|\bund\b|\bet\b|\bonly\b|\bremote\b)\s*",
    re.IGNORECASE,
)


def country_in(text: str) -> str | None:
    """ISO alpha-2 of the one country in a location: "Berlin, Germany", "Remote - Japan", "🇩🇪
    Germany". None where it names several.
    """
    text = text[:_READ]
    named = dict.fromkeys(
        code
        for part in (text, *_PLACE_SEPARATORS.split(_FLAG.sub(" ", text)), *_FLAG.findall(text))
        if (code := country_code(part))
    )
    return next(iter(named)) if len(named) == 1 else None


_OPEN_TO_ALL = re.compile(
    r"\b(?:worldwide|world ?wide|anywhere|global(?:ly)?|international|any country|all"
    r" countries|everywhere|weltweit|monde entier"
    r"|earth)\b|по всему миру",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\b(?:only|freelancers?|candidates?|applicants?|talents?|contractors?|residents?|citizens?|people|located|based|living|residing|in|from|within|of|the|may|can|must|apply"
    r"|be|are|is|should|who|eligible|open|to|for|nur|uniquement|remote|timezones?|time"
    r" zones?|required|preferred|location"
    r"|countries|country|region)\b|[.:!]",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except|excluding|outside|other than|not|no)\b", re.IGNORECASE)


def open_to(text: str) -> tuple[str, ...]:
    """Who may apply, as sorted ISO alpha-2 codes: "Only freelancers located in the United States
    may apply.", "EU/EEA", "LATAM, Canada".

    () means anyone, not said, or said in a way that isn't understood ("everywhere except ..."):
    then nobody is turned away by it.
    """
    text = text[:_READ]
    if not text:
        return ()
    if _OPEN_TO_ALL.search(text) or _EXCEPT.search(text):
        return ()
    codes: set[str] = set()
    for part in _PLACE_SEPARATORS.split(text):
        codes.update(
            _expanded(part) or _expanded(" ".join(_FILLER.sub(" ", part.replace("-", " ")).split()))
        )
    return tuple(sorted(codes))


def _expanded(part: str) -> tuple[str, ...]:
    """The countries of one name, a region's or a country's own."""
    if region := _data()["regions"].get(_fold(part).removeprefix("the ")):
        return tuple(region.split())
    code = country_code(part)
    return (code,) if code else ()


_NUMBER = re.compile(
    r"(?<![\d:.\w])(?:(?:UTC|GMT)\s*)?([+\-−–]?\s?\d{1,2})(?::(\d{2})|\.(\d{1,2}))?(?![\d:])",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"(?:UTC|GMT)\s*([+\-−]?\s?\d{1,2}(?::\d{2}|\.\d+)?)?\s*(?:to|-|–|—|until|bis|through)\s*(?:UTC|GMT)\s*([+\-−]?\s?\d{1,2}(?::\d{2}|\.\d+)?)?",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"\b([A-Z]{2,5}|(?:UTC|GMT)[+-]\d{1,2})\s*(?:\+\s*/\s*-|\+-|±)\s*(\d{1,2})(?!\d)(?:\s*(?:hours?|hrs?|h)\b)?"
)
_WORD = re.compile(r"[A-Za-z]{2,5}")
_FIRST, _LAST = -12 * 60, 14 * 60  # the offsets in use, in minutes


def timezone_offsets(text: str) -> tuple[str, ...]:
    """UTC offsets that may apply, as "+01:00", west to east: "-5", "5.5", "UTC-5 to UTC+2" (every
    whole hour), "CET", "EST, PST".

    Zone names mean their standard time. What is no offset in use is left out.
    """
    text = text[:_READ]
    minutes: set[int] = set()
    text = _AROUND.sub(_spanned, text)
    for span in _SPAN.finditer(text):
        low, high = sorted(_minutes(end or "0") for end in span.groups())
        minutes.update(range(low, high + 1, 60))
    rest = _SPAN.sub(" ", text)
    minutes.update(_minutes(match[0]) for match in _NUMBER.finditer(rest))
    zones = _data()["zones"]
    if not _NUMBER.search(rest):  # "CST (UTC-6)" says it better than its name
        minutes.update(_minutes(zones[word]) for word in _WORD.findall(rest) if word in zones)
    return tuple(_offset(m) for m in sorted(minutes) if _FIRST <= m <= _LAST)


def _spanned(around: re.Match[str]) -> str:
    """ "CET +/- 3 hours" as a span: "UTC-02:00 to UTC+04:00"."""
    middle = _data()["zones"].get(
        around[1], around[1] if around[1].startswith(("UTC", "GMT")) else ""
    )
    if not middle:
        return around[0]
    low, high = (_offset(_minutes(middle) + sign * 60 * int(around[2])) for sign in (-1, 1))
    return f"UTC{low} to UTC{high}"


def _minutes(text: str) -> int:
    found = _NUMBER.search(text)
    if not found:
        return 0
    hours = int(
        "".join(found[1].split()).replace("−", "-").replace("–", "-")
    )  # any white space that a pattern's \s took
    part = int(found[2]) if found[2] else round(float(f"0.{found[3]}") * 60) if found[3] else 0
    return hours * 60 - part if "-" in found[1] or "−" in found[1] else hours * 60 + part


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
