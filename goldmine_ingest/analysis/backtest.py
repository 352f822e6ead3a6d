"""Other criteria on the stored history beside the present ones. Each listing is judged as at its
first sight, with the facts it had then.

Moved thresholds need no text: what was measured of each listing is stored (see verdicts.py). Where
words changed, or a listing was first judged under other words, the texts are measured again. The
ledger is never touched.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis.changed_words import decide_changed, measure_changed
from goldmine_ingest.analysis.measured import Measured, measured
from goldmine_ingest.analysis.measuring import USUAL, History, measure_missing
from goldmine_ingest.analysis.stored_opinions import OpinionCounts
from goldmine_ingest.analysis.verdicts import DECISIONS
from goldmine_ingest.config import criteria_on
from goldmine_ingest.settings.criteria import CRITERIA, CriteriaSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many listings one version of the criteria decides which way; `alerts_per_day` counts
    the qualified ones.
    """

    qualified: int
    review: int
    rejected: int
    alerts_per_day: Decimal


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the listings rated good or bad, and of the pursuits that were replied to or hired: those
    that still qualify (kept), and those that qualify now and wouldn't (lost).
    """

    good_kept: int = 0
    good_lost: int = 0
    bad_kept: int = 0
    bad_lost: int = 0
    pursuits_kept: int = 0
    pursuits_lost: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """What the history holds of the same listings, perhaps decided by an earlier version of the
    program or other criteria. `entering` are ids of those that qualify now and didn't `then`,
    `leaving` of those that don't any more.
    """

    then: Outcome
    entering: tuple[str, ...]
    leaving: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """`entering` and `leaving` are ids of listings that would newly qualify, or not any more.
    `moved_by` maps a criterion to how many of either it had a part in.
    `decided` is what was decided at its time, where no other criteria are tried. `opinions` tells
    what a language model said of these listings, where one is asked.
    """

    since: datetime | None
    judged: int
    present: Outcome
    proposed: Outcome
    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    moved_by: Mapping[str, tuple[int, int]]
    kept: Kept
    decided: Decided | None = None
    opinions: OpinionCounts | None = None

    @property
    def unchanged(self) -> int:
        return self.judged - len(self.entering) - len(self.leaving)


def backtest(
    project: Project,
    proposed: CriteriaSettings,
    *,
    since: datetime | None,
    now: datetime,
    progress: Callable[[str], None] = lambda _: None,
    stale_opinions: bool = False,
) -> Backtest:
    """Judges the listings first seen since then by both. The history is read in short openings, so
    that a cycle goes on meanwhile. Raises BusyError, StoreError.
    """
    history = history_of(project, since, now, progress, stale_opinions=stale_opinions)
    with tempfile.TemporaryDirectory(
        prefix=".backtest-", dir=project.database.path.parent
    ) as folder:
        keep_measures(history, project.criteria, Path(folder))
        with measured(history, (project.criteria, proposed), Path(folder)) as measures:
            measures.decide("present", project.criteria, since=since)
            for step in measure_changed(
                measures, project.criteria, proposed, since=since, pace=USUAL
            ):
                if step.done:
                    progress(f"{step.done:,} of {step.of:,} listings measured")
            return compare(measures, project.criteria, proposed, since=since)


def history_of(
    project: Project,
    since: datetime | None,
    now: datetime,
    progress: Callable[[str], None] = lambda _: None,
    *,
    stale_opinions: bool = False,
) -> History:
    return History(
        project.database.path,
        now,
        since,
        {feed.name: feed.proofs for feed in project.feeds if feed.proofs},
        progress,
        stale_opinions,
    )


def keep_measures(history: History, criteria: CriteriaSettings, scratch: Path) -> None:
    """Measures what isn't measured under the present criteria, and keeps it: the next question
    of this kind needs no text.
    """
    for file in measure_missing(history, criteria, scratch):
        with open_store(history.database, now=history.now) as store:
            store.keep_measures(file)
        file.unlink()


def compare(
    measured: Measured,
    present: CriteriaSettings,
    proposed: CriteriaSettings,
    *,
    since: datetime | None,
) -> Backtest:
    """Of the listings first seen since then; needs the table `present`, and what `measure_changed`
    makes.
    """
    con, now = measured.con, measured.history.now
    decide_changed(measured, proposed, since=since)
    rows = con.execute(query("moves")).fetchall()
    entering = tuple(row[0] for row in rows if row[1] == 0)
    leaving = tuple(row[0] for row in rows if row[1] != 0)
    earliest = con.execute("SELECT epoch_us(min(first_seen_at)) FROM present").fetchone()
    days = _days(earliest[0] if earliest else None, since, now)
    on = [
        name for name in CRITERIA if name in criteria_on(present) or name in criteria_on(proposed)
    ]
    counts = [_counts(con, table) for table in ("present", "proposed")]
    return Backtest(
        since=since,
        judged=sum(counts[0]),
        present=_outcome(counts[0], days),
        proposed=_outcome(counts[1], days),
        entering=entering,
        leaving=leaving,
        moved_by=_moved_by(con, on),
        kept=Kept(*(con.execute(query("kept_and_lost")).fetchone() or ())),
        decided=_decided(measured, days, since) if proposed == present else None,
        opinions=measured.opined.counts("proposed") if proposed.opinion else None,
    )


def _decided(measured: Measured, days: Decimal, since: datetime | None) -> Decided:
    measured.bring("decision_newest", "decided_last", since=since)
    rows = measured.con.execute(query("decided_then")).fetchall()
    counts = Counter(then for _, then, _ in rows)
    return Decided(
        _outcome([counts[kind] for kind in DECISIONS], days),
        tuple(one for one, then, now in rows if now == 0 and then != DECISIONS[0]),
        tuple(one for one, then, now in rows if now != 0 and then == DECISIONS[0]),
    )


def _counts(con: duckdb.DuckDBPyConnection, table: str) -> list[int]:
    counts = dict(
        con.execute(f"SELECT decision, count(*) FROM {table} GROUP BY decision").fetchall()  # noqa: S608 - one of two names of ours
    )
    return [counts.get(number, 0) for number in range(len(DECISIONS))]


def _outcome(counts: Sequence[int], days: Decimal) -> Outcome:
    return Outcome(counts[0], counts[1], counts[2], (counts[0] / days).quantize(Decimal("0.01")))


def _days(earliest: int | None, since: datetime | None, now: datetime) -> Decimal:
    """From the first of these listings until now (from `since`, if the history reaches that far
    back); a day at least.
    """
    if earliest is None:
        return Decimal(1)
    seconds = Decimal(int(now.timestamp())) - Decimal(earliest) / 1_000_000
    if since is not None and seconds > Decimal("0.9") * Decimal(int((now - since).total_seconds())):
        seconds = Decimal(int((now - since).total_seconds()))
    return max(seconds / int(timedelta(days=1).total_seconds()), Decimal(1))


def _moved_by(con: duckdb.DuckDBPyConnection, on: Sequence[str]) -> dict[str, tuple[int, int]]:
    answer = con.execute(query("moved_by"))
    names = [column[0] for column in answer.description]
    row: dict[str, Any] = dict(zip(names, answer.fetchone() or (), strict=True))
    moved = {
        name: (row[f"{name}_entering"] or 0, row[f"{name}_leaving"] or 0)
        for name in (*CRITERIA, "flags", "minimum_score")
    }
    return {name: counts for name, counts in moved.items() if name in on or any(counts)}
