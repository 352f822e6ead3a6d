"""The user's own words, compiled once for each version of the criteria: the terms of every proof,
how rare each is, and each proof's bag."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from goldmine_ingest.text.lemmas import Lemmas, listing_counts
from goldmine_ingest.text.terms import TermIndex, spellings, stem
from goldmine_ingest.text.wordlists import counts, foreign_words, synonyms, word_group

Kind = Literal["phrase", "skill", "exclude"]
Words = tuple[str, ...]

_SYNONYM = 0.8
_UNSEEN = {
    1: 1
}  # how many listings a term that was never counted is taken to stand in: one word 1, several 2
_UNSEEN_LONGER = 2
_MOST_STEMS = 50_000  # remembered; a stream of invented words can't grow them
_HEAVIEST = 8  # words of a bag: what a listing that speaks of one's work can be expected to name
_DEEDS = ("ion", "ing", "ment")
_BETWEEN = ("of", "the", "our", "your", "my", "a", "all", "some", "this", "these")


def own_names(proofs: Iterable[ProofSettings]) -> list[str]:
    """What the proofs call their work: phrases and skills, as written."""
    return [name for proof in proofs for name in (*proof.phrases, *proof.skills)]


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase, skill or exclusion of one proof. `rarity` is 0 (in every listing) to 1; `factor`
    under 1: another word for it.
    """

    proof: int
    name: str
    kind: Kind
    rarity: float
    factor: float = 1.0


class Rarity:
    """How rare words are in listings, by the user's accepted table where it has a term, else by the
    one that ships.
    """

    def __init__(self, accepted: Mapping[str, int] | None, lemmas: Lemmas) -> None:
        self._counts: Mapping[str, int] = listing_counts()
        self._listings: int = counts("document_frequency")["listings"]
        own: dict[str, int] = {}
        for term, count in (accepted or {}).items():
            words = " ".join(lemmas.of(term))
            own[words] = max(count, own.get(words, 0))
        scale = self._listings / max(1, (accepted or {}).get("*", self._listings))
        self._own = {
            term: min(self._listings, round(count * scale)) for term, count in own.items() if term
        }
        self._common = self._listings // 10  # what is said of generic words that nobody counted
        self._most = math.log(1 + (self._listings - 0.5) / 1.5)
        self._of_words: dict[str, float] = {}

    def count(self, words: Words) -> int | None:
        """In how many listings they stand; None where nobody counted."""
        term = " ".join(words)
        found = self._own.get(term)
        if found is None:
            found = self._counts.get(term)
        return self._common if found is None and term in foreign_words("generic") else found

    @property
    def listings(self) -> int:
        """How many listings were counted."""
        return self._listings

    def word(self, word: str) -> float:
        """The rarity of one word. Remembers those that were counted, and no others: texts may be
        full of invented ones.
        """
        found = self._of_words.get(word)
        if found is None:
            found = self.of((word,))
            if self.count((word,)) is not None:
                self._of_words[word] = found
        return found

    def of(self, words: Words, others: Iterable[Words] = ()) -> float:
        """0 to 1. `others`: its other spellings; the commonest counts ('React.js' is as common as
        'React').
        """
        known = [count for one in (words, *others) if (count := self.count(one)) is not None]
        count = max(known, default=_UNSEEN.get(len(words), _UNSEEN_LONGER))
        count = min(count, self._listings)
        return math.log(1 + (self._listings - count + 0.5) / (count + 0.5)) / self._most


@dataclass(frozen=True, slots=True)
class Bag:
    """The rarity of each of a proof's words, and what its heaviest come to."""

    words: Mapping[str, float]
    heaviest: float


