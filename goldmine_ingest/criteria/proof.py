"""[[proof]]: how well the work that is asked for fits the finished work that can be shown, and
which proof shows it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from goldmine_ingest.criteria.case import ZERO, Case, plain, share
from goldmine_ingest.criteria.evidence import Hit
from goldmine_ingest.criteria.features import TextFacts
from goldmine_ingest.criteria.fit import Fit, Fitter, ToFit
from goldmine_ingest.criteria.mentions import Excluded, Mention, Weight
from goldmine_ingest.criteria.own_terms import written
from goldmine_ingest.criteria.weights import Table
from goldmine_ingest.model.decision import Finding, Verdict
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofMatchSettings, ProofSettings
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.sentences import Role
from goldmine_ingest.text.terms import TermIndex, spellings
from goldmine_ingest.text.wordlists import WITH_LISTS, craft_names

_QUOTES = 5
_ALSO = 0.6  # of the nearest proof's nearness: named beside it
_MOST_ALSO = 2


class Matcher:
    """All proofs of one criteria file, compiled. Compiling reads the shipped tables; matching reads
    nothing.
    """

    def __init__(
        self, settings: CriteriaSettings, lemmas: Lemmas, weights: Table | None = None
    ) -> None:
        self.proofs = settings.proofs
        self.fitter = Fitter(settings, lemmas, weights)
        excluded = {
            number: tuple(_written(proof, settings, lemmas))
            for number, proof in enumerate(settings.proofs)
            if proof.exclude
        }
        self._excluded = {number: Excluded(terms) for number, terms in excluded.items()}
        # Which proofs may exclude a listing, in one pass for all.
        self._any_excluded = TermIndex(
            (str(number), words) for number, terms in excluded.items() for _, words in terms
        )
        names = sorted(proof.name for proof in settings.proofs)
        self._ranks = tuple(bisect_left(names, proof.name) + 1 for proof in settings.proofs)

    def match_all(self, texts: Sequence[TextFacts], only: tuple[str, ...] = ()) -> list[Match]:
        """The fit of each text by all proofs, or by `only` these. Many together cost less."""
        others = self._others(only)
        banned = [
            {
                number: mention
                for number, mention in self._banned(one.listing)
                if number not in others
            }
            for one in texts
        ]
        fits = self.fitter.fit_all(
            [
                ToFit(one.listing, one.engagement, others.union(left_out))
                for one, left_out in zip(texts, banned, strict=True)
            ]
        )
        applies = len(others) < len(self.proofs)
        return [
            Match(fit, self.proofs, left_out, self._ranks, applies)
            for fit, left_out in zip(fits, banned, strict=True)
        ]

    def _others(self, only: tuple[str, ...]) -> frozenset[int]:
        """The proofs that aren't among these."""
        if not only:
            return frozenset()
        return frozenset(
            number for number, proof in enumerate(self.proofs) if proof.name not in only
        )

    def _banned(self, text: ListingText) -> Iterator[tuple[int, Mention]]:
        if not self._any_excluded.may_occur(text.vocabulary):
            return
        for number in sorted({int(hit.key) for hit in self._any_excluded.find(text.stream)}):
            excluded = self._excluded[number]
            worst = max(excluded.find(text), key=lambda mention: mention.weight, default=None)
            if worst is not None and worst.weight >= Weight.ONCE:
                yield number, worst


