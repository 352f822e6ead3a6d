"""Deployments on a work pool, for those who run Prefect workers: which ones says prefect.yaml, when they run goldmine.toml."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.settings import get_current_settings

from goldmine_ingest.errors import ConfigError, UnavailableError
from goldmine_ingest.flows.deployments import FLOWS, SPREAD, TAGS, deployment, intervals, shard_name
from goldmine_ingest.settings.project import Project
from goldmine_ingest.shipped import shipped

_FILE, _POOL = "prefect.yaml", "goldmine"
# Machines without the database work for this queue of the pool alone.
SHARDS_QUEUE = "shards"


@dataclass(frozen=True, slots=True)
class Planned:
    """One deployment as prefect.yaml asks for it."""

    flow: str
    tags: tuple[str, ...]
    pool: str
    shard: int | None = None

    @property
    def name(self) -> str:
        """As Prefect shows it: 'poll/goldmine', 'shard/shard-0003'."""
        return f"{self.flow}/{'goldmine' if self.shard is None else shard_name(self.shard)}"


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


def spread(plan: Sequence[Planned], shards: int) -> tuple[Planned, ...]:
    """The plan where workers ask the feeds: `load` in place of `poll`, and one deployment for each shard in the same pool."""
    loads = [replace(planned, flow="load") if planned.flow == "poll" else planned for planned in plan]
    like = next((planned for planned in loads if planned.flow == "load"), loads[0])
    return (*loads, *(replace(like, flow="shard", shard=number) for number in range(shards)))


def deploy(project: Project, plan: Sequence[Planned]) -> list[tuple[str, str]]:
    """Creates or updates the pools and the deployments. Gives (deployment, schedule) for a person. Raises UnavailableError.

    Whether feeds are polled by one process or by workers, what belongs to the other way is deleted: both at once would ask twice.
    """
    try:
        for pool in sorted({planned.pool for planned in plan}):
            _make_pool(pool)
        done = [_deploy(planned, project) for planned in plan]
        _retire({planned.name for planned in plan})
    except (PrefectException, httpx.HTTPError, RuntimeError) as error:
        url = get_current_settings().api.url
        hint = "is PREFECT_API_URL right, and does its server run?" if url else "start one: prefect server start; then set PREFECT_API_URL"
        raise UnavailableError(f"Prefect's API doesn't take the deployments ({type(error).__name__})", hint=hint) from error
    return done


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


def _retire(kept: Collection[str]) -> None:
    with get_client(sync_client=True) as client:
        for flow in ("poll", *SPREAD):
            named = FlowFilter(name=FlowFilterName(any_=[flow]))
            for found in client.read_deployments(flow_filter=named):
                ours = found.name == "goldmine" or found.name.startswith("shard-")
                if ours and f"{flow}/{found.name}" not in kept:
                    client.delete_deployment(found.id)


def _deploy(planned: Planned, project: Project) -> tuple[str, str]:
    # The worker's process inherits the worker's environment, which has the secrets; only where the configuration lies is said here.
    job: dict[str, Any] = {"env": {"GOLDMINE_CONFIG": str(project.config_path.resolve())}}
    where: dict[str, Any] = {"work_pool_name": planned.pool, "job_variables": job}
    if planned.shard is not None:
        where["work_queue_name"] = SHARDS_QUEUE
    deployment(planned.flow, project, shard_number=planned.shard, tags=list(planned.tags), **where).apply()
    every = intervals(project)[planned.flow]
    return planned.name, f"every {every}" if every else "when asked for"
