"""The board: pursuits by stage, and what is due."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.board import Board, Card, board
from goldmine_ingest.render.match import duration
from goldmine_ingest.web.listing_facts import short_money
from goldmine_ingest.web.listing_lookup import plain_rows
from goldmine_ingest.web.response import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goldmine_ingest.store.history import Store
    from goldmine_ingest.web.listing_facts import Row
    from goldmine_ingest.web.visit import Visit

# What may be recorded next of a card in each stage, in the words of its buttons.
NEXT = {
    "followed_up": "Asked again",
    "viewed": "Viewed",
    "replied": "Replied",
    "interviewed": "Interviewed",
    "hired": "Hired",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
}
_CLOSED = ("declined", "withdrawn", "ignored")
_ENDS = ("hired", "declined", "withdrawn")
_AFTER = {
    "pursued": ("followed_up", "viewed", "replied", "interviewed", *_ENDS),
    "viewed": ("followed_up", "replied", "interviewed", *_ENDS),
    "replied": ("followed_up", "interviewed", *_ENDS),
    "interviewed": ("followed_up", *_ENDS),
    "hired": (),
    "ignored": ("followed_up", "replied", "interviewed", *_ENDS),
    "declined": ("replied", "hired"),
    "withdrawn": (),
}
# Channels that work comes by without a feed; the user's own words go as well.
SOURCES = ("referral", "invitation", "past client", "direct mail", "own site")
OBJECTIONS = ("price", "timing", "fit", "experience", "other")


@dataclass(frozen=True, slots=True)
class Shown:
    """A card with its listing's facts (`row` None: no feed brought it): what it cost or brought,
    how long it has been so.
    """

    card: Card
    row: Row | None
    title: str
    cost: str
    silence: str
    steps: tuple[str, ...]


def show(visit: Visit) -> Answer:
    """Every pursuit, by where it stands."""

    def question(store: Store) -> tuple[Board, dict[str, Row]]:
        stands = board(store.events(), visit.now, visit.project.review)
        cards = [*stands.closed, *(card for _, column in stands.columns for card in column)]
        return stands, plain_rows(store, [card.listing_id for card in cards], visit.now)

    stands, rows = visit.ask(question)
    currency = visit.project.criteria.base_currency

    def shown(cards: tuple[Card, ...]) -> list[Shown]:
        return [_shown(c, rows.get(c.listing_id), visit.now, currency) for c in cards]

    return Answer(
        "board.html",
        {
            "due": shown(stands.due),
            "columns": [(stage, shown(cards)) for stage, cards in stands.columns],
            "closed": shown(stands.closed),
            "ends": _ends(stands.closed),
            "next_due": shown((stands.next_due,))[0] if stands.next_due else None,
            "next_words": NEXT,
            "objections": OBJECTIONS,
            "sources": SOURCES,
        },
        name="board",
    )


def _ends(closed: Sequence[Card]) -> list[str]:
    """How the closed ones ended, and why: 'declined 6 (price 3, timing 1)'."""
    said = []
    for stage in _CLOSED:
        mine = [card for card in closed if card.stage == stage]
        objections = Counter(card.last.objection for card in mine if card.last.objection)
        told = ", ".join(f"{name} {count}" for name, count in objections.most_common())
        if mine:
            said.append(f"{stage} {len(mine)}" + (f" ({told})" if told else ""))
    return said


def _shown(card: Card, row: Row | None, now: datetime, currency: str) -> Shown:
    connects = card.pursued.connects if card.pursued else None
    parts = [
        "" if row else card.last.source or "from elsewhere",
        short_money(card.last.amount, currency) if card.last.amount is not None else "",
        f"{connects} connects" if connects is not None else "",
        card.last.objection or "",
    ]
    return Shown(
        card,
        row,
        (row.title if row else None) or card.last.title or "(untitled)",
        " · ".join(filter(None, parts)),
        duration(now - card.since),
        _AFTER[card.stage],
    )
