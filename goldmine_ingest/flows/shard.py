"""The `shard` flow: asks the feeds of one shard that are due, and writes what they answered to
the shared place. Runs on any machine.
"""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from goldmine_ingest.app import poll_shard
from goldmine_ingest.flows import show
from goldmine_ingest.flows.poll import LONGEST
from goldmine_ingest.flows.surroundings import Failure, Surroundings, cleanly, now
from goldmine_ingest.runtime.signals import Stop


@task(
    name="ask", retries=0, persist_result=False, cache_policy=NO_CACHE
)  # what wasn't written is still due: the next run asks it
def ask(here: Surroundings, number: int) -> str | Failure:
    """Asks, reads, writes batches. What it did, in words."""
    return cleanly(here.redactor, lambda: _ask(here, number))


@flow(
    name="shard",
    flow_run_name="shard {number}",
    retries=0,
    persist_result=False,
    timeout_seconds=LONGEST,
    description=(
        "Asks the feeds of one part of [workers] that are due, and leaves what they answered for"
        " the next `load`."
    ),
)
def shard(number: int) -> State[str]:
    """One round over one shard. Its only parameter is the shard's number: names and states are in
    the plan, secrets on this machine.

    Returns what was done, in words.
    """
    here = show.surroundings()
    outcome = here if isinstance(here, Failure) else ask(here, number)
    if isinstance(outcome, Failure):
        return show.failed(f"shard {number}", outcome)
    show.rename(f"shard {number}: {outcome}")
    return Completed(message=outcome, data=outcome)


def _ask(here: Surroundings, number: int) -> str:
    with Stop() as stop:
        report = poll_shard(
            here.project, number, env=here.env, now=now, stop=stop, redactor=here.redactor
        )
    if not report.planned:
        return "no plan in the shared place yet; the loader writes it"
    failing = f", {report.failed} failing" if report.failed else ""
    return (
        f"{report.feeds} feeds{failing}, {len(report.batches)} batches"
        if report.feeds
        else "nothing was due"
    )
