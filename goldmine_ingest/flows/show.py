"""The border towards Prefect: reading the surroundings cleanly, naming runs, writing artifacts,
the state that a run ends in.
"""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from goldmine_ingest.app import RunReport
from goldmine_ingest.flows.leaving import leave_with_parent
from goldmine_ingest.flows.results import read_none
from goldmine_ingest.flows.shown import failing_table, matches_markdown, run_name, run_table
from goldmine_ingest.flows.surroundings import Surroundings, cleanly, now
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.store.history import open_store

# as soon as a process has any of the flows, which all need this module: before the engine looks at
# the run
read_none()
_MOST_MATCHES = 50
# Each line of a run's log is a row in Prefect's database; a load that sees a thousand feeds for the
# first time has a note on each.
_MOST_NOTES = 50


def surroundings() -> Surroundings:
    """The project of this process, which ends with its `serve` from now on. Raises what is wrong
    with the project, cleanly.
    """
    leave_with_parent()
    return cleanly(Redactor(), Surroundings.find)


def rename(name: str) -> None:
    """Calls the present flow run by what happened in it."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=name)


def finish(flow: str, here: Surroundings, report: RunReport) -> State[None]:
    """Names the run, logs what a person should hear, and gives the state: Completed, Partial
    (something failed) or Skipped (busy).
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
    kind = "Skipped" if report.busy else "Partial" if report.problems else "Completed"
    return Completed(name=kind, message=here.redactor.clean(report.busy or name))


def artifacts(here: Surroundings, report: RunReport) -> None:
    """The run's table; failing feeds and qualified matches only where there are any."""
    create_table_artifact(
        run_table(report), key="goldmine-cycle", description="What the cycle brought"
    )
    if report.problems:
        failing = [
            {name: here.redactor.clean(text) for name, text in row.items()}
            for row in failing_table(report)
        ]
        create_table_artifact(
            failing, key="goldmine-failing", description="Feeds and destinations that failed"
        )
    if report.qualified_ids:
        ids = report.qualified_ids[:_MOST_MATCHES]
        with open_store(here.project.database.path, now=now()) as store:
            listings, decisions = store.listings(ids), store.decisions(ids)
        matches = sorted(
            ((listings[i], decisions[i]) for i in ids if i in listings and i in decisions),
            key=lambda pair: -pair[1].score,
        )
        text = here.redactor.clean(matches_markdown(matches))
        create_markdown_artifact(
            text, key="goldmine-qualified", description="Listings that qualified"
        )
