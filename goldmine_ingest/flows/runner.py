"""The runner of `serve`: Prefect's, but what it runs are the flows of this package, whatever the
API says of a deployment.

Prefect's runner loads a flow by what the server says of it (entrypoint, path, pull steps) for each
run, and again for the hooks of a run that crashed or was cancelled: whoever may write to the API
would have code run with every secret of the owner. This one is given its flows as objects, as
Prefect's own `flow.serve` does, and has no second way: a run for which it has none isn't started.
"""

from __future__ import annotations

import logging
import multiprocessing
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import FlowRun
from prefect.flows import Flow
from prefect.runner import Runner
from prefect.runner._deployment_registry import DeploymentRegistry
from prefect.runner._hook_runner import HookRunner

from goldmine_ingest.errors import GoldmineError


class NotOursError(GoldmineError):
    """The API handed out a run of something that was never given to this runner."""


class _OwnFlows(DeploymentRegistry):
    """Asked for what it doesn't have, it refuses; Prefect's would say None, and the flow be
    loaded as the API says.
    """

    def get_flow(self, deployment_id: UUID | None) -> Flow[Any, Any]:
        flow = super().get_flow(deployment_id) if deployment_id else None
        if flow is None:
            raise NotOursError(
                "Prefect's API handed out a run that belongs to none of goldmine's deployments; it"
                " isn't started"
            )
        return flow

    def get_storage(self, deployment_id: UUID | None) -> None:
        """Where code would be fetched from: nowhere. Asked for each run, also for one of no
        deployment at all.
        """
        self.get_flow(deployment_id)


class OwnRunner(Runner):
    """Runs the flows that it was given, each run in a process of its own."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(name=name, limit=limit, pause_on_shutdown=True)
        for logger in ("FlowRunCancellingObserver", "FlowRunSuspendingObserver", "runner"):
            logging.getLogger(f"prefect.{logger}").addFilter(_warn_in_a_line)
        self._deployment_registry: _OwnFlows = _OwnFlows()
        self._asked: set[int | None] = set()

    def register(self, deployment: UUID, name: str, flow: Flow[..., Any]) -> None:
        """From now on, runs of this deployment are started, and they are runs of `flow`."""
        self._deployment_registry.register_flow(deployment, flow)
        self._deployment_registry.register_deployment(deployment, name)

    async def __aenter__(self) -> OwnRunner:
        await super().__aenter__()
        assert isinstance(self._hook_runner, HookRunner)  # noqa: S101 - made by what was just entered
        self._hook_runner._resolve_flow = (
            self._own_flow
        )  # Prefect has no other way to say where they come from
        return self

    async def cancel_all(self) -> None:
        """What Prefect calls when it stops. Its own would ask the API first, which may be gone,
        and call the runs cancelled.
        """
        self.ask_to_end()

    def ask_to_end(self) -> None:
        """Asks each run in hand to end: it finishes its send, and says itself how it ended.
        Once: a second signal would tear the send.
        """
        for process in multiprocessing.active_children():
            if process.pid not in self._asked:
                self._asked.add(process.pid)
                process.terminate()

    async def _own_flow(self, flow_run: FlowRun) -> Flow[Any, Any]:
        return self._deployment_registry.get_flow(flow_run.deployment_id)


def _warn_in_a_line(record: logging.LogRecord) -> bool:
    """Prefect 3.9 shows a page of traceback where its server goes away; what it says is enough."""
    if record.levelno <= logging.WARNING:
        record.exc_info = None
    return True
