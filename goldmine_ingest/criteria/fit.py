"""How well the work that a listing asks for fits what the proofs show, 0 to 1.

Two dozen figures, each as its distance from what is usual (in standard deviations, at most 2½),
signed so that more speaks for the listing; their means by group, weighed by the short table
`fit.tsv`; one logistic curve over the sum; and a piecewise linear scale, so that what is hardly
ever wanted lies under 0.35 and what mostly is from 0.65 on. No weight was fitted to single figures:
with fewer than two hundred wanted listings to learn from, a sum of units ranks unseen trades as
well as a fitted one, and can be read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from operator import add
from typing import NamedTuple

from goldmine_ingest.criteria import evidence, overlap, stack
from goldmine_ingest.criteria.ask import Ask, Asks
from goldmine_ingest.criteria.case import ZERO, share
from goldmine_ingest.criteria.crafts import CraftFit, Crafts
from goldmine_ingest.criteria.evidence import Evidence
from goldmine_ingest.criteria.own_terms import OwnTerms, own_names
from goldmine_ingest.criteria.rivals import Rivals
from goldmine_ingest.criteria.title_head import head_place
from goldmine_ingest.model.decision import Part
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.text.engagement import Engagement
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.wordlists import WITH_LISTS, pairs

# Figures that need word lists of the text's language; without lists they count as usual.
_BY_LISTS = frozenset(
    (
        *("person", "foreign", "words", "title_crafts", "required", "filler", "telling"),
        *("problems", "concrete", "ask", "quoted"),
        *("employment", "place", "bench"),
    )
)
_FARTHEST = 2.5  # standard deviations
_FEW = 2  # signs of one kind that count
_MOST_PROBLEMS = 3
_FEW_TOOLS = 4  # that are named


class Figure(NamedTuple):
    """One figure of a group: +1 or −1 says whether more speaks for a listing; mean and standard
    deviation are those of real listings.
    """

    name: str
    sign: int
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    weight: float
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """fit.tsv: the groups; the logistic curve's slope and its value where all is usual; the points
    of the scale, by probability; what few words are helped with.
    """

    groups: tuple[Group, ...]
    slope: float
    usual: float
    scale: tuple[tuple[float, float], ...]
    few: Few


@dataclass(frozen=True, slots=True)
class Few:
    """Figures are usual for criteria of so many `words` or more. Fewer can meet less of the same
    listing: each time they are e times fewer adds `adds` logits, at most `most`.
    """

    words: float
    adds: float
    most: float

    def helped(self, words: int) -> float:
        """In logits, 0 for criteria of enough words."""
        short = math.log(self.words / max(1, words))
        return min(self.most, max(0.0, self.adds * short))


class Fit(NamedTuple):
    """`value` is the fit; `proof` the number of the proof that is nearest, of those that count
    here; `own_words` whether any of one's terms stands outside the tags; `rivals` are languages of
    others that the title names in place of one's own; `nearness` is that of each proof, 0 of one
    that has nothing of the listing.
    """

    value: Decimal
    proof: int | None
    figures: Mapping[str, float]
    parts: tuple[Part, ...]
    ask: Ask
    evidence: Mapping[int, Evidence]
    craft: CraftFit
    stack: stack.Stack
    own_words: bool
    rivals: tuple[str, ...]
    nearness: Sequence[float]


@cache
def table() -> Table:
    """The table that ships."""
    groups: dict[str, tuple[float, list[Figure]]] = {}
    slope = usual = 0.0
    few = Few(1, 0, 0)
    scale: list[tuple[float, float]] = []
    for kind, rest in pairs("fit.tsv"):
        cells = rest.split("\t")
        if kind == "curve":
            slope, usual = map(float, cells)
        elif kind == "scale":
            scale.append((float(cells[0]), float(cells[1])))
        elif kind == "few":
            few = Few(*map(float, cells))
        elif kind == "group":
            groups[cells[0]] = (float(cells[1]), [])
        else:
            name, sign, mean, deviation = cells
            groups[kind][1].append(
                Figure(name, 1 if sign == "+" else -1, float(mean), float(deviation))
            )
    return Table(
        tuple(Group(name, weight, tuple(some)) for name, (weight, some) in groups.items()),
        slope,
        usual,
        tuple(scale),
        few,
    )


class Fitter:
    """The proofs of one version of the criteria, compiled."""

    def __init__(
        self, settings: CriteriaSettings, lemmas: Lemmas, weights: Table | None = None
    ) -> None:
        self._table = weights or table()
        self.own = OwnTerms(settings, lemmas)
        self.crafts = Crafts(
            self.own, own_names(settings.proofs), lemmas, settings.proof_match.crafts
        )
        self._asks = Asks(self.own)
        self._rivals = Rivals(self.own)
        self._helped = self._table.few.helped(len(self.own.words))

    def ask(self, text: ListingText) -> Ask:
        return self._asks.find(text)

    def fit(
        self, text: ListingText, signs: Engagement, left_out: frozenset[int] = frozenset()
    ) -> Fit:
        """`left_out` are the numbers of proofs that don't count here: excluded by their own words,
        or not among the feed's.
        """
        asked = self._asks.find(text)
        head = head_place(text.text[: text.sentences[0].end], text.language)
        by_proof = _without(evidence.find(text, self.own, head[1]), left_out)
        distinct = _distinct(by_proof)
        words = evidence.heard(text, distinct)
        if words is not text.words:
            text = text.saying(words)
            by_proof = {proof: some for proof, some in by_proof.items() if some.is_said}
            distinct = _distinct(by_proof)
        craft, tools = self.crafts.fit(text, head), stack.fit(text, self.own)
        whole, ask, quoted = (_only(shares, left_out) for shares in self._overlaps(text, asked))
        figures = {
            "title": max([one.head for one in distinct], default=0.0),
            "phrases": max([one.phrases for one in distinct], default=0.0),
            "tag_terms": max([one.tags for one in distinct], default=0.0),
            "text": max(whole, default=0.0),
            "ask": max(ask, default=0.0),
            "quoted": max(quoted, default=0.0),
            "title_words": overlap.of_title(text, self.own),
            "ask_words": overlap.of_asked_words(text, self.own),
            **_of_craft(craft),
            **_of_signs(signs),
            "concrete": asked.named,
        }
        if tools.tags is not None:
            figures["tools"] = tools.tags
        else:
            del figures["tag_terms"]  # no tags say nothing, for or against
        if tools.text is not None:
            figures["tools_said"] = tools.text
        if text.language not in WITH_LISTS:
            figures = {name: figures[name] for name in figures.keys() - _BY_LISTS}
        # The parts that rest on few words have them: the title's craft, tools that aren't mine.
        few = {"craft": craft.named, "stack": tools.foreign[:_FEW_TOOLS]}
        parts = parts_of(figures, self._table, few)
        if self._helped:
            parts = (*parts, Part("few_words", self._helped))
        nearness = _nearness(by_proof, whole, quoted)
        proof = self._nearest(nearness, by_proof)
        return Fit(
            value=(
                ZERO
                if proof is None
                else share(scaled(probability(parts, self._table), self._table))
            ),
            proof=proof,
            figures=figures,
            parts=parts,
            ask=asked,
            evidence=by_proof,
            craft=craft,
            stack=tools,
            own_words=any(some.own_words for some in distinct),
            rivals=self._rivals.find(text),
            nearness=nearness,
        )

    def _overlaps(
        self, text: ListingText, asked: Ask
    ) -> tuple[overlap.Shares, overlap.Shares, overlap.Shares]:
        own = self.own
        return (
            overlap.of_whole(text, own),
            overlap.of_ask(text, own),
            overlap.of_quoted(text, asked.sentences, own),
        )

    def _nearest(self, nearness: Sequence[float], by_proof: Mapping[int, Evidence]) -> int | None:
        """The name decides between equals, so that the order of the file doesn't."""
        most = max(nearness, default=0.0)
        if not most:
            return min(by_proof, key=lambda proof: self.own.proofs[proof].name, default=None)
        if nearness.count(most) == 1:
            return nearness.index(most)
        nearest = [proof for proof, value in enumerate(nearness) if value == most]
        return min(nearest, key=lambda proof: self.own.proofs[proof].name)


