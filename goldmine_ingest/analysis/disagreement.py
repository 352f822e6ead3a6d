"""Where the feeds of one job disagree: what each says, as its newest stored entry has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from goldmine_ingest.identity.statements import FACTS, PAY
from goldmine_ingest.model import Json
from goldmine_ingest.model.changes import StoredEntry
from goldmine_ingest.model.posting import Posting

_LIVE = ("proposals_min", "proposals_max", "interviewing", "connects")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one feed says of one fact, and since when."""

    feed: str
    value: Json
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A fact that feeds state differently; `used` is what the listing has."""

    fact: str
    used: Json
    said: tuple[Statement, ...]

    @property
    def sentence(self) -> str:
        """For a person."""
        statements = ", ".join(
            f"{each.feed} says {_words(each.value)} ({each.seen_at:%Y-%m-%d %H:%M})"
            for each in self.said
        )
        return (
            f"its feeds disagree on {self.fact}: {statements}; the newer or more exact one is used"
        )


def disagreements(
    entries: Sequence[StoredEntry], postings: Sequence[Posting | str | None], used: Posting
) -> list[Disagreement]:
    """The facts that the newest entries of two feeds state differently. `entries` are the oldest
    first, `postings` their readings.
    """
    newest = {
        entry.feed: (entry.seen_at, posting)
        for entry, posting in zip(entries, postings, strict=True)
        if isinstance(posting, Posting)
    }
    differences = []
    for fact in (*PAY, *FACTS, *_LIVE):
        statements = tuple(
            Statement(feed, getattr(posting, fact), seen_at)
            for feed, (seen_at, posting) in newest.items()
            if getattr(posting, fact) is not None
        )
        if len({str(each.value) for each in statements}) > 1:
            differences.append(Disagreement(fact, getattr(used, fact), statements))
    return differences


def _words(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


__all__ = ["Disagreement", "Statement", "disagreements"]
