"""Second paths: what each active pursuit owes beside the marketplace that it came from, and which
contacts ask for something now. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from goldmine_ingest.analysis.review_parts import counted
from goldmine_ingest.model.pursuit import Contact, ContactKind

KINDS: tuple[ContactKind, ...] = get_args(ContactKind)
_FIVE = "a referral or testimonial, a case study, a publication, a past client, a repeatable offer"


@dataclass(frozen=True, slots=True)
class PathDebt:
    """How many pursuits are active, how many of them have a second path, and which have none (the
    oldest first).
    """

    active: int
    with_path: int
    without: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """'6 active pursuits, 1 path: choose one of five …'; without pursuits, that."""
        if not self.active:
            return "No active pursuit, so that none asks for a second path."
        counts = f"{counted(self.active, 'active pursuit')}, {counted(self.with_path, 'path')}"
        if not self.without:
            return f"{counts}: each has its second path."
        return f"{counts}: choose one of five ({_FIVE})."


def path_debt(active: Sequence[str], contacts: Iterable[Contact]) -> PathDebt:
    """`active` are the listing ids of pursuits that may still come to something, the oldest first.
    A contact counts for the pursuit that it was recorded for.
    """
    paths = {contact.listing_id for contact in contacts if contact.listing_id}
    without = tuple(listing_id for listing_id in active if listing_id not in paths)
    return PathDebt(len(active), len(active) - len(without), without)


def by_next_date(contacts: Iterable[Contact]) -> list[Contact]:
    """Those with a next date first, the soonest of them first; then the newest."""
    newest = sorted(contacts, key=lambda each: (each.at_time, each.contact_id), reverse=True)
    return sorted(newest, key=lambda each: each.next_on or date.max)


def due(contacts: Collection[Contact], today: date) -> list[Contact]:
    """The contacts whose next date has come, the longest due first."""
    return [each for each in by_next_date(contacts) if each.next_on and each.next_on <= today]