def _written(
    proof: ProofSettings, settings: CriteriaSettings, lemmas: Lemmas
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for phrase in proof.exclude:
        yield from (
            (phrase, words)
            for words in sorted(written(spellings(phrase, settings.aliases), lemmas))
        )


@dataclass(frozen=True, slots=True)
class Match:
    """What the proofs come to on one listing. `banned` are the proofs that their own exclusions
    keep out, each with what was met; `ranks` the place of each proof among their names in order,
    from 1; `applies`: the feed lets any of the proofs judge.
    """

    fit: Fit
    proofs: tuple[ProofSettings, ...]
    banned: Mapping[int, Mention]
    ranks: tuple[int, ...]
    applies: bool = True

    @property
    def nearest(self) -> ProofSettings | None:
        return None if self.fit.proof is None else self.proofs[self.fit.proof]

    @property
    def others_craft(self) -> bool:
        """The title names crafts, and only others'."""
        return self.fit.craft.only_foreign

    @property
    def capped(self) -> bool:
        """It never passes: by tags alone, or where the title names others' languages."""
        return not self.fit.own_words or bool(self.fit.rivals)

    def verdict(self, settings: ProofMatchSettings) -> Verdict:
        """Fails under `minimum` and on a title of another craft; passes from `sure`, if it may."""
        if self.nearest is None or self.fit.value < settings.minimum or self.others_craft:
            return "fail"
        return "pass" if self.fit.value >= settings.sure and not self.capped else "unknown"

    def shown(self, settings: ProofMatchSettings) -> ProofSettings | None:
        """The proof to show: where the listing passes, or is near."""
        return None if self.verdict(settings) == "fail" else self.nearest


def judge(case: Case, match: Match, settings: ProofMatchSettings) -> Finding:
    """The score is fit × want, for one that is near too."""
    if not match.applies:
        return Finding(
            "proof", "fail", ZERO, "none of your proofs applies to this feed", setting="feed.proofs"
        )
    verdict, proof = match.verdict(settings), match.nearest
    return Finding(
        "proof",
        verdict,
        share(match.fit.value * (proof.want if proof else 1)),
        _reason(match, settings, verdict) + _unlisted(case),
        value=match.fit.value,
        threshold=settings.minimum if match.fit.value < settings.minimum else settings.sure,
        unit="score",
        evidence=evidence(case.facts.listing, match),
        setting=_setting(match, settings),
    )


def _unlisted(case: Case) -> str:
    """Said of a listing in a language without lists."""
    language = case.facts.listing.language
    return (
        ""
        if language in WITH_LISTS
        else f" (there are no word lists for “{language}”: judged by words and tools)"
    )


def _setting(match: Match, settings: ProofMatchSettings) -> str:
    if match.fit.value < settings.minimum:
        return "proof_match.minimum"
    return "proof_match.crafts" if match.others_craft else "proof_match.sure"


def evidence(text: ListingText, match: Match) -> tuple[str, ...]:
    """The nearest proof's words as the listing has them, the title's first; the tags' only where
    they stand nowhere else.
    """
    if match.fit.proof is None:
        return tuple(quote for mention in match.banned.values() for quote in mention.quotes)[
            :_QUOTES
        ]
    hits = [hit for term in match.fit.evidence.of(match.fit.proof) for hit in term.hits]
    untagged = [hit for hit in hits if text.sentences[hit.sentence].role is not Role.TAG]
    quotes: dict[str, str] = {}
    for hit in sorted(untagged or hits, key=_shown_first):
        start, end = text.place(hit.found.start, hit.found.end)
        quotes.setdefault(text.text[start:end].lower(), text.text[start:end])
        if len(quotes) == _QUOTES:
            break
    return tuple(quotes.values())


def _shown_first(hit: Hit) -> tuple[int, float, int, int]:
    return hit.sentence, -hit.value, hit.found.start, hit.found.end


def _reason(match: Match, settings: ProofMatchSettings, verdict: Verdict) -> str:
    value, proof = plain(match.fit.value), match.nearest
    if proof is None:
        banned = next(iter(match.banned.items()), None)
        if banned is None:
            return "none of your proofs' phrases or skills is in it"
        return f"“{match.proofs[banned[0]].name}” excludes “{banned[1].quotes[0]}”"
    if match.others_craft and match.fit.value >= settings.minimum:
        return f"the title asks for {_crafts(match)}; nearest is “{proof.name}” ({value})"
    if verdict == "fail":
        return (
            f"nearest is “{proof.name}”, but too little of it is asked for ({value} of"
            f" {plain(settings.minimum)})"
        )
    if not match.fit.evidence.all:
        near = f"“{proof.name}” is near by its vocabulary ({value})"
        return f"{near}, but none of your phrases or skills is said"
    if match.capped:
        return f"“{proof.name}” is near ({value}), but {_why_capped(match.fit)}"
    if verdict == "unknown":
        return f"“{proof.name}” is near ({value} of {plain(settings.sure)}): {_weakest(match)}"
    also = _also(match)
    return f"“{proof.name}” fits ({value})" + (f"; also {', '.join(also)}" if also else "")


def _why_capped(fit: Fit) -> str:
    if not fit.own_words:
        return "its words stand among the tags only"
    return f"the title asks for “{fit.rivals[0]}”, where your proofs have another"


def _crafts(match: Match) -> str:
    words = " ".join(match.fit.craft.named[-2:])
    mine = sorted(match.fit.craft.mine.items(), key=lambda item: (-item[1], item[0]))[:1]
    yours = (
        f"; your proofs are mostly {craft_names()[mine[0][0]]}"
        if mine and mine[0][0] in craft_names()
        else ""
    )
    return f"“{words}”, another craft{yours}"


_SPEAKS_AGAINST = {
    "evidence": "few of its words are asked for",
    "overlap": "the listing shares little of its vocabulary",
    "craft": "another craft is named as well",
    "stack": "the tools named are mostly not yours",
    "engagement": "it reads like a post or an agency's bench",
    "text": "the text says little of the work itself",
}


def _weakest(match: Match) -> str:
    against = (part for part in match.fit.parts if part.name in _SPEAKS_AGAINST)
    part = min(against, key=lambda part: (part.adds, part.name))
    return _SPEAKS_AGAINST[part.name]


def _also(match: Match) -> list[str]:
    nearness, first = match.fit.nearness, match.fit.proof
    if first is None:
        return []
    least = _ALSO * nearness[first]
    others = [n for n, value in enumerate(nearness) if value >= least and n != first]
    others.sort(key=lambda n: (-nearness[n], match.proofs[n].name))
    return [match.proofs[n].name for n in others[:_MOST_ALSO]]
