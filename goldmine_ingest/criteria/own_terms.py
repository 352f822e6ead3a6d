"""The user's own words, compiled once for each version of the criteria: the terms of every proof,
how rare each is, and each proof's bag."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from goldmine_ingest.text.lemmas import Lemmas, listing_counts
from goldmine_ingest.text.stems import stem
from goldmine_ingest.text.terms import TermIndex, spellings
from goldmine_ingest.text.wordlists import counts, foreign_words, synonyms, word_group

Kind = Literal["phrase", "skill"]
Words = tuple[str, ...]
T = TypeVar("T")

_SYNONYM = 0.8
_UNSEEN = {
    1: 1
}  # how many listings a term that was never counted is taken to stand in: one word 1, several 2
_UNSEEN_LONGER = 2
_MOST_WORDS = 50_000
_HEAVIEST = 8  # words of a bag: what a listing that speaks of one's work can be expected to name
_DEEDS = ("ion", "ing", "ment")
_BETWEEN = ("of", "the", "our", "your", "my", "a", "all", "some", "this", "these")


def own_names(proofs: Iterable[ProofSettings]) -> list[str]:
    """What the proofs call their work: phrases and skills, as written."""
    return [name for proof in proofs for name in (*proof.phrases, *proof.skills)]


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase or skill, of whichever proofs have it. `rarity` is 0 (in every listing) to 1;
    `factor` under 1: another word for it.
    """

    name: str
    kind: Kind
    rarity: float
    factor: float = 1.0


class Remembered(dict[str, T]):
    """What was worked out for each word met so far. Forgets all when it is full: a stream of
    invented words can't grow it.
    """

    def __init__(self, of: Callable[[str], T]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, word: str) -> T:
        if len(self) >= _MOST_WORDS:
            self.clear()
        value = self[word] = self._of(word)
        return value


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
        self.of_words = Remembered(lambda word: self.of((word,)))
        # 0 of what names nothing.
        unspecific = word_group("generic") | word_group("stop")
        self.of_specific = Remembered(
            lambda word: 0.0 if word in unspecific else self.of_words[word]
        )

    def count(self, words: Words) -> int | None:
        """In how many listings they stand; None where nobody counted."""
        term = " ".join(words)
        count = self._own.get(term)
        if count is None:
            count = self._counts.get(term)
        return self._common if count is None and term in foreign_words("generic") else count

    @property
    def listings(self) -> int:
        """How many listings were counted."""
        return self._listings

    def of(self, words: Words, others: Iterable[Words] = ()) -> float:
        """0 to 1. `others`: its other spellings; the commonest counts ('React.js' is as common as
        'React').
        """
        counts = [count for one in (words, *others) if (count := self.count(one)) is not None]
        count = max(counts, default=_UNSEEN.get(len(words), _UNSEEN_LONGER))
        count = min(count, self._listings)
        return math.log(1 + (self._listings - count + 0.5) / (count + 0.5)) / self._most


class Posting(NamedTuple):
    """A word of the proofs' bags: how rare it is, and the numbers of the proofs that have it."""

    rarity: float
    proofs: tuple[int, ...]


