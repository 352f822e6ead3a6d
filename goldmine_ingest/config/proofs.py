"""[[proof]] of criteria.toml: finished work that the user can show."""

from __future__ import annotations

from goldmine_ingest.config.table import Table, read_table
from goldmine_ingest.settings.criteria import ProofSettings
from goldmine_ingest.settings.kinds import shown


def read_proofs(root: Table) -> tuple[ProofSettings, ...]:
    """Every [[proof]]; what is wrong is noted, two of one name included."""
    first: dict[str, str] = {}
    proofs = []
    for row in root.rows("proof"):
        proof = _read_proof(row)
        if proof.name and first.setdefault(proof.name, row.path) != row.path:
            row.wrong("name", f"is also the name of {first[proof.name]}", "a name of its own")
        proofs.append(proof)
    return tuple(proofs)


def _read_proof(table: Table) -> ProofSettings:
    proof = read_table(table, ProofSettings)
    wanted = {term.casefold() for term in (*proof.skills, *proof.phrases)}
    for term in proof.exclude:
        if term.casefold() in wanted:
            table.wrong(
                "exclude",
                f"holds {shown(term)}, which is in skills or phrases too",
                "each term in one of the lists",
            )
    return proof
