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

from goldmine_ingest.analysis.measuring import History, measure_missing
from goldmine_ingest.analysis.proof_similarity import match_again, only_proofs_changed
from goldmine_ingest.analysis.verdicts import DECISIONS, decide_all, decide_close, need_measured
from goldmine_ingest.config import criteria_on
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.settings.criteria import CRITERIA, CriteriaSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.queries import query

if TYPE_CHECKING:
    import duckdb

    from goldmine_ingest.store.history import Store


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
    `decided` is what was decided at its time, where no other criteria are tried.
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
) -> Backtest:
    """Judges the listings first seen since then by both. Raises BusyError, StoreError."""
    history = history_of(project, since, now, progress)
    with tempfile.TemporaryDirectory(
        prefix=".backtest-", dir=project.database.path.parent
    ) as folder:
        keep_measures(history, project.criteria, Path(folder))
        take = measured_for_now(history, project.criteria, proposed, Path(folder))
        with open_store(project.database.path, now=now) as store:
            need_measured(store.con)
            take(store)
            for table, criteria in (("present", project.criteria), ("proposed", proposed)):
                decide_all(store.con, table, criteria, since)
                decide_close(store, table, criteria, history.feed_proofs)
            return _compare(store.con, project.criteria, proposed, since, now)


def history_of(
    project: Project,
    since: datetime | None,
    now: datetime,
    progress: Callable[[str], None] = lambda _: None,
) -> History:
    return History(
        project.database.path,
        now,
        since,
        {feed.name: feed.proofs for feed in project.feeds if feed.proofs},
        progress,
    )


def keep_measures(history: History, criteria: CriteriaSettings, scratch: Path) -> None:
    """Measures what isn't measured under the present criteria, and keeps it: the next question
    of this kind needs no text.
    """
    for file in measure_missing(history, criteria, scratch):
        with open_store(history.database, now=history.now) as store:
            store.keep_measures(file)
        file.unlink()


def measured_for_now(
    history: History, present: CriteriaSettings, proposed: CriteriaSettings, scratch: Path
) -> Callable[[Store], None]:
    """Measures under other words than the present ones, for this question only; what to call to
    have them in `measured`.
    """
    if text_key(proposed) == text_key(present):
        return lambda store: None  # noqa: ARG005 - all is there
    if not only_proofs_changed(history, present, proposed):
        files = [str(file) for file in measure_missing(history, proposed, scratch)]
        return lambda store: _take(store, files)
    again = match_again(history, proposed, scratch)
    return lambda store: again.take(store.con, present, proposed)


def _take(store: Store, files: Sequence[str]) -> None:
    if files:
        store.con.execute(query("take_measures"), {"files": files})


def _compare(
    con: duckdb.DuckDBPyConnection,
    present: CriteriaSettings,
    proposed: CriteriaSettings,
    since: datetime | None,
    now: datetime,
) -> Backtest:
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
        decided=_decided(con, days) if proposed == present else None,
    )


def _decided(con: duckdb.DuckDBPyConnection, days: Decimal) -> Decided:
    rows = con.execute(query("decided_then")).fetchall()
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