class OwnTerms:
    """What the proofs say, ready to be looked for: each term and each word once, with the proofs
    that have it, so that a listing costs what occurs in it and not what there is.
    """

    def __init__(self, settings: CriteriaSettings, lemmas: Lemmas) -> None:
        self.proofs = settings.proofs
        self.rarity = Rarity(settings.terms, lemmas)
        self.by_key: dict[str, Term] = {}
        self.proofs_of: dict[str, list[int]] = {}
        written_as: dict[str, frozenset[Words]] = {}
        groups = synonym_groups(lemmas)
        for number, proof in enumerate(settings.proofs):
            for kind, name in _named(proof):
                for term, variants in self._terms(kind, name, settings.aliases, lemmas, groups):
                    key = f"{term.kind}\t{term.name}\t{term.factor}"
                    self.by_key[key], written_as[key] = term, variants
                    if number not in (proofs := self.proofs_of.setdefault(key, [])):
                        proofs.append(number)
        spellings = [
            (key, variant) for key, variants in written_as.items() for variant in sorted(variants)
        ]
        self.index = TermIndex(spellings)
        self.scattered = Scattered(spellings)
        self.words = frozenset(word for _, words in spellings for word in words)
        bags = [self._bag(proof, lemmas) for proof in settings.proofs]
        # 1 for a proof without words, which gains nothing.
        self.heaviest = [sum(sorted(bag.values(), reverse=True)[:_HEAVIEST]) or 1.0 for bag in bags]
        self.bag_words = frozenset(word for bag in bags for word in bag)
        self.by_word = {
            word: Posting(
                self.rarity.of((word,)),
                tuple(number for number, bag in enumerate(bags) if word in bag),
            )
            for word in sorted(self.bag_words)
        }

    def _terms(
        self,
        kind: Kind,
        name: str,
        aliases: Mapping[str, Sequence[str]],
        lemmas: Lemmas,
        groups: Sequence[frozenset[Words]],
    ) -> Iterator[tuple[Term, frozenset[Words]]]:
        """A name as written, and what else it may be called."""
        variants = written(spellings(name, aliases), lemmas)
        rarity = self.rarity.of(tuple(lemmas.of(name)), sorted(variants))
        yield Term(name, kind, rarity), variants
        others = other_forms(name, lemmas) | (
            synonyms_of(tuple(lemmas.of(name)), groups) if kind == "phrase" else frozenset()
        )
        yield Term(name, kind, rarity, _SYNONYM), others - variants

    def _bag(self, proof: ProofSettings, lemmas: Lemmas) -> Mapping[str, float]:
        """The rarity of each of a proof's words."""
        texts = (
            proof.name,
            proof.result or "",
            proof.offer or "",
            proof.first_step or "",
            *proof.phrases,
            *proof.skills,
        )
        own = {word for text in texts for word in lemmas.of(text)} - word_group("stop")
        return {word: self.rarity.of((word,)) for word in sorted(own)}


def _named(proof: ProofSettings) -> Iterator[tuple[Kind, str]]:
    """Each name with its kind; who writes skills alone says the work by them."""
    yield from (("phrase", name) for name in proof.phrases)
    yield from (("skill" if proof.phrases else "phrase", name) for name in proof.skills)


class Scattered:
    """Terms of several words by the stems of their words, for sentences that have them all but not
    in a row ('migrate our old data').
    """

    def __init__(self, terms: Iterable[tuple[str, Words]]) -> None:
        wanted = [
            (key, stems)
            for key, words in terms
            if len(stems := frozenset(stem(word) for word in words)) > 1
        ]
        # Each term under the rarest of its stems: most listings have none of them.
        common = Counter(one for _, stems in wanted for one in stems)
        self._all = frozenset(common)
        self._by_stem: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for key, stems in wanted:
            rarest = min(stems, key=lambda one: (common[one], one))
            self._by_stem.setdefault(rarest, []).append((key, stems))
        self._stems = Remembered(self._of_terms)

    def _of_terms(self, word: str) -> str:
        """A word's stem; '' for one that no term has."""
        stemmed = stem(word)
        return stemmed if stemmed in self._all else ""

    def find(
        self, sentences: Sequence[Sequence[str]], vocabulary: Set[str]
    ) -> Iterator[tuple[int, str, int, int]]:
        """The number of a sentence, the key of a term that it has scattered or in a row, and the
        first and last place of the term's words (inclusive). `vocabulary` are the words of all
        sentences, others among them too.
        """
        stem_of = self._stems.__getitem__
        known = list(filter(stem_of, vocabulary))
        occur = set(map(stem_of, known))
        possible = {
            one: terms
            for one in filter(self._by_stem.__contains__, occur)
            if (terms := [(key, stems) for key, stems in self._by_stem[one] if stems <= occur])
        }
        if not possible:
            return
        rare = {word for word in known if stem_of(word) in possible}
        for number, words in enumerate(sentences):
            if rare.isdisjoint(words):
                continue
            stems = list(map(stem_of, words))
            here = set(stems)
            for one in sorted(filter(possible.__contains__, here)):
                for key, wanted in possible[one]:
                    if wanted <= here:
                        at = [stems.index(each) for each in wanted]
                        yield number, key, min(at), max(at)


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


def synonym_groups(lemmas: Lemmas) -> tuple[frozenset[Words], ...]:
    """The shipped groups of phrases that mean the same, by their lemmas."""
    return tuple(frozenset(tuple(lemmas.of(other)) for other in group) for group in synonyms())


def synonyms_of(own: Words, groups: Iterable[frozenset[Words]]) -> frozenset[Words]:
    """What else a phrase may be called; the phrase itself left out."""
    return frozenset(set().union(*(group for group in groups if own in group)) - {own})
