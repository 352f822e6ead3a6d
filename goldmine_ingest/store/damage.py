"""What was wrong with the history when it was opened, kept in it: whoever opens it first may not be who tells a person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from goldmine_ingest.store.cycle import CycleStore

PREFIX = "damage:"  # these facts' names begin so; the rest is the time
_TOLD = "damage_told"


def remember(con: duckdb.DuckDBPyConnection, warnings: list[str], now: datetime) -> None:
    """Keeps what opening the history had to do or found missing."""
    if warnings:
        name = f"{PREFIX}{now:%Y-%m-%dT%H:%M:%S.%f}"
        con.execute("DELETE FROM meta WHERE key = ?", [name])
        con.execute("INSERT INTO meta VALUES (?, ?)", [name, "; ".join(warnings)])


def untold(store: CycleStore) -> list[str]:
    """What no cycle has told yet; it counts as told from now on."""
    facts = store.meta()
    found = sorted(name for name in facts if name.startswith(PREFIX) and name > facts.get(_TOLD, ""))
    if found:
        store.set_meta(_TOLD, found[-1])
    return [facts[name] for name in found]
