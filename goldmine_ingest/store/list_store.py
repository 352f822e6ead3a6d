"""What lists show of jobs, asked for without the rest: a page has fifty of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldmine_ingest.store import jobs
from goldmine_ingest.store.opinion_store import OpinionStore

if TYPE_CHECKING:
    from goldmine_ingest.model.posting import Listing


@dataclass(frozen=True, slots=True)
class ListStore(OpinionStore):
    """An open history as lists ask it."""

    def listing_heads(self, ids: Collection[str]) -> dict[str, Listing]:
        """The newest version of each of these listings, with what a list shows and nothing else:
        title, link, pay, country, age, proposals. No text.
        """
        return jobs.listing_heads(self.con, ids)

    def listing_marks(self, ids: Collection[str]) -> dict[str, str]:
        """listing_id -> 'backlog' or 'judged', of those that came otherwise than as news: they were
        there when their feed was first read, or were pasted in.
        """
        return jobs.listing_marks(self.con, ids)
