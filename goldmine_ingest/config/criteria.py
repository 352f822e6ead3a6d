"""criteria.toml: what the user's pursuit criteria say, checked and typed, and the hash that
names them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from goldmine_ingest.config.files import TomlFile, Unreadable, read_regular
from goldmine_ingest.config.opinion import read_opinion
from goldmine_ingest.config.problems import Problem
from goldmine_ingest.config.proofs import read_proofs, read_tasks
from goldmine_ingest.config.rules import read_rules
from goldmine_ingest.config.table import Table, read_table
from goldmine_ingest.errors import UsageError
from goldmine_ingest.facts.rates import OWN_FILE, read_own
from goldmine_ingest.settings.criteria import (
    ALIASES,
    CRITERIA,
    DEFAULT_WEIGHTS,
    WEIGHTS_WITHOUT_PROOF,
    BudgetSettings,
    ClientSettings,
    CriteriaSettings,
    DecisionSettings,
    FirstStepSettings,
    ProofMatchSettings,
    ScopeSettings,
    WorthSettings,
)
from goldmine_ingest.settings.kinds import choice, each
from goldmine_ingest.settings.opinion import NOT_JUDGED
from goldmine_ingest.settings.rules import MeSettings
from goldmine_ingest.text.wordlists import craft_names

S = TypeVar("S")

_LARGEST_TERMS = 64 * 1024 * 1024


def read_criteria(
    file: TomlFile, terms: Mapping[str, int] | None, problems: list[Problem]
) -> CriteriaSettings:
    """The settings of a criteria.toml; what is wrong is noted in `problems` and read as absent."""
    return criteria_of(file.data, file.text, terms, problems)


def criteria_of(
    data: Mapping[str, Any],
    text_read: str,
    terms: Mapping[str, int] | None,
    problems: list[Problem],
) -> CriteriaSettings:
    """The same from the file's tables."""
    root = Table(data, "", problems)
    decision, rules = root.sub("decision"), root.sub("rules")
    proofs, tasks = read_proofs(root), read_tasks(root)
    criteria = CriteriaSettings(
        decision=_decision(decision, has_proofs=bool(proofs)),
        me=_if_present(root.sub("me"), MeSettings),
        rules=read_rules(rules) if rules.present else None,
        proofs=proofs,
        tasks=tasks,
        proof_match=_proof_match(root.sub("proof_match")),
        budget=_if_present(root.sub("budget"), BudgetSettings),
        client=_if_present(root.sub("client"), ClientSettings),
        scope=_scope(root.sub("scope")),
        first_step=read_table(root.sub("first_step"), FirstStepSettings),
        worth=_if_present(root.sub("worth"), WorthSettings),
        opinion=read_opinion(root.sub("opinion"), has_proofs=bool(proofs)),
        aliases=root.take("aliases", ALIASES, {}),
        terms=terms,
        text=text_read,
        criteria_hash="" if problems else criteria_hash(data, terms),
    )
    _require_what_is_on(decision, criteria)
    root.close()
    return criteria


def _if_present(table: Table, settings: type[S]) -> S | None:
    """The settings of a table that may be left out, which switches its criterion off."""
    return read_table(table, settings) if table.present else None


def criteria_hash(data: Mapping[str, Any], terms: Mapping[str, int] | None) -> str:
    """20 hex digits of SHA-256 over the values of criteria.toml and the term frequencies.
    Comments and spacing don't count, nor does where and how long a model is asked.
    """
    if isinstance(opinion := data.get("opinion"), dict):
        judged = {key: value for key, value in opinion.items() if key not in NOT_JUDGED}
        data = {**data, "opinion": judged}
    canonical = json.dumps(
        [data, terms], sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_plain
    )
    return hashlib.sha256(canonical.encode()).hexdigest()[:20]


def _plain(value: Any) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def criteria_on(criteria: CriteriaSettings) -> tuple[str, ...]:
    """The criteria that are on: scope and first_step always, the others where their table is
    there.
    """
    on = {
        "rules": criteria.rules is not None or criteria.me is not None,
        "proof": bool(criteria.proofs),
        "budget": criteria.budget is not None,
        "client": criteria.client is not None,
        "worth": criteria.worth is not None,
        "opinion": criteria.opinion is not None,
    }
    return tuple(criterion for criterion in CRITERIA if on.get(criterion, True))


def _require_what_is_on(table: Table, criteria: CriteriaSettings) -> None:
    on = criteria_on(criteria)
    for index, criterion in enumerate(criteria.decision.require or ()):
        if criterion not in on:
            needs = {"proof": "a [[proof]]", "rules": "[rules] or [me]"}.get(
                criterion, f"[{criterion}]"
            )
            table.wrong(
                f"require[{index}]",
                f"requires {criterion}, which is off",
                f"{needs} in this file, or require without it",
            )


def _decision(table: Table, *, has_proofs: bool) -> DecisionSettings:
    decision = read_table(table, DecisionSettings)
    usual = DEFAULT_WEIGHTS if has_proofs else WEIGHTS_WITHOUT_PROOF
    return replace(decision, weights={**usual, **decision.weights})


def _proof_match(table: Table) -> ProofMatchSettings:
    proof_match = read_table(table, ProofMatchSettings)
    if "sure" not in table:
        proof_match = replace(proof_match, sure=max(proof_match.sure, proof_match.minimum))
    if proof_match.sure < proof_match.minimum:
        table.wrong(
            "sure",
            f"is under minimum ({proof_match.minimum})",
            "a fit from which a listing passes, not under minimum",
        )
    if proof_match.crafts:
        table.take("crafts", each(choice(*craft_names())), ())
    return proof_match


def _scope(table: Table) -> ScopeSettings:
    scope = read_table(table, ScopeSettings)
    for phrase in sorted(
        {p.casefold() for p in scope.production} & {p.casefold() for p in scope.beyond}
    ):
        table.wrong(
            "beyond",
            f"holds {phrase!r}, which is in production too",
            "each phrase in one of the two lists",
        )
    return scope


def with_own_rates(
    criteria: CriteriaSettings, folder: Path, problems: list[Problem]
) -> CriteriaSettings:
    """With the rates of the `rates.csv` in `folder`: connects cost US dollars."""
    try:
        return replace(criteria, own_rates=read_own(folder / OWN_FILE))
    except UsageError as error:
        problems.append(Problem(OWN_FILE, error.message, error.hint or ""))
        return criteria


def read_terms(path: Path, problems: list[Problem]) -> Mapping[str, int] | None:
    """The term frequencies that the user accepted, {term: count}; None where there is no such
    file.
    """
    expected = "what goldmine tune --terms writes; without the file the built-in table is used"
    if not path.exists():
        return None
    try:
        counts = json.loads(read_regular(path, _LARGEST_TERMS)[0])
    except Unreadable as error:
        problems.append(Problem(path.name, str(error), expected))
        return None
    except (ValueError, RecursionError):
        problems.append(Problem(path.name, "is not JSON", expected))
        return None
    if not isinstance(counts, dict) or not all(
        type(count) is int and count >= 0 for count in counts.values()
    ):
        problems.append(Problem(path.name, "is not a table of terms and counts", expected))
        return None
    return counts
