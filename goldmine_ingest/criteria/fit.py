"""How well the work that a listing asks for fits what the proofs show, 0 to 1.

Two dozen figures, each as its distance from what is usual (in standard deviations, at most 2½),
signed so that more speaks for the listing; their means by group, weighed by a short table
(weights.py); one logistic curve over the sum; and a piecewise linear scale, so that what is hardly
ever wanted lies under 0.35 and what mostly is from 0.65 on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
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
from goldmine_ingest.criteria.weights import Table, parts_of, probability, scaled, table
from goldmine_ingest.model.decision import Part
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.text.engagement import Engagement
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.wordlists import WITH_LISTS

# Figures that need word lists of the text's language; without lists they count as usual.
_BY_LISTS = frozenset(
    (
        *("person", "foreign", "words", "title_crafts", "required", "filler", "telling"),
        *("problems", "concrete", "ask", "quoted"),
        *("employment", "place", "bench"),
    )
)
_FEW = 2  # signs of one kind that count
_MOST_PROBLEMS = 3
_FEW_TOOLS = 4  # that are named


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
    evidence: Evidence
    craft: CraftFit
    stack: stack.Stack
    own_words: bool
    rivals: tuple[str, ...]
    nearness: Sequence[float]


class ToFit(NamedTuple):
    """A listing's text and signs. `left_out` are the numbers of proofs that don't count here:
    excluded by their own words, or not among the feed's.
    """

    text: ListingText
    signs: Engagement
    left_out: frozenset[int] = frozenset()


class _Found(NamedTuple):
    """The evidence for the proofs that count, and the text without what is ruled out in it."""

    text: ListingText
    evidence: Evidence


class _Shared(NamedTuple):
    """The vocabulary that the proofs share with a listing, proof by proof, and how much of title
    and ask is in their words.
    """

    whole: overlap.Shares
    ask: overlap.Shares
    quoted: overlap.Shares
    title_words: float
    ask_words: float


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

    def fit_all(self, listings: Sequence[ToFit]) -> list[Fit]:
        """The fit of each; one step of all of them, then the next, so that what a step needs
        stays at hand.
        """
        asks = [self._asks.find(one.text) for one in listings]
        heads = [head_place(_title(one.text), one.text.language) for one in listings]
        found = [self._found(one, head) for one, head in zip(listings, heads, strict=True)]
        texts = [one.text for one in found]
        crafts = [self.crafts.fit(text, head) for text, head in zip(texts, heads, strict=True)]
        tools = [stack.fit(text, self.own) for text in texts]
        shared = [
            self._shared(text, ask, one.left_out)
            for text, ask, one in zip(texts, asks, listings, strict=True)
        ]
        signs = [one.signs for one in listings]
        return [
            self._fit(*one) for one in zip(found, signs, asks, crafts, tools, shared, strict=True)
        ]

    def _found(self, listing: ToFit, head: tuple[int, int]) -> _Found:
        found = evidence.find(listing.text, self.own, head[1]).without(listing.left_out)
        words = evidence.heard(listing.text, found)
        if words is listing.text.words:
            return _Found(listing.text, found)
        return _Found(listing.text.saying(words), found.without(evidence.unsaid(found)))

    def _shared(self, text: ListingText, asked: Ask, left_out: frozenset[int]) -> _Shared:
        own = self.own
        return _Shared(
            _only(overlap.of_whole(text, own), left_out),
            _only(overlap.of_ask(text, own), left_out),
            _only(overlap.of_quoted(text, asked.sentences, own), left_out),
            overlap.of_title(text, own),
            overlap.of_asked_words(text, own),
        )

    def _fit(
        self,
        found: _Found,
        signs: Engagement,
        asked: Ask,
        craft: CraftFit,
        tools: stack.Stack,
        shared: _Shared,
    ) -> Fit:
        figures = {
            **_of_evidence(found.evidence),
            **_of_vocabulary(shared),
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
        if found.text.language not in WITH_LISTS:
            figures = {name: figures[name] for name in figures.keys() - _BY_LISTS}
        # The parts that rest on few words have them: the title's craft, tools that aren't mine.
        few = {"craft": craft.named, "stack": tools.foreign[:_FEW_TOOLS]}
        parts = parts_of(figures, self._table, few)
        if self._helped:
            parts = (*parts, Part("few_words", self._helped))
        nearness = _nearness(found.evidence, shared.whole, shared.quoted)
        proof = self._nearest(nearness, found.evidence)
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
            evidence=found.evidence,
            craft=craft,
            stack=tools,
            own_words=any(term.own_words for term in found.evidence.terms),
            rivals=self._rivals.find(found.text),
            nearness=nearness,
        )

    def _nearest(self, nearness: Sequence[float], found: Evidence) -> int | None:
        """The name decides between equals, so that the order of the file doesn't."""
        most = max(nearness, default=0.0)
        if not most:
            return min(found.all, key=lambda proof: self.own.proofs[proof].name, default=None)
        if nearness.count(most) == 1:
            return nearness.index(most)
        nearest = [proof for proof, value in enumerate(nearness) if value == most]
        return min(nearest, key=lambda proof: self.own.proofs[proof].name)


def _title(text: ListingText) -> str:
    return text.text[: text.sentences[0].end]


def _nearness(found: Evidence, whole: overlap.Shares, quoted: overlap.Shares) -> list[float]:
    """What decides which proof is shown: its evidence, and the vocabulary that it shares with the
    whole and with the ask.
    """
    near = list(map(add, whole, quoted))
    for proof, left in found.all.items():
        near[proof] = 1.0 - left + whole[proof] + quoted[proof]
    return near


def _only(shares: overlap.Shares, left_out: frozenset[int]) -> overlap.Shares:
    return (
        [0.0 if proof in left_out else share_ for proof, share_ in enumerate(shares)]
        if left_out
        else shares
    )


def _of_evidence(found: Evidence) -> dict[str, float]:
    return {
        "title": evidence.most(found.head),
        "phrases": evidence.most(found.phrases),
        "tag_terms": evidence.most(found.tags),
    }


def _of_vocabulary(shared: _Shared) -> dict[str, float]:
    return {
        "text": max(shared.whole, default=0.0),
        "ask": max(shared.ask, default=0.0),
        "quoted": max(shared.quoted, default=0.0),
        "title_words": shared.title_words,
        "ask_words": shared.ask_words,
    }


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
