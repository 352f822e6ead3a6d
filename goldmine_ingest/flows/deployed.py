"""What `serve` has deployed, compared with what the API says of it.

Whoever can write to the API can change a deployment. Nothing of what they write is run (runner.py); here it is noticed, said once, and put
right, so that what Prefect shows is what runs, and a work pool of somebody else's gets none of our runs. What a person may change in
Prefect's page stays as it is: schedules, pauses, tags, descriptions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.responses import DeploymentResponse

from goldmine_ingest.flows.deployments import FLOWS, deployment
from goldmine_ingest.flows.runner import OwnRunner
from goldmine_ingest.settings.project import Project

# What says which code runs, where, and with what; empty in all that serve deploys, but for the entrypoint.
_EMPTY = (
    "path",
    "pull_steps",
    "job_variables",
    "work_pool_name",
    "work_queue_name",
    "storage_document_id",
    "infrastructure_document_id",
)


class Deployed:
    """The deployments of one `serve`, by the names of their flows."""

    def __init__(self, runner: OwnRunner, project: Project, told: Callable[[str], None]) -> None:
        self._runner, self._project, self._told = runner, project, told
        self._ids: dict[str, UUID] = {}
        self._said: set[tuple[str, tuple[str, ...]]] = set()

    @property
    def ids(self) -> list[UUID]:
        return list(self._ids.values())

    def id_of(self, name: str) -> UUID:
        return self._ids[name]

    def apply(self) -> None:
        """Creates or updates every deployment. Raises what Prefect's client raises."""
        for name in FLOWS:
            self._apply(name)

    def put_right(self) -> None:
        """Makes what was changed or deleted meanwhile as it was, and says each kind of change once."""
        with get_client(sync_client=True) as client:
            wanted = DeploymentFilter(id=DeploymentFilterId(any_=self.ids))
            found = {one.id: one for one in client.read_deployments(deployment_filter=wanted)}
        for name, identity in list(self._ids.items()):
            changed = _changed(found.get(identity), self._entrypoint(name))
            if changed:
                self._restore(name, deleted=identity not in found)
                self._say(name, changed)

    def _apply(self, name: str) -> None:
        self._ids[name] = self._runner.register(deployment(name, self._project), FLOWS[name])

    def _entrypoint(self, name: str) -> str | None:
        return deployment(name, self._project).entrypoint

    def _restore(self, name: str, *, deleted: bool) -> None:
        # Applying it again leaves what it has no value for as it is, so that is emptied first.
        if not deleted:
            with get_client(sync_client=True) as client:
                client.update_deployment(self._ids[name], DeploymentUpdate(path=None, pull_steps=[], job_variables={}, work_pool_name=None))
        self._apply(name)

    def _say(self, name: str, changed: tuple[str, ...]) -> None:
        if (name, changed) not in self._said:
            self._told(f"somebody changed the deployment of {name} in Prefect ({', '.join(changed)}): refused, and put right")
        self._said.add((name, changed))


def _changed(found: DeploymentResponse | None, entrypoint: str | None) -> tuple[str, ...]:
    """The names of what isn't as it was deployed."""
    if found is None:
        return ("deleted",)
    said: dict[str, Any] = {name: getattr(found, name, None) for name in _EMPTY}
    foreign = ("entrypoint",) if found.entrypoint != entrypoint else ()
    return (*foreign, *(name for name, value in said.items() if value))
