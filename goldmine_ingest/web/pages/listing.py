"""One listing by itself: what the inbox shows at its right side; any listing, rejected ones too."""

from __future__ import annotations

from goldmine_ingest.web.listing_lookup import find_listing, listing_page
from goldmine_ingest.web.response import Answer
from goldmine_ingest.web.visit import Visit


def show(visit: Visit) -> Answer:
    """By its id or the beginning of it, as the commands take it."""
    wanted = visit.params["listing"]
    listing = visit.ask(lambda store: find_listing(store, store.resolve_listing(wanted), visit))
    facts = {"after": "", "way_back": "listing", **listing_page(visit, listing)}
    return Answer("listing.html", facts, name="listing")
