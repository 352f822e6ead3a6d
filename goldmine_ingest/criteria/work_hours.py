"""How many hours a job takes, by what the listing states: all of them, or those of a week and how
long it lasts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from goldmine_ingest.criteria.budget import Amounts, amounts, effort_hours
from goldmine_ingest.criteria.case import Case, plain

# Weeks of five days; months of a twelfth of 52 weeks.
_WEEKS = {"day": Decimal(1) / 5, "week": Decimal(1), "month": Decimal("4.33"), "year": Decimal(52)}
_UNIT = re.compile(
    r"(?P<day>day|daily|tag)|(?P<week>week|wk|woche)|(?P<month>month|monat)|year|jahr", re.I
)
_WORDS = {
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
    **{"eight": 8, "ten": 10, "twelve": 12, "ein": 1, "eine": 1, "einen": 1, "einem": 1},
    **{"einer": 1, "zwei": 2, "drei": 3},
    **{"vier": 4, "fünf": 5, "sechs": 6, "acht": 8, "zehn": 10, "zwölf": 12},
}
_FIGURE = rf"\d{{1,4}}|\b(?:{'|'.join(_WORDS)})\b"
_RANGE = re.compile(rf"({_FIGURE})\+?(?:\s*(?:-|–|to|bis)\s*({_FIGURE}))?", re.I)
# Hours that somebody must be awake are no hours of work.
_NO_WORK = re.compile(r"overlap|time ?zone|business hours|zeitzone", re.I)


class WorkHours(NamedTuple):
    """`total` hours of the whole job; `assumption` says how they were worked out where the listing
    doesn't state them itself, else empty. `quotes` are the listing's words.
    """

    total: Decimal
    assumption: str = ""
    quotes: tuple[str, ...] = ()


class _Stated(NamedTuple):
    """A figure, and the words that state it; `quoted` if they are the listing's."""

    value: Decimal
    words: str
    quoted: bool = True


def work_hours(case: Case) -> WorkHours | None:
    """The hours that the text states in all (the middle of a range), else the weekly hours times
    the stated duration. One end alone counts as the middle: "30+ hrs/week" is 30, "less than a
    month" one month. None where one of them isn't stated, or the text states several.
    """
    total = effort_hours(case)
    if total is not None:
        return WorkHours(total, quotes=case.facts.quotes(case.facts.places("effort"), 1))
    weekly = _weekly(case)
    weeks = _weeks(case) if weekly else None
    if weekly is None or weeks is None:
        return None
    hours = weekly.value * weeks.value
    week = f" (“{weekly.words}”)" if weekly.quoted else ""
    assumption = (
        f"{plain(weekly.value)} hours a week{week} × {plain(weeks.value)} weeks"
        f" (“{weeks.words}”) = {plain(hours)} hours"
    )
    quotes = tuple(one.words for one in (weekly, weeks) if one.quoted)
    return WorkHours(hours, assumption, quotes)


class Stated(NamedTuple):
    """What a listing pays, and how many hours it takes: worked out once, for all who ask."""

    pay: Amounts
    hours: WorkHours | None

    @property
    def total_hours(self) -> Decimal | None:
        return self.hours.total if self.hours else None


def stated(case: Case, currency: str) -> Stated:
    """`currency` is the base currency."""
    return Stated(amounts(case, currency), work_hours(case))


def _weekly(case: Case) -> _Stated | None:
    """Of the field that states it, else of the text where it says one figure only."""
    field = case.posting.hours_per_week
    if field is not None:
        return _Stated(field, f"{plain(field)} hours a week", quoted=False)
    stated = []
    for start, end in case.facts.places("weekly"):
        if not _NO_WORK.search(case.facts.listing.quote(_sentence(case, start))):
            words = case.facts.quote(start, end)
            hours, weeks = _middle(words), _weeks_in(words)
            if hours is not None and weeks is not None:
                stated.append(_Stated(hours / weeks, words))
    return _only(stated)


def _weeks(case: Case) -> _Stated | None:
    """Of the field that states it, else of the text: "for 4 weeks" beside the hours, or a
    duration that is called one.
    """
    field = case.posting.duration
    if field and (weeks := _duration(field)) is not None:
        return _Stated(weeks, field)
    facts = case.facts
    hours_in = {_sentence(case, start) for start, _ in facts.places("weekly")}
    places = [
        *facts.places("lasts"),
        *(place for place in facts.places("lasts.beside") if _sentence(case, place[0]) in hours_in),
    ]
    quotes = (facts.quote(start, end) for start, end in places)
    return _only(_Stated(weeks, q) for q in quotes if (weeks := _duration(q)) is not None)


def _sentence(case: Case, place: int) -> int:
    """The number of the sentence that holds a place."""
    sentences = case.facts.listing.sentences
    return max(0, bisect_right(sentences, place, key=lambda sentence: sentence.start) - 1)


def _only(stated: Iterable[_Stated]) -> _Stated | None:
    """The one figure that is stated; None where there is none, or another beside it."""
    by_value = {one.value: one for one in stated}
    return next(iter(by_value.values())) if len(by_value) == 1 else None


def _duration(words: str) -> Decimal | None:
    amount, unit = _middle(words), _weeks_in(words)
    return None if amount is None or unit is None else amount * unit


def _weeks_in(words: str) -> Decimal | None:
    """The weeks of the time that is named last."""
    named = [match.lastgroup or "year" for match in _UNIT.finditer(words)]
    return _WEEKS[named[-1]] if named else None


def _middle(words: str) -> Decimal | None:
    match = _RANGE.search(words)
    if match is None:
        return None
    low = _number(match[1])
    return Decimal(low + (_number(match[2]) if match[2] else low)) / 2


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _WORDS[word.lower()]
