"""What other criteria would do: read as `goldmine check` reads them, tried as `goldmine backtest`
tries them, on the page's own copy of the history, so that no cycle waits.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import tomllib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest import config
from goldmine_ingest.analysis.backtest import Backtest, compare, history_of
from goldmine_ingest.analysis.changed_words import Step, measure_changed
from goldmine_ingest.analysis.measured import Measured, measured
from goldmine_ingest.analysis.measuring import History, Pace, measure_missing
from goldmine_ingest.analysis.threshold_steps import (
    Threshold,
    movable_thresholds,
    threshold_steps,
)
from goldmine_ingest.config import ConfigProblems
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.queries import query
from goldmine_ingest.web.finding_rows import NAMES
from goldmine_ingest.web.listing_facts import Row, row
from goldmine_ingest.web.single_changes import SingleChange, single_changes

if TYPE_CHECKING:
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.web.history_copy import Copy, HistoryCopy
    from goldmine_ingest.web.listing_facts import Row

LONGEST = timedelta(days=365)  # as far back as a change is tried
_SHOWN = 50
_MOST_ALONE = 12  # changes that are tried one by one
_AT_LINE = re.compile(r"\(at line ([0-9]+),")  # as tomllib says it
# A first answer soon, then one each second or so; whoever else works has the processors first.
_PACE = Pace(first=1_000, batch=2_000, nice=10)


@dataclass(frozen=True, slots=True)
class Moved:
    """A listing that would enter or leave, and how it was rated ("": not)."""

    row: Row
    rating: str


@dataclass(frozen=True, slots=True)
class Alone:
    """What one of several changes does by itself; `entering` None: it can't stand alone."""

    change: str
    entering: int | None
    leaving: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What the proposed criteria would do to the listings since then; the first of those that
    would enter and leave, with their facts. `step` says how far that reaches. `alone` is what
    each of `changes` does by itself, as far as that is known; () of both: it is only one.
    """

    found: Backtest
    entering: tuple[Moved, ...]
    leaving: tuple[Moved, ...]
    as_of: datetime
    moved_by: Mapping[str, int]
    step: Step
    changes: int = 0
    alone: tuple[Alone, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it is being worked out any more."""
        return self.step.complete and len(self.alone) == self.changes


@dataclass(frozen=True, slots=True)
class Draft:
    """A text of criteria.toml as it was read: the settings, or what is wrong with it, a sentence
    each; `line` is where, if that is known.
    """

    text: str
    criteria: CriteriaSettings | None
    problems: tuple[str, ...] = ()
    line: int = 0


def read_draft(text: str, project: Project) -> Draft:
    """As `goldmine check` reads it."""
    try:
        return Draft(text, config.read_criteria_text(text, project.criteria))
    except tomllib.TOMLDecodeError as error:
        said = (f"This is not valid TOML: {error}.",)
        at = _AT_LINE.search(str(error))
        return Draft(text, None, said, int(at[1]) if at else text.count("\n") + 1)
    except ConfigProblems as error:
        places = [line_of(problem.where, text) for problem in error.problems]
        told = [
            f"Line {at}: {problem}." if at else f"{problem}."
            for at, problem in zip(places, error.problems, strict=True)
        ]
        return Draft(text, None, tuple(told), next(filter(None, places), 0))
    except ConfigError as error:
        return Draft(text, None, (f"{error.message}.",))


def line_of(setting: str, text: str) -> int:
    """Where a setting stands in a text of criteria.toml: its own line, else its table's; 0 for
    nowhere. Rows are named by their place: 'proof[1].phrases'.
    """
    table, _, name = setting.rpartition(".")
    row = re.fullmatch(r"(\w+)\[(\d+)\]", table)
    wanted, number = (row[1], int(row[2])) if row else (table or setting, 0)
    at_table, inside, passed = 0, False, -1
    for at, line in enumerate(text.splitlines(), 1):
        head = line.partition("#")[0].strip()
        if head.startswith("["):
            passed += head.strip("[] ") == wanted
            inside = head.strip("[] ") == wanted and passed == number
            at_table = at_table or (at if inside else 0)
        elif inside and name and head.partition("=")[0].strip() == name:
            return at
    return at_table


def previews(
    copies: HistoryCopy,
    project: Project,
    proposed: CriteriaSettings,
    span: timedelta,
    now: datetime,
) -> Generator[Preview | str, None, None]:
    """What the proposed criteria would do to the listings of that span: for the newest ones first,
    then for all; then, of several changes, what each does alone. A sentence where there is
    nothing to show yet. Raises UsageError where nothing was polled yet, BusyError, StoreError.
    """
    present = project.criteria
    with copies.use(project.database.path, now) as copy, copy.trying, _room(copy) as room:
        since = copy.as_of - span
        yield from _measure_present(copy, project, since, room)
        measures = replace(_measures(copy, project), scratch=room)
        _limit_present(measures, since)
        changes = _changes(present, proposed)
        with closing(_compared(measures, present, proposed, since)) as found:
            for result, step in found:
                preview = replace(_preview(copy, measures, result, step), changes=len(changes))
                yield preview
        for change in changes:
            alone = _alone(measures, present, change, since)
            preview = replace(preview, alone=(*preview.alone, alone))
            yield preview


