"""The one or two sentences of a listing that say what is wanted, quoted as they stand.

Each sentence gets points for what it does and names, and loses some for filler, qualities of people
and distance from the beginning. The points were set by reading thirty listings and what they
quoted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

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
_ITEM, _LEADS_ON, _ASKS_BACK = -0.5, -1.0, -0.8
_MOST_CONCRETE, _MOST_OWN, _MOST_TITLE = 6.0, 4, 3
_SHORTEST = 4  # words
_SECOND = 0.6  # of the first's points
_LONGEST = 340  # characters of both together
_MOST_LONG = 600
_SAYS = frozenset(("to", "will", "help", "need", "please"))
_RARE, _COMMON = (
    2,
    0.06,
)  # listings at least, share of listings at most: what a concrete word stands in
_MOST_SPECIFIC = 8
_UNCOUNTED, _LONG_WORD = 0.6, 4  # of a word that wasn't counted, and its letters


@dataclass(frozen=True, slots=True)
class Ask:
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
        self._concrete = Remembered(self._of)

    def find(self, text: ListingText) -> Ask:
        title = set(text.words[0]) - word_group("stop")
        named = {
            n: self.concreteness(text.words[n])
            for n, s in enumerate(text.sentences)
            if s.role in _ROLE and len(text.words[n]) >= _SHORTEST
        }
        points = {n: self._points(text, n, title, concrete) for n, concrete in named.items()}
        best = sorted(points, key=lambda number: (-points[number], number))
        chosen = best[:1]
        for number in best[1:2]:
            length = sum(
                text.sentences[n].end - text.sentences[n].start for n in (chosen[0], number)
            )
            if points[number] >= _SECOND * points[chosen[0]] and length < _LONGEST:
                chosen.append(number)
        chosen.sort()
        words = {word for number in (chosen or [0]) for word in text.words[number]}
        concrete = self.concreteness(words) + self._uncounted(text.language, words)
        most = max(named.values(), default=concrete)
        return Ask(tuple(chosen), *(min(float(_MOST_SPECIFIC), one) for one in (concrete, most)))

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

    def concreteness(self, words: Iterable[str]) -> float:
        """The summed rarity of the different words that name something: not too common, and no
        generic word of listings.
        """
        return math.fsum(map(self._concrete.__getitem__, set(words)))

    def _of(self, word: str) -> float:
        named = _RARE <= (self._own.rarity.count((word,)) or 0) <= self._most
        if not named or word in word_group("generic") or word in word_group("stop"):
            return 0.0
        return self._own.rarity.of_words[word]

    def _points(self, text: ListingText, number: int, title: Set[str], named: float) -> float:
        (start, end, role, bullet), words = text.sentences[number], text.words[number]
        kinds = set(words)
        last = text.text[start:end].rstrip()[-1:]
        points = _ROLE[role]
        points += _DEED * says_deed(words, kinds)
        points += _CONCRETE * min(_MOST_CONCRETE, named)
        points += _OWN * min(_MOST_OWN, len(kinds & self._own.words))
        points += _TITLE * min(_MOST_TITLE, len(kinds & title))
        points += _FILLER * text.filler[number] + _QUALITY * len(kinds & word_group("quality"))
        points += _LATER * number + _LONGER * max(0, len(words) - _USUAL)
        points += _ITEM * bullet + _LEADS_ON * (last == ":") + _ASKS_BACK * (last == "?")
        return points


def says_deed(words: Sequence[str], kinds: Set[str]) -> bool:
    """Whether it begins with a deed ('Rebuild the …') or says to do one ('need to rebuild').
    `kinds` are the different ones of its words.
    """
    verbs = word_group("work_verb")
    if words and words[0] in verbs:
        return True
    return not _SAYS.isdisjoint(kinds) and any(
        first in _SAYS and second in verbs for first, second in pairwise(words)
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
