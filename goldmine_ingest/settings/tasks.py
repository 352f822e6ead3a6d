"""[[task]] of criteria.toml: what the user is paid for; and why clients pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.declaration import needed, setting

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Exposure

# Why a client pays, and how that is said (text/reasons.py finds it).
REASONS: Mapping[str, str] = {
    "revenue": "more revenue",
    "cost": "less cost",
    "risk": "less risk",
    "speed": "more speed",
    "judgment": "scarce judgment",
}


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """One [[task]]: something that the user is paid for. It decides nothing; reports tell what is
    asked and paid for it.
    """

    name: str = field(
        metadata=needed(kinds.name, "unique; what reports call it", example="Bank reconciliation")
    )
    words: tuple[str, ...] = setting(
        kinds.each(kinds.text),
        [],
        "words that ask for it, beside its name",
        example=["reconcile", "match bank statements"],
    )
    exposure: Exposure | None = setting(
        kinds.choice("automatable", "ai-assisted", "human-critical"),
        None,
        'your own judgment of it: "automatable", "ai-assisted" or "human-critical"',
        example="human-critical",
    )
