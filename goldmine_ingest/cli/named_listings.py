"""Listings as a person knows them again: id, pay and title."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from goldmine_ingest.cli.output import print_table
from goldmine_ingest.cli.session import Session
from goldmine_ingest.render.pay import pay_text
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store, open_store

_SHOWN = 20


def named(store: Store, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Pay and title of each of these listings that the history has."""
    return {
        listing_id: (pay_text(listing.posting), listing.posting.title)
        for listing_id, listing in store.listings(ids).items()
    }


def show_listings(
    heading: str, ids: Sequence[str], project: Project, session: Session, now: datetime
) -> None:
    """A table of the first of them, and how many more there are; nothing where there are none."""
    if not ids:
        return
    with open_store(project.database.path, now=now) as store:
        names = named(store, ids[:_SHOWN])
    rows = [(listing_id[:8], *names.get(listing_id, ("", ""))) for listing_id in ids[:_SHOWN]]
    print(file=session.out)
    print_table((heading, "pay", "title"), rows, session.out)
    if len(ids) > _SHOWN:
        print(f"… and {len(ids) - _SHOWN:,} more (--json lists all)", file=session.out)
