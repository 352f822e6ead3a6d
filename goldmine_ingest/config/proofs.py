"""[[proof]] and [[task]] of criteria.toml: finished work that the user can show, and what the user
is paid for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from goldmine_ingest.config.table import Table, read_table
from goldmine_ingest.settings.criteria import ProofSettings
from goldmine_ingest.settings.kinds import shown
from goldmine_ingest.settings.tasks import TaskSettings

N = TypeVar("N", ProofSettings, TaskSettings)


def read_proofs(root: Table) -> tuple[ProofSettings, ...]:
    """Every [[proof]]; what is wrong is noted, two of one name included."""
    return _of_unlike_names([(row, _read_proof(row)) for row in root.rows("proof")])


def read_tasks(root: Table) -> tuple[TaskSettings, ...]:
    """Every [[task]]; what is wrong is noted, two of one name included."""
    return _of_unlike_names([(row, read_table(row, TaskSettings)) for row in root.rows("task")])


def _of_unlike_names(read: Sequence[tuple[Table, N]]) -> tuple[N, ...]:
    first: dict[str, str] = {}
    for row, settings in read:
        if settings.name and first.setdefault(settings.name, row.path) != row.path:
            row.wrong("name", f"is also the name of {first[settings.name]}", "a name of its own")
    return tuple(settings for _, settings in read)


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
