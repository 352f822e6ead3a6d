"""The `maintain` flow: checkpoint, retention, published copy, and the daily copy of the history,
[database] backups days deep.
"""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from goldmine_ingest.errors import BusyError
from goldmine_ingest.flows import show
from goldmine_ingest.flows.surroundings import Failure, Surroundings, cleanly, now
from goldmine_ingest.store.daily_copy import copy_daily
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.publish import publish
from goldmine_ingest.store.retention import Dropped


@task(name="copies", retries=0, persist_result=False, cache_policy=NO_CACHE)
def copies(here: Surroundings) -> str | Failure:
    """Makes the copies that are due; each begins with a checkpoint. What it did, in words."""
    return cleanly(here.redactor, lambda: _copies(here))


@flow(
    name="maintain",
    flow_run_name="maintain",
    retries=0,
    persist_result=False,
    timeout_seconds=3600,
    description=(
        "Upkeep of the history: drops what [database] says is too old, refreshes the published"
        " copy, makes the copy of the day."
    ),
)
def maintain() -> State[str]:
    """Cheap to run often: a copy of the day is made once. Returns what was done, in words."""
    here = show.surroundings()
    outcome = here if isinstance(here, Failure) else copies(here)
    if isinstance(outcome, Failure):
        return show.failed("maintain", outcome)
    show.rename(f"maintain: {outcome}")
    return Completed(message=outcome, data=outcome)


def _copies(here: Surroundings) -> str:
    settings = here.project.database
    try:
        dropped = _drop_old(here) if settings.path.exists() else None
        published = settings.path.exists() and publish(settings, now())
        copied = copy_daily(settings, now())
    except BusyError as error:
        return f"skipped, {error.message}"
    done = [f"copied as {copied.name}"] if copied else []
    done += ["published"] if published else []
    done += (
        [f"dropped {dropped.raw_entries} raw entries and {dropped.polls} polls"]
        if dropped and dropped != Dropped()
        else []
    )
    return ", ".join(done) or "nothing was due"


def _drop_old(here: Surroundings) -> Dropped | None:
    """What [database] keep_raw and keep_polls say is too old."""
    settings = here.project.database
    with open_store(settings.path, now=now()) as store:
        return store.retain(settings.keep_raw, settings.keep_polls)
