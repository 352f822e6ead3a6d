"""What speaks against a listing, as [rules] and [me] say it: the reasons, and the finding that they
make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from goldmine_ingest.criteria.case import ZERO
from goldmine_ingest.model.decision import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason why a listing fails the rules. `remedy` is the value of the setting with which
    this objection would fall.
    """

    setting: str
    reason: str
    evidence: tuple[str, ...] = ()
    remedy: tuple[str, ...] | None = None


def finding(verdict: Verdict, objections: Sequence[Objection]) -> Finding:
    evidence = tuple(
        dict.fromkeys(quote for objection in objections for quote in objection.evidence if quote)
    )
    reason = "; ".join(objection.reason for objection in objections)
    return Finding("rules", verdict, ZERO, reason, evidence=evidence, setting=objections[0].setting)


def listed(values: tuple[str, ...]) -> str:
    return ", ".join(values[:6]) + (" …" if len(values) > 6 else "")
