"""How a listing mentions what the user excludes. A word in passing is no job: what counts is where
it stands and how.

In the title, or plainly in two sentences, it is what the job is about; plainly once, it may be.
After "no", beside "or", as a plus, of a colleague, or about the company, it is
mentioned and no more. Among tags alone it says next to nothing: marketplaces spray them. (Of the
wanted listings of six trades a tenth were lost to exclusions that counted any mention.)
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from goldmine_ingest.criteria.negation import is_negated
from goldmine_ingest.criteria.patterns import PatternSet, occurs
from goldmine_ingest.text.lemmas import TOKEN, lowered
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.sentences import Role, patterns
from goldmine_ingest.text.stems import SECTION
from goldmine_ingest.text.terms import TermIndex


class Weight(IntEnum):
    """How much a mention says, the least first."""

    TAG = 0
    SOFT = 1
    ONCE = 2
    TWICE = 3
    TITLE = 4


class Mention(NamedTuple):
    """An excluded phrase in a listing. `quotes` are the words, `sentences` the numbers of the
    sentences that decided.
    """

    phrase: str
    weight: Weight
    quotes: tuple[str, ...]
    sentences: tuple[int, ...]


_ASIDE = frozenset((Role.COMPANY,))
_NEAR = 60  # characters around a mention in which it is called optional
_GAP, _AHEAD = 3, 15  # characters between two that are excluded as alternatives of each other

Place = tuple[int, int]
"""Characters of the full text, from and to (exclusive)."""
Places = Mapping[Place, int]
"""Each place of a phrase with its token of the stream; of a pattern with −1 − the number of its
sentence.
"""


class Excluded:
    """Phrases to look for: by the lemmas of each (`terms`), and by patterns."""

    def __init__(
        self, terms: Iterable[tuple[str, Sequence[str]]], patterns: PatternSet | None = None
    ) -> None:
        self._index = TermIndex(terms)
        self._patterns = patterns

    def find(self, text: ListingText) -> list[Mention]:
        """One mention of each phrase that occurs, by the weightiest of its places."""
        by_phrase: dict[str, dict[Place, int]] = {}
        for hit in self._index.find(text.stream, text.vocabulary):
            by_phrase.setdefault(hit.key, {})[text.place(hit.start, hit.end)] = hit.start
        spans = self._patterns.spans(text.searchable) if self._patterns else ()
        begins = [sentence.start for sentence in text.sentences] if spans else []
        for phrase, start, end in spans:
            number = max(0, bisect_right(begins, start) - 1)
            by_phrase.setdefault(phrase, {}).setdefault((start, end), -number - 1)
        if not by_phrase:
            return []
        every: dict[int, list[Place]] = {}
        for places in by_phrase.values():
            for place, token in places.items():
                every.setdefault(text.sentence_of(token) if token >= 0 else -token - 1, []).append(
                    place
                )
        return [_weighed(text, phrase, places, every) for phrase, places in by_phrase.items()]


def _weighed(
    text: ListingText, phrase: str, places: Places, others: Mapping[int, Sequence[Place]]
) -> Mention:
    plain: dict[int, str] = {}
    soft: dict[int, str] = {}
    tags: dict[int, str] = {}
    for (start, end), token in sorted(places.items()):
        number = text.sentence_of(token) if token >= 0 else -token - 1
        role = text.sentences[number].role
        one = _Place(text, number, start, end, token, others.get(number, ()))
        kind = tags if role is Role.TAG else soft if one.is_soft() else plain
        kind.setdefault(number, text.text[start:end].split(SECTION)[0].strip())
    if 0 in plain:
        return Mention(phrase, Weight.TITLE, (plain[0],), (0,))
    if plain:
        weight = Weight.TWICE if len(plain) > 1 else Weight.ONCE
        return Mention(phrase, weight, tuple(dict.fromkeys(plain.values())), tuple(plain))
    quotes = soft or tags
    return Mention(
        phrase,
        Weight.SOFT if soft else Weight.TAG,
        tuple(dict.fromkeys(quotes.values())),
        tuple(quotes),
    )


class _Place(NamedTuple):
    """One place of an excluded phrase; `others` are the places of everything that is excluded in
    the same sentence.
    """

    text: ListingText
    number: int
    start: int
    end: int
    token: int
    others: Sequence[Place]

    def is_soft(self) -> bool:
        sentence = self.text.sentences[self.number]
        if sentence.role in _ASIDE:
            return True
        before = self.text.searchable[sentence.start : self.start]
        after = self.text.searchable[self.end : sentence.end]
        token = self._token()
        if token is not None and is_negated(self.text, self.number, token, token + 1):
            return True
        return (
            self._is_alternative(before, after)
            or _is_optional(before, after, self.text.language)
            or _is_colleague(before, after, self.text.language)
        )

    def _token(self) -> int | None:
        """The token of the stream that the place begins with."""
        if self.token >= 0:
            return self.token
        sentence = self.text.sentences[self.number]
        starts = [
            found.start()
            for found in TOKEN.finditer(lowered(self.text.text[sentence.start : sentence.end]))
        ]
        return next(
            (
                self.text.firsts[self.number] + n
                for n, at in enumerate(starts)
                if sentence.start + at >= self.start
            ),
            None,
        )

    def _is_alternative(self, before: str, after: str) -> bool:
        """Beside 'or' or a slash, or in a list that ends with 'or', unless what it stands beside is
        excluded too.
        """
        left, right = before.rstrip(), after.lstrip()
        if left.endswith("/") or left.lower().endswith((" or", ",or")):
            rest = (
                len(left.removesuffix("/").rstrip())
                if left.endswith("/")
                else len(left[:-2].rstrip(" ,"))
            )
            begin = self.start - len(before) + rest
            if not any(begin - _GAP <= end <= begin + 1 for _, end in self.others):
                return True
        if right.startswith("/") or occurs(patterns(self.text.language)["alternative"], right):
            stop = self.end + _AHEAD
            if not any(self.end <= start <= stop for start, _ in self.others):
                return True
        return False


def _is_optional(before: str, after: str, language: str) -> bool:
    return occurs(patterns(language)["optional"], f"{before[-_NEAR:]} {after[:_NEAR]}")


def _is_colleague(before: str, after: str, language: str) -> bool:
    expressions, near = patterns(language), before[-_NEAR:]
    if occurs(expressions["colleague"], near):
        return True
    return occurs(expressions["own"], near) and occurs(
        expressions["colleague_after"], after[:_NEAR]
    )
