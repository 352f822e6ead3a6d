"""The cycle: poll the feeds that are due, take in what they bring, decide, deliver. Plain
Python, whoever schedules it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.pipeline.cycle import Cycle
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.pipeline.polling.gather import wanted
from goldmine_ingest.pipeline.resources import Resources
from goldmine_ingest.pipeline.run_report import FeedReport, MessagePreview, RunReport
from goldmine_ingest.runtime.locks import cycle_lock
from goldmine_ingest.runtime.redaction import Redactor

if TYPE_CHECKING:
    from goldmine_ingest.fetch.name_lookup import Resolver
    from goldmine_ingest.pipeline.ingest.reparse import ReparseReport
    from goldmine_ingest.pipeline.monitoring.health_notices import Due
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.workers.loader import Loading
    from goldmine_ingest.workers.shard import ShardReport

__all__ = [
    "FeedReport",
    "MessagePreview",
    "Resources",
    "RunReport",
    "deliver_due",
    "poll_shard",
    "reparse",
    "run_cycle",
]


def run_cycle(  # noqa: PLR0913 - keywords; each is one thing of the outside world
    project: Project,
    *,
    env: Mapping[str, str],
    now: Callable[[], datetime],
    out: TextIO,
    feeds: Collection[str] = (),
    all_feeds: bool = False,
    dry_run: bool = False,
    notices: Iterable[Due] = (),
    shared: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    redactor: Redactor | None = None,
    resolve: Resolver | None = None,
    resources: Resources | None = None,
) -> RunReport:
    """Runs one cycle and says what it did.

    `feeds` names those to poll, due or not, disabled or not; `all_feeds` polls every enabled feed,
    due or not. `notices` are told beside what the cycle finds to tell. `dry_run` asks every feed,
    without a database, and gives the messages instead of sending them. `shared` leaves the feeds
    over HTTP to the workers of [workers], and takes in what they answer. `out` is where the
    terminal destination prints. `stop` is asked between two feeds and two sends whether to end
    early. `resources` are what a resident process keeps between cycles. After a good cycle the
    heartbeat URL is asked.

    Raises UsageError for a name that no feed has; BusyError when another cycle, or another program
    with the database open, is in the way; StoreError when the database can't be used. A failed feed
    or destination is in the report, not an exception.
    """
    with nullcontext(resources) if resources else Resources() as tools:
        environment = Environment(
            env, now, out, redactor or Redactor(), tools, progress, stop, resolve
        )
        if dry_run:
            from goldmine_ingest.pipeline.dry_run import (
                rehearse,
            )  # only a rehearsal pays for the renderer

            asked = replace(project, feeds=tuple(wanted(project, feeds))) if feeds else project
            return rehearse(asked, environment)
        with cycle_lock(project.database.path):
            report = _publish(
                project,
                Cycle(project, environment).run(
                    all_feeds=all_feeds,
                    shared=shared,
                    only=feeds,
                    notices=notices,
                    batches=_batches(project, env),
                ),
                now(),
            )
        if project.schedule.heartbeat is None:
            return report
        from goldmine_ingest.pipeline.monitoring.heartbeat import beat

        return _with_problem(report, "heartbeat", beat(project, environment, report))


def poll_shard(
    project: Project,
    shard: int,
    *,
    env: Mapping[str, str],
    now: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
    redactor: Redactor | None = None,
    resolve: Resolver | None = None,
    resources: Resources | None = None,
) -> ShardReport:
    """Asks the feeds of one shard that are due and writes what they answered to the shared place of
    [workers]. Needs no database.

    Raises UsageError where there are no workers or no such shard, UnavailableError where the shared
    place can't be used.
    """
    from goldmine_ingest.workers import shard as shards  # for those who have workers

    place = shards.place_of(project, shard)
    with nullcontext(resources) if resources else Resources() as tools:
        environment = Environment(
            env, now, io.StringIO(), redactor or Redactor(), tools, stop=stop, resolve=resolve
        )
        return shards.poll_shard(project, place, shard, environment)


def deliver_due(
    project: Project,
    *,
    env: Mapping[str, str],
    now: Callable[[], datetime],
    out: TextIO,
    stop: Callable[[], bool] = lambda: False,
    notices: Iterable[Due] = (),
    redactor: Redactor | None = None,
    resources: Resources | None = None,
) -> RunReport:
    """Delivers what is due by now without polling: retries, digests, what quiet hours and hourly
    limits held, and `notices` to the owner. Raises as `run_cycle`.
    """
    with nullcontext(resources) if resources else Resources() as tools:
        environment = Environment(env, now, out, redactor or Redactor(), tools, stop=stop)
        with cycle_lock(project.database.path):
            return Cycle(project, environment).deliver_only(notices)


def reparse(
    project: Project,
    *,
    now: Callable[[], datetime],
    since: datetime | None,
    progress: Callable[[str], None] = lambda _: None,
) -> ReparseReport:
    """Reads the stored entries of jobs first seen from `since` on again with the present
    readers. Alerts no one. Raises as `run_cycle`.
    """
    from goldmine_ingest.pipeline.ingest.reparse import read_again  # no cycle needs it

    with Resources() as tools, cycle_lock(project.database.path):
        context = tools.ingest_context(project, "", now())
        return read_again(
            project, context, since=since, read=tools.worker.reread, progress=progress
        )


def _with_problem(report: RunReport, subject: str, sentence: str | None) -> RunReport:
    return replace(report, problems=(*report.problems, (subject, sentence))) if sentence else report


def _publish(project: Project, report: RunReport, now: datetime) -> RunReport:
    """Refreshes the feed of matches, where something came, and the published copy if it is due.
    What fails there is said; the cycle itself is done and stored.
    """
    if report.busy:
        return report
    report = _publish_feed(project, report, now)
    if project.database.publish is None:
        return report
    from goldmine_ingest.store.publish import publish  # most projects publish no copy

    try:
        publish(project.database, now)
    except GoldmineError as error:
        return _with_problem(report, "published copy", error.message)
    return report


def _publish_feed(project: Project, report: RunReport, now: datetime) -> RunReport:
    feed = project.publish.feed
    if feed is None or not (report.new_listings or report.changed or not feed.is_file()):
        return report
    from goldmine_ingest.exchange.matches_feed import publish_feed  # most projects have none

    try:
        publish_feed(project, now)
    except GoldmineError as error:
        return _with_problem(report, "feed of matches", error.message)
    return report


def _batches(project: Project, env: Mapping[str, str]) -> Loading | None:
    """The batches of workers, where there are workers."""
    if project.workers is None:
        return None
    from goldmine_ingest.workers.loader import Loading  # most projects have no workers

    return Loading(project, env)
