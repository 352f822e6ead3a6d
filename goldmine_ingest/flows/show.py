"""The border towards Prefect: naming runs, writing artifacts, the event of a failing feed, the
state that a run ends in.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.exceptions import FailedRun
from prefect.logging import get_run_logger
from prefect.runtime import deployment, flow_run
from prefect.states import Completed, Failed

from goldmine_ingest.app import FeedReport, RunReport
from goldmine_ingest.flows.console import keep_brief
from goldmine_ingest.flows.earlier import is_earlier
from goldmine_ingest.flows.identity import EARLIER_NAME, Identity, identify
from goldmine_ingest.flows.leaving import leave_with_parent
from goldmine_ingest.flows.results import read_none
from goldmine_ingest.flows.shown import (
    failing_table,
    feed_table,
    matches_markdown,
    messages_markdown,
    run_name,
    run_table,
)
from goldmine_ingest.flows.surroundings import Failure, Surroundings, now
from goldmine_ingest.store.history import open_store

# as soon as a process has any of the flows, which all need this module: before the engine looks at
# the run
read_none()
FEED_FAILING = "goldmine.feed.failing"
_MOST_MATCHES = 50
# Each line of a run's log is a row in Prefect's database; a load that sees a thousand feeds for the
# first time has a note on each.
_MOST_NOTES = 50


def surroundings() -> Surroundings | Failure:
    """The project of this process, which ends with its `serve` from now on; or what is wrong
    with it, cleanly.
    """
    served = leave_with_parent()
    if deployment.id and is_earlier(sys.modules) and EARLIER_NAME.fullmatch(deployment.name):
        return Failure(
            f"an earlier version made this deployment ({deployment.name}); `goldmine deploy` puts"
            " today's in its place"
        )
    around = Surroundings.find()
    if served and isinstance(around, Surroundings):
        keep_brief(around.redactor, whole=False)
    return around


def rename(name: str) -> None:
    """Calls the present flow run by what happened in it."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=name)


def failed(flow: str, failure: Failure) -> State[Any]:
    """A run that could not do its work: Failed, with the reason. A page of traceback would say
    less.
    """
    _say_failures_in_a_line()
    rename(f"{flow}: failed")
    return Failed(message=failure.text)


def finish(flow: str, here: Surroundings, report: RunReport) -> State[RunReport]:
    """Names the run, logs what a person should hear, and gives the state.

    Completed; Partial where something failed that may pass; Failed where a feed is in a state that
    its owner is told of (feed_health.py), or every feed that was asked failed: a user's automation
    can wait for it; Skipped where another cycle was in the way.
    """
    name = here.redactor.clean(run_name(flow, report))
    rename(name)
    logger = get_run_logger()
    logger.info(name)
    for subject, sentence in report.problems:
        logger.warning(here.redactor.clean(f"{subject}: {sentence}"))
    for note in report.notes[:_MOST_NOTES]:
        logger.info(here.redactor.clean(note))
    if len(report.notes) > _MOST_NOTES:
        logger.info(f"and {len(report.notes) - _MOST_NOTES} more")
    if failing := _failing(report):
        _say_failures_in_a_line()
        return Failed(
            message=here.redactor.clean(
                f"{name}; failing: {', '.join(feed.feed for feed in failing)}"
            )
        )
    kind = "Skipped" if report.busy else "Partial" if report.problems else "Completed"
    return Completed(name=kind, message=here.redactor.clean(report.busy or name), data=report)


def artifacts(here: Surroundings, report: RunReport) -> None:
    """What each feed brought, and the run's counts; failing feeds, matches and messages only
    where there are any.
    """
    identity = identify(here.project)
    create_table_artifact(
        feed_table(report), key=identity.artifact("feeds"), description="What each feed brought"
    )
    create_table_artifact(
        run_table(report), key=identity.artifact("cycle"), description="What the cycle brought"
    )
    if report.problems:
        failing = [
            {name: here.redactor.clean(text) for name, text in row.items()}
            for row in failing_table(report)
        ]
        create_table_artifact(
            failing,
            key=identity.artifact("failing"),
            description="Feeds and destinations that failed",
        )
    if report.dry_run:
        text = here.redactor.clean(messages_markdown(report.messages[:_MOST_MATCHES]))
        create_markdown_artifact(
            text, key=identity.artifact("dry-run"), description="What each destination would get"
        )
    elif report.qualified_ids:
        create_markdown_artifact(
            _matches(here, report),
            key=identity.artifact("qualified"),
            description="Listings that qualified",
        )
    _emit(identity, here, report)


def _matches(here: Surroundings, report: RunReport) -> str:
    ids = report.qualified_ids[:_MOST_MATCHES]
    with open_store(here.project.database.path, now=now()) as store:
        listings, decisions = store.listings(ids), store.decisions(ids)
    matches = sorted(
        ((listings[i], decisions[i]) for i in ids if i in listings and i in decisions),
        key=lambda pair: -pair[1].score,
    )
    return here.redactor.clean(matches_markdown(matches))


def _emit(identity: Identity, here: Surroundings, report: RunReport) -> None:
    """An event for each feed that failed, so that an automation can wait for one of them by
    name.
    """
    for feed in report.feeds:
        if not feed.outcome.good:
            emit_event(
                FEED_FAILING,
                resource={
                    "prefect.resource.id": f"goldmine.feed.{identity.name}.{feed.feed}",
                    "prefect.resource.name": feed.feed,
                    "goldmine.project": identity.name,
                },
                payload={
                    "outcome": feed.outcome.value,
                    "error": here.redactor.clean(feed.error or ""),
                    "must_act": feed.failing,
                },
            )


def _failing(report: RunReport) -> list[FeedReport]:
    failed = [feed for feed in report.feeds if not feed.outcome.good]
    return failed if len(failed) == len(report.feeds) else [feed for feed in failed if feed.failing]


def _say_failures_in_a_line() -> None:
    """The process of a run logs, twice, the traceback of the exception that a Failed state
    stands for; the state has said it.
    """
    for name in ("prefect.engine", "prefect.flow_runs"):
        logging.getLogger(name).filters.insert(
            0, _without_failed_runs
        )  # before the one that turns exceptions into clean text


def _without_failed_runs(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], FailedRun))
