"""[[proof]]: how relevant each piece of finished work is to a listing. The best one wins; the
others are named.

Every phrase and skill of a proof that occurs is a piece of evidence with a strength between 0 and
1: title over skills tags over body, phrases over skills, rare terms over common ones, little for
boilerplate and long wish lists, none where negated. Independent pieces add up as chances do: 1 -
(1-a)(1-b)…; the similarity of the whole text to the proof's own words (BM25, Robertson and Zaragoza
2009) is one more. The places' strengths are ours, set while looking at the part of tests/evaluation
that is marked "tuned".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from goldmine_ingest.criteria.case import ZERO, Case, plain, share
from goldmine_ingest.criteria.features import TextFacts
from goldmine_ingest.criteria.homographs import is_another_word
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from goldmine_ingest.text.terms import (
    SECTION,
    Occurrence,
    Stems,
    TermIndex,
    in_wish_list,
    is_negated,
    is_replaced,
    other_forms,
    sequences,
    spellings,
    synonym_phrases,
    words,
)
from goldmine_ingest.text.wordlists import function_words, term_frequencies

_LISTINGS = (
    10_000  # what the shipped frequencies count; a table of the user's says its own under "*"
)
_UNSEEN = 3
_STRENGTH = {
    "phrase": {"title": 0.66, "skills": 0.46, "body": 0.36},
    "skill": {"title": 0.48, "skills": 0.28, "body": 0.17},
}
_REPEATED = 1.2
_SYNONYM, _WISH_LIST, _BOILERPLATE = 0.8, 0.35, 0.2
_MANY_TAGS = 12
_TOOLS_ONLY = 0.8
_IN_PASSING, _COMMON = 0.65, 0.43
_SIMILARITY = 0.25
_BM25_K, _BM25_B, _USUAL_LENGTH = 1.2, 0.5, 180
_COMPARED_WORDS = 8
_QUOTES = 5


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase, skill or exclusion of one proof."""

    proof: int
    name: str
    kind: str
    rarity: float
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A term's occurrence in a listing, and what it is worth there."""

    term: Term
    found: Occurrence
    strength: float


@dataclass(frozen=True, slots=True)
class Match:
    """How well one proof fits. `similarity` is 0 to 1 with four places; `excluded` quotes the
    exclusion that was met.
    """

    proof: ProofSettings
    similarity: Decimal
    hits: tuple[Hit, ...] = ()
    excluded: str | None = None

    @property
    def rank(self) -> tuple[Decimal, Decimal, str]:
        """By similarity × want; the name decides between equals, so that the order of the file
        doesn't.
        """
        return (-self.similarity * self.proof.want, -self.similarity, self.proof.name)


