"""The board: where each pursuit stands, and which of them asks for something now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.funnel import PROPOSAL_STAGES
from goldmine_ingest.settings.review import ReviewSettings

if TYPE_CHECKING:
    from goldmine_ingest.model.pursuit import RecordedEvent

_USUAL = ReviewSettings()
_WAITS_FOR_CLIENT = ("pursued", "viewed")
_OVER = ("declined", "withdrawn", "ignored")


@dataclass(frozen=True, slots=True)
class Card:
    """One pursuit as it stands. `stage` is its newest event's, or "ignored"; `since` when that was,
    or when it was last asked after; `due_at` when it is to be asked after (None: nothing is to be
    done); `seen` its last event.
    """

    listing_id: str
    stage: str
    since: datetime
    due_at: datetime | None
    seen: str
    pursued: RecordedEvent | None
    last: RecordedEvent

    def is_due(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now


@dataclass(frozen=True, slots=True)
class Board:
    """`due` asks for something, the longest silent first; `columns` holds every stage of a proposal
    in its order, the newest first; `closed` what came to nothing; `next_due` the first card that
    will be due.
    """

    due: tuple[Card, ...]
    columns: tuple[tuple[str, tuple[Card, ...]], ...]
    closed: tuple[Card, ...]
    next_due: Card | None


def board(
    events: Iterable[RecordedEvent], now: datetime, settings: ReviewSettings = _USUAL
) -> Board:
    """`events` are the newest first, as the history gives them; what was undone and ratings count
    for nothing here.
    """
    of: dict[str, list[RecordedEvent]] = {}
    for event in events:
        if event.kind == "pursuit" and not event.undone:
            of.setdefault(event.listing_id, []).append(event)
    cards = [card for mine in of.values() if (card := _card(mine, now, settings))]
    cards.sort(key=lambda card: (card.since, card.listing_id), reverse=True)
    due = [card for card in cards if card.is_due(now)]
    later = [card for card in cards if card.due_at and not card.is_due(now)]
    return Board(
        tuple(sorted(due, key=lambda card: (card.since, card.listing_id))),
        tuple(
            (stage, tuple(card for card in cards if card.stage == stage))
            for stage in PROPOSAL_STAGES
        ),
        tuple(card for card in cards if card.stage in _OVER),
        min(later, key=lambda card: (card.due_at, card.listing_id), default=None),
    )


def _card(mine: Sequence[RecordedEvent], now: datetime, settings: ReviewSettings) -> Card | None:
    """None for a listing that was only skipped."""
    newest = max(mine, key=_when)
    if newest.what == "skipped":
        return None
    stage, due_at = _stage(mine), None
    silence = settings.follow_up.get(stage)
    if stage in _WAITS_FOR_CLIENT and now - newest.at_time >= settings.ignored_after:
        stage = "ignored"
    elif silence is not None:
        due_at = newest.at_time + silence
    pursued = next((event for event in mine if event.what == "pursued"), None)
    return Card(newest.listing_id, stage, newest.at_time, due_at, mine[0].event_id, pursued, newest)


def _when(event: RecordedEvent) -> tuple[datetime, datetime]:
    return event.at_time, event.recorded_at


def _stage(mine: Sequence[RecordedEvent]) -> str:
    """The newest stage; who was asked again stands where they stood."""
    staged = [event for event in mine if event.what not in ("followed_up", "skipped")]
    return max(staged, key=_when).what if staged else "pursued"


def active(stands: Board) -> list[str]:
    """The listings whose pursuit may still come to something, the oldest first."""
    open_cards = [card for stage, cards in stands.columns if stage != "hired" for card in cards]
    return [
        card.listing_id
        for card in sorted(open_cards, key=lambda card: (card.since, card.listing_id))
    ]
