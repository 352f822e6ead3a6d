"""What moving each threshold would do on the stored history, and what one's own record says of
the criteria. Suggests, changes nothing.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.backtest import history_of, keep_measures
from goldmine_ingest.analysis.measured import Measured, measured
from goldmine_ingest.analysis.opinion_ratings import Agreement, agreement
from goldmine_ingest.analysis.pursuit_groups import Outcomes, PursuedJob, outcomes
from goldmine_ingest.analysis.shares import share
from goldmine_ingest.analysis.stored_opinions import OpinionCounts
from goldmine_ingest.analysis.threshold_steps import (
    Threshold,
    movable_thresholds,
    threshold_steps,
)
from goldmine_ingest.analysis.verdicts import decide_all
from goldmine_ingest.config import criteria_on
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.settings.criteria import CRITERIA, CriteriaSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.rows import select

if TYPE_CHECKING:
    import duckdb

# Fewer finished pursuits than this in a band propose no rate: one win more or less would double it.
LEAST_PURSUITS = 20
_BANDS = (0, 40, 55, 70, 85, 100)


@dataclass(frozen=True, slots=True)
class Told:
    """How many listings that a criterion passed were replied to, and how many ignored."""

    criterion: str
    replied: int
    ignored: int


@dataclass(frozen=True, slots=True)
class Band:
    """Finished pursuits of listings with a score in [score_from, score_to) (100 belongs to the
    last); `proposed` is the share that hired, `low` and `high` what so few leave open (95 %), None
    where they are too few.
    """

    score_from: int
    score_to: int
    pursuits: int
    proposed: Decimal | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Tuning:
    since: datetime | None
    thresholds: tuple[Threshold, ...]
    criteria: tuple[Told, ...]
    win_rate: tuple[Band, ...]
    outcomes: Outcomes
    opinion: Agreement | None = None
    opinions: OpinionCounts | None = None


def tune(
    project: Project,
    *,
    since: datetime | None,
    now: datetime,
    progress: Callable[[str], None] = lambda _: None,
) -> Tuning:
    """Looks at the listings first seen since then. Raises BusyError, StoreError."""
    history = history_of(project, since, now, progress)
    with tempfile.TemporaryDirectory(prefix=".tune-", dir=project.database.path.parent) as folder:
        keep_measures(history, project.criteria, Path(folder))
        with open_store(project.database.path, now=now) as store:
            pursued = _pursued(store.con, project, since, now)
        with measured(history, (project.criteria,), Path(folder)) as measures:
            thresholds = tuple(_thresholds(measures, project.criteria, since, progress))
            asked = project.criteria.opinion
            beside_ratings = agreement(measures.con, asked) if asked else None
            counts = measures.opined.counts("present") if asked else None
    return Tuning(
        since,
        thresholds,
        _told(pursued, project.criteria),
        _bands(pursued),
        outcomes([each.job for each in pursued if each.over or each.job.replied]),
        beside_ratings,
        counts,
    )


@dataclass(frozen=True, slots=True)
class _Pursuit:
    """`passed`: the criteria that passed it; `over`: it ended, or stayed without an answer."""

    job: PursuedJob
    passed: tuple[str, ...]
    hired: bool
    over: bool


def _pursued(
    con: duckdb.DuckDBPyConnection, project: Project, since: datetime | None, now: datetime
) -> list[_Pursuit]:
    me = project.criteria.me
    rows = select(
        con,
        "pursued_outcomes",
        since=since,
        answered_by=now - project.review.ignored_after,
        timezone=me.timezone if me and me.timezone else "UTC",
    )
    return [
        _Pursuit(
            passed=tuple(row.pop("passed")),
            hired=row.pop("hired"),
            over=row.pop("over"),
            job=PursuedJob(**row),
        )
        for row in rows
    ]


def _thresholds(
    measures: Measured,
    criteria: CriteriaSettings,
    since: datetime | None,
    progress: Callable[[str], None],
) -> Iterator[Threshold]:
    decide_all(measures.con, "present", criteria, since, text_key(criteria))
    for movable in movable_thresholds(criteria):
        progress(f"trying {movable.setting}")
        yield threshold_steps(measures.con, criteria, movable, since)


def _told(pursued: list[_Pursuit], criteria: CriteriaSettings) -> tuple[Told, ...]:
    if not pursued:
        return ()
    replied = Counter(name for each in pursued if each.job.replied for name in each.passed)
    ignored = Counter(
        name for each in pursued if each.over and not each.job.replied for name in each.passed
    )
    return tuple(
        Told(name, replied[name], ignored[name])
        for name in CRITERIA
        if name in criteria_on(criteria)
    )


def _bands(pursued: list[_Pursuit]) -> tuple[Band, ...]:
    rows = [(each.job.score, each.hired) for each in pursued if each.over]
    bands = []
    for low, high in pairwise(_BANDS):
        hired = [won for score, won in rows if low <= score < high or score == high == 100]
        if len(hired) >= LEAST_PURSUITS:
            rate = (Decimal(sum(hired)) / len(hired)).quantize(Decimal("0.01"))
            won = share(sum(hired), len(hired))
            bands.append(Band(low, high, len(hired), rate, won.low, won.high))
        elif hired:
            bands.append(Band(low, high, len(hired), None))
    return tuple(bands)
