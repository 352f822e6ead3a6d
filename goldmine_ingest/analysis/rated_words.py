"""The words of rated listings, each with the listings that say it. Pure.

Only what could be a phrase of a proof: one to three words in a row that name a thing, in the title
or where the work is told of, and that few listings use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldmine_ingest.analysis.proof_draft import could_be_phrase, tool_names
from goldmine_ingest.criteria.own_terms import Rarity, own_names
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.text.lemmas import Lemmas, lowered
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.sentences import Role

_TELLING = frozenset((Role.TITLE, Role.ASK, Role.PROBLEM, Role.OTHER, Role.HEADING))
_LONGEST = 3  # words
_BEST_LENGTHS = (2, 1, 3)
_IN_A_ROW = re.compile(r"[\w.+#&'’-]+(?: [\w.+#&'’-]+)*")  # no sign parts them
# One listing in fifty uses it: it tells one's work from little else. Of tools one in five.
_COMMON, _COMMON_TOOL = 50, 5

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase as the first listing spells it, and the listings that say it, a bit each."""

    text: str
    listings: int


def terms(texts: Sequence[ListingText], criteria: CriteriaSettings, least: int) -> tuple[Term, ...]:
    """Those that at least so many of the texts say and that aren't the user's own already: what
    other listings say too first, two words before one and one before three, the rarer first.
    """
    said: dict[Words, int] = {}
    first: dict[Words, tuple[int, int, int]] = {}
    for number, text in enumerate(texts):
        for sentence, at, words in _runs(text):
            said[words] = said.get(words, 0) | 1 << number
            first.setdefault(words, (number, sentence, at))
    lemmas = Lemmas()
    rarity = Rarity(criteria.terms, lemmas)
    own = {tuple(lemmas.of(name)) for name in own_names(criteria.proofs)}
    found = []
    for words, listings in said.items():
        if listings.bit_count() < least or words in own:
            continue
        number, sentence, at = first[words]
        spelled = _spelled(texts[number], sentence, at, len(words))
        count = rarity.count(words)
        tool = " ".join(words) in tool_names() or spelled in tool_names()
        everyday = (count or 0) * (_COMMON_TOOL if tool else _COMMON) > rarity.listings
        phrase = tool or could_be_phrase(words, spelled)
        if not everyday and phrase and _IN_A_ROW.fullmatch(spelled):
            place = (count is None, _BEST_LENGTHS.index(len(words)), -rarity.of(words), spelled)
            found.append((place, Term(spelled, listings)))
    found.sort(key=lambda each: each[0])
    return tuple(term for _, term in found)


def _runs(text: ListingText) -> Iterator[tuple[int, int, Words]]:
    """The number of a sentence, a place in it, and the words from there."""
    for number, (sentence, words) in enumerate(zip(text.sentences, text.words, strict=True)):
        if sentence.role in _TELLING:
            for at in range(len(words)):
                for length in range(1, min(_LONGEST, len(words) - at) + 1):
                    yield number, at, tuple(words[at : at + length])


def _spelled(text: ListingText, sentence: int, at: int, length: int) -> str:
    start = text.firsts[sentence] + at
    begin, end = text.place(start, start + length)
    return " ".join(lowered(text.text[begin:end]).split())
