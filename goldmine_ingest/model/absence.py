"""What a history doesn't know: what was told while it was a copy, and what a destination was
owed while it was out of the configuration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Origin(StrEnum):
    """Where a history came from that begins with a baseline. Stored; none is ever renamed."""

    RESTORED = "restored"
    IMPORTED = "imported"

    @property
    def said(self) -> str:
        """For a person."""
        return "imported from an export" if self is Origin.IMPORTED else "restored from a backup"


@dataclass(frozen=True, slots=True)
class Absence:
    """A destination that was in the configuration once, and left it; `back_at` is None while it
    is out.
    """

    destination: str
    gone_at: datetime
    back_at: datetime | None = None
