"""The inbox: what qualified or is for review, is young enough, and waits for its person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING

from goldmine_ingest.model.decision import DecisionKind

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store

_ENOUGH_FOR_RANK = 50
_RANK_OF = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One listing of the inbox, before its facts are looked up."""

    listing_id: str
    decision: DecisionKind
    score: Decimal
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """`to_decide` qualified and `for_review` didn't quite, each the best first within its day;
    `went_by` left undecided in the last span of the inbox: too old by now, or expired.
    """

    to_decide: tuple[Waiting, ...] = ()
    for_review: tuple[Waiting, ...] = ()
    went_by: int = 0

    @property
    def all(self) -> tuple[Waiting, ...]:
        return (*self.to_decide, *self.for_review)

    def newer(self, since: datetime) -> int:
        """How many of them were first seen after that time."""
        return sum(each.first_seen_at > since for each in self.all)


def inbox(store: Store, *, span: timedelta, now: datetime, zone: tzinfo) -> Inbox:
    """What waits now. A day is one of `zone`, the user's."""
    since = now - 2 * span
    settled = store.settled()
    rows = [
        row
        for row in store.worthwhile(day_of(since))
        if row["first_seen_at"] >= since and row["listing_id"] not in settled
    ]
    here = [
        row
        for row in rows
        if row["first_seen_at"] >= now - span
        and not (row["expires_at"] and row["expires_at"] <= now)
    ]
    waiting = [
        Waiting(row["listing_id"], row["decision"], row["score"], row["first_seen_at"])
        for row in here
    ]
    return Inbox(
        _in_order([listing for listing in waiting if listing.decision == "qualified"], zone),
        _in_order([listing for listing in waiting if listing.decision == "review"], zone),
        len(rows) - len(here),
    )


def _in_order(waiting: Sequence[Waiting], zone: tzinfo) -> tuple[Waiting, ...]:
    """Today's before yesterday's; within a day by score."""
    return tuple(
        sorted(
            waiting,
            key=lambda listing: (
                -listing.first_seen_at.astimezone(zone).toordinal(),
                -listing.score,
                -listing.first_seen_at.timestamp(),
                listing.listing_id,
            ),
        )
    )


def rank(store: Store, score: Decimal, now: datetime) -> int | None:
    """Of a hundred listings judged in the last 90 days, how many scored less; None of under 50."""
    judged, lower = store.score_rank(score, day_of(now - _RANK_OF))
    return None if judged < _ENOUGH_FOR_RANK else 100 * lower // judged


def day_of(at: datetime) -> datetime:
    """When its day began, in UTC: a question that begins there is the same one all day long."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
