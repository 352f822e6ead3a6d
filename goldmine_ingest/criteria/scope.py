"""[scope]: raw production, or work beyond it (diagnosis, trade-offs, integration, stakeholders, quality, ownership)?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from goldmine_ingest.criteria.case import HALF, ZERO, Case, share
from goldmine_ingest.features import Cue
from goldmine_ingest.model.decision import Exposure, Finding
from goldmine_ingest.settings.criteria import ScopeSettings
from goldmine_ingest.terms import Stems, TermIndex, is_negated, words

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
    """Different signs of one side, weighed: a phrase counts once, twice in the title, twice if it is the user's own."""

    weight: int
    quotes: tuple[str, ...]


class Scope:
    """The user's own [scope] phrases, compiled."""

    def __init__(self, settings: ScopeSettings, stems: Stems) -> None:
        own = (("production", settings.production), ("beyond.own", settings.beyond))
        self._index = TermIndex((kind, words(phrase, stems)) for kind, phrases in own for phrase in phrases)

    def judge(self, case: Case, settings: ScopeSettings) -> Finding:
        own = list(self._own(case))
        built_in = [(cue, 1) for cue in case.facts.of("production", "beyond.")] if settings.built_in else []
        found = own + built_in
        production = _weigh(case, [(cue, weight) for cue, weight in found if cue[0] == "production"])
        beyond = _weigh(case, [(cue, weight) for cue, weight in found if cue[0] != "production"])
        return _finding(case, production, beyond)

    def _own(self, case: Case) -> Iterable[tuple[Cue, int]]:
        facts = case.facts
        for hit in self._index.find(facts.stream):
            if not is_negated(facts.stream, hit):
                yield Cue(hit.key, *facts.place(hit)), _OWN_WORDS


def _finding(case: Case, production: Signs, beyond: Signs) -> Finding:
    setting = "scope.production"
    if not production.weight and not beyond.weight:
        return Finding("scope", "unknown", ZERO, "it doesn't show whether more than production is wanted", setting="scope.beyond")
    part = share(Decimal(beyond.weight) / (beyond.weight + production.weight))
    score = share((Decimal(beyond.weight) + HALF) / (beyond.weight + production.weight + 1))
    quotes = (beyond.quotes + production.quotes) if part >= MINIMUM_SHARE else (production.quotes + beyond.quotes)
    if part >= MINIMUM_SHARE:
        reason = f"asks for more than production: {_kinds(case)}{_job(case)}"
        return Finding("scope", "pass", score, reason, part, MINIMUM_SHARE, "share", quotes, setting)
    why = case.why_absence_says_nothing
    if why:
        return Finding("scope", "unknown", ZERO, f"only production shows, but {why}", part, MINIMUM_SHARE, "share", quotes, setting)
    return Finding(
        "scope", "fail", score, "asks for raw production, with little or nothing beyond it", part, MINIMUM_SHARE, "share", quotes, setting
    )


def _weigh(case: Case, found: list[tuple[Cue, int]]) -> Signs:
    weights: dict[str, int] = {}
    quotes: dict[str, str] = {}
    for cue, weight in found:
        quote = case.facts.quote(cue.start, cue.end)
        key = quote.lower()
        quotes.setdefault(key, quote)
        weights[key] = max(weights.get(key, 0), weight * (_IN_TITLE if case.facts.in_title(cue) else 1))
    return Signs(sum(weights.values()), tuple(quotes.values())[:3])


def _kinds(case: Case) -> str:
    kinds = dict.fromkeys(cue.kind.partition(".")[2].replace("_", "-") for cue in case.facts.of("beyond."))
    return ", ".join(list(kinds)[:3]) or "by your own words"


def _job(case: Case) -> str:
    """What the client pays for, where it shows: one of five jobs."""
    jobs = dict.fromkeys(_JOBS[cue.kind] for cue in case.facts.of("job."))
    return f"; the client wants {', '.join(list(jobs)[:2])}" if jobs else ""


def exposure(case: Case) -> tuple[Exposure | None, tuple[str, ...]]:
    """How far a machine does this task by the listing's own words, and those words: the side with most signs, the more human one
    between equals. None where nothing shows it."""
    found = {kind: _weigh(case, [(cue, 1) for cue in case.facts.of(f"exposure.{kind}")]) for kind in _EXPOSURES}
    kind = max(_EXPOSURES, key=lambda kind: found[kind].weight)
    return (kind, found[kind].quotes) if found[kind].weight else (None, ())
