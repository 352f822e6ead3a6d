"""Copies that a person makes and brings back: `goldmine backup` and `goldmine restore`, and how an
imported history comes into its place.

What stood there before is set aside beside it, never deleted. A history that comes back is older
than the world: its first cycle is a baseline, and what was owed when it was copied may have been
sent since.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.errors import StoreError, UsageError
from goldmine_ingest.model.absence import Origin
from goldmine_ingest.model.feed import FeedCondition
from goldmine_ingest.runtime.locks import cycle_lock, database_lock
from goldmine_ingest.settings.project import DatabaseSettings
from goldmine_ingest.store.connection import note_of
from goldmine_ingest.store.history import Store, open_store
from goldmine_ingest.store.publish import copy_file, copy_history
from goldmine_ingest.store.rows import Counter, read_counter
from goldmine_ingest.store.whole import read_through

_BY_FORCE = "With --force it is set aside beside its place, not deleted."
_ELSEWHERE = "Name another project by --config, or move that file away first."


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought: how much, as of when (its last cycle's start), the open alerts it
    held, and where the old history is now.
    """

    listings: int
    as_of: datetime | None
    open_alerts: int
    set_aside: Path | None


def back_up(path: Path, target: Path, now: datetime, *, force: bool = False) -> None:
    """A whole copy of the history (mode 0600), consistent while cycles run, and read back before it
    gets its name.

    Raises UsageError, BusyError, StoreError.
    """
    if _same(target, path):
        raise UsageError("that is the history itself", hint="Name another file.")
    if target.exists() and not force:
        raise UsageError(
            f"{target.name} is there already",
            hint="Name another file, or add --force to replace it.",
        )
    copy_history(path, target, now, read_back=True)


def restore(
    settings: DatabaseSettings,
    backup: Path,
    now: datetime,
    *,
    uncertain: Literal["resend", "hold"],
    force: bool = False,
) -> Restored:
    """Put a copy of a backup in the history's place, with a baseline ahead. The backup is only
    read.

    Raises UsageError if the backup isn't there, or if a history is that isn't empty and `force`
    isn't given; StoreError if the backup can't be used, BusyError. Whatever is raised, the present
    history stands as it was.
    """
    if not backup.is_file():
        hint = "goldmine backup FILE makes one; serve keeps some in backups/ beside the history."
        raise UsageError("there is no such file", subject=str(backup), hint=hint)
    if _same(backup, settings.path):
        raise UsageError("that is the history itself", subject=str(backup), hint="Name the backup.")
    with replacing(settings.path, now, force=force) as (part, put):
        _copy(backup, part)
        with _opened_as(part, backup, now) as store:
            _expect_whole(store)
            begin_anew(store, Origin.RESTORED)
            count = _doubt_open_alerts(store, uncertain)
            as_of = store.con.execute("SELECT max(started_at) FROM run").fetchall()[0][0]
            store.checkpoint()
            counter = read_counter(store.con)
        return Restored(counter.listings, as_of, count, put(counter))


@contextmanager
def replacing(
    path: Path, now: datetime, *, force: bool | None = None
) -> Iterator[tuple[Path, Callable[[Counter], Path | None]]]:
    """While no cycle runs: a file to make another history in, and what puts it in the history's
    place (and gives where the old one went).

    Raises UsageError before anything is done if there is a history that isn't empty, unless forced;
    None: that can't be forced.
    """
    with cycle_lock(path):
        if not force:
            _expect_empty(path, now, _ELSEWHERE if force is None else _BY_FORCE)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            yield part, lambda counter: _put(path, part, counter, now)
        except OSError as error:
            raise StoreError(f"can't be written: {error.strerror}", subject=str(path)) from error
        finally:
            for left in path.parent.glob(f"{part.name}*"):
                left.unlink(missing_ok=True)


