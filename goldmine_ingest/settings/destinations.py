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
    """One [[notify]]. `timezone` None: the computer's. Empty filters mean all.

    A destination whose url names several recipients is as many of these while it is used, each with
    a `slot` (of which its alert ids are made; '' for the first) and `recipient`, what the ledger
    and every report call it. With one recipient that is ''.
    """

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
    slot: str = ""
    recipient: str = ""

    @property
    def is_terminal(self) -> bool:
        return self.url.text == "terminal"

    @property
    def place(self) -> tuple[str, str]:
        """What the ledger keeps apart: the destination's name and the recipient's slot."""
        return self.name, self.slot

    @property
    def recipient_key(self) -> str:
        """The key of the one recipient that is meant of several; '' for all that the url names."""
        return self.recipient.partition(" ")[0]

    @property
    def label(self) -> str:
        """What may be shown of the recipient, as 'chat …42'; '' for all."""
        return self.recipient.partition(" ")[2]

    @property
    def called(self) -> str:
        """What a person calls it: "phone", or "phone (chat …42)" where it has several
        recipients.
        """
        return f"{self.name} ({self.label})" if self.recipient else self.name

    def fact(self, prefix: str) -> str:
        """The name of a small fact that the history keeps of it, as 'digest:phone'."""
        return f"{prefix}{self.name}{f'|{self.slot}' if self.slot else ''}"
