"""[first_step]: is the listing specific enough to price and pursue? Specific isn't long: what
counts is which things it names.
"""

from __future__ import annotations

from decimal import Decimal

from goldmine_ingest.criteria.case import ZERO, Case, share
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.settings.criteria import FirstStepSettings, ProofSettings

# What a listing may name, what it weighs, and how a person says it. Three or four of the eight
# reach the default of 0.4.
_WEIGHTS = {
    "spec.deliverable": ("a deliverable", Decimal("0.22")),
    "spec.tool": ("tools", Decimal("0.18")),
    "spec.input": ("inputs", Decimal("0.15")),
    "spec.outcome": ("an outcome", Decimal("0.15")),
    "spec.amount": ("amounts", Decimal("0.15")),
    "spec.acceptance": ("acceptance", Decimal("0.13")),
    "spec.constraint": ("constraints", Decimal("0.12")),
    "spec.deadline": ("a deadline", Decimal("0.10")),
}
# "Details in chat" says that what counts isn't here.
_PUT_OFF = Decimal("0.2")
# Skills tags tell the craft where no tool is named; a second deliverable narrows the first.
_TAGS_ONLY, _MORE_DELIVERABLES = Decimal("0.1"), Decimal("0.08")
_QUOTES = 4


def judge(case: Case, settings: FirstStepSettings) -> Finding:
    named = _named(case)
    specificity = specificity_of(case)
    minimum, setting = settings.minimum_specificity, "first_step.minimum_specificity"
    quotes = case.facts.quotes([case.facts.cues[kind][0] for kind in named], _QUOTES)
    says = (
        f"names {_joined([_WEIGHTS[kind][0] for kind in named])}"
        if named
        else "names nothing that could be priced"
    )
    if specificity >= minimum:
        return Finding(
            "first_step", "pass", specificity, says, specificity, minimum, "score", quotes, setting
        )
    why = case.why_absence_says_nothing
    if why:
        return Finding(
            "first_step",
            "unknown",
            ZERO,
            f"{says}, but {why}",
            specificity,
            minimum,
            "score",
            quotes,
            setting,
        )
    missing = _joined([name for kind, (name, _) in _WEIGHTS.items() if kind not in named][:3])
    reason = f"too vague to price: {says}, not {missing}"
    return Finding(
        "first_step", "fail", specificity, reason, specificity, minimum, "score", quotes, setting
    )


def specificity_of(case: Case) -> Decimal:
    """How much of what would make it specific it names, 0 to 1."""
    put_off = _PUT_OFF if "spec.vague" in case.facts.cues else ZERO
    return share(sum((_WEIGHTS[kind][1] for kind in _named(case)), ZERO) + _extras(case) - put_off)


def _named(case: Case) -> list[str]:
    return [kind for kind in _WEIGHTS if kind in case.facts.cues]


def _extras(case: Case) -> Decimal:
    facts = case.facts
    different = {facts.quote(start, end).lower() for start, end in facts.places("spec.deliverable")}
    tags = _TAGS_ONLY if case.posting.skills and "spec.tool" not in facts.cues else ZERO
    return tags + (_MORE_DELIVERABLES if len(different) > 1 else ZERO)


def sentence(case: Case, proof: ProofSettings | None) -> str:
    """What to start with: the matched proof's first step, on what the listing itself names."""
    given = case.facts.quotes(case.facts.places("spec.amount", "spec.input"), 1)
    if proof and proof.first_step:
        return (
            f"{proof.first_step.rstrip('.')} (they mention “{given[0]}”)"
            if given
            else proof.first_step
        )
    wanted = case.facts.quotes(case.facts.places("spec.deliverable"), 1)
    subject = f"“{wanted[0]}”" if wanted else "the work"
    if given:
        return f"Ask for “{given[0]}” and offer a small fixed first part of {subject}"
    return f"Ask what a finished result looks like and offer a small fixed first part of {subject}"


def _joined(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
