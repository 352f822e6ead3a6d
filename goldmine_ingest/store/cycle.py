"""What every cycle asks of the history and tells it, also one in which nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.model.absence import Absence, Origin
from goldmine_ingest.runtime.crash_points import during
from goldmine_ingest.store import damage, feeds, open_alerts, recipient_rows, retention
from goldmine_ingest.store.connection import opened
from goldmine_ingest.store.insertion import insert
from goldmine_ingest.store.rows import Counter, as_row, select, transaction, utc

if TYPE_CHECKING:
    from decimal import Decimal

    import duckdb

    from goldmine_ingest.model.feed import CycleRecord, FeedState, PollRecord
    from goldmine_ingest.model.recipient import RecipientEvent

# How often a language model is asked about a listing that it doesn't answer.
MOST_TRIES = 3
# Before the name of a destination that is muted, '' for all, among the small facts.
_MUTED = "muted:"
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Beginning:
    """How a run began, until the history holds it: it goes in with the first that the run stores,
    so that openings that only ask write nothing.
    """

    untold: CycleRecord | None = None


@dataclass(frozen=True, slots=True)
class CycleStore:
    """An open history. `warnings` are sentences for a person about what opening it had to do."""

    con: duckdb.DuckDBPyConnection
    now: datetime
    warnings: tuple[str, ...] = ()
    committed: Callable[[Counter], None] = lambda _: None
    beginning: Beginning = field(default_factory=Beginning)

    def feed_states(self) -> dict[str, FeedState]:
        """The state of every feed that was ever polled, by name."""
        return feeds.feed_states(self.con)

    def save_unchanged(self, items: Sequence[tuple[PollRecord, FeedState]]) -> None:
        """Polls that brought no change of entries: their rows and the feeds' states, in one
        transaction for all of them.
        """
        if items:
            with self._writing():
                feeds.save_polls(self.con, items)

    def save_state(self, state: FeedState) -> None:
        """What a person decided about a feed; no poll is recorded."""
        with self._writing():
            feeds.save_states(self.con, [state])

    def current_entries(self, names: Collection[str]) -> dict[str, dict[str, str]]:
        """feed -> digest of each entry that is now in it -> listing_id. A feed without entries
        is missing.
        """
        return feeds.current_entries(self.con, names)

    def owes(self, digests: Mapping[tuple[str, str], datetime]) -> bool:
        """Whether a delivery has something to do; see open_alerts.owes."""
        return open_alerts.owes(self.con, digests, self.now)

    def was_sending(self) -> bool:
        """Whether a cycle was killed in the middle of a send."""
        return open_alerts.was_sending(self.con)

    def opinions_wanted(self, since: datetime, criteria_hash: str, least: Decimal) -> list[str]:
        """The jobs that came or changed since then and that a language model may have a say in:
        open under these criteria, from so much fit on. The best first.
        """
        rows = select(
            self.con,
            "opinions_wanted",
            since=since,
            criteria_hash=criteria_hash,
            least=float(least),
            tries=MOST_TRIES,
        )
        return [row["listing_id"] for row in rows]

    def finish_run(self, record: CycleRecord) -> None:
        """The cycle is over, with its counts."""
        with self._writing():
            insert(self.con, "run", [as_row(record)])

    def use_criteria(self, criteria_hash: str, text: str, now: datetime) -> None:
        """Record the criteria text that judges from now on, if it is a new one."""
        if not self.con.execute(
            "SELECT 1 FROM criteria_version WHERE criteria_hash = ?", [criteria_hash]
        ).fetchone():
            with self._writing():
                insert(
                    self.con,
                    "criteria_version",
                    [{"criteria_hash": criteria_hash, "first_used_at": now, "text": text}],
                )

    def destination_began(self, name: str, now: datetime) -> datetime:
        """When the first cycle with this destination was; `now` if this is it (and then
        recorded).
        """
        return self.destinations_begin([name], now)[name]

    def destinations_begin(self, names: Iterable[str], now: datetime) -> dict[str, datetime]:
        """As `destinations_began`; of these, those whose first cycle this is begin `now`."""
        began = self.destinations_began()
        # A beginning in the future tells of a clock that was ahead: the earliest counts.
        new = {name: now for name in names if began.get(name, _NEVER) > now}
        if new:
            with self._writing():
                rows = [{"name": name, "began_at": now} for name in new]
                insert(self.con, "destination", rows)
        return began | new

    def destinations_began(self) -> dict[str, datetime]:
        """When the first cycle with each destination was."""
        rows = self.con.execute(
            "SELECT name, timezone('UTC', min(began_at)) FROM destination GROUP BY name"
        ).fetchall()
        began = {}
        for name, began_at in rows:
            with suppress(*PROVOKED):  # a day of the year 12000: it begins anew
                began[name] = utc(began_at)
        return began

    def recipients(self) -> dict[str, list[RecipientEvent]]:
        """destination -> what became of its recipients, in order. One that was never read is
        missing.
        """
        if not self.con.execute("SELECT 1 FROM recipient LIMIT 1").fetchone():
            return {}
        return recipient_rows.recipients(self.con)

    def last_owed(self, destination: str) -> datetime | None:
        """When the newest alert of this destination began; None if it never had one."""
        begun_at: datetime | None = select(self.con, "last_begun", destination=destination)[0][
            "begun_at"
        ]
        return begun_at

    def meta(self) -> dict[str, str]:
        """Every small fact about this database."""
        return dict(self.con.execute("SELECT key, value FROM meta").fetchall())

    def get_meta(self, key: str) -> str | None:
        """A small fact about this database, or None."""
        row = self.con.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Keep a small fact about this database; replaces the one before."""
        with self._writing():
            self._put_fact(key, value)

    def mute(self, destination: str, until: datetime) -> None:
        """No matches go to this destination ('': to any) until then."""
        self.set_meta(f"{_MUTED}{destination}", until.isoformat())

    def unmute(self, destination: str | None) -> None:
        """They go to it again; None: to every one."""
        with self._writing():
            for key in self.meta():
                if key.startswith(_MUTED) and destination in (None, key.removeprefix(_MUTED)):
                    self.con.execute("DELETE FROM meta WHERE key = ?", [key])

    def muted_until(self, destination: str) -> datetime | None:
        """Until when no matches go to it; None where it was never muted. It may be past."""
        facts = (self.get_meta(f"{_MUTED}{name}") for name in ("", destination))
        return max((datetime.fromisoformat(text) for text in facts if text), default=None)

    def _put_fact(self, key: str, value: str) -> None:
        self.con.execute("DELETE FROM meta WHERE key = ?", [key])
        insert(self.con, "meta", [{"key": key, "value": value}])

    def damage_told(self, names: Iterable[str]) -> None:
        """These of `damage.untold_damage` are told now. Called as late as can be: who is killed
        before tells no one.
        """
        for name in names:
            self.set_meta(damage.TOLD + name, "")

    def absences(self) -> tuple[Absence, ...]:
        """When which destinations were out of the configuration, the oldest first."""
        rows = self.con.execute(
            "SELECT destination, timezone('UTC', gone_at), timezone('UTC', back_at) FROM absence"
        ).fetchall()
        absences = []
        for name, gone, back in rows:
            with suppress(*PROVOKED):  # as above
                absences.append(Absence(name, utc(gone), utc(back) if back else None))
        return tuple(absences)

    def set_absences(self, absences: Sequence[Absence]) -> None:
        """Keep them in place of those before."""
        with self._writing():
            self.con.execute("DELETE FROM absence")
            insert(self.con, "absence", [as_row(absence) for absence in absences])

    def baselines(self) -> dict[str, Origin]:
        """The feeds with a baseline ahead ('': every feed), and where this history came from."""
        return {
            feed: Origin(origin) for feed, origin in self.con.execute("FROM baseline").fetchall()
        }

    def set_baselines(self, baselines: Mapping[str, Origin]) -> None:
        """Keep them in place of those before."""
        with self._writing():
            self.con.execute("DELETE FROM baseline")
            insert(
                self.con,
                "baseline",
                [{"feed": feed, "origin": origin} for feed, origin in baselines.items()],
            )

    def retain(self, keep_raw: timedelta, keep_polls: timedelta) -> retention.Dropped | None:
        """Drop raw entries and thin polls that are older, a slice at a time and all of it once a
        day; None if it isn't time yet.
        """
        if not retention.is_due(self.get_meta(retention.DONE), self.now):
            return None
        with self._writing():
            dropped = retention.drop(
                self.con,
                retention.cut_off(self.now, keep_raw),
                retention.cut_off(self.now, keep_polls),
            )
        if not dropped.more:
            self.set_meta(retention.DONE, self.now.isoformat())
        return dropped

    def checkpoint(self) -> None:
        """Bring everything into the main file, so that it can be copied and no WAL is needed."""
        with during("checkpoint"):
            self.con.execute("CHECKPOINT")

    @contextmanager
    def _writing(self) -> Iterator[Counter]:
        with transaction(self.con) as counter:
            if self.beginning.untold:
                insert(self.con, "run", [as_row(self.beginning.untold)])
            yield counter
        self.beginning.untold = None
        self.committed(counter)


# Opens the history for one step.
OpenHistory = Callable[[], AbstractContextManager[CycleStore]]


@contextmanager
def open_for_cycle(
    path: Path, beginning: Beginning, *, wait: timedelta, now: datetime
) -> Iterator[CycleStore]:
    """As `open_store`, for what every cycle needs; the run begins with what is stored first."""
    with opened(path, wait, now) as (con, warnings, committed):
        yield CycleStore(con, now, warnings, committed, beginning)
