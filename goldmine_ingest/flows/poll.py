"""The `poll` flow: one cycle, the same function that `goldmine run` calls, and what it brought.
Two tasks, however many feeds.
"""

from __future__ import annotations

import sys

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from goldmine_ingest.app import RunReport, run_cycle
from goldmine_ingest.errors import BusyError
from goldmine_ingest.flows import show
from goldmine_ingest.flows.surroundings import Surroundings, cleanly, now
from goldmine_ingest.runtime.signals import Stop

# Far above the deadlines of a cycle's own parts (30 s a feed, 20 s a message): a safety net, not a
# schedule.
LONGEST = 3600


@task(
    name="cycle", retries=0, persist_result=False, cache_policy=NO_CACHE
)  # the ledger retries sends; a second layer would multiply
def cycle(here: Surroundings, *, shared: bool = False) -> RunReport:
    """Polls, stores, decides, delivers. `shared`: what workers ask isn't asked here."""
    return cleanly(here.redactor, lambda: _cycle(here, shared))


@task(name="show", retries=0, persist_result=False, cache_policy=NO_CACHE)
def show_cycle(here: Surroundings, report: RunReport) -> None:
    """Writes the run's artifacts."""
    cleanly(here.redactor, lambda: show.artifacts(here, report))


@flow(
    name="poll",
    flow_run_name="poll",
    retries=0,
    persist_result=False,
    timeout_seconds=LONGEST,
    description="Asks the feeds that are due and delivers.",
)
def poll() -> State[None]:
    """One cycle. Has no parameters: what is due is known by the history, what is wanted by the
    configuration.
    """
    here = show.surroundings()
    report = cycle(here)
    if report.feeds:
        show_cycle(here, report)
    return show.finish("poll", here, report)


def _cycle(here: Surroundings, shared: bool) -> RunReport:
    started = now()
    with Stop() as stop:
        try:
            return run_cycle(
                here.project,
                env=here.env,
                now=now,
                out=sys.stdout,
                shared=shared,
                stop=stop,
                redactor=here.redactor,
            )
        except BusyError as error:
            return RunReport("", started, now(), busy=str(error))
