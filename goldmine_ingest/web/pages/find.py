"""Search in the history, as `goldmine find`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.search import find_in, may_name, named
from goldmine_ingest.errors import UsageError
from goldmine_ingest.web.listing_lookup import DONE, find_rows
from goldmine_ingest.web.marking import Piece
from goldmine_ingest.web.response import Answer, NoHistoryError, see

if TYPE_CHECKING:
    from goldmine_ingest.analysis.search import Hit
    from goldmine_ingest.store.history import Store
    from goldmine_ingest.web.listing_facts import Row
    from goldmine_ingest.web.visit import Visit

_AT_MOST = 30
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class _Found:
    """A hit with its row; `quotes` are its highlights, `stage` what was done about it."""

    hit: Hit
    row: Row
    quotes: tuple[tuple[Piece, ...], ...]
    stage: str


def show(visit: Visit) -> Answer:
    """Nothing is looked for until there are words."""
    words = visit.query.get("q", "").strip()[:_LONGEST]
    try:
        if may_name(words) and (listing := visit.ask(lambda store: named(store, words))):
            return see(f"/l/{listing}")
        hits, problem = (_search(visit, words) if words else ()), ""
    except UsageError as error:
        hits, problem = (), error.message

    def question(store: Store) -> list[_Found]:
        rows = find_rows(store, [hit.listing_id for hit in hits], visit.now)
        answered = store.answered([hit.listing_id for hit in hits])
        return [
            _Found(
                hit,
                rows[hit.listing_id],
                tuple(map(_pieces, hit.highlights)),
                DONE.get(answered[hit.listing_id].how, "") if hit.listing_id in answered else "",
            )
            for hit in hits
            if hit.listing_id in rows
        ]

    results = visit.ask(question)
    return Answer("find.html", {"words": words, "hits": results, "problem": problem}, name="find")


def _search(visit: Visit, words: str) -> tuple[Hit, ...]:
    """On a copy of the history, so that it is in no cycle's way. Raises UsageError."""
    if not visit.project.database.path.exists():
        raise NoHistoryError("nothing was polled yet")
    hits, _ = visit.ask_copy(
        ("find", words), lambda store: find_in(store.con, words, at_most=_AT_MOST)
    )
    return hits


def _pieces(highlight: str) -> tuple[Piece, ...]:
    """A highlight bears the words in **stars**."""
    parts = highlight.split("**")
    return tuple(Piece(part, marked=bool(odd % 2)) for odd, part in enumerate(parts) if part)
