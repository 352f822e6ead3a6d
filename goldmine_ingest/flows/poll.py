"""The `poll` flow: one cycle, the same function that `goldmine run` calls, and what it brought.
Two tasks, however many feeds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from goldmine_ingest.app import RunReport, run_cycle
from goldmine_ingest.errors import BusyError
from goldmine_ingest.flows import show
from goldmine_ingest.flows.surroundings import Failure, Surroundings, cleanly, now
from goldmine_ingest.runtime.signals import Stop

# Far above the deadlines of a cycle's own parts (30 s a feed, 20 s a message): a safety net, not a
# schedule.
LONGEST = 3600
PARAMETERS = """
- **feeds**: only these, by their names in goldmine.toml, due or not; empty: those that are due
- **all**: every enabled feed, due or not
- **dry_run**: store and send nothing; the run's artifact shows what each destination would get
"""


@task(
    name="cycle", retries=0, persist_result=False, cache_policy=NO_CACHE
)  # the ledger retries sends; a second layer would multiply
def cycle(
    here: Surroundings,
    *,
    feeds: Sequence[str] = (),
    all_feeds: bool = False,
    dry_run: bool = False,
    shared: bool = False,
) -> RunReport | Failure:
    """Polls, stores, decides, delivers. `shared`: what workers ask isn't asked here."""
    return cleanly(
        here.redactor,
        lambda: _cycle(here, feeds, all_feeds=all_feeds, dry_run=dry_run, shared=shared),
    )


@task(name="show", retries=0, persist_result=False, cache_policy=NO_CACHE)
def show_cycle(here: Surroundings, report: RunReport) -> Failure | None:
    """Writes the run's artifacts."""
    return cleanly(here.redactor, lambda: show.artifacts(here, report))


@flow(
    name="poll",
    flow_run_name="poll",
    retries=0,
    persist_result=False,
    timeout_seconds=LONGEST,
    description=(
        "Asks the feeds that are due, stores and judges what is new, and sends the alerts.\n\nA"
        f" custom run takes:\n{PARAMETERS}"
    ),
)
def poll(
    feeds: list[str] | None = None,
    all: bool = False,  # noqa: A002 - as `goldmine run --all`
    dry_run: bool = False,
) -> State[RunReport]:
    """One cycle. What is wanted is known by the configuration, what is due by the history; a run
    may ask for other feeds.

    Returns the cycle's report. Fails where a feed has failed for long or all did (flows/show.py).
    """
    return told(feeds or (), all_feeds=all, dry_run=dry_run)


def told(
    feeds: Sequence[str], *, all_feeds: bool, dry_run: bool, shared: bool = False
) -> State[RunReport]:
    """A cycle, and the state that its run ends in."""
    name = "load" if shared else "poll"
    here = show.surroundings()
    if isinstance(here, Failure):
        return show.failed(name, here)
    report = cycle(here, feeds=feeds, all_feeds=all_feeds, dry_run=dry_run, shared=shared)
    if isinstance(report, Failure):
        return show.failed(name, report)
    shown = show_cycle(here, report) if report.feeds else None
    return show.failed(name, shown) if shown else show.finish(name, here, report)


def _cycle(
    here: Surroundings, feeds: Sequence[str], *, all_feeds: bool, dry_run: bool, shared: bool
) -> RunReport:
    started = now()
    with Stop() as stop:
        try:
            return run_cycle(
                here.project,
                env=here.env,
                now=now,
                out=sys.stdout,
                feeds=feeds,
                all_feeds=all_feeds,
                dry_run=dry_run,
                shared=shared,
                notices=here.notices,
                stop=stop,
                redactor=here.redactor,
            )
        except BusyError as error:
            return RunReport("", started, now(), busy=str(error))
