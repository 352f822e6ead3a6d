"""What a person did about jobs, what came of it, and their trials: the part of the history that
they write themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldmine_ingest.store import clients, listing_lookup, outcomes, trials
from goldmine_ingest.store.cycle import CycleStore

if TYPE_CHECKING:
    from datetime import datetime

    from goldmine_ingest.model.client import ClientHistory
    from goldmine_ingest.model.posting import Listing
    from goldmine_ingest.model.pursuit import (
        Answer,
        Contact,
        ContactUpdate,
        PursuedWork,
        Pursuit,
        Rating,
        RecordedEvent,
        Trial,
    )


@dataclass(frozen=True, slots=True)
class OutcomeStore(CycleStore):
    """Of an open history what its person said."""

    def record_pursuits(self, pursuits: Sequence[Pursuit]) -> None:
        """Keep what the user did about jobs and what came of it, in the order of recording."""
        with self._writing():
            outcomes.add_pursuits(self.con, pursuits, self.now)

    def pursuits(self, ids: Collection[str]) -> dict[str, tuple[Pursuit, ...]]:
        """listing_id -> its recorded events that stand, in order of time. Listings without any
        are missing.
        """
        return outcomes.pursuits(self.con, ids)

    def pursuits_begun(self) -> tuple[datetime, ...]:
        """When each pursuit began, the oldest first; what was only skipped is none."""
        return outcomes.pursuits_begun(self.con)

    def resolve_pursued(self, text: str) -> PursuedWork:
        """What a person means who tracks: a listing (its id, the beginning of it, its URL), or
        work that no feed brought, by the beginning of its id. Raises UsageError where that is none,
        or more than one.
        """
        return listing_lookup.resolve_pursued(self.con, text)

    def undo_pursuit(self) -> Pursuit | None:
        """Take back the event that was recorded last, and give it; None if none stands."""
        with self._writing():
            return outcomes.undo_last(self.con, self.now)

    def record_rating(self, rating: Rating) -> None:
        """Keep the user's word on a job; the newest one counts."""
        with self._writing():
            outcomes.add_rating(self.con, rating)

    def events(
        self,
        *,
        ids: Collection[str] | None = None,
        event_id: str | None = None,
        since: datetime | None = None,
    ) -> tuple[RecordedEvent, ...]:
        """What was recorded of these jobs, under this id, from then on (None: any), the newest
        first; undone events too, which say so.
        """
        return outcomes.events(self.con, ids=ids, event_id=event_id, since=since)

    def record_event(self, event: RecordedEvent) -> None:
        """Keep what the user did under the event's own id, so that the same one twice is known."""
        with self._writing():
            outcomes.add_event(self.con, event)

    def undo_event(self, event: RecordedEvent) -> None:
        """Take back this event, never whichever happens to be the last."""
        with self._writing():
            outcomes.undo_event(self.con, event, self.now)

    def answered(self, ids: Collection[str]) -> dict[str, Answer]:
        """Those of these listings that the user has tracked (what was undone doesn't count) or
        rated bad, and how last.
        """
        return outcomes.answered(self.con, ids)

    def client_histories(self, listings: Collection[Listing]) -> dict[str, ClientHistory]:
        """Of each of these listings whose client is known, or perhaps is: the client's jobs up to
        it, with what the user did about them.
        """
        return clients.client_histories(self.con, listings)

    def ratings(self) -> dict[str, Rating]:
        """The newest rating of each job that has one."""
        return outcomes.ratings(self.con)

    def record_contact(self, contact: Contact) -> None:
        """Keep a step on a second path."""
        with self._writing():
            trials.add_contact(self.con, contact)

    def update_contact(self, update: ContactUpdate) -> None:
        """Keep what became of a contact."""
        with self._writing():
            trials.add_contact_update(self.con, update)

    def contacts(self) -> tuple[Contact, ...]:
        """Every second path, the oldest first."""
        return trials.contacts(self.con)

    def start_trial(self, trial: Trial) -> None:
        """Keep a declared trial."""
        with self._writing():
            trials.add_trial(self.con, trial)

    def end_trial(self, name: str) -> None:
        """The trial is over now."""
        with self._writing():
            trials.end_trial(self.con, name, self.now)

    def trials(self) -> tuple[Trial, ...]:
        """Every declared trial, the oldest first."""
        return trials.trials(self.con)

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        """listing_id -> title, of jobs and of work that no feed brought; without untitled ones."""
        return outcomes.titles(self.con, ids)

    def listings_titled(self, titles: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Title in lower case, without spaces around -> the jobs that bear it, the newest first."""
        return outcomes.listings_titled(self.con, titles)