def _compared(
    measures: Measured, present: CriteriaSettings, proposed: CriteriaSettings, since: datetime
) -> Generator[tuple[Backtest, Step], None, None]:
    """For the newest listings, then for more of them, then for all since then."""
    limit: datetime | None = since
    steps = measure_changed(measures, present, proposed, since=since, pace=_PACE)
    with closing(steps):
        for step in steps:
            if step.since != limit:
                limit = step.since
                _limit_present(measures, limit)
            yield compare(measures, present, proposed, since=step.since), step


def _changes(present: CriteriaSettings, proposed: CriteriaSettings) -> tuple[SingleChange, ...]:
    """Those that are tried one by one; a single one is what the whole preview shows."""
    changes = single_changes(present.text, proposed.text)
    return changes[:_MOST_ALONE] if len(changes) > 1 else ()


def _alone(
    measures: Measured, present: CriteriaSettings, change: SingleChange, since: datetime
) -> Alone:
    """What the change does to all listings since then."""
    try:
        proposed = config.read_criteria_text(change.text, present)
    except ConfigError:
        return Alone(change.shown, None)
    with closing(_compared(measures, present, proposed, since)) as found:
        *_, (result, _step) = found
    return Alone(change.shown, len(result.entering), len(result.leaving))


def slider_steps(
    copies: HistoryCopy, project: Project, span: timedelta, now: datetime
) -> Generator[Mapping[str, Threshold], None, None]:
    """What each threshold would do by steps, one more each time; other questions go between them.
    Of what isn't measured by the present criteria nothing is told.
    """
    present, thresholds = project.criteria, dict[str, Threshold]()
    with copies.use(project.database.path, now) as copy:
        since = copy.as_of - span
        for movable in movable_thresholds(present):
            with copy.trying:
                measures = _measures(copy, project)
                _limit_present(measures, since)
                threshold = threshold_steps(measures.con, present, movable, since)
            thresholds = {**thresholds, movable.setting: threshold}
            yield thresholds


@contextmanager
def _room(copy: Copy) -> Iterator[Path]:
    """A folder for one preview: what one that was ended still writes is in nobody's way."""
    room = Path(tempfile.mkdtemp(dir=copy.room))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _measure_present(copy: Copy, project: Project, since: datetime, room: Path) -> Iterator[str]:
    """What isn't measured under the present criteria is, and is kept: in the history too, so that
    no later question has to. A sentence after each batch.
    """
    said = [""]
    history = replace(_history_of(copy, project), since=since, progress=said.append)
    for file in measure_missing(history, project.criteria, room):
        for path in (copy.file, project.database.path):
            with open_store(path, now=copy.as_of) as store:
                store.keep_measures(file)
        copy.release()
        yield f"By your present criteria: {said[-1]}."


def _history_of(copy: Copy, project: Project) -> History:
    there = replace(project, database=replace(project.database, path=copy.file))
    return history_of(there, None, copy.as_of)


def _measures(copy: Copy, project: Project) -> Measured:
    """With the table `everything`, decided by the present criteria."""
    criteria = project.criteria

    @contextmanager
    def make() -> Iterator[Measured]:
        since = copy.as_of - LONGEST
        history = replace(_history_of(copy, project), since=since)
        with measured(history, (criteria,), copy.room) as measures:
            measures.decide("everything", criteria, since=since)
            yield measures

    return copy.keep(criteria.criteria_hash, make)


def _limit_present(measures: Measured, since: datetime | None) -> None:
    """The table `present`, of what was first seen since then."""
    measures.con.execute(
        "CREATE OR REPLACE TABLE present AS"
        " FROM everything WHERE $1::TIMESTAMPTZ IS NULL OR first_seen_at >= $1::TIMESTAMPTZ",
        [since],
    )


def _preview(copy: Copy, measures: Measured, found: Backtest, step: Step) -> Preview:
    entering, leaving = found.entering[:_SHOWN], found.leaving[:_SHOWN]
    ids = [*entering, *leaving]
    with copy.open() as store:
        # One after the other: so many at once are looked up, more would be looked for (page_store).
        listings = {**store.listing_heads(entering), **store.listing_heads(leaving)}
    ratings = dict(measures.con.execute(query("last_ratings"), {"ids": ids}).fetchall())

    def moved(moving: Sequence[str]) -> tuple[Moved, ...]:
        return tuple(
            Moved(row(listings[one], None, None, copy.as_of), ratings.get(one, ""))
            for one in moving
        )

    by = {NAMES.get(k, k): sum(counts) for k, counts in found.moved_by.items() if any(counts)}
    return Preview(found, moved(entering), moved(leaving), copy.as_of, by, step)
