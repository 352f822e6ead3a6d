"""The `digest` flow: delivers what is due without polling: digests, retries, what quiet hours
and hourly limits held.
"""

from __future__ import annotations

import sys

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from goldmine_ingest.app import RunReport, deliver_due
from goldmine_ingest.errors import BusyError
from goldmine_ingest.flows import show
from goldmine_ingest.flows.surroundings import Failure, Surroundings, cleanly, now
from goldmine_ingest.runtime.signals import Stop


@task(
    name="deliver", retries=0, persist_result=False, cache_policy=NO_CACHE
)  # the ledger retries sends; a second layer would multiply
def deliver(here: Surroundings) -> RunReport | Failure:
    """Sends what the ledger owes by now."""
    return cleanly(here.redactor, lambda: _deliver(here))


@flow(
    name="digest",
    flow_run_name="digest",
    retries=0,
    persist_result=False,
    timeout_seconds=3600,
    description=(
        "Sends what has become due since the last poll: digests, second tries, what quiet hours or"
        " an hourly limit held back. It asks no feed."
    ),
)
def digest() -> State[RunReport]:
    """One delivery. Returns its report."""
    here = show.surroundings()
    if isinstance(here, Failure):
        return show.failed("digest", here)
    report = deliver(here)
    return (
        show.failed("digest", report)
        if isinstance(report, Failure)
        else show.finish("digest", here, report)
    )


def _deliver(here: Surroundings) -> RunReport:
    started = now()
    with Stop() as stop:
        try:
            return deliver_due(
                here.project,
                env=here.env,
                now=now,
                out=sys.stdout,
                stop=stop,
                redactor=here.redactor,
            )
        except BusyError as error:
            return RunReport("", started, now(), busy=str(error))
