"""What single change of a setting would have turned a no into a yes. Candidates come from the
findings; each is tried by deciding again. A change that nobody would make is none: a floor of less
than half is another floor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from goldmine_ingest.criteria import client
from goldmine_ingest.criteria.case import Case
from goldmine_ingest.criteria.decide import on_unknown, required
from goldmine_ingest.criteria.rules import Rules
from goldmine_ingest.model import Json
from goldmine_ingest.model.decision import Decision, DecisionKind, Finding
from goldmine_ingest.settings.criteria import CRITERIA, CriteriaSettings, ProofSettings
from goldmine_ingest.settings.declaration import attribute_of

_CENT = Decimal("0.01")
_WHOLE = ("proposals", "fit")  # units of settings that are whole numbers
_RANK: dict[DecisionKind, int] = {"rejected": 0, "review": 1, "qualified": 2}
_PLACES = {"score": Decimal("0.0001"), "share": Decimal("0.0001")}


@dataclass(frozen=True, slots=True)
class WouldChange:
    """`setting` at `to_value` instead of `from_value` gives `decision`. Values are as
    criteria.toml writes them.
    """

    setting: str
    from_value: Json
    to_value: Json
    decision: DecisionKind


@dataclass(frozen=True, slots=True)
class Candidate:
    """One setting changed, not yet tried."""

    setting: str
    from_value: Json
    to_value: Json
    settings: CriteriaSettings


def changes(
    case: Case,
    decision: Decision,
    settings: CriteriaSettings,
    rules: Rules,
    decide: Callable[[CriteriaSettings], Decision],
) -> tuple[WouldChange, ...]:
    """Each candidate that really gives a better decision, in the order of the findings."""
    by_setting: dict[str, WouldChange] = {}
    for candidate in _candidates(case, decision, settings, rules):
        if candidate.setting in by_setting:
            continue
        outcome = decide(candidate.settings).decision
        if _RANK[outcome] > _RANK[decision.decision]:
            by_setting[candidate.setting] = WouldChange(
                candidate.setting, candidate.from_value, candidate.to_value, outcome
            )
    return tuple(by_setting.values())


def _candidates(
    case: Case, decision: Decision, settings: CriteriaSettings, rules: Rules
) -> Iterator[Candidate]:
    for finding in required(decision.findings, settings.decision):
        if finding.criterion in CRITERIA:
            yield from _of(finding, case, settings, rules)
            if finding.verdict == "fail":
                yield from _not_required(finding.criterion, decision, settings)
    yield from _flags(decision, settings)
    if decision.decision == "review" and decision.score < settings.decision.minimum_score:
        lower = replace(settings, decision=replace(settings.decision, minimum_score=decision.score))
        yield Candidate(
            "decision.minimum_score", settings.decision.minimum_score, decision.score, lower
        )


def _flags(decision: Decision, settings: CriteriaSettings) -> Iterator[Candidate]:
    """A red flag that acts, shown only."""
    for name in (finding.flag for finding in decision.findings if finding.flag):
        present = settings.decision.flags.get(name, "pass")
        if present != "pass":
            flags = {**settings.decision.flags, name: "pass"}
            changed = replace(settings, decision=replace(settings.decision, flags=flags))
            yield Candidate(f"decision.flags.{name}", present, "pass", changed)


def _of(
    finding: Finding, case: Case, settings: CriteriaSettings, rules: Rules
) -> Iterator[Candidate]:
    if finding.verdict == "unknown":
        present = on_unknown(finding.criterion, settings.decision)
        if present != "pass":
            unknown = {**settings.decision.unknown, finding.criterion: "pass"}
            changed = replace(settings, decision=replace(settings.decision, unknown=unknown))
            yield Candidate(f"decision.unknown.{finding.criterion}", present, "pass", changed)
        if finding.criterion == "proof":
            yield from _threshold(finding, settings)
        return
    if finding.criterion == "rules":
        yield from _rules(case, settings, rules)
    elif finding.criterion == "client" and finding.verdict == "fail":
        yield from _client(case, settings)
    else:
        yield from _threshold(finding, settings)


def _threshold(finding: Finding, settings: CriteriaSettings) -> Iterator[Candidate]:
    """The measured value itself, where it failed or was not sure."""
    if (
        finding.verdict == "pass"
        or finding.value is None
        or finding.threshold is None
        or finding.setting is None
        or not _is_sensible(finding.threshold, finding.value)
    ):
        return
    step = Decimal(1) if finding.unit in _WHOLE else _PLACES.get(finding.unit or "", _CENT)
    target = finding.value.quantize(step, ROUND_FLOOR)
    table, _, key = finding.setting.partition(".")
    if table == "proof":
        name, _, key = key.rpartition(".")
        proofs = tuple(
            _with_floor(proof, key, target) if proof.name == name else proof
            for proof in settings.proofs
        )
        yield Candidate(
            finding.setting, finding.threshold, target, replace(settings, proofs=proofs)
        )
        return
    changed = _with(settings, table, key, _json(target, finding.unit))
    if changed:
        yield Candidate(
            finding.setting,
            _json(finding.threshold, finding.unit),
            _json(target, finding.unit),
            changed,
        )
    if table == "budget" and finding.verdict == "fail":
        bound = key.replace("minimum", "bound")
        present = getattr(settings.budget, bound)
        higher = _with(settings, table, bound, "high")
        if present != "high" and higher:
            yield Candidate(f"budget.{bound}", present, "high", higher)


def _is_sensible(threshold: Decimal, value: Decimal) -> bool:
    """Whether a threshold would be moved so far: to half of it, or to twice as much."""
    return threshold / 2 <= value <= threshold * 2


def _with(settings: CriteriaSettings, table: str, key: str, value: Json) -> CriteriaSettings | None:
    """The settings with one key of one table changed; None where there is no such key (the
    measure has no setting).
    """
    part, key = getattr(settings, table, None), attribute_of(key)
    if (
        part is None
        or key not in type(part).__dataclass_fields__
        or isinstance(getattr(part, key), tuple)
    ):
        return None
    return replace(settings, **{table: replace(part, **{key: value})})


def _with_floor(proof: ProofSettings, key: str, value: Decimal) -> ProofSettings:
    return (
        replace(proof, hourly_minimum=value)
        if key == "hourly_minimum"
        else replace(proof, fixed_minimum=value)
    )


def _json(value: Decimal, unit: str | None) -> Json:
    return int(value) if unit in _WHOLE else value


def _client(case: Case, settings: CriteriaSettings) -> Iterator[Candidate]:
    """Only where one fact alone fails; changing one of two changes nothing."""
    if settings.client is None:
        return
    for fact in client.known(case, settings.client, settings.base_currency):
        if fact.holds:
            continue
        if fact.unit != "verified" and not _is_sensible(fact.minimum, fact.value):
            continue
        key = fact.setting.partition(".")[2]
        step = Decimal("0.0001") if fact.unit == "share" else _CENT
        target: Json = False if fact.unit == "verified" else fact.value.quantize(step, ROUND_FLOOR)
        changed = _with(settings, "client", key, target)
        if changed:
            yield Candidate(
                fact.setting, True if fact.unit == "verified" else fact.minimum, target, changed
            )


def _rules(case: Case, settings: CriteriaSettings, rules: Rules) -> Iterator[Candidate]:
    for objection in rules.objections(
        case, settings.rules, settings.me, rules.mentions(case, settings.rules)
    ):
        table, _, key = objection.setting.partition(".")
        if objection.remedy is None or not key:
            continue
        part = getattr(settings, table)
        changed = replace(settings, **{table: replace(part, **{key: objection.remedy})})
        yield Candidate(
            objection.setting, list(getattr(part, key)), list(objection.remedy), changed
        )


def _not_required(
    criterion: str, decision: Decision, settings: CriteriaSettings
) -> Iterator[Candidate]:
    """Of the criteria that are on: to require one that is off is an error in the file."""
    present = tuple(
        finding.criterion
        for finding in required(decision.findings, settings.decision)
        if finding.criterion in CRITERIA
    )
    left = tuple(other for other in present if other != criterion)
    yield Candidate(
        "decision.require",
        list(present),
        list(left),
        replace(settings, decision=replace(settings.decision, require=left)),
    )
