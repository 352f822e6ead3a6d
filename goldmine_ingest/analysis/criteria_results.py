"""What came of the listings under each text that the criteria have had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldmine_ingest.store.rows import select

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store


@dataclass(frozen=True, slots=True)
class CameUnder:
    """How many listings a text of the criteria decided, how many of them qualified, and how many of
    those were pursued.
    """

    judged: int
    qualified: int
    pursued: int


def came_under(store: Store) -> Mapping[str, CameUnder]:
    """By the hash of the criteria; one that never judged is missing."""
    return {row.pop("criteria_hash"): CameUnder(**row) for row in select(store.con, "came_under")}
