"""What other criteria would do: read as `goldmine check` reads them, tried as `goldmine backtest`
tries them, on the page's own copy of the history, so that no cycle waits.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest import config
from goldmine_ingest.analysis.backtest import Backtest, backtest
from goldmine_ingest.config import ConfigProblems
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.store.history import open_store
from goldmine_ingest.web.finding_rows import NAMES
from goldmine_ingest.web.listing_lookup import find_rows

if TYPE_CHECKING:
    from pathlib import Path

    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.web.listing_facts import Row
    from goldmine_ingest.web.visit import Visit

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """A listing that would enter or leave, and how it was rated ("": not)."""

    row: Row
    rating: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the proposed criteria would do to the listings since then; the first of those that
    would enter and leave, with their facts.
    """

    found: Backtest
    entering: tuple[Moved, ...]
    leaving: tuple[Moved, ...]
    as_of: datetime
    moved_by: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A text of criteria.toml as it was read: the settings, or what is wrong with it, a sentence
    each.
    """

    text: str
    criteria: CriteriaSettings | None
    problems: tuple[str, ...] = ()


def read_draft(text: str, project: Project) -> Draft:
    """As `goldmine check` reads it."""
    try:
        return Draft(text, config.read_criteria_text(text, project.criteria))
    except tomllib.TOMLDecodeError as error:
        return Draft(text, None, (f"This is no TOML: {error}.",))
    except ConfigProblems as error:
        return Draft(text, None, tuple(f"{problem}." for problem in error.problems))
    except ConfigError as error:
        return Draft(text, None, (f"{error.message}.",))


def preview(visit: Visit, proposed: CriteriaSettings, since: timedelta) -> Preview:
    """Raises UsageError where nothing was polled yet, BusyError, StoreError."""
    with visit.site.copy.file(visit.project.database.path, visit.now) as (copy, as_of):
        return _tried(visit.project, copy, proposed, visit.now - since, visit.now, as_of)


def _tried(
    project: Project,
    copy: Path,
    proposed: CriteriaSettings,
    since: datetime,
    now: datetime,
    as_of: datetime,
) -> Preview:
    there = replace(project, database=replace(project.database, path=copy))
    backtested = backtest(there, proposed, since=since, now=now)
    with open_store(copy, now=now) as store:
        shown = [*backtested.entering[:_SHOWN], *backtested.leaving[:_SHOWN]]
        rows, ratings = find_rows(store, shown, now), store.ratings()

    def moved(ids: Sequence[str]) -> tuple[Moved, ...]:
        return tuple(
            Moved(rows[each], ratings[each].rating if each in ratings else "")
            for each in ids[:_SHOWN]
        )

    return Preview(
        backtested,
        moved(backtested.entering),
        moved(backtested.leaving),
        as_of,
        {NAMES.get(k, k): sum(counts) for k, counts in backtested.moved_by.items() if any(counts)},
    )
