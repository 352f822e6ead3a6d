"""A cycle whose database another program has open: it asks the feeds all the same and sets their
answers aside, so that nothing is lost.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.pipeline.polling.gather import gather, select
from goldmine_ingest.pipeline.polling.spool import Packed, Spool
from goldmine_ingest.pipeline.run_report import FeedReport, RunReport

if TYPE_CHECKING:
    from goldmine_ingest.errors import BusyError
    from goldmine_ingest.model.fetched import Fetched
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project

# Mailboxes and folders keep what they hold until it is taken in: they lose nothing by waiting.
_ASKED = ("http", "file")


def set_aside(
    project: Project, environment: Environment, run_id: str, busy: BusyError, *, all_feeds: bool
) -> RunReport:
    """Asks the feeds that are due and spools what they answer. The report says who is in the
    way, and ends with status 75.
    """
    started = environment.now()
    spool = Spool.beside(project.database.path)
    asked = spool.newest()
    feeds = [feed for feed in project.feeds if feed.kind in _ASKED]
    states = {feed.name: _as_asked(feed, asked[feed.name]) for feed in feeds if feed.name in asked}
    reports: list[FeedReport] = []
    # What is known of the feeds lies in the database: they are asked without validators, at their
    # own pace.
    for asks in select(feeds, states, started, all_feeds=all_feeds).rounds:
        for batch in gather(
            asks,
            project,
            env=environment.env,
            redactor=environment.redactor,
            now=environment.now,
            conditionally=False,
            resolve=environment.resolve,
        ):
            reports.extend(keep(spool, fetched) for fetched in batch)
            if environment.stop():
                break
    return put_off(run_id, started, environment.now(), busy, reports)


def keep(spool: Spool, answer: Fetched | Packed) -> FeedReport:
    """Spools one answer."""
    spool.save(answer)
    fetched = answer.head if isinstance(answer, Packed) else answer
    return FeedReport(fetched.feed, fetched.outcome, fetched.status, error=fetched.error)


def put_off(
    run_id: str, started: datetime, finished: datetime, busy: BusyError, reports: list[FeedReport]
) -> RunReport:
    """The report of a cycle that could not store: what it fetched waits."""
    count = len(reports)
    waits = (
        f"{count} answer{'' if count == 1 else 's'} of feeds set aside; the next cycle takes them"
        " in first"
    )
    return RunReport(
        run_id, started, finished, feeds=tuple(reports), notes=(waits,), busy=str(busy)
    )


def _as_asked(feed: FeedSettings, at: datetime) -> FeedState:
    every = feed.every
    return replace(
        FeedState(feed.name), seen_entries=True, next_poll_at=at + every if every else at
    )
