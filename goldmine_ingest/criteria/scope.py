"""[scope]: raw production, or work beyond it (diagnosis, trade-offs, integration, stakeholders,
quality, ownership)?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from goldmine_ingest.criteria.case import HALF, ZERO, Case, share
from goldmine_ingest.criteria.features import Place, TextFacts
from goldmine_ingest.model.decision import Exposure, Finding
from goldmine_ingest.settings.criteria import ScopeSettings
from goldmine_ingest.text.terms import Stems, TermIndex, is_negated, words

# The share of signs beyond production that a listing needs once it shows production at all.
MINIMUM_SHARE = Decimal("0.34")
_IN_TITLE = 2
_OWN_WORDS = 2
_EXPOSURES: tuple[Exposure, ...] = ("human-critical", "ai-assisted", "automatable")
_JOBS = {
    "job.revenue": "more revenue",
    "job.cost": "less cost",
    "job.risk": "less risk",
    "job.speed": "more speed",
    "job.judgment": "scarce judgment",
}


@dataclass(frozen=True, slots=True)
class Signs:
    """Different signs of one side, weighed: a phrase counts once, twice in the title, twice if
    it is the user's own.
    """

    weight: int
    quotes: tuple[str, ...]


class Scope:
    """The user's own [scope] phrases, compiled."""

    def __init__(self, settings: ScopeSettings, stems: Stems) -> None:
        own = (("production", settings.production), ("beyond.own", settings.beyond))
        self._index = TermIndex(
            (kind, words(phrase, stems)) for kind, phrases in own for phrase in phrases
        )

    def judge(self, case: Case, settings: ScopeSettings) -> Finding:
        facts, own = case.facts, self._own(case.facts)
        known = settings.built_in
        production = _weigh(facts, facts.places("production") if known else (), own["production"])
        beyond = _weigh(
            facts, facts.places(*facts.kinds("beyond.")) if known else (), own["beyond.own"]
        )
        return _finding(case, production, beyond)

    def _own(self, facts: TextFacts) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {"production": [], "beyond.own": []}
        for hit in self._index.find(facts.stream):
            if not is_negated(facts.stream, hit.start, hit.end):
                found[hit.key].append(facts.place(hit))
        return found


def _finding(case: Case, production: Signs, beyond: Signs) -> Finding:
    setting = "scope.production"
    if not production.weight and not beyond.weight:
        return Finding(
            "scope",
            "unknown",
            ZERO,
            "it doesn't show whether more than production is wanted",
            setting="scope.beyond",
        )
    part = share(Decimal(beyond.weight) / (beyond.weight + production.weight))
    score = share((Decimal(beyond.weight) + HALF) / (beyond.weight + production.weight + 1))
    quotes = (
        (beyond.quotes + production.quotes)
        if part >= MINIMUM_SHARE
        else (production.quotes + beyond.quotes)
    )
    if part >= MINIMUM_SHARE:
        reason = f"asks for more than production: {_kinds(case)}{_job(case)}"
        return Finding(
            "scope", "pass", score, reason, part, MINIMUM_SHARE, "share", quotes, setting
        )
    why = case.why_absence_says_nothing
    if why:
        return Finding(
            "scope",
            "unknown",
            ZERO,
            f"only production shows, but {why}",
            part,
            MINIMUM_SHARE,
            "share",
            quotes,
            setting,
        )
    return Finding(
        "scope",
        "fail",
        score,
        "asks for raw production, with little or nothing beyond it",
        part,
        MINIMUM_SHARE,
        "share",
        quotes,
        setting,
    )


def _weigh(facts: TextFacts, built_in: Sequence[Place], own: Sequence[Place] = ()) -> Signs:
    weights: dict[str, int] = {}
    quotes = []
    for places, weight in ((own, _OWN_WORDS), (built_in, 1)):
        for start, end in places:
            quote = facts.quote(start, end)
            key = quote.lower()
            here = weight * _IN_TITLE if start < facts.title_length else weight
            if key not in weights:
                quotes.append(quote)
                weights[key] = here
            elif here > weights[key]:
                weights[key] = here
    return Signs(sum(weights.values()), tuple(quotes[:3]))


def _kinds(case: Case) -> str:
    kinds = dict.fromkeys(
        kind.partition(".")[2].replace("_", "-") for kind in case.facts.kinds("beyond.")
    )
    return ", ".join(list(kinds)[:3]) or "by your own words"


def _job(case: Case) -> str:
    """What the client pays for, where it shows: one of five jobs."""
    jobs = [_JOBS[kind] for kind in case.facts.kinds("job.")]
    return f"; the client wants {', '.join(jobs[:2])}" if jobs else ""


def exposure(case: Case) -> tuple[Exposure | None, tuple[str, ...]]:
    """How far a machine does this task by the listing's own words, and those words: the side with
    most signs, the more human one between equals. None where nothing shows it.
    """
    found = {kind: _weigh(case.facts, case.facts.places(f"exposure.{kind}")) for kind in _EXPOSURES}
    kind = max(_EXPOSURES, key=lambda kind: found[kind].weight)
    return (kind, found[kind].quotes) if found[kind].weight else (None, ())
