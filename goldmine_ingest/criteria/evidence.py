"""Where a proof's own terms stand in a listing, and what they say there.

The same word says much in the title, less in what is asked, little among requirements, and least as
a tag: marketplaces spray tags. It hardly counts in a wish list of a dozen tools or after "no".
Terms add up as independent chances do: 1 − Π(1 − k·v). The factors were set on real listings of six
trades (docs/criteria.md says which, and how well it does).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from goldmine_ingest.criteria.homographs import is_other_word
from goldmine_ingest.criteria.negation import is_negated
from goldmine_ingest.criteria.own_terms import OwnTerms, Term
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.sentences import Role
from goldmine_ingest.text.terms import Occurrence

_REACH = {"phrase": 0.62, "skill": 0.42}
_WISH_LIST, _NEGATED, _SCATTERED = 0.4, 0.1, 0.55
_NEAR = 10  # words in which those of a scattered term stand
_WISHES, _WORDS_A_WISH = 5, 4
_PLACES: Mapping[Role, float] = {
    Role.TITLE: 1.0, Role.ASK: 0.8, Role.PROBLEM: 0.8, Role.OTHER: 0.6, Role.HEADING: 0.6,
    Role.REQUIREMENTS: 0.35, Role.APPLY: 0.35, Role.TERMS: 0.35, Role.COMPANY: 0.3, Role.TAG: 0.35,
}  # fmt: skip
_GROUPS: Mapping[Role, tuple[str, ...]] = {
    Role.TITLE: ("title", "asked"), Role.ASK: ("asked",), Role.PROBLEM: ("asked",),
    Role.REQUIREMENTS: ("requirements",), Role.APPLY: ("requirements",),
    Role.TERMS: ("requirements",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """A term in a sentence. `value` is what it is worth there, 0 to 1, apart from the place;
    `negated`: it is ruled out there.
    """

    term: Term
    sentence: int
    found: Occurrence
    value: float
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one proof's terms come to, each figure 0 to 1: over all places, in title and ask, in the
    title alone, in the requirements, and among the tags. `own_words`:
    some term stands outside the tags.
    """

    all: float = 0.0
    asked: float = 0.0
    title: float = 0.0
    requirements: float = 0.0
    tags: float = 0.0
    own_words: bool = False
    hits: tuple[Hit, ...] = field(default=(), repr=False)


NO_EVIDENCE = Evidence()


def find(text: ListingText, own: OwnTerms) -> dict[int, Evidence]:
    """The evidence for each proof of which any term occurs, by its number."""
    hits: dict[int, list[Hit]] = {}
    places = _Places(text)
    for found in own.index.find(text.stream):
        term = own.by_key[found.key]
        if term.kind != "exclude":
            number = text.sentence_of(found.start)
            if not is_other_word(text, number, found):
                hits.setdefault(term.proof, []).append(places.hit(number, term, found))
    in_a_row = {(hit.term.name, hit.sentence) for some in hits.values() for hit in some}
    for hit in _scattered(text, own, places):
        if (hit.term.name, hit.sentence) not in in_a_row:
            hits.setdefault(hit.term.proof, []).append(hit)
    return {proof: _evidence(text, some) for proof, some in hits.items()}


def _scattered(text: ListingText, own: OwnTerms, places: _Places) -> Iterator[Hit]:
    """Terms whose words all stand near each other in one sentence, though not in a row."""
    for number, words in enumerate(text.words):
        if len(words) > 1 and text.sentences[number].role is not Role.TAG:
            first = text.firsts[number]
            for key, start, last in own.scattered.find(words):
                if last - start < _NEAR:
                    found = Occurrence(key, first + start, first + last + 1)
                    yield places.hit(number, own.by_key[key], found, _SCATTERED)


class _Places:
    """What a place does to a term's worth, worked out once for each: many proofs share terms."""

    def __init__(self, text: ListingText) -> None:
        self._text = text
        self._known: dict[tuple[int, int], tuple[float, bool]] = {}

    def hit(self, number: int, term: Term, found: Occurrence, factor: float = 1.0) -> Hit:
        place = found.start, found.end
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self._looked_at(number, found)
        of_place, negated = known
        return Hit(term, number, found, term.rarity * term.factor * of_place * factor, negated)

    def _looked_at(self, number: int, found: Occurrence) -> tuple[float, bool]:
        text = self._text
        if text.sentences[number].role is Role.TAG:
            return 1.0, False
        factor = _WISH_LIST if in_wish_list(text, number) else 1.0
        negated = is_negated(text, number, found.start, found.end)
        return (factor * _NEGATED if negated else factor), negated


def heard(text: ListingText, found: Iterable[Evidence]) -> tuple[list[str], ...]:
    """The words of each sentence without the terms that are ruled out there: 'not Power BI' shares
    no word with a proof of it.
    """
    silent: dict[int, set[int]] = {}
    for hit in (hit for one in found for hit in one.hits if hit.negated):
        first = text.firsts[hit.sentence]
        silent.setdefault(hit.sentence, set()).update(
            range(hit.found.start - first, hit.found.end - first)
        )
    if not silent:
        return text.words
    return tuple(
        (
            [word for place, word in enumerate(words) if place not in silent[number]]
            if number in silent
            else words
        )
        for number, words in enumerate(text.words)
    )


def in_wish_list(text: ListingText, number: int) -> bool:
    """Whether a sentence is a long list of short items ('React, Node, PHP, Python, Excel, SQL')."""
    sentence = text.sentences[number]
    commas = text.text.count(",", sentence.start, sentence.end)
    return commas >= _WISHES and len(text.words[number]) < _WORDS_A_WISH * (commas + 1)


def _evidence(text: ListingText, hits: list[Hit]) -> Evidence:
    roles = [text.sentences[hit.sentence].role for hit in hits]
    best: dict[str, dict[str, float]] = {
        "all": {},
        "asked": {},
        "title": {},
        "requirements": {},
        "tags": {},
    }
    reach: dict[str, float] = {}
    outside: set[str] = set()
    for hit, role in zip(hits, roles, strict=True):
        name = hit.term.name.lower()
        reach[name] = max(reach.get(name, 0.0), _REACH[hit.term.kind])
        _raise(best["all"], name, hit.value * _PLACES[role])
        if role is Role.TAG:
            _raise(best["tags"], name, hit.value)
        elif not hit.negated:
            outside.add(name)
        if role is not Role.TAG:
            for group in _GROUPS.get(role, ()):
                _raise(best[group], name, hit.value)
    sums = {
        group: chance(reach[name] * value for name, value in sorted(found.items()))
        for group, found in best.items()
    }
    return Evidence(**sums, own_words=bool(outside), hits=tuple(hits))


def _raise(found: dict[str, float], name: str, value: float) -> None:
    if value > found.get(name, 0.0):
        found[name] = value


def chance(parts: Iterable[float]) -> float:
    """1 − Π(1 − part)."""
    return 1.0 - math.prod(1.0 - part for part in parts)
