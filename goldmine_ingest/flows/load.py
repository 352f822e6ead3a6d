"""The `load` flow, in place of `poll` where workers ask the feeds: takes in what they heard,
asks the rest, delivers, plans anew.
"""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from goldmine_ingest.flows import show
from goldmine_ingest.flows.poll import LONGEST, cycle, show_cycle


@flow(
    name="load",
    flow_run_name="load",
    retries=0,
    persist_result=False,
    timeout_seconds=LONGEST,
    description="Takes in what workers heard, and delivers.",
)
def load() -> State[None]:
    """One cycle, on the machine that has the database; feeds over HTTP are left to the `shard`
    runs.
    """
    here = show.surroundings()
    report = cycle(here, shared=True)
    if report.feeds:
        show_cycle(here, report)
    return show.finish("load", here, report)
