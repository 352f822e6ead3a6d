"""Damage to the history's file: how DuckDB says it, and what was wrong when the history was opened,
kept in it, for whoever opens it first may not be who tells a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.store.engine import duckdb as engine

if TYPE_CHECKING:
    import duckdb

_DAMAGE = "damage:"  # these facts' names begin so; the rest is the time
# DuckDB 2.0 has no class of its own for "Corrupt database file: computed checksum … does not match
# …": it is a bare Error. The others are what a file that was cut off, or written over with what has
# a right checksum, gives (tried: tests/store/test_damage.py).
_DAMAGED = re.compile(
    r"orrupt|checksum|invalidated|deserializ|[Cc]ould not read|not a valid DuckDB|INTERNAL Error"
)
TOLD = "told "  # before the name of one that was told


def is_damage(error: Exception) -> bool:
    """Whether an error tells of a file that can't be read, rather than of what was asked."""
    return isinstance(error, engine.Error) and (
        isinstance(error, engine.FatalException | engine.SerializationException)
        or bool(_DAMAGED.search(str(error)))
    )


def remember(con: duckdb.DuckDBPyConnection, warnings: list[str], now: datetime) -> None:
    """Keeps what opening the history had to do or found missing."""
    if warnings:
        name = f"{_DAMAGE}{now:%Y-%m-%dT%H:%M:%S.%f}"
        con.execute("DELETE FROM meta WHERE key = ?", [name])
        con.execute("INSERT INTO meta VALUES (?, ?)", [name, "; ".join(warnings)])


def untold_damage(facts: Mapping[str, str]) -> dict[str, str]:
    """Of the history's small facts the sentences that no cycle has told yet, the oldest first."""
    return {
        name: sentence
        for name, sentence in sorted(facts.items())
        if name.startswith(_DAMAGE) and TOLD + name not in facts
    }
