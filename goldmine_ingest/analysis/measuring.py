"""Measures of the listings that have none under some settings, made from the stored texts: in
batches, in two processes, memory flat.

The database is open for one batch at a time, so that a cycle is never kept waiting for long.
"""

from __future__ import annotations

import csv
import math
import multiprocessing
import os
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.features import is_current
from goldmine_ingest.criteria.judge import TOGETHER, ToMeasure
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.model.decision import TextFeatures
from goldmine_ingest.model.posting import BaseAmounts, Listing, Posting
from goldmine_ingest.runtime.garbage import collect_seldom
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.queries import query
from goldmine_ingest.store.rows import as_row, cell, field_names

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Measures
    from goldmine_ingest.store.history import Store

_WORKERS = 2
_AHEAD = 2 * _WORKERS  # batches that are read before the first of them is done
# Fewer than this are measured here: starting two processes takes longer.
FEW = 1_500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BASE = field_names(BaseAmounts)
_NOT_POSTING = ("listing_id", "text_hash", "first_seen_at", "base")

Row = tuple[Any, ...]
B = TypeVar("B", contravariant=True)
R = TypeVar("R", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pace:
    """How many listings are measured at once: the `first` ones by this process itself, for an early
    answer (0: none), then `batch` at a time, by processes that are so `nice` to others.
    """

    first: int = 0
    batch: int = 4_000
    nice: int = 0


USUAL = Pace()


@dataclass(frozen=True, slots=True)
class Batch:
    """Listings at their first sight as rows, with their stored features (None: to be made again)
    and the proofs that their feed allows.
    """

    names: tuple[str, ...]
    rows: list[Row]
    features: list[str | None]
    proofs: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class History:
    """Where the listings are. `feed_proofs` maps a feed to the only proofs that it is judged by
    (feeds that are judged by all left out). `stale_opinions`: answers to earlier questions count.
    """

    database: Path
    now: datetime
    since: datetime | None
    feed_proofs: Mapping[str, tuple[str, ...]]
    progress: Callable[[str], None] = lambda _: None
    stale_opinions: bool = False


def measure_missing(history: History, criteria: CriteriaSettings, scratch: Path) -> Iterator[Path]:
    """CSV files in `scratch`, each with the measures of a batch of listings that the history
    holds none of under these criteria.
    """
    missing = _missing(history, criteria)
    if not missing:
        return  # and no judge is made
    done = 0
    for count, file in measure_rows(history, criteria, scratch, missing):
        done += count
        history.progress(f"{done:,} of {len(missing):,} listings measured")
        yield file


def measure_rows(
    history: History,
    criteria: CriteriaSettings,
    scratch: Path,
    rows: Sequence[int],
    pace: Pace = USUAL,
) -> Iterator[tuple[int, Path]]:
    """For each batch of these row numbers how many it holds, and the CSV file of its measures."""
    work = (_read(history, some) for some in batches(rows, pace.batch))
    counts = spread(Measuring(criteria, scratch), work, parallel=len(rows) > FEW, nice=pace.nice)
    return ((count, scratch / f"measures-{number}.csv") for number, count in enumerate(counts))


def batches(rows: Sequence[int], at_once: int = USUAL.batch) -> Iterator[Sequence[int]]:
    """Row numbers, at most so many at a time as are read and measured together; where processes
    share the work, so many that each has as much of it.
    """
    size = min(at_once, math.ceil(len(rows) / _AHEAD)) if len(rows) > FEW else at_once
    return (rows[start : start + size] for start in range(0, len(rows), size))


@dataclass(frozen=True, slots=True)
class Measuring:
    """The work of a child on whole listings."""

    criteria: CriteriaSettings
    scratch: Path

    def begin(self) -> Callable[[int, Batch], int]:
        judge = Judge(self.criteria)
        return lambda number, batch: write_measures(
            judge, batch, self.scratch / f"measures-{number}.csv"
        )


def _missing(history: History, criteria: CriteriaSettings) -> array[int]:
    parameters = {"since": history.since, "text_key": text_key(criteria)}
    numbers = array("q")
    with open_store(history.database, now=history.now) as store:
        count = store.con.execute(query("count_unmeasured"), parameters).fetchone()
        if not count or count[0] == 0:
            return numbers
        answer = store.con.execute(query("unmeasured"), parameters)
        while rows := answer.fetchmany(50_000):
            numbers.extend(row for (row,) in rows)
    return numbers


def _read(history: History, rows: Sequence[int]) -> Batch:
    with open_store(history.database, now=history.now) as store:
        return read_batch(store, rows, history.feed_proofs)


def read_batch(
    store: Store, rows: Sequence[int], feed_proofs: Mapping[str, tuple[str, ...]]
) -> Batch:
    """The listings with these row numbers."""
    answer = store.con.execute(query("first_sights"), {"rows": list(rows)})
    names = tuple(column[0] for column in answer.description)
    sights = answer.fetchall()
    features = store.features([row[1] for row in sights])
    proofs: list[tuple[str, ...]] = [()] * len(sights)
    if feed_proofs:
        feeds = store.listing_feeds([row[0] for row in sights])
        proofs = [feed_proofs.get(feeds.get(row[0], ("",))[0], ()) for row in sights]
    payloads = [stored.payload if (stored := features.get(row[1])) else None for row in sights]
    return Batch(names, sights, payloads, proofs)


class Task(Protocol[B, R]):
    """What a child does: `begin` makes, once, what then does each numbered batch. Travels to the
    child.
    """

    def begin(self) -> Callable[[int, B], R]: ...


def spread(task: Task[B, R], work: Iterator[B], *, parallel: bool, nice: int = 0) -> Iterator[R]:
    """The result of each batch, in order; only a few batches exist at any time. Where it is closed
    early, what wasn't begun isn't done.
    """
    if not parallel:
        do = task.begin()
        yield from (do(number, batch) for number, batch in enumerate(work))
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        _WORKERS, mp_context=spawn, initializer=_begin, initargs=(task, nice)
    ) as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for number, batch in enumerate(work):
                waiting.append(pool.submit(_do_in_child, number, batch))
                if len(waiting) >= _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_doing: list[Callable[[int, Any], Any]] = []  # in a child: the one task that it was made for


