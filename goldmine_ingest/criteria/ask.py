"""The one or two sentences of a listing that say what is wanted, quoted as they stand.

Each sentence gets points for what it does and names, and loses some for filler, qualities of people
and distance from the beginning. The points were set by reading thirty listings and what they
quoted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from goldmine_ingest.criteria.own_terms import OwnTerms, Remembered
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.sentences import Role
from goldmine_ingest.text.wordlists import word_group

_ROLE = {
    Role.ASK: 1.3,
    Role.PROBLEM: 1.2,
    Role.OTHER: 0.3,
    Role.REQUIREMENTS: -0.6,
    Role.COMPANY: -0.4,
}
_DEED, _CONCRETE, _OWN, _TITLE = 0.9, 0.55, 0.35, 0.3
_FILLER, _QUALITY, _LATER, _LONGER, _USUAL = -1.6, -0.35, -0.05, -0.02, 28
_ITEM = -0.5
_ENDING = {":": -1.0, "?": -0.8}  # leads on to a list; asks back
_MOST_CONCRETE, _MOST_OWN, _MOST_TITLE = 6.0, 4, 3
_SHORTEST = 4  # words
_SECOND = 0.6  # of the first's points
_LONGEST = 340  # characters of both together
_MOST_LONG = 600
_SAYING = frozenset(("to", "will", "help", "need", "please"))
_RARE, _COMMON = (
    2,
    0.06,
)  # listings at least, share of listings at most: what a concrete word stands in
_MOST_SPECIFIC = 8.0
_UNCOUNTED, _LONG_WORD = 0.6, 4  # of a word that wasn't counted, and its letters


class Ask(NamedTuple):
    """`sentences` are numbers in the order of the text; none where nothing says what is wanted.
    `concrete` is the summed rarity of what they name, 0 to 8; `named` that of the one sentence
    which names most: no further sentence lowers it.
    """

    sentences: tuple[int, ...]
    concrete: float
    named: float


class Asks:
    """Finds the ask, with what one's own criteria know of words."""

    def __init__(self, own: OwnTerms) -> None:
        self._own = own
        self._most = _COMMON * own.rarity.listings
        self._rarities = Remembered(self._rarity)

    def find(self, text: ListingText) -> Ask:
        title = set(text.words[0]) - word_group("stop")
        rarity_of = self._rarities.__getitem__
        rated: list[tuple[float, int]] = []
        named: list[float] = []
        for number, words in enumerate(text.words):
            if len(words) < _SHORTEST or text.sentences[number].role not in _ROLE:
                continue
            kinds = set(words)
            named.append(concrete := math.fsum(map(rarity_of, kinds)))
            points = self._points(text, number, kinds, len(kinds & title), concrete)
            rated.append((-points, number))
        chosen = _chosen(text, sorted(rated)[:2])
        asked = {word for number in (chosen or (0,)) for word in text.words[number]}
        concrete = self.concreteness(asked) + self._uncounted(text.language, asked)
        most = max(named, default=concrete)
        return Ask(chosen, min(_MOST_SPECIFIC, concrete), min(_MOST_SPECIFIC, most))

    def _uncounted(self, language: str, words: Iterable[str]) -> float:
        """What words of another language add: nobody counted them, so each that isn't generic names
        something.
        """
        if language == "en":
            return 0.0
        return _UNCOUNTED * sum(
            len(word) >= _LONG_WORD
            and self._own.rarity.count((word,)) is None
            and word not in word_group("stop")
            and word not in word_group("quality")
            for word in set(words)
        )

    def concreteness(self, words: Set[str]) -> float:
        """The summed rarity of different words that name something: not too common, and no
        generic word of listings.
        """
        return math.fsum(map(self._rarities.__getitem__, words))

    def _rarity(self, word: str) -> float:
        named = _RARE <= (self._own.rarity.count((word,)) or 0) <= self._most
        if not named or word in word_group("generic") or word in word_group("stop"):
            return 0.0
        return self._own.rarity.of_words[word]

    def _points(
        self, text: ListingText, number: int, kinds: Set[str], of_title: int, named: float
    ) -> float:
        """`kinds` are the sentence's different words, `of_title` counts those that the title has
        too. (Plain comparisons: `min` and `max` would take a fifth of the time.)
        """
        (start, end, role, bullet), words = text.sentences[number], text.words[number]
        own, length = len(self._own.words & kinds), len(words)
        points = _ROLE[role]
        if says_deed(words, kinds):
            points += _DEED
        points += _CONCRETE * (named if named < _MOST_CONCRETE else _MOST_CONCRETE)
        points += _OWN * (own if own < _MOST_OWN else _MOST_OWN)
        points += _TITLE * (of_title if of_title < _MOST_TITLE else _MOST_TITLE)
        points += _FILLER * text.filler[number] + _QUALITY * len(word_group("quality") & kinds)
        points += _LATER * number + _LONGER * (length - _USUAL if length > _USUAL else 0)
        last = text.text[end - 1 : end]
        if last.isspace():
            last = text.text[start:end].rstrip()[-1:]
        return points + (_ITEM * bullet + _ENDING.get(last, 0.0))


def _chosen(text: ListingText, best: Sequence[tuple[float, int]]) -> tuple[int, ...]:
    """Of the best two (their points below zero, their numbers) those that are quoted together, in
    the order of the text.
    """
    if len(best) < 2:
        return tuple(number for _, number in best)
    (first, one), (second, other) = best
    length = sum(text.sentences[n].end - text.sentences[n].start for n in (one, other))
    if -second >= _SECOND * -first and length < _LONGEST:
        return (one, other) if one < other else (other, one)
    return (one,)


def says_deed(words: Sequence[str], kinds: Set[str]) -> bool:
    """Whether it begins with a deed ('Rebuild the …') or says to do one ('need to rebuild').
    `kinds` are its different words.
    """
    verbs = word_group("work_verb")
    if words[0] in verbs:
        return True
    return not _SAYING.isdisjoint(kinds) and any(
        first in _SAYING and second in verbs for first, second in pairwise(words)
    )


def quotes(text: ListingText, ask: Ask) -> tuple[str, ...]:
    """Each sentence of the ask exactly as it stands."""
    sentences = (
        text.text[text.sentences[number].start : text.sentences[number].end].strip()
        for number in ask.sentences
    )
    return tuple(dict.fromkeys(quote for quote in sentences if quote))


def quote(text: ListingText, ask: Ask) -> str | None:
    """The ask on one line, in the listing's own words; None where there is none. What doesn't
    follow each other is joined by ' … '.
    """
    if not ask.sentences:
        return None
    parts = [text.quote(number) for number in ask.sentences]
    follow = len(ask.sentences) < 2 or ask.sentences[1] == ask.sentences[0] + 1
    line = (" " if follow else " … ").join(parts)
    return line if len(line) <= _MOST_LONG else line[:_MOST_LONG].rsplit(" ", 1)[0] + " …"
