"""One listing for a page: what is asked of the history in one short opening, and what a page makes
of it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from goldmine_ingest.analysis.actions import NOTHING_SEEN, last_event
from goldmine_ingest.analysis.explanation import KnownListing, explain, known, rating_notes, told
from goldmine_ingest.analysis.inbox import rank
from goldmine_ingest.model.pursuit import Rating
from goldmine_ingest.render.changed_facts import changed_facts
from goldmine_ingest.render.client_history import client_heading, client_job, client_note
from goldmine_ingest.web.listing_facts import Row, row, sheet
from goldmine_ingest.web.signs import signs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goldmine_ingest.criteria.would_change import WouldChange
    from goldmine_ingest.model import Json
    from goldmine_ingest.model.client import ClientHistory
    from goldmine_ingest.model.posting import Observation
    from goldmine_ingest.model.pursuit import Rated, RecordedEvent
    from goldmine_ingest.store.history import Store
    from goldmine_ingest.web.visit import Visit

# What an event is called, and by which way it came if not by the page.
DONE = {
    "pursued": "pursued",
    "skipped": "skipped",
    "good": "rated good",
    "bad": "rated bad",
    "viewed": "viewed by the client",
    "replied": "the client replied",
    "interviewed": "interviewed",
    "hired": "hired",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "followed_up": "asked again",
}
_WAYS = {"phone": " by phone", "mail": " (by a mail)", "csv": " (from an export)"}
_BETTER = ("qualified",)
_EARLIER_JOBS = 5  # of one client that are shown


@dataclass(frozen=True, slots=True)
class FoundListing:
    """`events` are the newest first. `better_than` of a hundred listings scored less."""

    known: KnownListing
    live: Observation | None
    events: tuple[RecordedEvent, ...]
    edit: dict[str, tuple[Json, Json]]
    better_than: int | None


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of what became of a listing."""

    at: datetime
    text: str
    event: RecordedEvent | None = None


def find_listing(store: Store, listing_id: str, visit: Visit) -> FoundListing:
    """Raises UsageError for one that isn't there, or isn't judged yet."""
    judged = known(listing_id, store, measured=False)
    return FoundListing(
        judged,
        store.latest_observations([listing_id]).get(listing_id),
        store.events(ids=[listing_id]),
        store.edits_since({listing_id: judged.listing.first_seen_at}).get(listing_id, {}),
        rank(store, judged.decision.score, visit.now),
    )


def find_rows(store: Store, ids: Sequence[str], now: datetime) -> dict[str, Row]:
    """The rows of these listings, by their ids."""
    heads, decisions = store.listing_heads(ids), store.decisions(ids)
    live = store.latest_observations(ids)
    # What was asked for in a listing was found when it was judged; else its text begins with it.
    asked = {one for one, decision in decisions.items() if decision.ask}
    listings = heads | store.listings([one for one in heads if one not in asked])
    marks = store.listing_marks(ids)
    return {
        one: row(listing, decisions.get(one), live.get(one), now, mark=marks.get(one, ""))
        for one, listing in listings.items()
    }


def plain_rows(store: Store, ids: Sequence[str], now: datetime) -> dict[str, Row]:
    """The same without what was decided, what is live and what is asked: title, pay, age, country
    and host.
    """
    return {
        listing_id: row(listing, None, None, now)
        for listing_id, listing in store.listing_heads(ids).items()
    }


def listing_page(visit: Visit, found: FoundListing) -> dict[str, Any]:
    """What the template _listing.html shows. Not inside the history: it judges again."""
    criteria = visit.project.criteria
    decision = found.known.decision
    settled = decision.decision == "qualified" and decision.criteria_hash == criteria.criteria_hash
    rated = replace(found.known, rating=_rating(found.events))
    explained = None if settled else explain(rated, visit.project, visit.site.judge())
    last = last_event(found.events)
    return {
        "sheet": sheet(
            found.known.listing,
            decision,
            found.live,
            now=visit.now,
            base_currency=criteria.base_currency,
            proofs=criteria.proofs,
        ),
        "notes": explained.notes if explained else rating_notes(rated.rating, "qualified"),
        "changes": better(explained.would_change)
        if explained and decision.decision != "qualified"
        else (),
        "better_than": found.better_than,
        "signs": signs_of(decision),
        **_client(found.known.client),
        "happened": sorted(_happened(found), key=lambda event: event.at, reverse=True),
        "answered": last,
        "seen": last.event_id if last else NOTHING_SEEN,
        "done": DONE,
    }


def _rating(events: Sequence[RecordedEvent]) -> Rating | None:
    """The newest that stands; `events` are the newest first."""
    for event in events:
        if event.kind == "rating" and not event.undone:
            rated = cast("Rated", event.what)
            return Rating(event.listing_id, rated, event.because, event.at_time)
    return None


def _client(history: ClientHistory | None) -> dict[str, Any]:
    """Earlier listings of the same client, the newest first."""
    if history is None or not history.earlier:
        return {"client": None}
    earlier = history.earlier[: -_EARLIER_JOBS - 1 : -1]
    shown = [(job, client_job(job, history)) for job in earlier]
    return {
        "client": client_heading(history),
        "client_note": client_note(history),
        "client_jobs": shown,
    }


def better(changes: Sequence[WouldChange]) -> tuple[WouldChange, ...]:
    """Only those that would turn a no into a yes."""
    return tuple(change for change in changes if change.decision in _BETTER)


def _happened(lookup: FoundListing) -> Iterator[Happened]:
    listing = lookup.known.listing
    feeds = ", ".join(lookup.known.feeds)
    yield Happened(listing.first_seen_at, f"first seen in {feeds}" if feeds else "first seen")
    if facts := changed_facts(listing.posting, lookup.edit):
        yield Happened(lookup.known.decided_at, "edited: " + ", ".join(facts))
    for alert in lookup.known.alerts:
        it = told(alert)
        yield Happened(
            alert.sent_at or alert.enqueued_at,
            f"{it.called}: {it.state}, {it.reason}"
            if it.state != "sent" and it.reason
            else f"{it.called}: {it.state}",
        )
    for event in lookup.events:
        yield Happened(event.recorded_at, _told(event), event)


def _told(event: RecordedEvent) -> str:
    details = [
        DONE.get(event.what, event.what) + _WAYS.get(event.way or "", ""),
        f"because of {event.because}" if event.because else "",
        f"{event.connects} connects" if event.connects is not None else "",
        event.objection or "",
        event.note or "",
    ]
    text = ", ".join(filter(None, details))
    return f"{text} (taken back)" if event.undone else text
