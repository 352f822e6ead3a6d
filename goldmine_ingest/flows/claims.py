"""Deployments on a server that other projects may use too: never one of theirs overwritten, none
of our own left over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment

from goldmine_ingest.errors import ConfigError
from goldmine_ingest.flows.deployments import FLOWS, SPREAD
from goldmine_ingest.flows.identity import Deployed, identify
from goldmine_ingest.settings.project import Project

# What `prefect deploy` makes of a flow in a file: the file, and a step that goes to its folder.
_FLOW_FILE = re.compile(r"(?:\./)?flows/(poll|digest|maintain|load|shard)\.py:\1")
_SET_FOLDER = "prefect.deployments.steps.set_working_directory"
_PAGE = 200  # the most that Prefect's API gives at once


def claim(
    client: SyncPrefectClient, project: Project, names: Iterable[str], *, alone: bool = False
) -> None:
    """Makes sure that the deployments `names` ('poll/goldmine-1a2b3c') are this project's to make.
    Raises ConfigError: whose they are.

    `alone`: the server was started for this project, so that nothing on it belongs to anyone else.
    """
    if alone:
        return
    identity, wanted = identify(project), set(names)
    for flow, deployment in _deployed(client):
        deployed, name = read(deployment), f"{flow}/{deployment.name}"
        if name in wanted and not identity.owns(deployed):
            whose = (
                f"belongs to {deployed.config}"
                if deployed.config
                else "isn't of this project, and doesn't say whose it is"
            )
            hint = (
                f'[project] name = "…" in {identity.config} gives this project another name; or'
                f" prefect deployment delete {name}"
            )
            raise ConfigError(
                f"a deployment of this name {whose}; it is left as it is", subject=name, hint=hint
            )


def retire(
    client: SyncPrefectClient, project: Project, kept: Collection[str], *, alone: bool = False
) -> list[str]:
    """Deletes what this project deployed under names that it doesn't use now, or that it doesn't
    use for these flows. Gives their names.
    """
    identity, gone = identify(project), []
    for flow, deployment in list(_deployed(client)):
        deployed, name = read(deployment), f"{flow}/{deployment.name}"
        if (
            name not in kept
            and identity.had(deployment.name)
            and (alone or identity.owns(deployed))
        ):
            client.delete_deployment(deployment.id)
            gone.append(name)
    return gone


def put(client: SyncPrefectClient, made: RunnerDeployment) -> UUID:
    """Creates or updates a deployment, whatever became of it meanwhile. Gives its id."""
    created = made.apply()
    assert isinstance(created, UUID)  # noqa: S101 - a coroutine only where an event loop runs, and none does here
    # Prefect's own update leaves as it is what today's deployment has nothing for: a schedule,
    # steps, a path, a pool.
    rest: dict[str, Any] = {
        "path": None,
        "pull_steps": [],
        "storage_document_id": None,
        "infrastructure_document_id": None,
    }
    rest["job_variables"] = made.job_variables
    if not made.schedules:
        rest["schedules"] = []
    if not made.work_pool_name:
        rest["work_pool_name"] = None
    client.update_deployment(created, DeploymentUpdate(**rest, tags=made.tags))
    return created


def read(deployment: DeploymentResponse) -> Deployed:
    """Whose it is: by its variable or tag; one that an earlier version's `prefect deploy` made in a
    checkout has neither, and is the checkout's in which its runs begin.
    """
    deployed = Deployed.read(deployment.name, deployment.tags or [], deployment.job_variables)
    folder = _checkout(deployment)
    if deployed.config is None and folder is not None:
        return replace(deployed, config=str(folder / "config" / "goldmine.toml"))
    return deployed


def _checkout(deployment: DeploymentResponse) -> Path | None:
    """The folder of a deployment whose flow is a file of an earlier version's checkout."""
    if not _FLOW_FILE.fullmatch(deployment.entrypoint or ""):
        return None
    steps = [step.get(_SET_FOLDER) for step in deployment.pull_steps or []]
    folders = [
        step["directory"] for step in steps if isinstance(step, dict) and "directory" in step
    ]
    folder = folders[0] if folders else deployment.path
    return Path(folder).resolve() if folder else None


def _deployed(client: SyncPrefectClient) -> Iterator[tuple[str, DeploymentResponse]]:
    """Every deployment of a flow of ours, with the flow's name."""
    for flow in (*FLOWS, *SPREAD):
        named = FlowFilter(name=FlowFilterName(any_=[flow]))
        offset = 0
        while page := client.read_deployments(flow_filter=named, limit=_PAGE, offset=offset):
            yield from ((flow, found) for found in page)
            offset += len(page)