def _distinct(by_proof: Mapping[int, Evidence]) -> tuple[Evidence, ...]:
    """Each evidence once, of however many proofs it is."""
    return tuple({id(some): some for some in by_proof.values()}.values())


def _nearness(
    by_proof: Mapping[int, Evidence], whole: overlap.Shares, quoted: overlap.Shares
) -> list[float]:
    """What decides which proof is shown: its evidence, and the vocabulary that it shares with the
    whole and with the ask.
    """
    near = list(map(add, whole, quoted))
    for proof, some in by_proof.items():
        near[proof] = some.all + whole[proof] + quoted[proof]
    return near


def _without(some: Mapping[int, Evidence], left_out: frozenset[int]) -> Mapping[int, Evidence]:
    return (
        {proof: one for proof, one in some.items() if proof not in left_out} if left_out else some
    )


def _only(shares: overlap.Shares, left_out: frozenset[int]) -> overlap.Shares:
    return (
        [0.0 if proof in left_out else share_ for proof, share_ in enumerate(shares)]
        if left_out
        else shares
    )


def _of_craft(craft: CraftFit) -> dict[str, float]:
    return {
        "person": craft.person,
        "foreign": craft.foreign,
        "words": craft.words,
        "title_crafts": craft.title_words,
    }


def _of_signs(signs: Engagement) -> dict[str, float]:
    return {
        "employment": signs.count("employment"),
        "place": min(1, signs.count("place")),
        "bench": min(_FEW, signs.count("bench")),
        "required": signs.required,
        "filler": signs.filler,
        "telling": signs.telling,
        "problems": min(_MOST_PROBLEMS, signs.problems),
    }


def parts_of(
    figures: Mapping[str, float], weights: Table, words: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Part, ...]:
    """What each group adds, in logits. A figure that isn't there counts as usual. `words`: those
    that a part rests on.
    """
    of_part = words or {}
    return tuple(
        [
            Part(
                group.name,
                weights.slope * group.weight * _distances(group, figures) / len(group.figures),
                of_part.get(group.name, ()),
            )
            for group in weights.groups
        ]
    )


def _distances(group: Group, figures: Mapping[str, float]) -> float:
    """The sum of its figures' distances from what is usual, signed."""
    total = 0.0
    for name, sign, mean, deviation in group.figures:
        value = figures.get(name)
        if value is not None:
            distance = (value - mean) / deviation
            if distance > _FARTHEST:
                distance = _FARTHEST
            elif distance < -_FARTHEST:
                distance = -_FARTHEST
            total += sign * distance
    return total


def probability(parts: Iterable[Part], weights: Table) -> float:
    return 1 / (1 + math.exp(-(sum(part.adds for part in parts) + weights.usual)))


def scaled(chance: float, weights: Table) -> float:
    """A probability as the fit that it is shown as: linear between the points of the scale."""
    points = weights.scale
    for (low, at_low), (high, at_high) in pairwise(points):
        if chance <= high:
            return at_low + (chance - low) / (high - low) * (at_high - at_low)
    return points[-1][1]