def _begin(task: Task[Any, Any], nice: int) -> None:
    os.nice(nice)
    collect_seldom()
    _doing.append(task.begin())


def _do_in_child(number: int, batch: Any) -> Any:
    return _doing[0](number, batch)


def write_measures(judge: Judge, batch: Batch, target: Path) -> int:
    """Measures a batch into a CSV file with the columns of the table `measure`; how many rows
    there are.
    """
    with target.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for some in together(cases(judge, batch)):
            measured = judge.measure_all(some)
            rows = [_csv_row(one.listing, its) for one, its in zip(some, measured, strict=True)]
            if writer is None:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
            writer.writerows(rows)
    return len(batch.rows)


def cases(judge: Judge, batch: Batch) -> Iterator[ToMeasure]:
    """What the judge needs of each listing of a batch."""
    for values, payload, proofs in zip(batch.rows, batch.features, batch.proofs, strict=True):
        row = dict(zip(batch.names, map(cell, values), strict=True))
        listing = _listing(row)
        features = features_of(listing.posting, row["text_hash"], payload, judge.features)
        yield ToMeasure(listing, features, listing.first_seen_at, proofs)


def together(some: Iterator[T]) -> Iterator[list[T]]:
    """As many as the judge measures at once."""
    while few := list(islice(some, TOGETHER)):
        yield few


def features_of(
    posting: Posting,
    text_hash: str,
    payload: str | None,
    extract: Callable[[Posting], TextFeatures],
) -> TextFeatures:
    """The stored features of a text; made again by `extract` where an older version of the program
    stored them, or none is there.
    """
    if payload is not None and is_current(payload):
        return TextFeatures(text_hash, payload)
    return extract(posting)


def first_sights(store: Store, rows: Sequence[int]) -> list[Listing]:
    """The listings with these row numbers, as they were at their first sight."""
    answer = store.con.execute(query("first_sights"), {"rows": list(rows)})
    names = [column[0] for column in answer.description]
    return [
        _listing(dict(zip(names, map(cell, values), strict=True))) for values in answer.fetchall()
    ]


def _listing(row: dict[str, Any]) -> Listing:
    facts = {name: value for name, value in row.items() if name not in _NOT_POSTING}
    for name in ("posted_at", "expires_at"):
        facts[name] = _time(facts[name])
    base = BaseAmounts(**dict(zip(_BASE, row["base"], strict=True)))
    first_seen_at = _time(row["first_seen_at"]) or _EPOCH
    return Listing(row["listing_id"], Posting(**facts), first_seen_at, base)


def _time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _csv_row(listing: Listing, measures: Measures) -> dict[str, Any]:
    return {
        **as_row(measures),
        "listing_id": listing.listing_id,
        "first_seen_at": listing.first_seen_at.isoformat(),
    }
