"""Where a proof's own terms stand in a listing, and what they say there.

The same word says much at the head of the title, which names what is wanted, and least as a tag:
marketplaces spray tags. It hardly counts in a wish list of a dozen tools or after "no". What is
told of a listing is what the title's head names and which of one's phrases its text says: names of
tools are judged by the stack. Terms add up as independent chances do: 1 − Π(1 − k·v). The factors
were set on real listings of six trades (docs/criteria.md says which, and how well it does).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
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


class Said(NamedTuple):
    """A term that stands in a listing: the `proofs` that have it, how far it reaches, and the most
    that it is worth, as in the columns of Evidence. `own_words`: it stands outside the tags.
    """

    name: str
    proofs: Sequence[int]
    reach: float
    values: tuple[float, float, float, float]
    own_words: bool
    hits: tuple[Hit, ...]


class Evidence(NamedTuple):
    """What the proofs' terms come to in a listing. `terms` are those that stand in it; the columns
    have what they leave to chance of each proof, Π(1 − part): over all places by what each says,
    in the title's head, phrases anywhere outside the tags, and among the tags. In `all` are all
    proofs that have any of the terms; who isn't in another column has nothing there.
    """

    terms: Sequence[Said]
    all: dict[int, float]
    head: dict[int, float]
    phrases: dict[int, float]
    tags: dict[int, float]

    def of(self, proof: int) -> list[Said]:
        """A proof's own terms."""
        return [term for term in self.terms if proof in term.proofs]

    def without(self, proofs: Set[int]) -> Evidence:
        if self.all.keys().isdisjoint(proofs):
            return self
        left = [
            {proof: chance for proof, chance in column.items() if proof not in proofs}
            for column in self[1:]
        ]
        terms = [term for term in self.terms if not left[0].keys().isdisjoint(term.proofs)]
        return Evidence(terms, *left)


def most(left: Mapping[int, float]) -> float:
    """What the proof of which least is left to chance comes to; 0 where none has anything."""
    return 1.0 - min(left.values(), default=1.0)


def find(text: ListingText, own: OwnTerms, head_end: int | None = None) -> Evidence:
    """`head_end`: the character at which the title's head ends, where that was worked out
    before.
    """
    hits_of = _hits(text, own)
    columns: tuple[dict[int, float], ...] = ({}, {}, {}, {})
    if not hits_of:
        return Evidence((), *columns)
    head = _head(text, head_end)
    terms = [
        _said(text, own.by_key[key], own.proofs_of[key], hits, head)
        for key, hits in hits_of.items()
    ]
    terms.sort(key=_name)
    for _, same_name in groupby(terms, key=_name):
        for reach, values, proofs in _by_proofs(tuple(same_name)):
            for left, value in zip(columns, values, strict=True):
                if value or left is columns[0]:
                    chance = 1.0 - reach * value
                    for proof in proofs:
                        left[proof] = left.get(proof, 1.0) * chance
    return Evidence(terms, *columns)


def _hits(text: ListingText, own: OwnTerms) -> dict[str, list[Hit]]:
    """Where each term stands, by its key."""
    hits: dict[str, list[Hit]] = {}
    in_a_row: set[tuple[str, int]] = set()
    for occurrence in own.index.find(text.stream):
        number = text.sentence_of(occurrence.start)
        if not is_other_word(text, number, occurrence):
            term = own.by_key[occurrence.key]
            in_a_row.add((term.name, number))
            hits.setdefault(occurrence.key, []).append(_hit(text, number, term, occurrence))
    # The words of a term may be scattered over a sentence, but not over the tags.
    running = text.words[: text.first_tag]
    for number, key, start, last in own.scattered.find(running, text.vocabulary):
        term = own.by_key[key]
        if last - start < _NEAR and (term.name, number) not in in_a_row:
            first = text.firsts[number]
            place = Occurrence(key, first + start, first + last + 1)
            hits.setdefault(key, []).append(_hit(text, number, term, place, _SCATTERED))
    return hits


def _hit(text: ListingText, number: int, term: Term, found: Occurrence, factor: float = 1.0) -> Hit:
    """What a place does to a term's worth."""
    value = term.rarity * term.factor
    if text.sentences[number].role is Role.TAG:
        return Hit(term, number, found, value * factor)
    of_place = _WISH_LIST if in_wish_list(text, number) else 1.0
    negated = is_negated(text, number, found.start, found.end)
    if negated:
        of_place *= _NEGATED
    return Hit(term, number, found, value * of_place * factor, negated)


def unsaid(found: Evidence) -> Set[int]:
    """Proofs of which every term is ruled out ("no Power BI, no SQL")."""
    if not any(hit.negated for term in found.terms for hit in term.hits):
        return frozenset()
    said = (term.proofs for term in found.terms if not all(hit.negated for hit in term.hits))
    return found.all.keys() - set(chain.from_iterable(said))


def heard(text: ListingText, found: Evidence) -> tuple[list[str], ...]:
    """The words of each sentence without the terms that are ruled out there: 'not Power BI' shares
    no word with a proof of it.
    """
    silent: dict[int, set[int]] = {}
    for term in found.terms:
        for hit in term.hits:
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


def _name(term: Said) -> str:
    return term.name


def _said(
    text: ListingText, term: Term, proofs: Sequence[int], hits: Sequence[Hit], head: int
) -> Said:
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
    return Said(term.name.lower(), proofs, _REACH[term.kind], values, own_words, tuple(hits))


def _by_proofs(
    same_name: Sequence[Said],
) -> Iterator[tuple[float, Sequence[float], Sequence[int]]]:
    """How far terms of one name reach and what they are worth, with the proofs that have them:
    those of one proof are one, with the most that each says of a place.
    """
    if len(same_name) == 1:
        yield same_name[0].reach, same_name[0].values, same_name[0].proofs
        return
    of_proof: dict[int, list[Said]] = {}
    for term in same_name:
        for proof in term.proofs:
            of_proof.setdefault(proof, []).append(term)
    for proof, terms in of_proof.items():
        values = list(map(max, zip(*(term.values for term in terms), strict=True)))
        yield max(term.reach for term in terms), values, (proof,)
