"""What moving each threshold would do on the stored history, and what one's own record says of
the criteria. Suggests, changes nothing.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from pathlib import Path

import duckdb

from goldmine_ingest.analysis.backtest import history_of, keep_measures
from goldmine_ingest.analysis.pursuit_groups import Outcomes, PursuedJob, outcomes
from goldmine_ingest.analysis.shares import share
from goldmine_ingest.analysis.verdicts import decide_all, need_measured
from goldmine_ingest.config import change_criteria, criteria_on
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.settings.criteria import CRITERIA, CriteriaSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.connection import MEMORY_LIMIT
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.queries import query
from goldmine_ingest.store.rows import select

# Fewer finished pursuits than this in a band propose no rate: one win more or less would double it.
LEAST_PURSUITS = 20
_BANDS = (0, 40, 55, 70, 85, 100)
_MONEY_STEPS = (
    Decimal("0.5"),
    Decimal("0.75"),
    Decimal("0.9"),
    Decimal("1.1"),
    Decimal("1.25"),
    Decimal("1.5"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A threshold at `value`: how many listings would qualify, and how many that is more and
    fewer than now.
    """

    value: Decimal
    qualified: int
    entering: int
    leaving: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """A setting by its dotted path, its present value, and what other values would do."""

    setting: str
    present: Decimal
    steps: tuple[Step, ...]


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
        measures = Path(folder) / "measures.parquet"
        with open_store(project.database.path, now=now) as store:
            store.con.execute(
                "CREATE OR REPLACE TEMP TABLE wanted AS FROM measure WHERE text_key = ?",
                [text_key(project.criteria)],
            )
            store.con.table("wanted").write_parquet(str(measures))
            pursued = _pursued(store.con, project, since, now)
        thresholds = tuple(_thresholds(project.criteria, measures, since, progress))
    return Tuning(
        since,
        thresholds,
        _told(pursued, project.criteria),
        _bands(pursued),
        outcomes([each.job for each in pursued if each.over or each.job.replied]),
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
    criteria: CriteriaSettings,
    measures: Path,
    since: datetime | None,
    progress: Callable[[str], None],
) -> Iterator[Threshold]:
    """On a copy of the measures, so that no cycle waits. What stands closer to a threshold than
    a cent counts by rounding.
    """
    con = duckdb.connect(config={"memory_limit": MEMORY_LIMIT})
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.execute("CREATE TABLE measure AS FROM read_parquet(?)", [str(measures)])
        need_measured(con)
        decide_all(con, "present", criteria, since)
        for setting, present, values in movable(criteria):
            progress(f"trying {setting}")
            steps = [
                step for value in values if (step := _try(con, criteria, setting, value, since))
            ]
            yield Threshold(setting, present, tuple(steps))
    finally:
        con.close()


def _try(
    con: duckdb.DuckDBPyConnection,
    criteria: CriteriaSettings,
    setting: str,
    value: Decimal,
    since: datetime | None,
) -> Step | None:
    """One step; None for a value that the setting can't have."""
    try:
        changed = change_criteria(criteria, [f"{setting}={format(value, 'f')}"])
    except ConfigError:
        return None
    decide_all(con, "proposed", changed, since)
    row = con.execute(query("step_counts")).fetchone()
    return Step(value, *row) if row else None


def movable(criteria: CriteriaSettings) -> Iterator[tuple[str, Decimal, tuple[Decimal, ...]]]:
    """Every threshold that is set: its path, its present value, and the values to try, in order."""
    thresholds: list[tuple[str, Decimal | int | None, str]] = [
        ("proof_match.minimum", criteria.proof_match.minimum if criteria.proofs else None, "share"),
        ("proof_match.sure", criteria.proof_match.sure if criteria.proofs else None, "share"),
    ]
    if criteria.budget:
        thresholds += [
            ("budget.fixed_minimum", criteria.budget.fixed_minimum, "money"),
            ("budget.hourly_minimum", criteria.budget.hourly_minimum, "money"),
        ]
    for proof in criteria.proofs:
        thresholds += [
            (f"proof.{proof.name}.fixed_minimum", proof.fixed_minimum, "money"),
            (f"proof.{proof.name}.hourly_minimum", proof.hourly_minimum, "money"),
        ]
    if criteria.client:
        thresholds += [
            ("client.spent_minimum", criteria.client.spent_minimum, "money"),
            ("client.hire_rate_minimum", criteria.client.hire_rate_minimum, "share"),
            ("client.rating_minimum", criteria.client.rating_minimum, "stars"),
        ]
    thresholds.append(
        ("first_step.minimum_specificity", criteria.first_step.minimum_specificity, "share")
    )
    if criteria.worth:
        thresholds += [
            ("worth.minimum_value", criteria.worth.minimum_value, "value"),
            ("worth.maximum_proposals", criteria.worth.maximum_proposals, "count"),
        ]
    thresholds.append(("decision.minimum_score", criteria.decision.minimum_score, "score"))
    for setting, present, kind in thresholds:
        if present is not None:
            yield setting, Decimal(present), _values(Decimal(present), kind)


def _values(present: Decimal, kind: str) -> tuple[Decimal, ...]:
    if kind in ("money", "count"):
        tried = {(present * step).quantize(Decimal(1), ROUND_HALF_EVEN) for step in _MONEY_STEPS}
    else:
        unit = {
            "share": Decimal("0.05"),
            "stars": Decimal("0.1"),
            "value": Decimal(10),
            "score": Decimal(5),
        }[kind]
        tried = {present + unit * steps for steps in (-3, -2, -1, 1, 2, 3)}
    return tuple(
        sorted(value for value in tried if value != present and (value >= 0 or kind == "value"))
    )


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
