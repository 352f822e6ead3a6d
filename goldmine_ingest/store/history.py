"""The whole history: what a cycle that brings something, and every command, asks of it and tells
it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.model.changes import FeedChanges, Reread, StoredEntry
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.store import (
    decisions,
    feeds,
    jobs,
    ledger_rows,
    listing_lookup,
    outcomes,
    recipient_rows,
    watch_rows,
)
from goldmine_ingest.store.connection import opened
from goldmine_ingest.store.cycle import CycleStore
from goldmine_ingest.store.decisions import save_decisions, save_features
from goldmine_ingest.store.ledger_rows import AlertRow
from goldmine_ingest.store.list_store import ListStore
from goldmine_ingest.store.queries import query
from goldmine_ingest.store.rows import Counter, Row, select, transaction

if TYPE_CHECKING:
    from decimal import Decimal

    from goldmine_ingest.model import Json
    from goldmine_ingest.model.alert import AlertEvent, AlertState, OpenAlert, Topic
    from goldmine_ingest.model.decision import Decision, TextFeatures
    from goldmine_ingest.model.feed import FeedState, PollRecord
    from goldmine_ingest.model.names import KnownAlias
    from goldmine_ingest.model.posting import Listing, Observation, Posting
    from goldmine_ingest.model.recipient import RecipientEvent

__all__ = ["AlertRow", "OpenStore", "Store", "open_store"]


class _TriedOnError(Exception):
    """Ends a transaction of which nothing is to stay."""


@dataclass(frozen=True, slots=True)
class Store(ListStore):
    """All of an open history. (Its classes take longer to load than a poll of a hundred feeds,
    which needs a CycleStore alone.)
    """

    @classmethod
    def of(cls, store: CycleStore) -> Store:
        """All of the history that is open for a cycle."""
        return cls(store.con, store.now, store.warnings, store.committed, store.beginning)

    def open_alerts(self) -> tuple[OpenAlert, ...]:
        """Every alert that isn't finished, the oldest first."""
        return tuple(map(ledger_rows.open_alert, select(self.con, "open_alerts")))

    def known_aliases(self, digests: Collection[str]) -> tuple[KnownAlias, ...]:
        """Every stored alias with one of these digests, the oldest first."""
        return jobs.known_aliases(self.con, digests)

    def texts_like(self, text_keys: Collection[int]) -> list[tuple[int, str]]:
        """(text key, listing_id) for every stored text with one of these keys; of a key that
        very many share, the oldest and newest.
        """
        return jobs.texts_like(self.con, text_keys)

    def listings(self, ids: Collection[str]) -> dict[str, Listing]:
        """The newest version of each of these listings that exists."""
        return jobs.listings(self.con, ids)

    def facts(self, ids: Collection[str]) -> dict[str, Posting]:
        """Of each of these listings what `near_duplicates.facts_differ` compares, and nothing else:
        no title, no text.
        """
        return jobs.facts(self.con, ids)

    def edits_since(self, since: Mapping[str, datetime]) -> dict[str, dict[str, tuple[Json, Json]]]:
        """What the edits of each of these listings from its time on changed together, or else its
        newest one: field -> (old value, new value). Never edited ones are missing.
        """
        return jobs.edits_since(self.con, since)

    def features(self, text_hashes: Collection[str]) -> dict[str, TextFeatures]:
        """The stored features of these texts."""
        return decisions.features(self.con, text_hashes)

    def listing_feeds(self, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """listing_id -> the feeds that it was ever seen in, the first one first."""
        return jobs.listing_feeds(self.con, ids)

    def latest_observations(self, ids: Collection[str]) -> dict[str, Observation]:
        """The newest live facts of each of these listings that has any."""
        return jobs.latest_observations(self.con, ids)

    def decisions(self, ids: Collection[str]) -> dict[str, Decision]:
        """The newest decision on each of these listings that has one."""
        return decisions.decisions(self.con, ids)

    def apply(
        self,
        changes: FeedChanges | Sequence[FeedChanges],
        *,
        unchanged: Sequence[tuple[PollRecord, FeedState]] = (),
        batch: tuple[str, str] | None = None,
    ) -> None:
        """Store what polls changed, all of it or nothing. Presence and the current entries follow
        from each `present`.

        `unchanged` are polls without entries, and `batch` (id, feed) notes what was taken in of a
        worker's batch, in the same transaction.
        """
        rows = [changes] if isinstance(changes, FeedChanges) else list(changes)
        if not (rows or unchanged or batch):
            return
        with self._writing() as counter:
            self._keep(rows, unchanged, counter)
            if batch:
                feeds.note_taken(self.con, *batch, self.now)
        reach("in_wal")

    def apply_part(self, changes: FeedChanges) -> None:
        """Store the jobs of a part of a poll and their presence; the last part is `apply`'s."""
        with self._writing() as counter:
            jobs.save_jobs(self.con, [changes], counter, self.now)
            feeds.save_presence(self.con, [changes])
            ledger_rows.append(self.con, changes.events, counter)
        reach("in_wal")

    def try_on(self, changes: Sequence[FeedChanges]) -> None:
        """As `apply`, but nothing of it stays. Raises what `apply` would raise."""
        with suppress(_TriedOnError), transaction(self.con) as counter:
            self._keep(changes, (), counter)
            raise _TriedOnError

    def _keep(
        self,
        rows: Sequence[FeedChanges],
        unchanged: Sequence[tuple[PollRecord, FeedState]],
        counter: Counter,
    ) -> None:
        jobs.save_jobs(self.con, rows, counter, self.now)
        if pursuits := [event for change in rows for event in change.pursuits]:
            outcomes.add_pursuits(self.con, pursuits, self.now)
        reach("mid_transaction")
        feeds.save_presence(self.con, rows)
        feeds.save_polls(self.con, [*((change.poll, change.state) for change in rows), *unchanged])
        ledger_rows.append(self.con, [event for change in rows for event in change.events], counter)

    def taken_feeds(self, batch_id: str) -> set[str]:
        """What was taken in of a worker's batch: names of feeds, and '' once it was taken whole."""
        return feeds.taken_feeds(self.con, batch_id)

    def keep_measures(self, file: Path) -> None:
        """Add what was measured of listings, from a CSV file with the columns of `measure`."""
        with self._writing():
            self.con.execute(query("keep_measures"), {"file": str(file)})

    def alerted(self, ids: Collection[str]) -> dict[str, datetime]:
        """listing_id -> the last time that an alert for it was owed or held (not suppressed)."""
        return ledger_rows.alerted(self.con, ids)

    def append_events(self, events: Sequence[AlertEvent], *, again: bool = False) -> None:
        """Append to the ledger in one transaction. What would owe an alert twice is left out,
        unless a person asks for it `again`.
        """
        if events:
            with self._writing() as counter:
                ledger_rows.append(self.con, events, counter, again=again)

    def note_recipients(
        self,
        recipients: Sequence[RecipientEvent],
        alerts: Sequence[AlertEvent],
        facts: Mapping[str, str],
    ) -> None:
        """Who joined and left, what that makes of the alerts, and the facts that go with it, in
        one transaction.
        """
        with self._writing() as counter:
            recipient_rows.add(self.con, recipients)
            ledger_rows.append(self.con, alerts, counter)
            for key, value in facts.items():
                self._put_fact(key, value)

    def dead_alerts(self, destination: str) -> tuple[AlertEvent, ...]:
        """The event by which each dead alert of a destination died."""
        return ledger_rows.dead_alerts(self.con, destination)

    def sent_times(
        self, destination: str, slot: str, since: datetime, until: datetime
    ) -> tuple[datetime, ...]:
        """When messages with matches went out to this recipient, from `since` until `until`, in
        order: those that it took, and those that may have arrived.
        """
        rows = select(
            self.con, "sent_times", destination=destination, slot=slot, since=since, until=until
        )
        return tuple(row["event_at"] for row in rows)

    def last_sent(
        self, destination: str, slot: str, since: datetime, until: datetime
    ) -> datetime | None:
        """When this recipient last accepted a message, if that was from `since` until `until`."""
        rows = select(
            self.con, "last_sent", destination=destination, slot=slot, since=since, until=until
        )
        sent_at: datetime | None = rows[0]["sent_at"]
        return sent_at

    def last_sent_of(self, since: datetime, until: datetime) -> dict[str, datetime]:
        """When each destination last accepted a message from `since` until `until`, by its name."""
        rows = select(self.con, "last_sent_of", since=since, until=until)
        return {row["destination"]: row["sent_at"] for row in rows}

    def alert_rows(self, *states: AlertState) -> tuple[AlertRow, ...]:
        """The `alerts` view, the newest first; of these states if any are given."""
        few = bool(states) and ledger_rows.FEW.issuperset(states)
        name = "alert_rows_open" if few else "alert_rows"
        return tuple(ledger_rows.alert_row(row) for row in select(self.con, name, states=states))

    def resolve_listing(self, text: str) -> str:
        """The listing_id that a person means by an id, a unique prefix of 4 or more characters,
        or a URL. Raises UsageError.
        """
        return listing_lookup.resolve_listing(self.con, text)

    def decide_again(
        self,
        decisions: Sequence[Decision],
        features: Sequence[TextFeatures],
        events: Sequence[AlertEvent],
    ) -> None:
        """Store decisions on listings that are known, the texts' features where they are new,
        and what is owed, in one transaction.
        """
        if decisions or features or events:
            with self._writing() as counter:
                save_features(self.con, {each.text_hash: each for each in features})
                save_decisions(self.con, decisions, counter, self.now)
                ledger_rows.append(self.con, events, counter)

    def listing_ids(self, since: datetime | None = None) -> list[str]:
        """Every job first seen from `since` on (None: ever), the oldest first."""
        return [row["listing_id"] for row in select(self.con, "listing_ids_since", since=since)]

    def decided_at(self, ids: Collection[str]) -> dict[str, datetime]:
        """When each of these jobs was last decided."""
        return decisions.decided_at(self.con, ids)

    def alert_rows_of(self, listing_id: str) -> tuple[AlertRow, ...]:
        """The alerts about one job, the oldest first."""
        return tuple(
            ledger_rows.alert_row(row)
            for row in select(self.con, "alert_rows_of", listing_id=listing_id)
        )

    def match_causes(self, ids: Collection[str]) -> dict[str, ledger_rows.Matches]:
        """listing_id -> destination and slot -> the newest event of its 'match' alert, with its
        cause.
        """
        return ledger_rows.match_causes(self.con, ids)

    def raw_entries(self, ids: Collection[str]) -> list[StoredEntry]:
        """What is stored of these jobs as it came, the oldest first."""
        return jobs.raw_entries(self.con, ids)

    def save_reread(self, reread: Reread) -> None:
        """Store what reading raw entries again changed, in one transaction."""
        with self._writing() as counter:
            jobs.save_reread(self.con, reread, counter, self.now)
            ledger_rows.append(self.con, reread.events, counter)

    def first_reasons(self, ids: Collection[str]) -> dict[str, str]:
        """alert_id -> what the ledger said when it began; of a notice, its text."""
        return watch_rows.first_reasons(self.con, ids)

    def notices_since(
        self, since: datetime, until: datetime
    ) -> dict[tuple[Topic, str, tuple[str, str]], datetime]:
        """(topic, what the notice is about, destination and slot) -> when it was last owed
        there, from `since` until `until`.
        """
        return watch_rows.notices_since(self.con, since, until)

    def never_stated(self, feeds: Collection[str]) -> dict[str, frozenset[str]]:
        """Of each feed the criteria whose facts 19 of its last 20 listings didn't state."""
        return watch_rows.never_stated(self.con, feeds)

    def notices_ahead(self, since: datetime, now: datetime) -> frozenset[str]:
        """The alert_ids of notices from `since` on that were owed by a clock that was ahead: they
        used up the ids of days that come now.
        """
        return watch_rows.notices_ahead(self.con, since, now)

    def longest_gaps(self, last_new: Mapping[str, datetime]) -> dict[str, timedelta]:
        """feed -> its longest time without anything new in the 14 days before it last brought
        something, which `last_new` tells.
        """
        return watch_rows.longest_gaps(self.con, last_new)

    def feed_yields(self, since: datetime) -> dict[str, watch_rows.FeedYield]:
        """What each feed brought from then on, by its name; feeds without any are missing."""
        return watch_rows.feed_yields(self.con, since)

    def worthwhile(self, since: datetime) -> list[Row]:
        """Of the jobs first seen from then on those that qualify or are for review: listing_id,
        decision, score, first_seen_at, expires_at.
        """
        return select(self.con, "worthwhile", since=since)

    def settled(self) -> frozenset[str]:
        """The jobs that their person has answered: by an event of a proposal, or a rating "bad"."""
        return frozenset(row["listing_id"] for row in select(self.con, "settled"))

    def score_rank(self, score: Decimal, since: datetime) -> tuple[int, int]:
        """How many jobs were judged from then on, and how many of them scored less."""
        row = select(self.con, "score_rank", since=since, score=score)[0]
        return row["judged"], row["lower"]

    def day_counts(self, since: datetime, until: datetime) -> watch_rows.DayCounts:
        """What was found after `since` and by `until`, and which feeds fail now."""
        return watch_rows.day_counts(self.con, since, until)


# Opens all of the history for one step.
OpenStore = Callable[[], AbstractContextManager[Store]]


@contextmanager
def open_store(
    path: Path, *, wait: timedelta = timedelta(seconds=10), now: datetime
) -> Iterator[Store]:
    """The history at `path`, created or migrated if need be; closed at the end. `now` dates what
    has no time of its own.

    Raises BusyError if another process holds it for longer than `wait`, StoreError if it can't be
    used.
    """
    with opened(path, wait, now) as (con, warnings, committed):
        yield Store(con, now, warnings, committed)
