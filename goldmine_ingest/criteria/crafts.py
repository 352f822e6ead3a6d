"""Which craft a listing asks for, beside the user's own (worked out from the proofs' words).

"Flutter developer" and "Flutter tester" share their tool, not their craft. A title's head noun
names the craft; where it is silent the words after "looking for a …" do. Which craft goes with
which word was counted in real listings (`craft_by_word`), so no setting is needed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import chain
from typing import NamedTuple

from goldmine_ingest.criteria.own_terms import OwnTerms, Remembered
from goldmine_ingest.criteria.title_head import title_head
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.sentences import Role, patterns
from goldmine_ingest.text.wordlists import OTHER_LANGUAGES, counts, pairs, word_group

Shares = Mapping[str, float]
"""How a word, a title or a user is divided among the crafts; sums to 1, or is empty."""

_ENDS = re.compile(r"[.!?;\n](?:(?<=\n)|\s|$)")
_READ = 1_500  # characters of a description in which the person who is wanted is named
_AFTER = 60  # characters after "looking for" that name that person
_LAST, _EARLIER = 1.0, 0.7
_HEAD_NOUNS = 2
_NOUN_FIRST = frozenset(("fr", "es", "pt"))
_SMOOTH = 0.01
_FOREIGN = 0.5
_WORDS = 4  # of the longest entry that is looked up


@cache
def craft_words() -> Mapping[str, tuple[str, ...]]:
    """Each word that names a craft, and the crafts that it names."""
    lemmas = Lemmas()
    by_word: dict[str, list[str]] = {}
    for craft, rest in pairs("crafts.tsv"):
        for word in rest.partition("\t")[2].split():
            by_word.setdefault(" ".join(lemmas.of(word)), []).append(craft)
    for language in OTHER_LANGUAGES:
        for word, crafts in craft_words_of(language).items():
            by_word.setdefault(word, []).extend(crafts)
    return {word: tuple(sorted(set(crafts))) for word, crafts in by_word.items()}


@cache
def craft_words_of(language: str) -> Mapping[str, tuple[str, ...]]:
    """The same of another language's list alone."""
    lemmas = Lemmas(language=language)
    by_word: dict[str, list[str]] = {}
    for craft, rest in pairs(f"crafts.{language}.tsv"):
        for word in rest.split():
            by_word.setdefault(" ".join(lemmas.of(word)), []).append(craft)
    return {word: tuple(crafts) for word, crafts in by_word.items()}


class CraftFit(NamedTuple):
    """`person`: how much more the asked craft is one's own than among all listings (a logarithm);
    `foreign`: the share of what is asked that is plainly another's, 0 to 1. `words` and
    `title_words`: the same of the words around it. `named` says which words named a craft in the
    title's head, `only_foreign` that all of them are others'; `mine` are the user's own crafts.
    """

    person: float
    foreign: float
    words: float
    title_words: float
    named: tuple[str, ...]
    only_foreign: bool
    mine: Shares


