"""What moving a threshold by steps would do to listings whose measures are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.verdicts import decide_all
from goldmine_ingest.config import change_criteria
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    import duckdb

_MONEY_STEPS = (
    Decimal("0.5"),
    Decimal("0.75"),
    Decimal("0.9"),
    Decimal("1.1"),
    Decimal("1.25"),
    Decimal("1.5"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A threshold at `value`: how many listings would qualify, and how many that is more and
    fewer than now.
    """

    value: Decimal
    qualified: int
    entering: int
    leaving: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """A setting by its dotted path, its present value, and what other values would do."""

    setting: str
    present: Decimal
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Movable:
    """A setting by its dotted path, its present value, and the values to try, in order."""

    setting: str
    present: Decimal
    values: tuple[Decimal, ...]


def threshold_steps(
    con: duckdb.DuckDBPyConnection,
    criteria: CriteriaSettings,
    movable: Movable,
    since: datetime | None,
) -> Threshold:
    """Needs the table `present`. What stands closer to a threshold than a cent counts by
    rounding.
    """
    steps = (_try(con, criteria, movable.setting, value, since) for value in movable.values)
    return Threshold(movable.setting, movable.present, tuple(filter(None, steps)))


def _try(
    con: duckdb.DuckDBPyConnection,
    criteria: CriteriaSettings,
    setting: str,
    value: Decimal,
    since: datetime | None,
) -> Step | None:
    """One step; None for a value that the setting can't have."""
    try:
        changed = change_criteria(criteria, [f"{setting}={format(value, 'f')}"])
    except ConfigError:
        return None
    decide_all(con, "proposed", changed, since, text_key(changed))
    row = con.execute(query("step_counts")).fetchone()
    return Step(value, *row) if row else None


def movable_thresholds(criteria: CriteriaSettings) -> Iterator[Movable]:
    """Every threshold that is set."""
    thresholds: list[tuple[str, Decimal | int | None, str]] = [
        ("proof_match.minimum", criteria.proof_match.minimum if criteria.proofs else None, "share"),
        ("proof_match.sure", criteria.proof_match.sure if criteria.proofs else None, "share"),
    ]
    if criteria.budget:
        thresholds += [
            ("budget.fixed_minimum", criteria.budget.fixed_minimum, "money"),
            ("budget.hourly_minimum", criteria.budget.hourly_minimum, "money"),
        ]
    for proof in criteria.proofs:
        thresholds += [
            (f"proof.{proof.name}.fixed_minimum", proof.fixed_minimum, "money"),
            (f"proof.{proof.name}.hourly_minimum", proof.hourly_minimum, "money"),
        ]
    if criteria.client:
        thresholds += [
            ("client.spent_minimum", criteria.client.spent_minimum, "money"),
            ("client.hire_rate_minimum", criteria.client.hire_rate_minimum, "share"),
            ("client.rating_minimum", criteria.client.rating_minimum, "stars"),
        ]
    thresholds.append(
        ("first_step.minimum_specificity", criteria.first_step.minimum_specificity, "share")
    )
    if criteria.worth:
        thresholds += [
            ("worth.minimum_value", criteria.worth.minimum_value, "value"),
            ("worth.maximum_proposals", criteria.worth.maximum_proposals, "count"),
        ]
    if criteria.opinion:
        thresholds += [
            ("opinion.pass", criteria.opinion.pass_, "fit"),
            ("opinion.fail", criteria.opinion.fail, "fit"),
        ]
    thresholds.append(("decision.minimum_score", criteria.decision.minimum_score, "score"))
    for setting, present, kind in thresholds:
        if present is not None:
            yield Movable(setting, Decimal(present), _values(Decimal(present), kind))


def _values(present: Decimal, kind: str) -> tuple[Decimal, ...]:
    if kind in ("money", "count"):
        tried = {(present * step).quantize(Decimal(1), ROUND_HALF_EVEN) for step in _MONEY_STEPS}
    else:
        unit = {
            "share": Decimal("0.05"),
            "stars": Decimal("0.1"),
            "value": Decimal(10),
            "score": Decimal(5),
            "fit": Decimal(5),
        }[kind]
        tried = {present + unit * steps for steps in (-3, -2, -1, 1, 2, 3)}
    return tuple(
        sorted(value for value in tried if value != present and (value >= 0 or kind == "value"))
    )
