"""Serving the flows: Prefect schedules and shows, a runner starts each run in a process of its own. Import it once PREFECT_* is set."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import PrefectException
from prefect.runner import Runner
from prefect.states import Cancelled, Crashed

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.flows.claims import claim, retire
from goldmine_ingest.flows.deployments import FLOWS, deployment
from goldmine_ingest.settings.project import Project
from goldmine_ingest.stopping import Stop

# The send in hand may take 20 s, its record a moment.
LEAVE_WITHIN = 25.0
_LEFT_BEHIND = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


def serve(
    project: Project, stop: Stop, is_alive: Callable[[], bool], hurry: Callable[[], bool] = lambda: False, *, alone: bool = False
) -> None:
    """Runs the flows on their schedules until asked to stop. Raises GoldmineError if the API or the runner ends before.

    `alone`: the server was started for this project; what stands on it is nobody else's.

    The runner has a thread of its own, so that this one hears the signals. A poll is asked for at once, and each time that `hurry` says
    that something came (a webhook's body).
    """
    try:
        _serve(project, stop, is_alive, hurry, alone)
    except (PrefectException, httpx.HTTPError, RuntimeError) as error:
        hint = "does the server that PREFECT_API_URL names run? goldmine serve --no-prefect works without one"
        raise GoldmineError(f"Prefect's API doesn't answer as it should ({type(error).__name__})", hint=hint) from error


def _serve(project: Project, stop: Stop, is_alive: Callable[[], bool], hurry: Callable[[], bool], alone: bool) -> None:
    runner = Runner(name="goldmine", limit=len(FLOWS), pause_on_shutdown=True)
    made = {name: deployment(name, project) for name in FLOWS}
    names = [each.full_name for each in made.values()]
    with get_client(sync_client=True) as client:
        claim(client, project, names, alone=alone)
    ids = {name: _register(runner, wanted) for name, wanted in made.items()}
    with get_client(sync_client=True) as client:
        retire(client, project, names, alone=alone)
        clear(client, list(ids.values()))
        client.create_flow_run_from_deployment(ids["poll"])
    thread = threading.Thread(target=lambda: asyncio.run(runner.start()), name="goldmine-runner", daemon=True)
    thread.start()
    while not stop.wait(1.0):
        if hurry():
            with get_client(sync_client=True) as client:
                client.create_flow_run_from_deployment(ids["poll"])
        if not (thread.is_alive() and is_alive()):
            raise GoldmineError("the Prefect server or its runner ended", hint="goldmine serve --no-prefect works without them")
    if runner.started:
        runner.execute_in_background(runner.astop)
    thread.join(LEAVE_WITHIN)


def _register(runner: Runner, wanted: RunnerDeployment) -> UUID:
    registered = runner.add_deployment(wanted)
    assert isinstance(registered, UUID)  # noqa: S101 - a coroutine only where an event loop runs, and none does here
    return registered


def clear(client: SyncPrefectClient, deployments: list[UUID]) -> None:
    """Settles what an earlier `serve` left: runs that died with it are Crashed, late ones Cancelled, for one poll catches up with all.

    Whoever calls this holds the serve lock, so no run of these deployments is under way but one that outlived its `serve`; that one is
    kept from harm by the cycle lock, and sets its own state when it ends.
    """
    ours = DeploymentFilter(id=DeploymentFilterId(any_=deployments))
    for kinds, state in (
        (_LEFT_BEHIND, Crashed(message="goldmine serve ended while it ran")),
        ([StateType.SCHEDULED], None),
    ):
        wanted = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=kinds)))
        for run in client.read_flow_runs(flow_run_filter=wanted, deployment_filter=ours, limit=200):
            if state is not None:
                client.set_flow_run_state(run.id, state, force=True)
            elif run.estimated_start_time_delta.total_seconds() > 0:
                late: State[None] = Cancelled(name="Skipped", message="goldmine was not running then; one poll catches up")
                client.set_flow_run_state(run.id, late, force=True)
