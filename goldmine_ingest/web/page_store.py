"""The history as the page reads it: what was read once is kept until a table that it came from
grows.

DuckDB takes two to fifteen milliseconds to plan a question, whatever its answer, and a page asks a
dozen. What a page shows stands in tables that only grow, so that their sizes, which cost one
question for all of them, tell whether an earlier answer still stands. After a decision, say, only
what depends on decisions is asked again; after a cycle, of the listings of a list only those that
it brought something about; of a table that holds nothing, nothing is ever asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from goldmine_ingest.store.history import Store
from goldmine_ingest.store.rows import select

if TYPE_CHECKING:
    from goldmine_ingest.model import Json
    from goldmine_ingest.model.alert import AlertState
    from goldmine_ingest.model.client import ClientHistory
    from goldmine_ingest.model.decision import Decision
    from goldmine_ingest.model.opinion import Opinion
    from goldmine_ingest.model.posting import Listing, Observation
    from goldmine_ingest.model.pursuit import Answer, Rating, RecordedEvent
    from goldmine_ingest.store.history import AlertRow
    from goldmine_ingest.store.rows import Counter, Row
    from goldmine_ingest.store.watch_rows import FeedYield

T = TypeVar("T")

_LISTINGS = ("listing", "listing_edit")
_EVENTS = ("pursuit", "pursuit_undo", "rating", "rating_undo")
# The tables that the answer to each question of PageStore is made of. A question that isn't here
# can't be asked (`Memory._of`); a test compares them with the questions' SQL.
TABLES: Mapping[str, tuple[str, ...]] = {
    "listings": _LISTINGS,
    "listing_heads": _LISTINGS,
    "edits_since": ("listing_edit",),
    "decisions": ("decision",),
    "decided_at": ("decision",),
    "score_rank": ("decision",),
    "latest_observations": ("observation",),
    "listing_feeds": ("presence",),
    "listing_marks": ("presence", "alert_event"),
    "feed_yields": ("presence", "decision"),
    "alert_rows": ("alert_event",),
    "alert_rows_of": ("alert_event",),
    "events": _EVENTS,
    "answered": _EVENTS,
    "ratings": _EVENTS,
    "titles": _LISTINGS,
    "opinions": ("opinion",),
    "client_histories": (*_LISTINGS, "decision", "observation", *_EVENTS),
    "worthwhile": (*_LISTINGS, "decision"),
    "settled": _EVENTS,
}
# The questions about single jobs whose answers stand until a row about that job comes. Each new row
# of their tables names its job, but those of "listing", which are about new ones.
_OF_JOBS = (
    *("listings", "listing_heads", "decisions", "decided_at", "latest_observations"),
    *("listing_feeds", "listing_marks", "alert_rows_of", "titles"),
)
_NAMING = ("listing_edit", "decision", "observation", "presence", "alert_event")
_MOST = 2_000  # answers to one question that are kept, and new rows that are looked at
_FEW_EVENTS = 500  # of what one recorded: so many are read at once, whatever is asked of them


def _nothing_read() -> dict[str, dict[Hashable, Any]]:
    return {question: {} for question in TABLES}


@dataclass(slots=True)
class Memory:
    """What was read, for the process. Used by one page at a time (`Site.history`)."""

    _file: tuple[int, int] = (0, 0)
    _sizes: Mapping[str, int] = field(default_factory=dict)
    _answers: dict[str, dict[Hashable, Any]] = field(default_factory=_nothing_read)
    # Listings that will be asked about soon: with the first of them all of them are asked about.
    ahead: tuple[str, ...] = ()

    def compare(self, store: Store, path: Path) -> None:
        """Lets go what the open history no longer says: all of it where the file is another one, or
        a table holds less than before.
        """
        state = path.stat()
        file = (state.st_dev, state.st_ino)
        if file != self._file:
            self._answers = _nothing_read()
        self._file = file
        self.look_again(store)

    def look_again(self, store: Store) -> None:
        """The same, for a file that is the one it was."""
        sizes = {row["table_name"]: row["rows"] for row in select(store.con, "table_sizes")}
        changed = {name for name, size in self._sizes.items() if sizes.get(name) != size}
        grown = {name: sizes.get(name, 0) - self._sizes[name] for name in changed & _GROWING}
        if any(rows < 0 for rows in grown.values()):
            self._answers = _nothing_read()
        elif grown:
            self._forget(grown, store)
        self._sizes = sizes

    def _forget(self, grown: Mapping[str, int], store: Store) -> None:
        """What so many new rows of each of these tables may have changed."""
        named = {name: grown.get(name, 0) for name in _NAMING}
        few = sum(named.values()) <= _MOST
        about: dict[str, set[str]] = {name: set() for name in _NAMING}
        if few and any(named.values()):
            for row in select(store.con, "new_rows", **named):
                about[row["grew"]].add(row["listing_id"])
        for question, tables in TABLES.items():
            if not grown.keys() & {*tables}:
                continue
            if question not in _OF_JOBS or not few:
                self._answers[question] = {}
                continue
            jobs = set().union(*(about.get(table, ()) for table in tables))
            new = "listing" in tables and "listing" in grown  # what wasn't there may be by now
            self._answers[question] = {
                job: answer
                for job, answer in self._answers[question].items()
                if job not in jobs and not (new and answer is None)
            }

    def is_empty(self, *tables: str) -> bool:
        """Whether these tables hold nothing."""
        return not any(self._sizes.get(table) for table in tables)

    def is_small(self, *tables: str) -> bool:
        return sum(self._sizes.get(table, 0) for table in tables) <= _FEW_EVENTS

    def answer(self, question: str, about: Hashable, ask: Callable[[], T]) -> T:
        """The answer to a question about this, asked once."""
        answers = self._of(question)
        if about not in answers:
            answers[about] = ask()
        answer: T = answers[about]
        return answer

    def of_ids(
        self, question: str, ids: Collection[str], ask: Callable[[list[str]], Mapping[str, T]]
    ) -> dict[str, T]:
        """The answers for each of these ids, asked together for those that are new; ids without an
        answer are missing.
        """
        answers = self._of(question)
        if self.is_empty(*TABLES[question]):
            return {}
        new = [one for one in dict.fromkeys(ids) if one not in answers]
        if new:
            if question in _ROWS:
                soon = [one for one in self.ahead if one not in answers and one not in new]
                new += soon[: max(0, _AT_ONCE - len(new))]
            read = ask(new)
            answers.update((one, read.get(one)) for one in new)
        return {one: answers[one] for one in dict.fromkeys(ids) if answers[one] is not None}

    def _of(self, question: str) -> dict[Hashable, Any]:
        answers = self._answers[question]
        if len(answers) > _MOST:
            answers.clear()
        return answers


# So many ids DuckDB looks up by a filter; for one more it reads the whole table.
_AT_ONCE = 50
_ROWS = (
    "listing_heads",
    "decisions",
    "latest_observations",
    "listing_marks",
)  # what a list shows of each listing
_GROWING = {table for tables in TABLES.values() for table in tables}


@dataclass(frozen=True, slots=True)
class PageStore(Store):
    """An open history with what the page has read of it before."""

    memory: Memory = field(default_factory=Memory)

    @classmethod
    def reading(cls, store: Store, path: Path, memory: Memory) -> PageStore:
        memory.compare(store, path)
        return cls(store.con, store.now, store.warnings, store.committed, memory=memory)

    @contextmanager
    def _writing(self) -> Iterator[Counter]:
        with Store._writing(self) as counter:
            yield counter
        self.memory.look_again(self)

    def listings(self, ids: Collection[str]) -> dict[str, Listing]:
        return self.memory.of_ids("listings", ids, lambda new: Store.listings(self, new))

    def listing_heads(self, ids: Collection[str]) -> dict[str, Listing]:
        return self.memory.of_ids("listing_heads", ids, lambda new: Store.listing_heads(self, new))

    def decisions(self, ids: Collection[str]) -> dict[str, Decision]:
        return self.memory.of_ids("decisions", ids, lambda new: Store.decisions(self, new))

    def decided_at(self, ids: Collection[str]) -> dict[str, datetime]:
        return self.memory.of_ids("decided_at", ids, lambda new: Store.decided_at(self, new))

    def latest_observations(self, ids: Collection[str]) -> dict[str, Observation]:
        return self.memory.of_ids(
            "latest_observations", ids, lambda new: Store.latest_observations(self, new)
        )

    def listing_feeds(self, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        return self.memory.of_ids("listing_feeds", ids, lambda new: Store.listing_feeds(self, new))

    def listing_marks(self, ids: Collection[str]) -> dict[str, str]:
        return self.memory.of_ids("listing_marks", ids, lambda new: Store.listing_marks(self, new))

    def answered(self, ids: Collection[str]) -> dict[str, Answer]:
        return self.memory.of_ids("answered", ids, lambda new: Store.answered(self, new))

    def edits_since(self, since: Mapping[str, datetime]) -> dict[str, dict[str, tuple[Json, Json]]]:
        about = tuple(since.items())
        return self.memory.answer("edits_since", about, lambda: Store.edits_since(self, since))

    def events(
        self,
        *,
        ids: Collection[str] | None = None,
        event_id: str | None = None,
        since: datetime | None = None,
    ) -> tuple[RecordedEvent, ...]:
        if self.memory.is_small("pursuit", "rating"):
            every = self.memory.answer("events", None, lambda: Store.events(self))
            return tuple(
                event
                for event in every
                if (ids is None or event.listing_id in ids)
                and event_id in (None, event.event_id)
                and (since is None or event.recorded_at >= since)
            )
        about = (None if ids is None else tuple(ids), event_id, since)
        return self.memory.answer(
            "events", about, lambda: Store.events(self, ids=ids, event_id=event_id, since=since)
        )

    def ratings(self) -> dict[str, Rating]:
        return self.memory.answer("ratings", None, lambda: Store.ratings(self))

    def alert_rows(self, *states: AlertState) -> tuple[AlertRow, ...]:
        return self.memory.answer("alert_rows", states, lambda: Store.alert_rows(self, *states))

    def alert_rows_of(self, listing_id: str) -> tuple[AlertRow, ...]:
        return self.memory.answer(
            "alert_rows_of", listing_id, lambda: Store.alert_rows_of(self, listing_id)
        )

    def feed_yields(self, since: datetime) -> dict[str, FeedYield]:
        return self.memory.answer("feed_yields", since, lambda: Store.feed_yields(self, since))

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        return self.memory.of_ids("titles", ids, lambda new: Store.titles(self, new))

    def opinions(self, ids: Collection[str]) -> dict[str, tuple[Opinion, ...]]:
        return self.memory.of_ids("opinions", ids, lambda new: Store.opinions(self, new))

    def client_histories(self, listings: Collection[Listing]) -> dict[str, ClientHistory]:
        by_id = {listing.listing_id: listing for listing in listings}
        return self.memory.of_ids(
            "client_histories",
            by_id,
            lambda new: Store.client_histories(self, [by_id[one] for one in new]),
        )

    def worthwhile(self, since: datetime) -> list[Row]:
        return self.memory.answer("worthwhile", since, lambda: Store.worthwhile(self, since))

    def settled(self) -> frozenset[str]:
        return self.memory.answer("settled", None, lambda: Store.settled(self))

    def score_rank(self, score: Decimal, since: datetime) -> tuple[int, int]:
        return self.memory.answer(
            "score_rank", (score, since), lambda: Store.score_rank(self, score, since)
        )
