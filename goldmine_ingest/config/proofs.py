"""[[proof]] of criteria.toml: finished work that the user can show."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from goldmine_ingest.config.references import check_http
from goldmine_ingest.config.values import choice, each, name, number, shown, text
from goldmine_ingest.settings.criteria import ProofSettings

if TYPE_CHECKING:
    from goldmine_ingest.config.table import Table

_MUCH = 10**12


def read_proofs(root: Table) -> tuple[ProofSettings, ...]:
    """Every [[proof]]; what is wrong is noted, two of one name included."""
    first: dict[str, str] = {}
    found = []
    for row in root.rows("proof"):
        proof = _read_proof(row)
        if proof.name and first.setdefault(proof.name, row.path) != row.path:
            row.wrong("name", f"is also the name of {first[proof.name]}", "a name of its own")
        found.append(proof)
    return tuple(found)


def _read_proof(table: Table) -> ProofSettings:
    found = ProofSettings(
        name=table.need("name", name) or "",
        url=table.take("url", _link, None),
        result=table.take("result", text, None),
        offer=table.take("offer", text, None),
        skills=table.take("skills", each(text), ()),
        phrases=table.take("phrases", each(text), ()),
        exclude=table.take("exclude", each(text), ()),
        first_step=table.take("first_step", text, None),
        exposure=table.take(
            "exposure", choice("automatable", "ai-assisted", "human-critical"), None
        ),
        want=table.take("want", number(0, 1), Decimal(1)),
        fixed_minimum=table.take("fixed_minimum", number(0, _MUCH), None),
        hourly_minimum=table.take("hourly_minimum", number(0, _MUCH), None),
    )
    wanted = {term.casefold() for term in (*found.skills, *found.phrases)}
    for term in found.exclude:
        if term.casefold() in wanted:
            table.wrong(
                "exclude",
                f"holds {shown(term)}, which is in skills or phrases too",
                "each term in one of the lists",
            )
    table.close()
    return found


def _link(value: Any) -> str:
    found = text(value)
    check_http(found)
    return found
