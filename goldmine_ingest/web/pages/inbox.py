"""The inbox: what waits for a decision, the selected listing beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.inbox import inbox
from goldmine_ingest.web.listing_lookup import find_listing, find_rows, listing_page
from goldmine_ingest.web.response import Answer
from goldmine_ingest.web.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from goldmine_ingest.analysis.inbox import Inbox, Waiting
    from goldmine_ingest.store.watch_rows import DayCounts
    from goldmine_ingest.web.listing_facts import Row
    from goldmine_ingest.web.listing_lookup import FoundListing
    from goldmine_ingest.web.page_store import PageStore

_AT_ONCE = 50
_AHEAD = 15  # rows that are read with the others: each decision brings one of them up
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Found:
    """`listing` is the selected one, `watch` what the last day brought, where nothing waits."""

    waiting: Inbox
    rows: Mapping[str, Row]
    listing: FoundListing | None
    watch: DayCounts | None


def show(visit: Visit) -> Answer:
    """`l` names the selected listing, in the list or not; `from` begins further down."""
    asked = visit.query.get("l", "")
    start = _start(visit.query.get("from", ""))

    def question(store: PageStore) -> _Found:
        span, zone = visit.project.web.inbox, visit.site.zone()
        waiting = visit.waiting = inbox(store, span=span, now=visit.now, zone=zone)
        shown = waiting.all[start : start + _AT_ONCE]
        ahead = waiting.all[start : start + _AT_ONCE + _AHEAD]
        store.memory.ahead = tuple(each.listing_id for each in ahead)
        wanted = store.resolve_listing(asked) if asked else _first(shown)
        rows = find_rows(store, [each.listing_id for each in shown], visit.now)
        listing = find_listing(store, wanted, visit) if wanted else None
        watch = None if waiting.all else store.day_counts(visit.now - _DAY, visit.now)
        return _Found(waiting, rows, listing, watch)

    asked_of = visit.ask(question)
    waiting, rows, listing = asked_of.waiting, asked_of.rows, asked_of.listing
    shown = waiting.all[start : start + _AT_ONCE]
    selected = listing.known.listing.listing_id if listing else ""
    facts = {
        "to_decide": [rows[w.listing_id] for w in shown if w.decision == "qualified"],
        "for_review": [rows[w.listing_id] for w in shown if w.decision == "review"],
        "waiting": waiting,
        "fresh": waiting.newer(visit.now - _DAY),
        "watch": asked_of.watch,
        "selected": selected,
        "after": _after(shown, selected),
        "older": start + _AT_ONCE if len(waiting.all) > start + _AT_ONCE else 0,
        "start": start,
        "way_back": "inbox",
        **(listing_page(visit, listing) if listing else {"sheet": None}),
    }
    return Answer("inbox.html", facts, name="inbox")


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _first(shown: Sequence[Waiting]) -> str:
    return shown[0].listing_id if shown else ""


def _after(shown: Sequence[Waiting], selected: str) -> str:
    """The listing to go on with once the selected one is decided: the next one, else the one
    before it.
    """
    ids = [each.listing_id for each in shown]
    if selected not in ids:
        return _first(shown)
    at = ids.index(selected)
    return next(iter(ids[at + 1 : at + 2] or ids[max(at - 1, 0) : at]), "")


def new(visit: Visit) -> Answer:
    """How many came since the script last had the page; nothing moves until one asks for them."""
    text = visit.query.get("since", "")
    since = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    with visit.site.history() as store:
        span, zone = visit.project.web.inbox, visit.site.zone()
        waiting = inbox(store, span=span, now=visit.now, zone=zone)
    return Answer("new.html", {"count": waiting.newer(datetime.fromtimestamp(since, UTC))})
