"""What the listings of a window ask for: the reasons why clients pay, the user's own tasks, and
whether the user's work moves to the automatable end.

`read_work` asks the history; the rest is pure. Listings that were judged before their signs were
looked for count nowhere until they are judged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis.funnel import Window
from goldmine_ingest.analysis.shares import Share, apart, share
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.settings.tasks import REASONS
from goldmine_ingest.store.rows import select

if TYPE_CHECKING:
    import duckdb

if TYPE_CHECKING:
    import duckdb

# Under so many listings in either window no share of them is compared: 0 of 20 leaves 16 % open.
LEAST_LISTINGS = 20
_RANKS = ("human-critical", "ai-assisted", "automatable")


@dataclass(frozen=True, slots=True)
class Demand:
    """The listings that name a reason or ask for a task. Pay is the median in the base currency,
    `proposals` that of how many had applied; None where none of them states it. `replies`: of the
    pursuits among them that are decided.
    """

    name: str
    listings: Share
    median_fixed: Decimal | None
    median_hourly: Decimal | None
    proposals: float | None
    replies: Share
    before: Share
    exposure: str | None = None


@dataclass(frozen=True, slots=True)
class Moving:
    """How much of something is at the automatable end, now and before. `differs`: more than chance
    explains; None where one of the two is too thin to compare.
    """

    name: str
    declared: str | None
    now: Share
    before: Share

    @property
    def differs(self) -> bool | None:
        if min(self.now.of, self.before.of) < LEAST_LISTINGS:
            return None
        return apart(self.now, self.before)


@dataclass(frozen=True, slots=True)
class Work:
    """`looked_at`: listings of the window whose signs are known. `own` is the user's work at the
    automatable end, by `own_by`: 'task' (as the [[task]] entries declare it) or 'text' (as the
    listings that a proof matched read); `drifts`: of each proof, the listings that read more
    automatable than it declares.
    """

    looked_at: int
    reasons: tuple[Demand, ...]
    tasks: tuple[Demand, ...]
    own_by: str
    own: Moving
    drifts: tuple[Moving, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """One row of review_work.sql."""

    grouped_by: str
    name: str
    declared: str | None
    shown: str | None
    listings: int
    median_fixed: Decimal | None = None
    median_hourly: Decimal | None = None
    median_proposals: float | None = None
    decided: int = 0
    replied: int = 0


def read_work(
    con: duckdb.DuckDBPyConnection,
    window: Window,
    criteria: CriteriaSettings,
    ignored_before: datetime,
) -> Work:
    """The work of a window beside that of the one before."""
    now, before = (
        [_counted(row) for row in select(con, "review_work", **_span(span, ignored_before))]
        for span in (window, window.before)
    )
    return work(now, before, criteria)


def _span(window: Window, ignored_before: datetime) -> dict[str, datetime]:
    return {"since": window.since, "until": window.until, "ignored_before": ignored_before}


def _counted(row: Mapping[str, Any]) -> Counted:
    return Counted(**row)


def work(now: Sequence[Counted], before: Sequence[Counted], criteria: CriteriaSettings) -> Work:
    """Pure: the same rows give the same answer."""
    exposures = {task.name: task.exposure for task in criteria.tasks}
    by_tasks = any(exposures.values())
    own = (
        (_automatable_tasks(now, exposures), _automatable_tasks(before, exposures))
        if by_tasks
        else (_automatable_texts(now), _automatable_texts(before))
    )
    return Work(
        _all(now),
        tuple(_demand(name, "job", now, before) for name in REASONS),
        tuple(_demand(task.name, "task", now, before, task.exposure) for task in criteria.tasks),
        "task" if by_tasks else "text",
        Moving("own", None, *own),
        tuple(
            Moving(
                proof.name, proof.exposure, *(_drifted(rows, proof.name) for rows in (now, before))
            )
            for proof in criteria.proofs
            if proof.exposure is not None
        ),
    )


def _all(rows: Iterable[Counted]) -> int:
    return sum(row.listings for row in rows if row.grouped_by == "all")


def _demand(
    name: str,
    by: str,
    now: Sequence[Counted],
    before: Sequence[Counted],
    exposure: str | None = None,
) -> Demand:
    nothing = Counted(by, name, None, None, 0)
    here, there = (
        next((row for row in rows if (row.grouped_by, row.name) == (by, name)), nothing)
        for rows in (now, before)
    )
    return Demand(
        name,
        share(here.listings, _all(now)),
        here.median_fixed,
        here.median_hourly,
        here.median_proposals,
        share(here.replied, here.decided),
        share(there.listings, _all(before)),
        exposure,
    )


def _automatable_tasks(rows: Iterable[Counted], exposures: Mapping[str, str | None]) -> Share:
    """Each task that a listing asks for counts once."""
    counts = [
        (row.listings, exposures[row.name])
        for row in rows
        if row.grouped_by == "task" and exposures.get(row.name)
    ]
    return share(
        sum(count for count, exposure in counts if exposure == _RANKS[-1]),
        sum(count for count, _ in counts),
    )


def _automatable_texts(rows: Iterable[Counted]) -> Share:
    counts = [(row.listings, row.shown) for row in rows if row.grouped_by == "exposure"]
    return share(
        sum(count for count, shown in counts if shown == _RANKS[-1]),
        sum(count for count, _ in counts),
    )


def _drifted(rows: Iterable[Counted], proof: str) -> Share:
    """The listings of a proof that read more automatable than it declared when they were judged."""
    counts = [
        (row.listings, _RANKS.index(row.shown) > _RANKS.index(row.declared))
        for row in rows
        if row.grouped_by == "exposure" and row.name == proof and row.declared and row.shown
    ]
    return share(sum(count for count, more in counts if more), sum(count for count, _ in counts))