class OwnTerms:
    """What the proofs say, ready to be looked for."""

    def __init__(self, settings: CriteriaSettings, lemmas: Lemmas) -> None:
        self.proofs = settings.proofs
        self.rarity = Rarity(settings.terms, lemmas)
        self.by_key: dict[str, Term] = {}
        found: list[tuple[str, Words]] = []
        for term, variants in self._terms(settings, lemmas):
            key = f"{term.proof}\t{term.kind}\t{term.name}\t{term.factor}"
            self.by_key[key] = term
            found += [(key, variant) for variant in sorted(variants)]
        self.index = TermIndex(found)
        self.scattered = Scattered(
            (key, words) for key, words in found if self.by_key[key].kind != "exclude"
        )
        self.words = frozenset(
            word for key, words in found if self.by_key[key].kind != "exclude" for word in words
        )
        self.bags = tuple(self._bag(proof, lemmas) for proof in settings.proofs)
        self.bag_words = frozenset(word for bag in self.bags for word in bag.words)
        self.by_word: dict[str, list[tuple[int, float]]] = {}
        for number, bag in enumerate(self.bags):
            for word, weight in bag.words.items():
                self.by_word.setdefault(word, []).append((number, weight))

    def _terms(
        self, settings: CriteriaSettings, lemmas: Lemmas
    ) -> Iterable[tuple[Term, frozenset[Words]]]:
        for number, proof in enumerate(settings.proofs):
            named: tuple[tuple[Kind, tuple[str, ...]], ...] = (
                ("phrase", proof.phrases),
                ("skill", proof.skills),
                ("exclude", proof.exclude),
            )
            for kind, names in named:
                for name in names:
                    variants = written(spellings(name, settings.aliases), lemmas)
                    rarity = self.rarity.of(tuple(lemmas.of(name)), sorted(variants))
                    yield Term(number, name, kind, rarity), variants
                    if kind != "exclude":
                        others = other_forms(name, lemmas) | (
                            synonyms_of(name, lemmas) if kind == "phrase" else frozenset()
                        )
                        yield Term(number, name, kind, rarity, _SYNONYM), others - variants

    def _bag(self, proof: ProofSettings, lemmas: Lemmas) -> Bag:
        texts = (
            proof.name,
            proof.result or "",
            proof.offer or "",
            proof.first_step or "",
            *proof.phrases,
            *proof.skills,
        )
        own = {word for text in texts for word in lemmas.of(text)} - word_group("stop")
        words = {word: self.rarity.of((word,)) for word in sorted(own)}
        return Bag(words, sum(sorted(words.values(), reverse=True)[:_HEAVIEST]))


class Scattered:
    """Terms of several words by the stems of their words, for sentences that have them all but not
    in a row ('migrate our old data').
    """

    def __init__(self, terms: Iterable[tuple[str, Words]]) -> None:
        self._stems: dict[str, str] = {}
        self._by_stem: dict[str, list[tuple[str, frozenset[str]]]] = {}
        self._all: set[str] = set()
        for key, words in terms:
            wanted = frozenset(stem(word) for word in words)
            if len(wanted) > 1:
                self._all |= wanted
                self._by_stem.setdefault(max(wanted, key=lambda one: (len(one), one)), []).append(
                    (key, wanted)
                )

    def find(self, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """The key of each term that a sentence has scattered or in a row, and the first and last
        place of its words (inclusive).
        """
        places: dict[str, int] = {}
        for place, word in enumerate(words):
            found = self._stem(word)
            if found in self._all:
                places.setdefault(found, place)
        if len(places) < 2:
            return
        for one in places:
            for key, wanted in self._by_stem.get(one, ()):
                if wanted <= places.keys():
                    at = [places[each] for each in wanted]
                    yield key, min(at), max(at)

    def _stem(self, word: str) -> str:
        found = self._stems.get(word)
        if found is None:
            if len(self._stems) >= _MOST_STEMS:
                self._stems.clear()
            found = self._stems[word] = stem(word)
        return found


def written(names: Iterable[str], lemmas: Lemmas) -> frozenset[Words]:
    """The lemmas of each name; a name of two words also written as one, where that isn't too short
    to mean anything.
    """
    split = {tuple(lemmas.of(name)) for name in names} - {()}
    joined = {
        (lemmas["".join(words)],) for words in split if len(words) == 2 and len("".join(words)) > 4
    }
    return frozenset(split | joined)


def other_forms(name: str, lemmas: Lemmas) -> frozenset[Words]:
    """What else English makes of 'video editing' and 'data migration': 'video editor', 'edit your
    videos', 'migration of data'. Of two words only: one word alone would meet too much.
    """
    own = re.findall(r"[^\W_]+", name.lower())
    if len(own) != 2:
        return frozenset()
    what, deed = own
    base = next(
        (
            deed.removesuffix(ending)
            for ending in _DEEDS
            if deed.endswith(ending) and len(deed) - len(ending) > 3
        ),
        None,
    )
    if base is None:
        return frozenset()
    thing, act = lemmas[what], lemmas[deed]
    doers = {(thing, lemmas[base + ending]) for ending in ("er", "or")}
    return frozenset(doers | {(act, thing)} | {(act, lemmas[small], thing) for small in _BETWEEN})


def synonyms_of(phrase: str, lemmas: Lemmas) -> frozenset[Words]:
    """What else a phrase may be called; the phrase itself left out."""
    own = tuple(lemmas.of(phrase))
    groups = ({tuple(lemmas.of(other)) for other in group} for group in synonyms())
    return frozenset(set().union(*(group for group in groups if own in group)) - {own})
