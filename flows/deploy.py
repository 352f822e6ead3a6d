"""Deployments on a work pool, for those who run Prefect workers: which ones says prefect.yaml, when they run goldmine.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.settings import get_current_settings

from flows.deployments import FLOWS, TAGS, deployment, intervals
from goldmine_ingest.errors import ConfigError, UnavailableError
from goldmine_ingest.settings import Project
from goldmine_ingest.shipped import shipped

_FILE, _POOL = "prefect.yaml", "goldmine"


@dataclass(frozen=True, slots=True)
class Planned:
    """One deployment as prefect.yaml asks for it."""

    flow: str
    tags: tuple[str, ...]
    pool: str


def read_plan(project: Project) -> tuple[Planned, ...]:
    """What the prefect.yaml beside goldmine.toml asks for, or the one that ships with the program. Raises ConfigError."""
    own = project.config_path.parent / _FILE
    path = own if own.exists() else shipped("config") / _FILE
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError("can't be read as YAML", subject=str(path)) from error
    rows = found.get("deployments") if isinstance(found, Mapping) else None
    if not isinstance(rows, list) or not rows:
        raise ConfigError("names no deployments", subject=str(path), hint="deployments: [{entrypoint: flows/poll.py:poll}]")
    return tuple(_planned(row if isinstance(row, Mapping) else {}, path) for row in rows)


def deploy(project: Project, plan: Sequence[Planned]) -> list[tuple[str, str]]:
    """Creates or updates the pools and the deployments. Gives (deployment, schedule) for a person. Raises UnavailableError."""
    try:
        for pool in sorted({planned.pool for planned in plan}):
            _make_pool(pool)
        return [_deploy(planned, project) for planned in plan]
    except (PrefectException, httpx.HTTPError, RuntimeError) as error:
        url = get_current_settings().api.url
        hint = "is PREFECT_API_URL right, and does its server run?" if url else "start one: prefect server start; then set PREFECT_API_URL"
        raise UnavailableError(f"Prefect's API doesn't take the deployments ({type(error).__name__})", hint=hint) from error


def _planned(row: Mapping[str, Any], path: Path) -> Planned:
    name = re.split("[:.]", str(row.get("entrypoint", "")))[-1]
    if name not in FLOWS:
        raise ConfigError(f"names a flow that there isn't: {name!a}", subject=str(path), hint=f"one of {', '.join(FLOWS)}")
    tags, pool = row.get("tags"), row.get("work_pool")
    return Planned(
        name,
        tuple(str(tag) for tag in tags) if isinstance(tags, list) else tuple(TAGS),
        str(pool.get("name", _POOL)) if isinstance(pool, Mapping) else _POOL,
    )


def _make_pool(name: str) -> None:
    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(name)
        except ObjectNotFound:
            client.create_work_pool(WorkPoolCreate(name=name, type="process"))


def _deploy(planned: Planned, project: Project) -> tuple[str, str]:
    # The worker's process inherits the worker's environment, which has the secrets; only where the configuration lies is said here.
    job: dict[str, Any] = {"env": {"GOLDMINE_CONFIG": str(project.config_path.resolve())}}
    deployment(planned.flow, project, tags=list(planned.tags), work_pool_name=planned.pool, job_variables=job).apply()
    every = intervals(project)[planned.flow]
    return f"{planned.flow}/goldmine", f"every {every}" if every else "when asked for"
