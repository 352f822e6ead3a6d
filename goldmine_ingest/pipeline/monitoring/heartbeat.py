"""The sign of life for a watchdog elsewhere: the owner's URL ([schedule] heartbeat), asked after
each good cycle.

A watchdog that hears nothing for an hour knows that the computer, the schedule or the program
stopped: what no alert of ours can tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from goldmine_ingest.config import reveal
from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.fetch import fetch_all
from goldmine_ingest.fetch.guard import parse_url
from goldmine_ingest.model.fetched import FeedRequest

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.pipeline.run_report import RunReport
    from goldmine_ingest.settings.project import Project

_NAME = "heartbeat"


def is_good(report: RunReport) -> bool:
    """A cycle that did its work. Feeds and destinations may fail one by one; not all feeds that
    were asked, and no one in the way.
    """
    failed = sum(not feed.outcome.good for feed in report.feeds)
    return (
        report.busy is None
        and not report.dry_run
        and (not report.feeds or failed < len(report.feeds))
    )


def beat(project: Project, environment: Environment, report: RunReport) -> str | None:
    """Asks the heartbeat URL after a good cycle. A sentence about what went wrong with it, or
    None.
    """
    reference = project.schedule.heartbeat
    if reference is None or not is_good(report):
        return None
    try:
        url = reveal(reference, project.home, environment.env)
        proxy = (
            reveal(project.fetch.proxy, project.home, environment.env)
            if project.fetch.proxy
            else None
        )
        place = parse_url(url).place
    except GoldmineError as error:
        return error.message
    environment.redactor.learn_url(url)
    if reference.scheme != "literal":
        environment.redactor.learn(url)
    # The URL is the owner's choice, as destinations are: its own address is an exception to the
    # guard, where it leads is not.
    own = replace(project.fetch, allow_private=(*project.fetch.allow_private, place))
    for answer in fetch_all(
        [FeedRequest(_NAME, url)],
        own,
        now=environment.now,
        resolve=environment.resolve,
        proxy=proxy,
    ):
        if answer.status is None or answer.status not in range(200, 300):
            return environment.redactor.clean(answer.error or "no answer")
    return None
