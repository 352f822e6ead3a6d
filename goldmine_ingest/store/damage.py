"""What was wrong with the history when it was opened, kept in it: whoever opens it first may not
be who tells a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from goldmine_ingest.store.cycle import CycleStore

_DAMAGE = "damage:"  # these facts' names begin so; the rest is the time
_TOLD = "told "  # before the name of one that was told


def remember(con: duckdb.DuckDBPyConnection, warnings: list[str], now: datetime) -> None:
    """Keeps what opening the history had to do or found missing."""
    if warnings:
        name = f"{_DAMAGE}{now:%Y-%m-%dT%H:%M:%S.%f}"
        con.execute("DELETE FROM meta WHERE key = ?", [name])
        con.execute("INSERT INTO meta VALUES (?, ?)", [name, "; ".join(warnings)])


def untold(store: CycleStore) -> dict[str, str]:
    """The sentences that no cycle has told yet, by the names under which `tell` marks them, the
    oldest first.
    """
    facts = store.meta()
    return {
        name: said
        for name, said in sorted(facts.items())
        if name.startswith(_DAMAGE) and _TOLD + name not in facts
    }


def tell(store: CycleStore, names: Iterable[str]) -> None:
    """They are told now. Called as late as can be: who is killed before tells no one."""
    for name in names:
        store.set_meta(_TOLD + name, "")
