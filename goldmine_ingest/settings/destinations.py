"""[[notify]]: who is told what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import DecisionKind
    from goldmine_ingest.settings.reference import Reference


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` in the destination's own time zone; over midnight if end is before
    start.
    """

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class DestinationSettings:
    """One [[notify]]. `timezone` None: the computer's. Empty filters mean all."""

    name: str
    url: Reference
    mode: Literal["instant", "digest"] = "instant"
    digest_at: tuple[time, ...] = (time(18, 0),)
    timezone: str | None = None
    quiet_hours: QuietHours | None = None
    minimum_score: Decimal = Decimal(0)
    maximum_score: Decimal = Decimal(100)
    feeds: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    decisions: tuple[DecisionKind, ...] = ("qualified", "review")
    notices: bool = True
    max_per_hour: int = 20

    @property
    def is_terminal(self) -> bool:
        return self.url.text == "terminal"
