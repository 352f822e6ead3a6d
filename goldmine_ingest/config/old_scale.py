"""Figures written for the scale of earlier versions, when the score was a mean of all criteria.

A file that sets `[proof_match] sure` was written for today's scale, and is left in peace.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.project import Project

_LOOK = "goldmine backtest shows what it does; [proof_match] sure says that you looked"
_SCORE = (
    "was set for a score that was a mean of all criteria; the score is the proof's fit now,"
    f" and what rings has 65 and more (times want). {_LOOK}"
)
_MINIMUM = (
    "was set for a similarity that is a fit now: under it a listing fails, and it rings from"
    f" sure (0.65) on. {_LOOK}"
)


def warnings(project: Project) -> Iterator[tuple[str, str]]:
    """Where, and what to do about it."""
    found = tuple(_found(project))
    if found and not _says_sure(project.criteria):
        yield from found


def _found(project: Project) -> Iterator[tuple[str, str]]:
    criteria = project.criteria
    if not criteria.proofs:
        return
    if criteria.decision.minimum_score > 0:
        yield "decision.minimum_score", _SCORE
    if criteria.proof_match.minimum != type(criteria.proof_match)().minimum:
        yield "proof_match.minimum", _MINIMUM
    for number, destination in enumerate(project.destinations):
        if destination.minimum_score > 0 or destination.maximum_score < Decimal(100):
            yield f"notify[{number}]", f"its minimum_score or maximum_score {_SCORE}"


def _says_sure(criteria: CriteriaSettings) -> bool:
    try:
        table = tomllib.loads(criteria.text).get("proof_match", {})
    except tomllib.TOMLDecodeError:
        return False
    return isinstance(table, dict) and "sure" in table
