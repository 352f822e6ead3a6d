"""How much of a proof's vocabulary a listing shares, by BM25 (Robertson and Zaragoza 2009) over
lemmas, as a share of what the eight heaviest words of the proof would give.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from operator import truediv

from goldmine_ingest.criteria.own_terms import OwnTerms
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.sentences import Role
from goldmine_ingest.text.wordlists import word_group

_K, _B = 1.2, 0.5
_USUAL_LENGTH, _USUAL_ASK = 120, 60  # words
_ALL_BUT_REQUIREMENTS = frozenset((Role.ASK, Role.PROBLEM, Role.COMPANY, Role.OTHER, Role.HEADING))
_ASKING = frozenset((Role.ASK, Role.PROBLEM))
_ASKED = _ASKING | {Role.OTHER}

Shares = Sequence[float]
"""The share for each proof, in their order; 0 for one that shares nothing."""


def of_whole(text: ListingText, own: OwnTerms) -> Shares:
    """Title and all sentences but requirements, terms and how to apply."""
    return _shares(_counted(text, _ALL_BUT_REQUIREMENTS, title=1), own, _USUAL_LENGTH)


def of_ask(text: ListingText, own: OwnTerms) -> Shares:
    """The title three times and what is asked."""
    return _shares(_counted(text, _ASKING, title=3), own, _USUAL_LENGTH)


def of_quoted(text: ListingText, quoted: Iterable[int], own: OwnTerms) -> Shares:
    """The title twice and the sentences that are quoted as the ask."""
    words = text.words[0] * 2 + [word for number in quoted for word in text.words[number]]
    return _shares(words, own, _USUAL_ASK)


def of_title(text: ListingText, own: OwnTerms) -> float:
    """How much of what the title names is in one's own terms, by rarity: a rare word of others'
    weighs against it.
    """
    if own.words.isdisjoint(text.words[0]):
        return 0.0
    stop = word_group("stop")
    words = [word for word in text.words[0] if word not in stop]
    return _covered(words, own.rarity.of_words, filter(own.words.__contains__, words))


def of_asked_words(text: ListingText, own: OwnTerms) -> float:
    """The same of title and ask, by all words of the proofs."""
    asked = set(text.words[0]).union(
        *(
            words
            for sentence, words in zip(text.sentences, text.words, strict=True)
            if sentence.role in _ASKED
        )
    )
    mine = own.bag_words & asked
    return _covered(asked, own.rarity.of_specific, mine) if mine else 0.0


def _covered(words: Iterable[str], of: Mapping[str, float], mine: Iterable[str]) -> float:
    """Summed exactly, so that the order of a set doesn't matter."""
    whole = math.fsum(map(of.__getitem__, words))
    return math.fsum(map(of.__getitem__, mine)) / whole if whole else 0.0


def _counted(text: ListingText, roles: frozenset[Role], title: int) -> list[str]:
    words = text.words[0] * title
    for sentence, some in zip(text.sentences, text.words, strict=True):
        if sentence.role in roles:
            words += some
    return words


def _shares(words: list[str], own: OwnTerms, usual: int) -> Shares:
    slowness = _K * (1 - _B + _B * len(words) / usual)
    counts: dict[str, int] = {}
    for word in filter(own.by_word.__contains__, words):
        counts[word] = counts.get(word, 0) + 1
    gained = [0.0] * len(own.proofs)
    for word, count in counts.items():
        rarity, proofs = own.by_word[word]
        gain = rarity * (count * (_K + 1) / (count + slowness))
        for proof in proofs:
            gained[proof] += gain
    shares = list(map(truediv, gained, own.heaviest))
    return [min(1.0, share) for share in shares] if max(shares, default=0.0) > 1.0 else shares
