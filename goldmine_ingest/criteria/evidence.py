"""Where a proof's own terms stand in a listing, and what they say there.

The same word says much at the head of the title, which names what is wanted, and least as a tag:
marketplaces spray tags. It hardly counts in a wish list of a dozen tools or after "no". What is
told of a listing is what the title's head names and which of one's phrases its text says: names of
tools are judged by the stack. Terms add up as independent chances do: 1 − Π(1 − k·v). The factors
were set on real listings of six trades (docs/criteria.md says which, and how well it does).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from goldmine_ingest.criteria.homographs import is_other_word
from goldmine_ingest.criteria.negation import is_negated
from goldmine_ingest.criteria.own_terms import OwnTerms, Term
from goldmine_ingest.criteria.title_head import head_place
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


class Hit(NamedTuple):
    """A term in a sentence. `value` is what it is worth there, 0 to 1, apart from the place;
    `negated`: it is ruled out there.
    """

    term: Term
    sentence: int
    found: Occurrence
    value: float
    negated: bool = False


class Evidence(NamedTuple):
    """What one proof's terms come to, each figure 0 to 1: over all places by what each says, in the
    title's head, phrases anywhere outside the tags, and among the tags. `own_words`: some term
    stands outside the tags.
    """

    all: float = 0.0
    head: float = 0.0
    phrases: float = 0.0
    tags: float = 0.0
    own_words: bool = False
    hits: tuple[Hit, ...] = ()

    @property
    def is_said(self) -> bool:
        """Not every term is ruled out ("no Power BI, no SQL")."""
        return not all(hit.negated for hit in self.hits)


def find(text: ListingText, own: OwnTerms, head_end: int | None = None) -> dict[int, Evidence]:
    """The evidence for each proof of which any term occurs, by its number. Proofs of which the
    same terms occur share one. `head_end`: the character at which the title's head ends, where
    that was worked out before.
    """
    hits_of = _hits(text, own)
    if not hits_of:
        return {}
    head = _head(text, head_end)
    worths = [(key, _worth(text, own.by_key[key], hits, head)) for key, hits in hits_of.items()]
    worths.sort(key=_name)
    so_far: dict[int, _Chances] = {}
    for _, same_name in groupby(worths, key=_name):
        for term, proofs in _by_proofs(tuple(same_name), own):
            # Proofs that had the same terms before have the same again: worked out once.
            after: dict[int, _Chances] = {}
            for proof in proofs:
                before = so_far.get(proof, _NOTHING)
                chances = after.get(id(before))
                if chances is None:
                    chances = after[id(before)] = before.and_also(term)
                so_far[proof] = chances
    distinct = {id(one): one for one in so_far.values()}
    evidence = {number: one.evidence() for number, one in distinct.items()}
    return {proof: evidence[id(one)] for proof, one in so_far.items()}


def _hits(text: ListingText, own: OwnTerms) -> dict[str, list[Hit]]:
    """Where each term stands, by its key."""
    hits: dict[str, list[Hit]] = {}
    places = _Places(text)
    in_a_row: set[tuple[str, int]] = set()
    for occurrence in own.index.find(text.stream):
        number = text.sentence_of(occurrence.start)
        if not is_other_word(text, number, occurrence):
            term = own.by_key[occurrence.key]
            in_a_row.add((term.name, number))
            hits.setdefault(occurrence.key, []).append(places.hit(number, term, occurrence))
    # The words of a term may be scattered over a sentence, but not over the tags.
    running = text.words[: text.first_tag]
    for number, key, start, last in own.scattered.find(running, text.vocabulary):
        term = own.by_key[key]
        if last - start < _NEAR and (term.name, number) not in in_a_row:
            first = text.firsts[number]
            place = Occurrence(key, first + start, first + last + 1)
            hits.setdefault(key, []).append(places.hit(number, term, place, _SCATTERED))
    return hits


class _Places:
    """What a place does to a term's worth, worked out once for each: many proofs share terms."""

    def __init__(self, text: ListingText) -> None:
        self._text = text
        self._known: dict[tuple[int, int], tuple[float, bool]] = {}

    def hit(self, number: int, term: Term, occurrence: Occurrence, factor: float = 1.0) -> Hit:
        place = occurrence.start, occurrence.end
        judgement = self._known.get(place)
        if judgement is None:
            judgement = self._known[place] = self._looked_at(number, occurrence)
        of_place, negated = judgement
        return Hit(term, number, occurrence, term.rarity * term.factor * of_place * factor, negated)

    def _looked_at(self, number: int, occurrence: Occurrence) -> tuple[float, bool]:
        text = self._text
        if text.sentences[number].role is Role.TAG:
            return 1.0, False
        factor = _WISH_LIST if in_wish_list(text, number) else 1.0
        negated = is_negated(text, number, occurrence.start, occurrence.end)
        return (factor * _NEGATED if negated else factor), negated


