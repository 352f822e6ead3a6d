"""[scope]: raw production, or work beyond it? Honest about what shows: a cue word alone decides
nothing.

The user's own `production` words, said plainly in title or ask, fail it; a price by the piece
leaves it unknown; a problem, trade-offs, ownership or the user's own `beyond` words pass it; with
`want`, one of the reasons to pay that are looked for. It doesn't sort: on labelled listings no sign
of scope told wanted from unwanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from goldmine_ingest.criteria.ask import Ask
from goldmine_ingest.criteria.case import ONE, ZERO, Case
from goldmine_ingest.criteria.features import Place
from goldmine_ingest.criteria.mentions import Excluded, Mention, Weight
from goldmine_ingest.criteria.signals import reason_quotes
from goldmine_ingest.model.decision import Exposure, Finding
from goldmine_ingest.settings.criteria import ScopeSettings
from goldmine_ingest.settings.tasks import REASONS
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.reasons import REASON
from goldmine_ingest.text.sentences import Role

# Each with its cue; of equal signs the first counts, the more human one.
_EXPOSURES: Mapping[Exposure, str] = {
    "human-critical": "exposure.human-critical",
    "ai-assisted": "exposure.ai-assisted",
    "automatable": "exposure.automatable",
}
_BEYOND = {"beyond.trade_offs": "trade-offs", "beyond.ownership": "ownership"}
_ASKED = frozenset((Role.TITLE, Role.ASK, Role.PROBLEM))
_QUOTES = 3


class Scope:
    """The user's own [scope] phrases, compiled."""

    def __init__(self, settings: ScopeSettings, lemmas: Lemmas) -> None:
        self._production = Excluded((phrase, lemmas.of(phrase)) for phrase in settings.production)
        self._beyond = Excluded((phrase, lemmas.of(phrase)) for phrase in settings.beyond)

    def judge(self, case: Case, settings: ScopeSettings, ask: Ask) -> Finding:
        """`ask` are the sentences that say what is wanted."""
        asked = {0, *ask.sentences}
        if raw := _said(self._production.find(case.facts.listing), asked):
            quotes = raw[0].quotes
            reason = f"asks for “{quotes[0]}”, which you call raw production"
            return Finding(
                "scope", "fail", ZERO, reason, evidence=quotes, setting="scope.production"
            )
        prices = case.facts.engagement.signs.get("unit_price", ()) if settings.built_in else ()
        if prices:
            quotes = case.facts.quotes(prices)
            return Finding(
                "scope",
                "unknown",
                ZERO,
                f"pays by the piece (“{quotes[0]}”)",
                evidence=quotes,
                setting="scope.built_in",
            )
        if settings.want:
            return _wanted(case, settings.want)
        return self._beyond_production(case, settings)

    def _beyond_production(self, case: Case, settings: ScopeSettings) -> Finding:
        text = case.facts.listing
        if own := _said(self._beyond.find(text)):
            reason = (
                f"asks for “{own[0].quotes[0]}”, which you call more than production{_job(case)}"
            )
            return Finding(
                "scope", "pass", ONE, reason, evidence=own[0].quotes, setting="scope.beyond"
            )
        if settings.built_in:
            if problem := _first_problem(case):
                return Finding(
                    "scope",
                    "pass",
                    ONE,
                    f"names a problem{_job(case)}",
                    evidence=(problem,),
                    setting="scope.built_in",
                )
            for kind, name in _BEYOND.items():
                quotes = case.facts.quotes(_asked_places(case, case.facts.places(kind)), _QUOTES)
                if quotes:
                    return Finding(
                        "scope",
                        "pass",
                        ONE,
                        f"asks for {name}{_job(case)}",
                        evidence=quotes,
                        setting="scope.built_in",
                    )
        return Finding(
            "scope",
            "unknown",
            ZERO,
            "it doesn't show whether more than production is wanted",
            setting="scope.beyond",
        )


def _said(mentions: Iterable[Mention], sentences: Set[int] | None = None) -> list[Mention]:
    """The mentions that are plain, anywhere or in one of these sentences."""
    return [
        mention
        for mention in mentions
        if mention.weight >= Weight.ONCE
        and (sentences is None or not sentences.isdisjoint(mention.sentences))
    ]


def _first_problem(case: Case) -> str:
    """The first sentence that names a problem; empty where none does."""
    quotes = (
        case.facts.quote(start, end)
        for start, end, role, _ in case.facts.listing.sentences
        if role is Role.PROBLEM
    )
    return next(filter(None, quotes), "")


def _asked_places(case: Case, places: Sequence[Place]) -> Sequence[Place]:
    """Those in title or ask."""
    if not places:
        return places
    spans = [(s.start, s.end) for s in case.facts.listing.sentences if s.role in _ASKED]
    return [
        (start, end) for start, end in places if any(low <= start < high for low, high in spans)
    ]


def _job(case: Case) -> str:
    """What the client pays for, where it shows: one of five jobs."""
    signs = case.facts.engagement.signs
    jobs = [words for name, words in REASONS.items() if f"{REASON}{name}" in signs]
    return f"; the client wants {', '.join(jobs[:2])}" if jobs else ""


def _wanted(case: Case, want: Sequence[str]) -> Finding:
    """By the reasons to pay that the user looks for."""
    shown = reason_quotes(case, want)
    if shown:
        jobs = ", ".join(REASONS[name] for name in shown)
        quotes = tuple(dict.fromkeys(shown.values()))[:_QUOTES]
        reason = f"the client wants {jobs}"
        return Finding("scope", "pass", ONE, reason, evidence=quotes, setting="scope.want")
    looked_for = " or ".join(REASONS[name] for name in want)
    reason = f"it doesn't show that the client wants {looked_for}"
    silent = case.why_absence_says_nothing
    if silent:
        return Finding("scope", "pass", ZERO, f"{reason}; {silent}", setting="scope.want")
    return Finding("scope", "unknown", ZERO, reason, setting="scope.want")


def exposure(case: Case) -> tuple[Exposure | None, tuple[str, ...]]:
    """How far a machine does this task by the listing's own words, and those words: the side with
    most signs, the more human one between equals. None where nothing shows it.
    """
    exposed: tuple[Exposure | None, tuple[str, ...]] = None, ()
    most = 0
    for kind, cue in _EXPOSURES.items():
        if cue in case.facts.cues:
            weight, quotes = _weigh(case, case.facts.cues[cue])
            if weight > most:
                most, exposed = weight, (kind, quotes)
    return exposed


def _weigh(case: Case, places: Sequence[Place]) -> tuple[int, tuple[str, ...]]:
    """Different signs, each once, twice in the title; and the first few quotes."""
    weights: dict[str, int] = {}
    quotes = []
    for start, end in places:
        quote = case.facts.quote(start, end)
        here, sign = 2 if start < case.facts.title_length else 1, quote.lower()
        if sign not in weights:
            quotes.append(quote)
        weights[sign] = max(here, weights.get(sign, 0))
    return sum(weights.values()), tuple(quotes[:_QUOTES])