class Crafts:
    """The user's crafts, compiled."""

    def __init__(
        self, own: OwnTerms, names: Iterable[str], lemmas: Lemmas, chosen: Sequence[str] = ()
    ) -> None:
        self._lemmas = lemmas
        self._own = own
        table = counts("craft_by_word")
        self._all: Shares = table["all"]
        self._by_word: Mapping[str, Mapping[str, Shares]] = table["words"]
        self._plain = (
            self._chosen(chosen)
            if chosen
            else self._worked_out([tuple(lemmas.of(name)) for name in names])
        )
        self.mine = self._plain if chosen else _sharpened(self._plain, self._all)
        self._affinities = Remembered(self._word_affinity)
        self._affinities_beside = Remembered(self._affinity_beside)

    def _chosen(self, crafts: Sequence[str]) -> Shares:
        return {craft: 1 / len(crafts) for craft in crafts}

    def _worked_out(self, names: Iterable[tuple[str, ...]]) -> Shares:
        """The crafts of one's own terms, rare terms first; those of all listings, where no term
        was counted.
        """
        total: dict[str, float] = {}
        for words in names:
            entries = self._known(words)
            for share in entries:
                for craft, part in share.items():
                    total[craft] = total.get(craft, 0.0) + part * self._own.rarity.of(words) / len(
                        entries
                    )
        whole = sum(total.values())
        return (
            {craft: part / whole for craft, part in sorted(total.items())} if whole else self._all
        )

    def _known(self, words: tuple[str, ...]) -> list[Shares]:
        """The entry of a term, else those of its pairs of words, else of its words."""
        for length in range(len(words), 0, -1):
            runs = [
                " ".join(words[start : start + length]) for start in range(len(words) - length + 1)
            ]
            entries: list[Shares] = [
                self._by_word[run]["share"] for run in runs if run in self._by_word
            ]
            if entries:
                return entries[:1] if length == len(words) else entries
        return [
            _evenly(crafts)
            for word in words
            for language in OTHER_LANGUAGES
            if (crafts := craft_words_of(language).get(word))
        ]

    def fit(self, text: ListingText, head_place: tuple[int, int]) -> CraftFit:
        """`head_place` are the characters of the title's head."""
        start, end = head_place
        title = text.text[: text.sentences[0].end]
        head = self._words(title[start:end])
        of_head = self._shares(head)
        asked = of_head or self._shares(self._words(title[end:], own=False), _LAST)
        sought = (self._shares(self._words(words)) for words in _sought(text))
        crafts = [shares for shares in (asked, next(filter(None, sought), None)) if shares]
        named = self._named(head, text.language)
        return CraftFit(
            person=sum(map(self._affinity, crafts)) / len(crafts) if crafts else 0.0,
            foreign=max(map(self._foreign, crafts), default=0.0),
            words=self._mean(text, (Role.TITLE, Role.ASK, Role.PROBLEM)),
            title_words=self._title_words(text),
            named=named,
            mine=self.mine,
            only_foreign=bool(named) and self._all_foreign(of_head),
        )

    def _words(self, text: str, *, own: bool = True) -> _Words:
        """`own`: whether terms of one's own are looked for in it."""
        words = self._lemmas.of(text)
        mine = self._own_places(words) if own else frozenset()
        return _Words(len(words), tuple(_runs(words)), mine)

    def _own_places(self, words: list[str]) -> Set[int]:
        """Which words belong to a term of one's own."""
        if not self._own.index.may_occur(words):
            return frozenset()
        hits = self._own.index.find(words)
        return {place for hit in hits for place in range(hit.start, hit.end)}

    def _named(self, head: _Words, language: str) -> tuple[str, ...]:
        """The words of a title's head that name a craft; none where its noun doesn't, or is a
        term of one's own.
        """
        known = craft_words_of(language) if language in _NOUN_FIRST else craft_words()
        nouns = [run for run in head.runs if run.word not in word_group("opening")]
        if not nouns:
            return ()
        # Romance languages put the noun first ("rédacteur web"); a title there may begin with the
        # deed, so only their own words for people and crafts count.
        noun = nouns[0] if language in _NOUN_FIRST else nouns[-1]
        if noun.word not in known or noun.is_in(head.mine):
            return ()
        return tuple(run.word for run in nouns if run.word in craft_words())

    def _shares(self, words: _Words, earlier: float = _EARLIER) -> Shares:
        """The crafts that words name: the last of them plainly, the `earlier` ones so much; a word
        of one's own terms names one's own crafts.
        """
        weights: dict[str, float] = {}
        known, last = craft_words(), words.length - _HEAD_NOUNS
        for run in words.runs:
            crafts = known.get(run.word)
            if crafts is None:
                continue
            weight = _LAST if run.last >= last else earlier
            if run.is_in(words.mine):
                for craft, part in self.mine.items():
                    weights[craft] = weights.get(craft, 0.0) + weight * part
            else:
                for craft in crafts:
                    weights[craft] = weights.get(craft, 0.0) + weight / len(crafts)
        whole = sum(weights.values())
        return {craft: part / whole for craft, part in weights.items()}

    def _affinity(self, shares: Shares) -> float:
        mine = sum(part * self.mine.get(craft, 0.0) for craft, part in shares.items())
        usual = sum(part * self._all.get(craft, 0.0) for craft, part in shares.items())
        return math.log((mine + _SMOOTH) / (usual + _SMOOTH))

    def _foreign(self, shares: Shares) -> float:
        """The share of crafts that are less one's own than everybody's."""
        return sum(
            part
            for craft, part in shares.items()
            if self.mine.get(craft, 0.0) < _FOREIGN * self._all.get(craft, 0.0)
        )

    def _all_foreign(self, shares: Shares) -> bool:
        """Whether all are others' crafts by one's own terms as they are, unsharpened: this alone
        rejects, so it must be plain.
        """
        plain = self._plain
        return bool(shares) and all(
            plain.get(craft, 0.0) < _FOREIGN * self._all.get(craft, 0.0) for craft in shares
        )

    def _word_affinity(self, word: str) -> float | None:
        """How much a word goes with one's own crafts; None for one that wasn't counted, or says
        nothing.
        """
        if word in word_group("stop") or word not in self._by_word:
            return None
        return self._affinity(self._by_word[word]["share"])

    def _affinity_beside(self, word: str) -> float | None:
        """The same of a word that neither is one's own nor names a craft."""
        if word in self._own.bag_words or word in craft_words():
            return None
        return self._affinities[word]

    def _mean(self, text: ListingText, roles: tuple[Role, ...]) -> float:
        words = chain.from_iterable([text.words[number] for number in text.numbered(*roles)])
        return _mean(map(self._affinities.__getitem__, words))

    def _title_words(self, text: ListingText) -> float:
        return _mean(map(self._affinities_beside.__getitem__, text.words[0]))