def begin_anew(store: Store, origin: Origin) -> None:
    """The next cycle asks every feed and alerts no one of what they hold: this history doesn't
    know what was told since it was copied.
    """
    store.set_baselines({"": origin})
    for state in store.feed_states().values():
        if state.condition in (
            FeedCondition.OK,
            FeedCondition.BACKOFF,
        ):  # the others wait for a person
            store.save_state(replace(state, next_poll_at=None))


def _expect_empty(path: Path, now: datetime, hint: str) -> None:
    if not path.exists():
        return
    try:
        with open_store(path, now=now) as store:
            counter = read_counter(store.con)
    except StoreError as error:
        raise UsageError(
            f"there is a history that can't be opened ({error.message})",
            subject=str(path),
            hint=hint,
        ) from error
    if counter.commits:
        raise UsageError(
            f"there is a history already: {counter.listings} listings", subject=str(path), hint=hint
        )


def _put(path: Path, part: Path, counter: Counter, now: datetime) -> Path | None:
    """The note of what the history holds goes first, so that no later opening misses rows that
    this one never had.
    """
    part.chmod(0o600)
    aside = _free_name(path, now)
    wal = path.with_name(path.name + ".wal")
    with database_lock(path) as lock:
        lock.write(note_of(counter))
        existed = path.exists()
        if existed:
            _keep(path, aside)
        if wal.exists():
            wal.rename(aside.with_name(aside.name + ".wal"))
        part.replace(path)
    return aside if existed else None


def _keep(path: Path, aside: Path) -> None:
    """A second name for the old file, so that there is a history at every moment; where the disk
    knows no links, a rename.
    """
    try:
        aside.hardlink_to(path)
    except OSError:
        path.rename(aside)


def _free_name(path: Path, now: datetime) -> Path:
    wanted = path.with_name(f"{path.stem}.before-{now:%Y%m%dT%H%M%S}{path.suffix}")
    number = 1
    name = wanted
    while name.exists():
        number += 1
        name = wanted.with_stem(f"{wanted.stem}-{number}")
    return name


def _copy(backup: Path, part: Path) -> None:
    """With its write-ahead log, if someone had it open for writing."""
    copy_file(backup, part)
    wal = backup.with_name(backup.name + ".wal")
    if wal.exists():
        copy_file(wal, part.with_name(part.name + ".wal"))


@contextmanager
def _opened_as(part: Path, backup: Path, now: datetime) -> Iterator[Store]:
    """The copy, brought to this program's schema; what is wrong with it is said of the backup."""
    try:
        with open_store(part, now=now) as store:
            yield store
    except StoreError as error:
        sentence = error.message.replace("the history", "it", 1)  # that word is for the one in use
        raise StoreError(
            f"isn't a usable backup: {sentence}",
            subject=str(backup),
            hint="The history is as it was.",
        ) from error


def _expect_whole(store: Store) -> None:
    """As many rows as the backup says of itself, each of them readable, and its write-ahead log
    read in full.
    """
    if store.warnings:
        raise StoreError(store.warnings[0])
    counter = read_counter(store.con)
    if not counter.commits:
        raise StoreError("it holds no history")
    held = read_through(store.con)
    if (held["listing"], held["decision"], held["alert_event"]) != (
        counter.listings,
        counter.decisions,
        counter.events,
    ):
        broken = (
            f"{held['listing']} of {counter.listings} listings, {held['decision']} of"
            f" {counter.decisions} decisions"
        )
        raise StoreError(f"it isn't whole: {broken}")


def _doubt_open_alerts(store: Store, uncertain: Literal["resend", "hold"]) -> int:
    """What was owed goes by [alerts] uncertain, as any message that may have arrived: sent again
    and marked, or held for a person.
    """
    waiting = store.open_alerts()
    again = store.now if uncertain == "resend" else None
    store.append_events(
        [
            event_of(alert, "uncertain", store.now, why=reasons.RESTORED, next_try_at=again)
            for alert in waiting
        ]
    )
    return len(waiting)


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
