"""Serving the flows: Prefect schedules and shows, a runner starts each run in a process of its
own. Import it once PREFECT_* is set.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
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
from prefect.exceptions import PrefectException
from prefect.states import Cancelled, Crashed

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.flows.deployments import FLOWS
from goldmine_ingest.flows.following import Following
from goldmine_ingest.flows.leaving import FINISH_WITHIN, end_at_once
from goldmine_ingest.flows.process_tracker import start_tracker
from goldmine_ingest.flows.runner import OwnRunner
from goldmine_ingest.flows.served import Served
from goldmine_ingest.runtime.garbage import collect_as_usual
from goldmine_ingest.runtime.signals import Stop
from goldmine_ingest.settings.project import Project

# Seconds for what Prefect has to be told at the end: some if no run is in hand any more, few if one
# took all the time that there was. With the server's own goodbye everything is over within 15.
_FAREWELL, _SHORT_FAREWELL = 4.0, 0.5
_LOOK_EVERY, _COMPARE_EVERY = 1.0, 10.0  # seconds
_LEFT_BEHIND = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_API_FAILS = (PrefectException, httpx.HTTPError, RuntimeError)
_HINT = (
    "does the server that PREFECT_API_URL names run? goldmine serve --no-prefect works without one"
)


def serve(
    project: Project,
    stop: Stop,
    is_alive: Callable[[], bool],
    hurry: Callable[[], bool] = lambda: False,
    told: Callable[[str], None] = lambda _: None,
    *,
    alone: bool = False,
) -> None:
    """Runs the flows on their schedules until asked to stop. Raises GoldmineError if the API or the
    runner ends before.

    A poll is asked for at once, and each time that `hurry` says that something came (a webhook's
    body). `told` gets what a person should hear. Whatever talks to Prefect has a thread of its own,
    so that this one hears the signals, however long a server that is gone is asked again. `alone`:
    the server was started for this project; what stands on it is nobody else's.
    """
    collect_as_usual()
    serving = _Serving(project, hurry, told, alone)
    serving.start()
    try:
        while not stop.wait(_LOOK_EVERY):
            serving.check()
            if not is_alive():
                raise GoldmineError(
                    "the Prefect server ended", hint="goldmine serve --no-prefect works without one"
                )
    finally:
        serving.leave()


class _Serving:
    """The runner in its thread, and beside it one that looks after what is deployed."""

    def __init__(
        self, project: Project, hurry: Callable[[], bool], told: Callable[[str], None], alone: bool
    ) -> None:
        self._hurry = hurry
        self._runner = OwnRunner("goldmine", limit=len(FLOWS))
        self._served = Served(self._runner, project, told, alone=alone)
        self._following = Following(project, self._served, told)
        self._failure: GoldmineError | None = None
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._run, name="goldmine-runner", daemon=True)

    def start(self) -> None:
        start_tracker()
        self._thread.start()

    def check(self) -> None:
        """Raises GoldmineError if the runner has ended."""
        if not self._thread.is_alive():
            raise self._failure or GoldmineError("Prefect's runner ended", hint=_HINT)

    def leave(self) -> None:
        """Lets the runs in hand finish, and ends what hasn't by then: nothing of ours is left,
        whether or not the API still answers.
        """
        self._leaving.set()
        if self._thread.is_alive() and self._runner.started:
            self._runner.execute_in_background(self._runner.astop)
        end = time.monotonic() + FINISH_WITHIN
        while multiprocessing.active_children() and time.monotonic() < end:
            self._runner.ask_to_end()
            time.sleep(0.1)
        for process in multiprocessing.active_children():
            end_at_once(process)
        self._thread.join(min(_FAREWELL, max(end - time.monotonic(), _SHORT_FAREWELL)))

    def _run(self) -> None:
        try:
            self._begin()
            asyncio.run(self._runner.start())
        except GoldmineError as error:
            self._failure = error
        except _API_FAILS as error:
            self._failure = GoldmineError(
                f"Prefect's API doesn't answer as it should ({type(error).__name__})", hint=_HINT
            )
        except ExceptionGroup:  # of the runner's tasks, which have logged it
            self._failure = GoldmineError(
                "Prefect's runner ended: its API doesn't answer any more", hint=_HINT
            )

    def _begin(self) -> None:
        with get_client(sync_client=True) as client:
            self._served.apply(client)
            clear(client, self._served.ids)
            client.create_flow_run_from_deployment(self._served.id_of("poll"))
        threading.Thread(target=self._look_after, name="goldmine-deployments", daemon=True).start()

    def _look_after(self) -> None:
        wanted, compared = False, time.monotonic()
        while not self._leaving.wait(_LOOK_EVERY):
            wanted |= self._hurry()
            try:
                if wanted:
                    self._poll_now()
                    wanted = False
                if time.monotonic() - compared >= _COMPARE_EVERY:
                    compared = time.monotonic()
                    self._served.put_right()
                    with get_client(sync_client=True) as client:
                        self._following.look(client)
            except _API_FAILS:
                continue  # a server that doesn't answer is the runner's to notice

    def _poll_now(self) -> None:
        with get_client(sync_client=True) as client:
            client.create_flow_run_from_deployment(self._served.id_of("poll"))


def clear(client: SyncPrefectClient, deployments: list[UUID]) -> None:
    """Settles what an earlier `serve` left: runs that died with it are Crashed, late ones
    Cancelled, for one poll catches up with all.

    Whoever calls this holds the serve lock, so no run of these deployments is under way but one
    that outlived its `serve`; that one is kept from harm by the cycle lock, and sets its own state
    when it ends.
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
                late: State[None] = Cancelled(
                    name="Skipped", message="goldmine was not running then; one poll catches up"
                )
                client.set_flow_run_state(run.id, late, force=True)
