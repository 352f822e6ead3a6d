"""From listings that were read and matched to decisions: one step of all of them, then the next,
so that what a step needs stays at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from goldmine_ingest.criteria import (
    ask,
    budget,
    client,
    first_step,
    opinion,
    proof,
    red_flags,
    worth,
)
from goldmine_ingest.criteria.case import ZERO, Case
from goldmine_ingest.criteria.decide import decide, is_settled, required
from goldmine_ingest.criteria.measures import measure, of_match
from goldmine_ingest.criteria.proof import Match, Matcher
from goldmine_ingest.criteria.rules import Rules
from goldmine_ingest.criteria.scope import Scope, exposure
from goldmine_ingest.criteria.signals import Tasks, signals
from goldmine_ingest.criteria.work_hours import Stated, stated
from goldmine_ingest.model.decision import Decision, Exposure, Finding, Measures, Signal
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings


class Said(NamedTuple):
    """The opinion that counts for a listing, and the proofs that its feeds allow."""

    opinion: Opinion | None = None
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """What searches for the user's words, by one language's inflection."""

    rules: Rules
    scope: Scope
    matcher: Matcher
    tasks: Tasks | None


class Asked(NamedTuple):
    """A listing to decide: with what searches for the user's words in its language, how the proofs
    match, and what was said of it.
    """

    case: Case
    compiled: Compiled
    match: Match
    said: Said


def decide_all(
    asked: Sequence[Asked], settings: CriteriaSettings, key: int | None = None
) -> list[Decision]:
    """The decision on each. With the settings' `key` (measures.py) it bears its measures."""
    paid = [stated(one.case, settings.base_currency) for one in asked]
    findings = list(zip(*_findings(asked, settings, paid), strict=True))
    flags = [red_flags.judge(one.case) for one in asked]
    exposures = [exposure(one.case) for one in asked]
    shown = [
        signals(one.case, one.compiled.tasks, by_text)
        for one, by_text in zip(asked, exposures, strict=True)
    ]
    asks = [ask.quote(one.case.facts.listing, one.match.fit.ask) for one in asked]
    measures: Sequence[Measures | None] = (
        [None] * len(asked)
        if key is None
        else [
            _measures(settings, key, *one) for one in zip(asked, findings, flags, paid, strict=True)
        ]
    )
    steps = zip(asked, findings, flags, exposures, shown, asks, measures, strict=True)
    return [_decision(settings, *one) for one in steps]


def _findings(
    asked: Sequence[Asked], settings: CriteriaSettings, paid: Sequence[Stated]
) -> Iterator[list[Finding]]:
    """Of each criterion that is on, in the contract's order, its finding of each listing."""
    currency, fit = settings.base_currency, settings.proof_match
    if settings.rules is not None or settings.me is not None:
        yield [one.compiled.rules.judge(one.case, settings.rules, settings.me) for one in asked]
    if settings.proofs:
        yield [proof.judge(one.case, one.match, fit) for one in asked]
    if settings.budget is not None:
        yield [
            budget.judge(one.case, settings.budget, _floors(one.match, settings), each.pay)
            for one, each in zip(asked, paid, strict=True)
        ]
    if settings.client is not None:
        yield [client.judge(one.case, settings.client, currency) for one in asked]
    yield [one.compiled.scope.judge(one.case, settings.scope, one.match.fit.ask) for one in asked]
    yield [first_step.judge(one.case, settings.first_step, one.match.fit.ask) for one in asked]
    if settings.worth is not None:
        yield [
            worth.judge(one.case, settings.worth, currency, each)
            for one, each in zip(asked, paid, strict=True)
        ]
    if settings.opinion is not None:
        yield [opinion.judge(settings.opinion, *one.said) for one in asked]


def _floors(match: Match, settings: CriteriaSettings) -> ProofSettings | None:
    """The proof that is shown, as these settings have it: its own floors count."""
    shown = match.shown(settings.proof_match)
    if settings.proofs is match.proofs:  # nothing is tried out
        return shown
    return next((own for own in settings.proofs if shown and own.name == shown.name), None)


def _decision(
    settings: CriteriaSettings,
    asked: Asked,
    findings: tuple[Finding, ...],
    flags: tuple[Finding, ...],
    by_text: tuple[Exposure | None, tuple[str, ...]],
    shown_signals: tuple[Signal, ...],
    quoted: str | None,
    measures: Measures | None,
) -> Decision:
    match = asked.match
    shown, verdict = match.shown(settings.proof_match), match.verdict(settings.proof_match)
    kind, score, reason = decide(
        findings, settings.decision, flags, opinion_against=settings.opinion_against
    )
    fits = verdict == "pass" or (
        verdict == "unknown" and is_settled(required(findings, settings.decision))
    )
    return Decision(
        listing_id=asked.case.listing.listing_id,
        criteria_hash=settings.criteria_hash,
        decision=kind,
        score=score,
        findings=findings + flags,
        proof=shown.name if shown else None,
        first_step=shown.first_step if shown and fits else None,
        ask=quoted,
        exposure=by_text[0],
        reason=reason,
        proof_exposure=shown.exposure if shown else None,
        signals=shown_signals,
        parts=match.fit.parts,
        measures=measures,
    )


def _measures(
    settings: CriteriaSettings,
    key: int,
    asked: Asked,
    findings: Sequence[Finding],
    flags: Sequence[Finding],
    pay_and_hours: Stated,
) -> Measures:
    """Those of a decision, from what it found."""
    of_name = {finding.criterion: finding for finding in findings}
    specificity = of_name["first_step"].value
    return measure(
        asked.case,
        key,
        settings,
        stated=pay_and_hours,
        rules=of_name.get("rules"),
        proofs=of_match(
            asked.match, of_name["scope"], ZERO if specificity is None else specificity
        ),
        flags=flags,
    )