def heard(text: ListingText, found: Iterable[Evidence]) -> tuple[list[str], ...]:
    """The words of each sentence without the terms that are ruled out there: 'not Power BI' shares
    no word with a proof of it.
    """
    silent: dict[int, set[int]] = {}
    for one in found:
        for hit in one.hits:
            if hit.negated:
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


def _head(text: ListingText, end: int | None) -> int:
    """The token of the stream at which the title's head ends."""
    if end is None:
        _, end = head_place(text.text[: text.sentences[0].end], text.language)
    return sum(start < end for start, _ in text.spans(0))


class _Worth(NamedTuple):
    """What a term comes to in a listing: the most it is worth in each of the places of Evidence (in
    its order: all, head, phrases, tags), and how far it reaches.
    """

    name: str
    reach: float
    values: tuple[float, float, float, float]
    own_words: bool
    hits: tuple[Hit, ...]


def _name(item: tuple[str, _Worth]) -> str:
    return item[1].name


def _worth(text: ListingText, term: Term, hits: Sequence[Hit], head: int) -> _Worth:
    anywhere = in_head = said = tags = 0.0
    own_words = False
    for _, sentence, found, value, negated in hits:
        role = text.sentences[sentence].role
        anywhere = max(anywhere, value * _PLACES[role])
        if role is Role.TAG:
            tags = max(tags, value)
            continue
        own_words = own_words or not negated
        said = max(said, value)
        if found.start < head:
            in_head = max(in_head, value)
    values = anywhere, in_head, said if term.kind == "phrase" else 0.0, tags
    return _Worth(term.name.lower(), _REACH[term.kind], values, own_words, tuple(hits))


def _by_proofs(
    same_name: Sequence[tuple[str, _Worth]], own: OwnTerms
) -> Iterator[tuple[_Worth, Sequence[int]]]:
    """Terms of one name with the proofs that have them; those of one proof are one."""
    if len(same_name) == 1:
        ((key, term),) = same_name
        yield term, own.proofs_of[key]
        return
    of_proof: dict[int, list[_Worth]] = {}
    for key, term in same_name:
        for proof in own.proofs_of[key]:
            of_proof.setdefault(proof, []).append(term)
    for proof, terms in of_proof.items():
        yield _merged(terms), (proof,)


def _merged(terms: Sequence[_Worth]) -> _Worth:
    """With the most that each says of a place."""
    if len(terms) == 1:
        return terms[0]
    anywhere, head, phrases, tags = map(max, zip(*(term.values for term in terms), strict=True))
    return _Worth(
        terms[0].name,
        max(term.reach for term in terms),
        (anywhere, head, phrases, tags),
        any(term.own_words for term in terms),
        tuple(chain.from_iterable(term.hits for term in terms)),
    )


class _Chances(NamedTuple):
    """What the terms of a proof leave to chance, in the places of Evidence: Π(1 − part)."""

    all: float
    head: float
    phrases: float
    tags: float
    own_words: bool
    hits: tuple[Hit, ...]

    def and_also(self, term: _Worth) -> _Chances:
        """Terms add up as independent chances do."""
        reach, (anywhere, head, phrases, tags) = term.reach, term.values
        return _Chances(
            self.all * (1.0 - reach * anywhere),
            self.head * (1.0 - reach * head),
            self.phrases * (1.0 - reach * phrases),
            self.tags * (1.0 - reach * tags),
            self.own_words or term.own_words,
            self.hits + term.hits,
        )

    def evidence(self) -> Evidence:
        return Evidence(
            1.0 - self.all,
            1.0 - self.head,
            1.0 - self.phrases,
            1.0 - self.tags,
            self.own_words,
            self.hits,
        )


_NOTHING = _Chances(1.0, 1.0, 1.0, 1.0, own_words=False, hits=())
