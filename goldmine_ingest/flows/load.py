"""The `load` flow, in place of `poll` where workers ask the feeds: takes in what they heard,
asks the rest, delivers, plans anew.
"""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from goldmine_ingest.app import RunReport
from goldmine_ingest.flows.poll import LONGEST, PARAMETERS, told


@flow(
    name="load",
    flow_run_name="load",
    retries=0,
    persist_result=False,
    timeout_seconds=LONGEST,
    description=(
        "Takes in what the workers of [workers] heard, asks mailboxes and folders, and sends the"
        " alerts. It runs on the machine that has the history.\n\nA custom run"
        f" takes:\n{PARAMETERS}"
    ),
)
def load(
    feeds: list[str] | None = None,
    all: bool = False,  # noqa: A002 - as `poll`
    dry_run: bool = False,
) -> State[RunReport]:
    """One cycle, on the machine that has the database; feeds over HTTP are left to the `shard`
    runs, unless they are named.
    """
    return told(feeds or (), all_feeds=all, dry_run=dry_run, shared=True)