class ProofMatcher:
    """All proofs of one criteria file, compiled. Compiling reads the shipped lists; matching
    reads nothing.
    """

    def __init__(self, settings: CriteriaSettings, stems: Stems) -> None:
        self._proofs = settings.proofs
        self._by_name = sorted(
            range(len(settings.proofs)), key=lambda number: settings.proofs[number].name
        )
        self._unmet = [Match(proof, ZERO) for proof in settings.proofs]
        self._frequencies = _Frequencies(settings.terms, stems)
        terms: dict[str, Term] = {}
        found: list[tuple[str, Sequence[str]]] = []
        for term, variants in self._terms(settings, stems):
            key = f"{term.proof}\t{term.kind}\t{term.name}\t{term.factor}"
            terms[key] = term
            found += [(key, variant) for variant in sorted(variants)]
        self._by_key = terms
        self._index = TermIndex(found)
        self._bags = [self._bag(proof, stems) for proof in settings.proofs]
        self._compared = frozenset(word for bag in self._bags for word in bag)

    def _terms(
        self, settings: CriteriaSettings, stems: Stems
    ) -> Iterable[tuple[Term, frozenset[tuple[str, ...]]]]:
        for number, proof in enumerate(settings.proofs):
            for kind, names in (
                ("phrase", proof.phrases),
                ("skill", proof.skills),
                ("exclude", proof.exclude),
            ):
                for name in names:
                    variants = sequences(spellings(name, settings.aliases), stems)
                    rarity = self._frequencies.rarity(tuple(words(name, stems)), variants)
                    yield Term(number, name, kind, rarity), variants
                    if kind != "exclude":
                        others = other_forms(name, stems) | (
                            synonym_phrases(name, stems) if kind == "phrase" else frozenset()
                        )
                        yield Term(number, name, kind, rarity, _SYNONYM), others - variants

    def _bag(self, proof: ProofSettings, stems: Stems) -> dict[str, float]:
        """The proof's own words with their weight."""
        texts = (
            proof.name,
            proof.result or "",
            proof.offer or "",
            proof.first_step or "",
            *proof.phrases,
            *proof.skills,
        )
        own = {word for text in texts for word in words(text, stems)} - {
            stems[word] for word in function_words("no_meaning")
        }
        return {word: self._frequencies.rarity((word,)) for word in sorted(own)}

    def match(self, facts: TextFacts, only: tuple[str, ...] = ()) -> list[Match]:
        """Every proof (of `only`, if given), best first."""
        hits: dict[int, list[Hit]] = {}
        for found in self._index.find(facts.stream):
            term = self._by_key[found.key]
            hits.setdefault(term.proof, []).append(Hit(term, found, _strength(facts, term, found)))
        counts = Counter(filter(self._compared.__contains__, facts.stream)) if hits else Counter()
        met = {
            number: self._matched(facts, number, self._proofs[number], found, counts)
            for number, found in hits.items()
        }
        alike = sorted(
            (match for match in met.values() if match.similarity), key=lambda match: match.rank
        )
        others = (
            met.get(number, self._unmet[number]) for number in self._by_name
        )  # of a thousand proofs, most
        matches = [*alike, *(match for match in others if not match.similarity)]
        return [match for match in matches if match.proof.name in only] if only else matches

    def _matched(
        self,
        facts: TextFacts,
        number: int,
        proof: ProofSettings,
        hits: list[Hit],
        counts: Counter[str],
    ) -> Match:
        banned = next(
            (hit for hit in hits if hit.term.kind == "exclude" and hit.strength > 0), None
        )
        if banned:
            return Match(proof, ZERO, (), facts.quote_tokens(banned.found))
        counted = _apart(hits)
        if not counted:
            return Match(proof, ZERO)
        chance = 1.0 - _SIMILARITY * _similarity(self._bags[number], counts, len(facts.stream))
        # Skills say with which tools, phrases say which problem: tools alone say less of a proof
        # that names its problem.
        weaker = (
            _TOOLS_ONLY
            if proof.phrases and all(hit.term.kind == "skill" for hit in counted)
            else 1.0
        )
        if (
            all(hit.term.kind == "skill" and hit.term.rarity < _COMMON for hit in counted)
            and len({hit.term.name for hit in counted}) == 1
        ):
            weaker *= _IN_PASSING  # one common skill, however often
        # One mention in the body and nothing else is often of somebody else's work ('the firmware
        # is done by our supplier').
        elif len(counted) == 1 and facts.title_end <= counted[0].found.start < facts.skills_start:
            weaker *= _IN_PASSING
        for strength in sorted(_strengths_by_term(counted).values()):
            chance *= 1.0 - strength * weaker
        return Match(proof, share(1.0 - chance), tuple(counted))


class _Frequencies:
    """How rare a term is, 0 (in every listing) to 1, by the user's accepted table or the shipped
    one.
    """

    def __init__(self, accepted: Mapping[str, int] | None, stems: Stems) -> None:
        table = accepted if accepted is not None else term_frequencies()
        self._listings = table.get("*", _LISTINGS)
        self._counts: dict[tuple[str, ...], int] = {}
        for term, count in table.items():
            key = tuple(words(term, stems))
            self._counts[key] = max(count, self._counts.get(key, 0))

    def rarity(self, sequence: tuple[str, ...], names: Iterable[tuple[str, ...]] = ()) -> float:
        """`names`: its other spellings; the commonest counts ('React.js' is as common as
        'React').
        """
        known = max(
            (self._counts[name] for name in (sequence, *names) if name in self._counts),
            default=None,
        )
        if known is None and len(sequence) > 1:
            # Several words together are rarer than the rarest of them.
            known = min(self._counts.get((word,), _UNSEEN) for word in sequence) // 3
        count = min(_UNSEEN if known is None else known, self._listings)
        return math.log(1 + (self._listings - count + 0.5) / (count + 0.5)) / math.log(
            1 + (self._listings + 0.5) / 0.5
        )


