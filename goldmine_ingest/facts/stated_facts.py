"""Small facts about job and client in the words of the platforms: proposals, experience, hours,
duration, ratings. Unknown is None.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from goldmine_ingest.text.lazy_re import lazy_re
from goldmine_ingest.text.plain_text import plain

ExperienceLevel = Literal["entry", "intermediate", "expert"]
_READ = 200
_LARGEST = 10**9
_NUMBER = r"(\d{1,3}(?:[ ,]\d{3})+|\d+)"


def _words(text: str) -> str:
    return plain(text[:_READ]).lower().replace("–", "-").replace("—", "-")


def _whole(digits: str) -> int | None:
    number = int(re.sub(r"\D", "", digits)[:12] or 0)
    return number if number <= _LARGEST else None


_LESS = lazy_re(
    rf"(?:less than|fewer than|under|up to|at most|no more than|max\.?|<|≤|moins de|jusqu'à"
    rf"|weniger als|unter|bis zu|höchstens|menos de|hasta|meno di|fino a|minder dan|менее)\s*{_NUMBER}"
    rf"|{_NUMBER}\s*(?:or (?:less|fewer|under)|ou moins|oder weniger|o menos|o meno|или менее)"
)
_BAND = lazy_re(rf"{_NUMBER}\s*(?:to|-|bis|à|a|до|and|und|et|y|e|и)\s*{_NUMBER}")
_MORE = lazy_re(
    rf"{_NUMBER}\s*(?:\+|or more|(?:et|ou) plus|(?:und|oder) mehr|o más|и более)|(?:more than|over"
    rf"|at least|plus de|au moins|mehr als|über|mindestens|más de|più di|meer dan|>|более)"
    rf"\s*{_NUMBER}"
)
_ONE = lazy_re(rf"(?<![\d.,]){_NUMBER}(?![\d.,])")


def proposals_band(text: str) -> tuple[int | None, int | None]:
    """ "Less than 5" is (None, 5), "20 to 50" is (20, 50), "50+" is (50, None), "7 proposals" is
    (7, 7). None stated: (None, None).
    """
    text = _words(text)
    if match := _BAND.search(text):
        low, high = sorted((_whole(match[1]) or 0, _whole(match[2]) or 0))
        return low, high
    if match := _LESS.search(text):
        return None, _whole(match[1] or match[2])
    if match := _MORE.search(text):
        return _whole(match[1] or match[2]), None
    number = count(text)
    return number, number


def count(text: str) -> int | None:
    """The first whole number: "12 reviews", "1,204 hires", "3 interviewing"; 0 where "0" is
    stated. A decimal is no count.
    """
    match = _ONE.search(_words(text))
    return _whole(match[1]) if match else None


_LEVELS: tuple[tuple[ExperienceLevel, re.Pattern[str]], ...] = (
    (
        "entry",
        lazy_re(
            r"\b(?:entry|beginner|junior|einsteiger|débutant|debutant|graduate|intern|new"
            r" freelancer)|начинающ|^1$|\btier ?1\b"
        ),
    ),
    (
        "intermediate",
        lazy_re(
            r"\b(?:intermediate|mid|medior|fortgeschritten|intermédiaire|confirmé|regular|midweight)|средн|^2$|\btier"
            r" ?2\b"
        ),
    ),
    (
        "expert",
        lazy_re(
            r"\b(?:expert|senior|advanced|lead|principal|director|erfahren|expérimenté|executive)|опытн|эксперт|^3$|\btier"
            r" ?3\b"
        ),
    ),
)


def experience_level(text: str) -> ExperienceLevel | None:
    """ "Entry Level", "Intermediate ($$)", "EXPERT", "Senior", contractor tier "3". None for
    "Any" and where two levels are named.
    """
    text = re.sub(r"\$+|[()]", " ", _words(text)).strip()
    named = [level for level, pattern in _LEVELS if pattern.search(text)]
    return named[0] if len(named) == 1 else None


_A_WEEK = (
    r"\s*(?:hours?|hrs?|h|std\.?|stunden|heures)\s*(?:/|per|a|pro|par)\s*(?:week|wk|woche|semaine)"
)
_HOURS = lazy_re(
    rf"(\d+(?:\.\d+)?)(?:\s*(?:-|to)\s*(\d+(?:\.\d+)?))?\s*\+?{_A_WEEK}|hours?\s*/\s*week:?\s*(\d+)"
)
_HOURS_IN_A_WEEK = 168


def hours_per_week(text: str) -> Decimal | None:
    """The figure that is stated: "30+ hrs/week" and "Less than 30 hrs/week" are 30, "10-20
    hrs/week" is 20. None without one.
    """
    match = _HOURS.search(_words(text))
    if not match:
        return None
    hours = Decimal(match[2] or match[1] or match[3])
    return hours if 0 < hours <= _HOURS_IN_A_WEEK else None


_SPAN = r"(?:hours?|days?|weeks?|months?|years?|tage?|wochen?|monate?|jahre?|jours?|semaines?|mois|ans?|дн\w*|недел\w*|месяц\w*)"
_DURATION = lazy_re(
    rf"(?:(?:less|more|fewer) than|under|over|up to|at least|moins de|plus de|weniger als|mehr"
    rf" als|менее"
    rf"|более)?\s*\d+\+?\s*(?:(?:to|-|bis|à|до)\s*\d+\+?)?\s*{_SPAN}\b"
    rf"|(?:(?:less|more) than|over|under) an? {_SPAN}\b|\b(?:ongoing|long[- ]term|short[- ]term)\b"
)


def duration(text: str) -> str | None:
    """How long the work lasts, in the listing's words: "Est. time: 3 to 6 months" is "3 to 6
    months"; "Unspecified" is None.
    """
    line = plain(text[:_READ])
    text = _HOURS.sub(lambda hours: " " * len(hours[0]), line.lower())
    match = _DURATION.search(text)
    return line[match.start() : match.end()].strip() if match and len(text) == len(line) else None


_DECIMAL = lazy_re(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,4})?)(?![\d.,]*\d)")
_BEST_RATING = 5


def _decimal(text: str) -> Decimal | None:
    match = _DECIMAL.search(text)
    return Decimal(match[1].replace(",", ".")) if match else None


def rating(text: str) -> Decimal | None:
    """Stars of 5: "4.82", "4,9 of 5", "Rating is 5.0 out of 5". 0 means not rated yet, so it is
    None; so is anything over 5.
    """
    value = _decimal(_words(text))
    return value if value is not None and 0 < value <= _BEST_RATING else None


def hire_rate(text: str) -> Decimal | None:
    """A share from 0 to 1: "75%", "75 % hire rate", "0.75". A number over 1 without a percent
    sign is taken as per cent.
    """
    text = _words(text)
    value = _decimal(text)
    if value is None or value > 100:
        return None
    return value / 100 if "%" in text or value > 1 else value


_UNVERIFIED = lazy_re(
    r"\b(?:un|not[ _-]?)verified|\bnon vérifié|nicht (?:verifiziert|bestätigt)|не"
    r" (?:верифиц|подтвер)|unverified|^(?:false|no|0)$"
)
_VERIFIED = lazy_re(r"\bverified\b|vérifié|verifiziert|bestätigt|верифиц|подтвер|^(?:true|yes|1)$")


def payment_verified(text: str) -> bool | None:
    """ "Payment method verified", "VERIFIED" are True; "Payment unverified", "NOT_VERIFIED"
    False; anything else says nothing.
    """
    text = _words(text)
    if _UNVERIFIED.search(text):
        return False
    return True if _VERIFIED.search(text.replace("_", " ")) else None


_CONNECTS = lazy_re(r"(\d+)\s*connects?\b|connects?[^\d]{0,40}?(\d+)|^\s*(\d+)\s*$")
_MOST_CONNECTS = 500


def connects(text: str) -> int | None:
    """What a proposal costs: "Send a proposal for: 12 Connects", "Required Connects: 8", "16"."""
    match = _CONNECTS.search(_words(text))
    number = int((match[1] or match[2] or match[3])[:9]) if match else None
    return number if number is not None and number <= _MOST_CONNECTS else None
