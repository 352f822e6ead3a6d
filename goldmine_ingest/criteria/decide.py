"""From findings to a decision, by the numbered rules of docs/criteria.md."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from goldmine_ingest.criteria.case import ZERO
from goldmine_ingest.model.decision import DecisionKind, Finding
from goldmine_ingest.settings.criteria import (
    DEFAULT_UNKNOWN,
    DEFAULT_WEIGHTS,
    WEIGHTS_WITHOUT_PROOF,
    DecisionSettings,
    Unknown,
)
from goldmine_ingest.settings.opinion import Against

_TWO_PLACES = Decimal("0.01")


def required(findings: Sequence[Finding], settings: DecisionSettings) -> list[Finding]:
    """The findings that can block: by default all, and never one of a criterion that is off."""
    return [
        finding
        for finding in findings
        if settings.require is None or finding.criterion in settings.require
    ]


def on_unknown(criterion: str, settings: DecisionSettings) -> str:
    return settings.unknown.get(criterion, DEFAULT_UNKNOWN[criterion])


def score(findings: Sequence[Finding], settings: DecisionSettings) -> Decimal:
    """Rule 3: 100 × Σ(weight × score) / Σ weight over the criteria that have a score: those that
    pass or fail, and a proof that is near.
    """
    usual = (
        DEFAULT_WEIGHTS
        if any(finding.criterion == "proof" for finding in findings)
        else WEIGHTS_WITHOUT_PROOF
    )
    told = [
        (settings.weights.get(finding.criterion, usual[finding.criterion]), finding.score)
        for finding in findings
        if finding.verdict != "unknown" or finding.criterion == "proof"
    ]
    total = sum((weight for weight, _ in told), ZERO)
    if total == 0:
        return ZERO.quantize(_TWO_PLACES)
    return (100 * sum((weight * part for weight, part in told), ZERO) / total).quantize(
        _TWO_PLACES, ROUND_HALF_EVEN
    )


def on_fail(finding: Finding, opinion_against: Against) -> Against:
    """What a fail does: it rejects, but for an opinion's, which does what [opinion] `against`
    says.
    """
    return opinion_against if finding.criterion == "opinion" else "fail"


def is_settled(blocking: Sequence[Finding]) -> bool:
    """Whether an opinion settles a proof that is near: it must be required, and pass."""
    return any(f.criterion == "opinion" and f.verdict == "pass" for f in blocking)


def decide(
    findings: Sequence[Finding],
    settings: DecisionSettings,
    flags: Sequence[Finding] = (),
    *,
    opinion_against: Against = "review",
) -> tuple[DecisionKind, Decimal, str]:
    """The decision, the score, and in one line why the listing isn't qualified ('' if it is).
    `flags` are the red flags, which do what `settings.flags` says of each.
    """
    total = score(findings, settings)
    blocking = required(findings, settings)
    failed = [finding for finding in blocking if finding.verdict == "fail"]
    unknown = [finding for finding in blocking if finding.verdict == "unknown"]
    against = [finding for finding in failed if on_fail(finding, opinion_against) == "review"]
    failed = [finding for finding in failed if finding not in against]
    if is_settled(blocking):
        unknown = [finding for finding in unknown if finding.criterion != "proof"]
    failed_unknown = [
        finding for finding in unknown if on_unknown(finding.criterion, settings) == "fail"
    ]
    failed += [*failed_unknown, *acting(flags, settings, "fail")]
    if failed:
        return "rejected", total, _why(failed)
    doubtful = [
        finding for finding in unknown if on_unknown(finding.criterion, settings) == "review"
    ]
    doubtful += [*against, *acting(flags, settings, "review")]
    if doubtful:
        return "review", total, _why(doubtful)
    if total < settings.minimum_score:
        return "review", total, f"score {total} is under your minimum of {settings.minimum_score}"
    return "qualified", total, ""


def acting(flags: Sequence[Finding], settings: DecisionSettings, effect: Unknown) -> list[Finding]:
    """The red flags that have this effect."""
    return [
        finding for finding in flags if finding.flag and settings.flags.get(finding.flag) == effect
    ]


def _why(findings: Sequence[Finding]) -> str:
    return "; ".join(f"{finding.criterion}: {finding.reason}" for finding in findings)
