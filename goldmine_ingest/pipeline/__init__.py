"""The cycle: poll the feeds that are due, take in what they bring, decide, deliver. Plain Python, whoever schedules it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TextIO

from goldmine_ingest.fetch.name_lookup import Resolver
from goldmine_ingest.locks import cycle_lock
from goldmine_ingest.pipeline.cycle import Cycle
from goldmine_ingest.pipeline.intake import Terms
from goldmine_ingest.pipeline.rehearsal import rehearse
from goldmine_ingest.pipeline.report import FeedReport, MessagePreview, RunReport
from goldmine_ingest.pipeline.world import World
from goldmine_ingest.rates import Rates
from goldmine_ingest.redaction import Redactor
from goldmine_ingest.settings import Project
from goldmine_ingest.worker import ReadingWorker

__all__ = ["FeedReport", "MessagePreview", "RunReport", "run_cycle"]


def run_cycle(  # noqa: PLR0913 - keywords; each is one thing of the outside world
    project: Project,
    *,
    env: Mapping[str, str],
    now: Callable[[], datetime],
    out: TextIO,
    all_feeds: bool = False,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    redactor: Redactor | None = None,
    resolve: Resolver | None = None,
) -> RunReport:
    """Runs one cycle and says what it did.

    `all_feeds` polls every enabled feed, due or not. `dry_run` asks every feed, without a database, and gives the messages instead of
    sending them. `out` is where the terminal destination prints. `stop` is asked between two feeds and two sends whether to end early.

    Raises BusyError when another cycle, or another program with the database open, is in the way; StoreError when the database can't be
    used. A failed feed or destination is in the report, not an exception.
    """
    redactor = redactor or Redactor()
    with ReadingWorker() as worker:
        world = World(env, now, out, redactor, worker.read, progress, stop, resolve)
        if dry_run:
            return rehearse(project, world, _terms_for(project))
        with cycle_lock(project.database.path):
            return Cycle(project, world, _terms_for(project)).run(all_feeds=all_feeds)


def _terms_for(project: Project) -> Callable[[str, datetime, str | None], Terms]:
    def terms(run_id: str, now: datetime, baseline: str | None) -> Terms:
        # Imported here: a cycle in which nothing changed judges nothing.
        from goldmine_ingest.criteria import Judge

        judge, rates = Judge(project.criteria), Rates()
        return Terms(
            judge=judge,
            base_currency=project.criteria.base_currency,
            convert=lambda amount, currency, base, on: rates.convert(amount, currency, base, on.date()),
            feeds={feed.name: feed for feed in project.feeds},
            destinations=project.destinations,
            alerts=project.alerts,
            run_id=run_id,
            now=now,
            baseline=baseline or None,
        )

    return terms
