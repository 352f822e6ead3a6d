"""A client as the history remembers one: the jobs of the same client on one marketplace, and what
the user did about them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from goldmine_ingest.model.posting import Posting
from goldmine_ingest.model.pursuit import Answer

# By the feed's own id; by company and country; or perhaps, by rare facts that can only grow.
ClientKnown = Literal["id", "company", "facts"]
_MANY_HIRES = 10  # as the view client_listings has it


@dataclass(frozen=True, slots=True)
class ClientJob:
    """One job of a client. `first_posted_as` is the job that it repeats, or itself; `hires` what it
    stated of the client's hires; `answer` how the user last answered it.
    """

    listing_id: str
    title: str
    first_seen_at: datetime
    first_posted_as: str
    hires: int | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class ClientHistory:
    """What is known of the client of one listing: that job and those before it, the oldest first.
    'facts' are said as perhaps, and count nowhere.
    """

    how_known: ClientKnown
    jobs: tuple[ClientJob, ...]

    @property
    def is_sure(self) -> bool:
        return self.how_known != "facts"

    @property
    def listing(self) -> ClientJob:
        """The job that it was asked for."""
        return self.jobs[-1]

    @property
    def earlier(self) -> tuple[ClientJob, ...]:
        return self.jobs[:-1]


def may_be_known(posting: Posting) -> bool:
    """Whether a posting states anything that a client could be known by: most don't, and needn't
    be asked after.
    """
    rare = posting.company or (posting.client_hires or 0) >= _MANY_HIRES
    return bool(posting.client_id or (posting.country and rare))
