"""criteria.toml: what the user's pursuit criteria say, checked and typed, and the hash that
names them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from goldmine_ingest.config.files import TomlFile, Unreadable, read_regular
from goldmine_ingest.config.problems import Problem
from goldmine_ingest.config.proofs import read_proofs
from goldmine_ingest.config.rules import read_me, read_rules
from goldmine_ingest.config.table import Table
from goldmine_ingest.config.values import choice, currency, each, flag, integer, number, text
from goldmine_ingest.model.flags import FLAGS
from goldmine_ingest.settings.criteria import (
    CRITERIA,
    DEFAULT_UNKNOWN,
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
from goldmine_ingest.text.wordlists import craft_names

_LARGEST_TERMS = 64 * 1024 * 1024
_MUCH = 10**12


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
    me, rules, decision = root.sub("me"), root.sub("rules"), root.sub("decision")
    budget, client, worth = root.sub("budget"), root.sub("client"), root.sub("worth")
    proofs = read_proofs(root)
    found = CriteriaSettings(
        decision=_decision(decision, has_proofs=bool(proofs)),
        me=read_me(me) if me.present else None,
        rules=read_rules(rules) if rules.present else None,
        proofs=proofs,
        proof_match=_proof_match(root.sub("proof_match")),
        budget=_budget(budget) if budget.present else None,
        client=_client(client) if client.present else None,
        scope=_scope(root.sub("scope")),
        first_step=_first_step(root.sub("first_step")),
        worth=_worth(worth) if worth.present else None,
        aliases=_aliases(root.sub("aliases")),
        terms=terms,
        text=text_read,
        criteria_hash="" if problems else criteria_hash(data, terms),
    )
    _require_what_is_on(decision, found)
    root.close()
    return found


def criteria_hash(data: Mapping[str, Any], terms: Mapping[str, int] | None) -> str:
    """20 hex digits of SHA-256 over the values of criteria.toml and the term frequencies.
    Comments and spacing don't count.
    """
    canonical = json.dumps(
        [data, terms], sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_plain
    )
    return hashlib.sha256(canonical.encode()).hexdigest()[:20]


def _plain(value: Any) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def criteria_on(found: CriteriaSettings) -> tuple[str, ...]:
    """The criteria that are on: scope and first_step always, the others where their table is
    there.
    """
    on = {
        "rules": found.rules is not None or found.me is not None,
        "proof": bool(found.proofs),
        "budget": found.budget is not None,
        "client": found.client is not None,
        "worth": found.worth is not None,
    }
    return tuple(criterion for criterion in CRITERIA if on.get(criterion, True))


def _require_what_is_on(table: Table, found: CriteriaSettings) -> None:
    on = criteria_on(found)
    for index, criterion in enumerate(found.decision.require or ()):
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
    unknown, weights, flags = table.sub("unknown"), table.sub("weights"), table.sub("flags")
    usual = DEFAULT_WEIGHTS if has_proofs else WEIGHTS_WITHOUT_PROOF
    word = choice("pass", "review", "fail")
    found = DecisionSettings(
        require=table.take("require", each(choice(*CRITERIA)), None),
        minimum_score=table.take("minimum_score", number(0, 100), Decimal(0)),
        unknown={
            criterion: unknown.take(criterion, word, DEFAULT_UNKNOWN[criterion])
            for criterion in CRITERIA
        },
        weights={
            criterion: weights.take(criterion, number(0, 1000), usual[criterion])
            for criterion in CRITERIA
        },
        flags={name: flags.take(name, word, "pass") for name in FLAGS},
    )
    for name in flags.keys():  # noqa: SIM118 - a Table is no mapping
        if name not in FLAGS:
            flags.take(name, word, "pass")
            flags.wrong(name, "is not a red flag", f"one of {', '.join(FLAGS)}")
    for part in (unknown, weights, flags, table):
        part.close()
    return found


def _proof_match(table: Table) -> ProofMatchSettings:
    defaults = ProofMatchSettings()
    minimum = table.take("minimum", number(0, 1), defaults.minimum)
    found = ProofMatchSettings(
        minimum=minimum,
        sure=table.take("sure", number(0, 1), max(defaults.sure, minimum)),
        crafts=table.take("crafts", each(choice(*craft_names())), ()),
    )
    if found.sure < found.minimum:
        table.wrong(
            "sure",
            f"is under minimum ({found.minimum})",
            "a fit from which a listing passes, not under minimum",
        )
    table.close()
    return found


def _budget(table: Table) -> BudgetSettings:
    bound = choice("low", "middle", "high")
    found = BudgetSettings(
        currency=table.take("currency", currency, "USD"),
        fixed_minimum=table.take("fixed_minimum", number(0, _MUCH), None),
        hourly_minimum=table.take("hourly_minimum", number(0, _MUCH), None),
        fixed_bound=table.take("fixed_bound", bound, "high"),
        hourly_bound=table.take("hourly_bound", bound, "high"),
    )
    table.close()
    return found


def _client(table: Table) -> ClientSettings:
    found = ClientSettings(
        payment_verified=table.take("payment_verified", flag, None),
        spent_minimum=table.take("spent_minimum", number(0, _MUCH), None),
        hire_rate_minimum=table.take("hire_rate_minimum", number(0, 1), None),
        rating_minimum=table.take("rating_minimum", number(0, 5), None),
    )
    table.close()
    return found


def _scope(table: Table) -> ScopeSettings:
    found = ScopeSettings(
        production=table.take("production", each(text), ()),
        beyond=table.take("beyond", each(text), ()),
        built_in=table.take("built_in", flag, True),
    )
    for phrase in sorted(
        {p.casefold() for p in found.production} & {p.casefold() for p in found.beyond}
    ):
        table.wrong(
            "beyond",
            f"holds {phrase!r}, which is in production too",
            "each phrase in one of the two lists",
        )
    table.close()
    return found


def _first_step(table: Table) -> FirstStepSettings:
    found = FirstStepSettings(
        minimum_specificity=table.take("minimum_specificity", number(0, 1), Decimal("0.4"))
    )
    table.close()
    return found


def _worth(table: Table) -> WorthSettings:
    defaults = WorthSettings()
    found = WorthSettings(
        win_rate=table.take("win_rate", number(0, 1), defaults.win_rate),
        hourly_value=table.take("hourly_value", number(0, _MUCH), defaults.hourly_value),
        hours_per_proposal=table.take(
            "hours_per_proposal", number(0, 1000), defaults.hours_per_proposal
        ),
        connect_price=table.take("connect_price", number(0, _MUCH), defaults.connect_price),
        typical_connects=table.take(
            "typical_connects", integer(0, 10_000), defaults.typical_connects
        ),
        minimum_value=table.take("minimum_value", number(-_MUCH, _MUCH), defaults.minimum_value),
        maximum_proposals=table.take("maximum_proposals", integer(0, 1_000_000), None),
    )
    table.close()
    return found


def _aliases(table: Table) -> Mapping[str, tuple[str, ...]]:
    """[aliases] SKILL = ["other name"]."""
    return {skill: table.take(skill, each(text), ()) for skill in table.keys()}  # noqa: SIM118 - a Table is no mapping


def read_terms(path: Path, problems: list[Problem]) -> Mapping[str, int] | None:
    """The term frequencies that the user accepted, {term: count}; None where there is no such
    file.
    """
    expected = "what goldmine tune --terms writes; without the file the built-in table is used"
    if not path.exists():
        return None
    try:
        found = json.loads(read_regular(path, _LARGEST_TERMS)[0])
    except Unreadable as error:
        problems.append(Problem(path.name, str(error), expected))
        return None
    except (ValueError, RecursionError):
        problems.append(Problem(path.name, "is not JSON", expected))
        return None
    if not isinstance(found, dict) or not all(
        type(count) is int and count >= 0 for count in found.values()
    ):
        problems.append(Problem(path.name, "is not a table of terms and counts", expected))
        return None
    return found