class _Run(NamedTuple):
    """A word of a title, or two that name a craft together ("sound engineer"), and its places."""

    word: str
    first: int
    last: int

    def is_in(self, places: Set[int]) -> bool:
        return self.first in places or self.last in places


class _Words(NamedTuple):
    """Words in which a craft may be named: how many, in runs, and the places of those that belong
    to terms of one's own.
    """

    length: int
    runs: tuple[_Run, ...]
    mine: Set[int]


@cache
def _first_of_two() -> frozenset[str]:
    """The first words of crafts that two words name."""
    return frozenset(word.split(" ")[0] for word in craft_words() if " " in word)


def _runs(words: Sequence[str]) -> Iterator[_Run]:
    place = 0
    while place < len(words):
        word, last = words[place], place
        if word in _first_of_two() and (two := " ".join(words[place : place + 2])) in craft_words():
            word, last = two, min(place + 1, len(words) - 1)
        yield _Run(word, place, last)
        place = last + 1


def _mean(figures: Iterable[float | None]) -> float:
    """Of those that are there; 0 of none."""
    counted = [figure for figure in figures if figure is not None]
    return sum(counted) / len(counted) if counted else 0.0


def _sharpened(plain: Shares, usual: Shares) -> Shares:
    """Each craft by how much more it is one's own than everybody's, so that one that stands in
    every listing ('development') doesn't come first with all.
    """
    weighed = {
        craft: part**2 / max(_SMOOTH, usual.get(craft, 0.0)) for craft, part in plain.items()
    }
    return {craft: part / sum(weighed.values()) for craft, part in weighed.items()}


def _evenly(crafts: Sequence[str]) -> Shares:
    return {craft: 1 / len(crafts) for craft in crafts}


def _sought(text: ListingText) -> Iterator[str]:
    """What stands after 'looking for', 'need' … in the description, up to the end of its noun
    phrase.
    """
    begin = text.sentences[0].end + 1
    tags = (
        text.sentences[text.first_tag].start - 1
        if text.first_tag < len(text.sentences)
        else len(text.text)
    )
    body = text.searchable[begin : min(begin + _READ, tags)]
    for match in patterns(text.language)["seeks"].finditer(body):
        after = body[match.end() : match.end() + _AFTER]
        end = _ENDS.search(after)
        yield title_head(after[: end.start()] if end else after, text.language)[0]
