"""Countries and regions as listings write them. Pure; what isn't clearly a place is None or ().

The names are those of `territories`, the states behind cities those of `subdivisions`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from goldmine_ingest.facts.cities import BY_NAME
from goldmine_ingest.facts.subdivisions import (
    SELDOM,
    country_behind_city,
    country_of_codes,
    country_of_state_name,
    with_georgia_named,
)
from goldmine_ingest.facts.territories import territories
from goldmine_ingest.facts.time_zones import without_time_zones
from goldmine_ingest.text.lazy_re import lazy_re

_READ = 400  # characters
_FLAG = lazy_re("[\U0001f1e6-\U0001f1ff]{2}")
_FLAG_A = 0x1F1E6
_DOTTED = lazy_re(r"(?:[A-Z]\.){2,3}|[A-Z]\.[A-Z]")  # "U.S.", "U.K"
_ALPHA_2 = 2


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
    text = text.replace(".", "") if _DOTTED.fullmatch(text) else text
    flag = _FLAG.search(text)
    code = "".join(chr(ord(letter) - _FLAG_A + ord("A")) for letter in flag[0]) if flag else text
    if len(code) == _ALPHA_2 and code.isascii() and code.isupper():
        code = {"UK": "GB", "EL": "GR"}.get(code, code)
        return code if code in _codes() else None
    if flag or text in territories()["alpha_3"]:
        return territories()["alpha_3"].get(text)
    folded = _fold(text)
    return (
        territories()["countries"].get(folded.removeprefix("the "))
        if len(folded) > _ALPHA_2 or not folded.isascii()
        else None
    )


def country_of_field(text: str) -> str | None:
    """The same of a field that holds a country and nothing else: codes count in lower case too, and
    a city before the country's name or code ("Berlin, Germany").
    """
    text = text.strip()
    code = text.upper() if len(text) == _ALPHA_2 and text.isascii() else text
    return country_code(code) or country_in(text)


@cache
def _codes() -> frozenset[str]:
    return frozenset(territories()["countries"].values())


_PLACE_SEPARATORS = lazy_re(
    r"\s*(?:[,;/|()•·\n+&]|\s-\s|\s–\s|\b(?:or|and|und|oder|et|ou|y|o|e|en|и|или|only|remote)\b)\s*",
    re.IGNORECASE,
)


def country_in(text: str) -> str | None:
    """ISO alpha-2 of the one country in a location: "Berlin, Germany", "Remote - Japan", "🇩🇪
    Germany". None where it names several.
    """
    whole = text[:_READ]
    states, rest = _states(without_time_zones(whole))
    text = rest if states or rest != whole else whole
    named = dict.fromkeys(states)
    named |= dict.fromkeys(
        code
        for part in (text, *_PLACE_SEPARATORS.split(_FLAG.sub(" ", text)), *_FLAG.findall(text))
        if (code := country_code(part))
    )
    return next(iter(named)) if len(named) == 1 else None


_OPEN_TO_ALL = lazy_re(
    r"\b(?:worldwide|world ?wide|anywhere|global(?:ly)?|international|any country|all"
    r" countries|everywhere|weltweit|monde entier"
    r"|earth)\b|по всему миру",
    re.IGNORECASE,
)
# "Anywhere in the EU", "from anywhere within Canada" are open to those places.
_ANYWHERE_IN = lazy_re(
    r"\b(?:from )?anywhere (?:in|within|inside|across|throughout) (?!the world\b|world\b)",
    re.IGNORECASE,
)
# Where the client sits, and what is a wish, restrict nobody.
_OFFICE = lazy_re(
    r"\b(?:our |the )?(?:offices?|hq|headquarter(?:s|ed)|company (?:is )?(?:based|located))"
    r"(?: is| are)?(?: located| based)? in [^;|()\n]{2,40}(?=$|[;|()\n])",
    re.IGNORECASE,
)
_ONSITE = lazy_re(r"\b(?:on-?site|hybrid|must|only|candidates?|applicants?|freelancers?)\b", re.I)
_WISH = lazy_re(r"\b(?:preferred|preferably|prefer|ideally|a plus|bevorzugt|idéalement)\b", re.I)
_FILLER = lazy_re(
    r"\b(?:only|freelancers?|candidates?|applicants?|talents?|contractors?|residents?|citizens?|people|located|based|living|residing|resid(?:e|ents?)|live|in|from|within|of|the|may|can|must|apply"
    r"|be|are|is|should|who|eligible|open|to|for|nur|uniquement|seulement|solo|sólo|solamente|somente|apenas|soltanto|alleen|tylko|только|лише"
    r"|remote|timezones?|time"
    r" zones?|required|preferred|location"
    r"|countries|country|region)\b|[.:!]",
    re.IGNORECASE,
)
_EXCEPT = lazy_re(r"\b(?:except|excluding|outside|other than|not|(?-i:[Nn]o))\b", re.IGNORECASE)


def open_to(text: str) -> tuple[str, ...]:
    """Who may apply, as sorted ISO alpha-2 codes: "Only freelancers located in the United States
    may apply.", "EU/EEA", "LATAM, Canada", "San Francisco, CA" (US).

    () means anyone, not said, or said in a way that isn't understood ("everywhere except ..."):
    then nobody is turned away by it. Time zones ("EU hours") are no places.
    """
    return _open_to(text[:_READ])


@lru_cache(maxsize=1_024)  # few ways to say it are as common as "US only"
def _open_to(text: str) -> tuple[str, ...]:
    text = _ANYWHERE_IN.sub(" ", without_time_zones(with_georgia_named(text)))
    if not _ONSITE.search(text):
        text = _OFFICE.sub(" ", text)
    if not text or any(pattern.search(text) for pattern in (_OPEN_TO_ALL, _EXCEPT, _WISH)):
        return ()
    if not _FLAG.search(text) and (
        whole := _expanded(text.strip())
    ):  # "Bosnia and Herzegovina", "Trinidad & Tobago"
        return tuple(sorted(whole))
    codes, text = _states(text)
    cities: set[str] = set()
    start = 0
    for separator in (*_PLACE_SEPARATORS.finditer(text), None):
        part = text[start : separator.start() if separator else len(text)]
        bare = " ".join(_FILLER.sub(" ", part.replace("-", " ")).split())
        codes.update(_expanded(part) or _expanded(bare))
        # "London, Ontario" is one place, "London or Lisbon" are two
        if (city := BY_NAME.get(_fold(bare))) and not (separator and separator[0].strip() == ","):
            cities.add(city)
        start = separator.end() if separator else start
    return tuple(sorted(codes | cities)) if codes else ()


# "US-CA", as ISO 3166-2 writes a state.
_STATE_OF = lazy_re(r"\b(US|CA|AU)-[A-Z]{2,3}\b")
_CITY_AND_CODE = lazy_re(
    r"(?P<city>[^\W\d_][^\W\d_.' -]*(?:[ .'-]+[^\W\d_][^\W\d_.'-]*){0,3}),\s?"
    r"(?P<code>[A-Z]{2,3})\b(?:\s\d{4,5}\b)?"
)
_NO_CITY = lazy_re(
    r"\b(?:remote|hybrid|onsite|on-site|only|anywhere|worldwide|either|or|and)\b", re.IGNORECASE
)
_CODES = lazy_re(r"(?<![\w-])[A-Z]{2,3}(?:\s?(?:[,/&|]|or|and)\s?[A-Z]{2,3})*(?![\w-])")
_ONE_CODE = lazy_re(r"[A-Z]{2,3}")


def _states(text: str) -> tuple[set[str], str]:
    """The countries of the states that a text names by their codes, and the text without them. A
    text that is one code is a field of codes, and stays.
    """
    codes: set[str] = set()
    if _ONE_CODE.fullmatch(text.strip()):
        return codes, text

    def state_of(match: re.Match[str]) -> str:
        codes.add(match[1])
        return " | "

    def city(match: re.Match[str]) -> str:
        place = match["city"]
        named = country_code(place) or territories()["regions"].get(_fold(place))
        state = country_behind_city(place, match["code"])
        # "US, CA" are two countries
        code_too = _ONE_CODE.fullmatch(place) and place != "USA" and country_code(place)
        if match["code"] == "PT" and not (code_too or _NO_CITY.search(place)):
            state = "PT"  # Portugal, though "PT" alone is Pacific time
        if state is None or code_too or _NO_CITY.search(place):
            return match[0]
        if named and state != named and match["code"] not in SELDOM:
            return match[0]
        codes.add(state)
        return " | "

    def listed(match: re.Match[str]) -> str:
        meant = country_of_codes(_ONE_CODE.findall(match[0]))
        codes.update(meant or ())
        return match[0] if meant is None else " | "

    text = _CITY_AND_CODE.sub(city, _STATE_OF.sub(state_of, text))
    return codes, _CODES.sub(listed, text)


def _expanded(part: str) -> tuple[str, ...]:
    """The countries of one name, a region's or a country's own."""
    if region := territories()["regions"].get(_fold(part).removeprefix("the ")):
        return tuple(region.split())
    if part in territories()["zones"]:
        return ()  # EST is Estonia's alpha-3 code too
    code = country_code(part) or country_of_state_name(_fold(part))
    return (code,) if code else ()
