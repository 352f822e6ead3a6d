"""Where a proof's own terms stand in a listing, and what they say there.

The same word says much at the head of the title, which names what is wanted, and least as a tag:
marketplaces spray tags. It hardly counts in a wish list of a dozen tools or after "no". What is
told of a listing is what the title's head names and which of one's phrases its text says: names of
tools are judged by the stack. Terms add up as independent chances do: 1 − Π(1 − k·v). The factors
were set on real listings of six trades (docs/criteria.md says which, and how well it does).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, pairwise
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


def find(text: ListingText, own: OwnTerms) -> dict[int, Evidence]:
    """The evidence for each proof of which any term occurs, by its number. Proofs of which the
    same terms occur share one.
    """
    hits_of = _hits(text, own)
    head = _head(text) if hits_of else 0
    terms = sorted(
        ((key, _worth(text, own.by_key[key], hits, head)) for key, hits in hits_of.items()),
        key=lambda item: item[1].name,
    )
    met: defaultdict[int, list[_Worth]] = defaultdict(list)
    for key, term in terms:
        for proof in own.proofs_of[key]:
            met[proof].append(term)
    by_terms: dict[tuple[int, ...], Evidence] = {}
    by_proof = {}
    for proof, some in met.items():
        same = tuple(map(id, some))
        if same not in by_terms:
            by_terms[same] = _evidence(some)
        by_proof[proof] = by_terms[same]
    return by_proof


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
    for number, key, start, last in own.scattered.find(_running(text), text.vocabulary):
        term = own.by_key[key]
        if last - start < _NEAR and (term.name, number) not in in_a_row:
            first = text.firsts[number]
            place = Occurrence(key, first + start, first + last + 1)
            hits.setdefault(key, []).append(places.hit(number, term, place, _SCATTERED))
    return hits


def _running(text: ListingText) -> list[Sequence[str]]:
    """The words of each sentence in which a term's may be scattered: none of a tag."""
    return [
        () if sentence.role is Role.TAG else words
        for sentence, words in zip(text.sentences, text.words, strict=True)
    ]


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


def _head(text: ListingText) -> int:
    """The token of the stream at which the title's head ends."""
    title = text.text[: text.sentences[0].end]
    _, end = head_place(title, text.language)
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


def _worth(text: ListingText, term: Term, hits: Sequence[Hit], head: int) -> _Worth:
    anywhere = in_head = said = tags = 0.0
    own_words = False
    for hit in hits:
        role, value = text.sentences[hit.sentence].role, hit.value
        anywhere = max(anywhere, value * _PLACES[role])
        if role is Role.TAG:
            tags = max(tags, value)
            continue
        own_words = own_words or not hit.negated
        said = max(said, value)
        if hit.found.start < head:
            in_head = max(in_head, value)
    values = anywhere, in_head, said if term.kind == "phrase" else 0.0, tags
    return _Worth(term.name.lower(), _REACH[term.kind], values, own_words, tuple(hits))


def _evidence(terms: Sequence[_Worth]) -> Evidence:
    """Terms of one proof together, in the order of their names; those of one name are one. They
    add up as independent chances do: 1 − Π(1 − part).
    """
    anywhere = head = phrases = tags = 1.0
    for term in terms if _differ(terms) else _merged(terms):
        reach, values = term.reach, term.values
        anywhere *= 1.0 - reach * values[0]
        head *= 1.0 - reach * values[1]
        phrases *= 1.0 - reach * values[2]
        tags *= 1.0 - reach * values[3]
    return Evidence(
        1.0 - anywhere,
        1.0 - head,
        1.0 - phrases,
        1.0 - tags,
        own_words=any(term.own_words for term in terms),
        hits=tuple(chain.from_iterable(term.hits for term in terms)),
    )


def _differ(terms: Sequence[_Worth]) -> bool:
    return len(terms) < 2 or all(one.name != other.name for one, other in pairwise(terms))


def _merged(terms: Iterable[_Worth]) -> Iterator[_Worth]:
    """Those of one name as one, with the most that each says of a place."""
    for _, same in groupby(terms, key=lambda term: term.name):
        some = tuple(same)
        anywhere, head, phrases, tags = map(max, zip(*(term.values for term in some), strict=True))
        yield some[0]._replace(
            reach=max(term.reach for term in some),
            values=(anywhere, head, phrases, tags),
        )