def _strength(facts: TextFacts, term: Term, found: Occurrence) -> float:
    if is_negated(facts.stream, found.start, found.end) or is_another_word(facts, found):
        return 0.0
    if term.kind != "phrase" and is_replaced(facts.stream, found):
        return 0.0
    if term.kind == "exclude":
        return 1.0
    place = (
        "title"
        if found.start < facts.title_end
        else "skills"
        if found.start >= facts.skills_start
        else "body"
    )
    strength = (
        _STRENGTH[term.kind][place]
        * (0.5 + 0.6 * term.rarity if term.kind == "skill" else 0.6 + 0.5 * term.rarity)
        * term.factor
    )
    if place == "skills":
        tags = facts.stream[facts.skills_start :].count(SECTION) + 1
        return strength * min(1.0, _MANY_TAGS / tags)
    if place == "body" and any(start <= found.start < end for start, end in facts.boilerplate):
        return strength * _BOILERPLATE
    return strength * _WISH_LIST if in_wish_list(facts.stream, found) else strength


def _apart(hits: list[Hit]) -> list[Hit]:
    """The hits that count, each word of the listing once: a phrase and a skill that meet the
    same words are one piece of evidence.
    """
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (-hit.strength, hit.found.start, hit.term.name)):
        place = range(hit.found.start, hit.found.end)
        if hit.strength > 0 and taken.isdisjoint(place):
            taken.update(place)
            kept.append(hit)
    return kept


def _strengths_by_term(hits: list[Hit]) -> dict[str, float]:
    """A term counts by its best place, and a little more if it is there again."""
    found: dict[str, list[float]] = {}
    for hit in hits:
        found.setdefault(f"{hit.term.name}".lower(), []).append(hit.strength)
    best = {name: sorted(strengths, reverse=True)[:2] for name, strengths in found.items()}
    return {
        name: min(0.95, top[0] * (_REPEATED if len(top) > 1 and top[1] >= top[0] / 2 else 1.0))
        for name, top in best.items()
    }


def _similarity(bag: Mapping[str, float], counts: Counter[str], length: int) -> float:
    """BM25 of the proof's words in the text, as a share of what its eight heaviest words would
    give.
    """
    slowness = _BM25_K * (1 - _BM25_B + _BM25_B * length / _USUAL_LENGTH)
    gained = sum(
        weight * counts[word] * (_BM25_K + 1) / (counts[word] + slowness)
        for word, weight in bag.items()
        if word in counts
    )
    possible = sum(sorted(bag.values(), reverse=True)[:_COMPARED_WORDS])
    return min(1.0, gained / possible) if possible else 0.0


def best(matches: list[Match], minimum: Decimal) -> Match | None:
    """Of those that reach the minimum, the first by similarity × want; else the most similar."""
    reaching = [match for match in matches if match.similarity >= minimum]
    return (
        reaching[0]
        if reaching
        else min(matches, key=lambda match: (-match.similarity, match.proof.name), default=None)
    )


def judge(case: Case, matches: list[Match], minimum: Decimal) -> Finding:
    """Passes from proof_match.minimum on. The score is similarity × want."""
    match = best(matches, minimum)
    if match is None:
        return Finding(
            "proof", "fail", ZERO, "none of your proofs applies to this feed", setting="feed.proofs"
        )
    return Finding(
        "proof",
        "pass" if match.similarity >= minimum else "fail",
        share(match.similarity * match.proof.want),
        _reason(match, matches, minimum),
        value=match.similarity,
        threshold=minimum,
        unit="score",
        evidence=evidence(case.facts, match),
        setting="proof_match.minimum",
    )


def evidence(facts: TextFacts, match: Match) -> tuple[str, ...]:
    if match.excluded:
        return (match.excluded,)
    quotes = dict.fromkeys(facts.quote_tokens(hit.found) for hit in match.hits)
    return tuple(quote for quote in quotes if quote)[:_QUOTES]


def _reason(match: Match, matches: list[Match], minimum: Decimal) -> str:
    if match.similarity >= minimum:
        others = [
            f"{other.proof.name} ({plain(other.similarity)})"
            for other in matches
            if other is not match and other.similarity >= minimum / 2
        ]
        return f"“{match.proof.name}” fits ({plain(match.similarity)})" + (
            f"; also {', '.join(others[:2])}" if others else ""
        )
    banned = next((other for other in matches if other.excluded), None)
    if match.similarity == 0 and banned:
        return f"“{banned.proof.name}” excludes “{banned.excluded}”"
    if match.similarity == 0:
        return "none of your proofs' phrases or skills is in it"
    return (
        f"nearest is “{match.proof.name}”, but too little of it is there ({plain(match.similarity)}"
        f" of {plain(minimum)})"
    )
