"""Decisions over the whole history at once, from what was measured of each listing at its first
sight.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from goldmine_ingest.criteria.decide import is_settled, on_unknown, required
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.flags import FLAGS
from goldmine_ingest.settings.criteria import (
    CRITERIA,
    DEFAULT_WEIGHTS,
    WEIGHTS_WITHOUT_PROOF,
    BudgetSettings,
    ClientSettings,
    CriteriaSettings,
    WorthSettings,
)
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    import duckdb

# As verdicts.sql writes them.
DECISIONS = ("qualified", "review", "rejected")
_EFFECT = {"pass": 0, "review": 1, "fail": 2}


def decide_all(
    con: duckdb.DuckDBPyConnection,
    table: str,
    criteria: CriteriaSettings,
    since: datetime | None,
    measured_under: int,
) -> None:
    """Creates the table `table` with the decision on each listing that the tables `measure` and
    `measured` hold under this text_key.
    """
    con.execute(
        f"CREATE OR REPLACE TABLE {table} AS {query('verdicts')}",
        {**thresholds(criteria), "since": since, "text_key": measured_under},
    )


def effects_of(decision: Decision, criteria: CriteriaSettings) -> dict[str, int]:
    """What each criterion did to a decision, as verdicts.sql writes it: 0 nothing, 1 for review,
    2 rejected.
    """
    parameters = _effects(criteria)
    settled = is_settled(required(decision.findings, criteria.decision))
    effects = dict.fromkeys(CRITERIA, 0)
    for finding in decision.findings:
        if finding.criterion in effects and finding.verdict != "pass":
            effects[finding.criterion] = parameters.get(f"{finding.verdict}_{finding.criterion}", 0)
    proof = decision.finding("proof")
    if settled and proof is not None and proof.verdict == "unknown":
        effects["proof"] = 0
    effects["flags"] = max(
        (_EFFECT[criteria.decision.flags.get(f.flag, "pass")] for f in decision.findings if f.flag),
        default=0,
    )
    return {
        **effects,
        "minimum_score": int(decision.decision == "review" and not any(effects.values())),
    }


def thresholds(criteria: CriteriaSettings) -> dict[str, Any]:
    """The parameters of verdicts.sql. Figures go as text, so that DuckDB reads them exactly."""
    budget, client, worth = (
        criteria.budget or BudgetSettings(),
        criteria.client or ClientSettings(),
        criteria.worth or WorthSettings(),
    )
    proofs = sorted(criteria.proofs, key=lambda proof: proof.name)
    figures: dict[str, Any] = {
        "proof_minimum": criteria.proof_match.minimum,
        "proof_sure": criteria.proof_match.sure,
        "fixed_minimum": budget.fixed_minimum,
        "hourly_minimum": budget.hourly_minimum,
        "spent_minimum": client.spent_minimum,
        "hire_rate_minimum": client.hire_rate_minimum,
        "rating_minimum": client.rating_minimum,
        "minimum_specificity": criteria.first_step.minimum_specificity,
        "win_rate": worth.win_rate,
        "hourly_value": worth.hourly_value,
        "hours_per_proposal": worth.hours_per_proposal,
        "connect_price": worth.connect_price,
        "minimum_value": worth.minimum_value,
        "minimum_score": criteria.decision.minimum_score,
    }
    return {
        **{
            name: None if figure is None else format(figure, "f")
            for name, figure in figures.items()
        },
        **_effects(criteria),
        **_of_opinion(criteria),
        "wants": [format(proof.want, "f") for proof in proofs],
        "own_fixed": [_text(proof.fixed_minimum) for proof in proofs],
        "own_hourly": [_text(proof.hourly_minimum) for proof in proofs],
        "proof_on": bool(proofs),
        "budget_on": criteria.budget is not None,
        "client_on": criteria.client is not None,
        "worth_on": criteria.worth is not None,
        "fixed_bound": budget.fixed_bound,
        "hourly_bound": budget.hourly_bound,
        "payment_verified": bool(client.payment_verified),
        "typical_connects": worth.typical_connects,
        "maximum_proposals": worth.maximum_proposals,
    }


def _text(figure: object) -> str | None:
    return None if figure is None else format(figure, "f")


def _of_opinion(criteria: CriteriaSettings) -> Mapping[str, Any]:
    opinion, require = criteria.opinion, criteria.decision.require
    return {
        "opinion_on": opinion is not None,
        "opinion_pass": opinion.pass_ if opinion else None,
        "opinion_fail": opinion.fail if opinion else None,
        "settles": require is None or "opinion" in require,
        "ask_from": _text(criteria.asked_from),
        "ask_under": criteria.asked_from < criteria.proof_match.minimum,
    }


def _effects(criteria: CriteriaSettings) -> Mapping[str, Any]:
    """What a fail and an unknown of each criterion do (0 nothing, 1 review, 2 reject), and what
    it weighs in the score.
    """
    settings = criteria.decision
    parameters: dict[str, Any] = {}
    usual = DEFAULT_WEIGHTS if criteria.proofs else WEIGHTS_WITHOUT_PROOF
    for criterion in CRITERIA:
        counts = settings.require is None or criterion in settings.require
        parameters[f"fail_{criterion}"] = 2 if counts else 0
        parameters[f"unknown_{criterion}"] = (
            _EFFECT[on_unknown(criterion, settings)] if counts else 0
        )
        parameters[f"weight_{criterion}"] = _text(settings.weights.get(criterion, usual[criterion]))
    if criteria.opinion and parameters["fail_opinion"]:
        parameters["fail_opinion"] = _EFFECT[criteria.opinion.against]
    for effect in ("review", "fail"):
        parameters[f"flags_{effect}"] = sum(
            1 << bit for bit, name in enumerate(FLAGS) if settings.flags.get(name) == effect
        )
    return parameters
