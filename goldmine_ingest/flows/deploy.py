"""Deployments on a work pool, for those who run Prefect workers: which ones says prefect.yaml,
when they run goldmine.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.settings import get_current_settings

from goldmine_ingest.errors import ConfigError, UnavailableError
from goldmine_ingest.flows.claims import claim, put, retire
from goldmine_ingest.flows.deployments import (
    ANCHOR,
    FLOWS,
    VERSION_TYPE,
    deployment,
    intervals,
    shard_name,
)
from goldmine_ingest.flows.identity import CONFIG_VARIABLE, identify
from goldmine_ingest.settings.project import Project

_FILE = "prefect.yaml"
# Machines without the database work for this queue of the pool alone.
SHARDS_QUEUE = "shards"
_ENTRYPOINT = re.compile(r"goldmine_ingest\.flows\.(\w+)\.\1")


@dataclass(frozen=True, slots=True)
class Planned:
    """One deployment as prefect.yaml asks for it."""

    flow: str
    pool: str
    project: str
    tags: tuple[str, ...] = ()
    shard: int | None = None

    @property
    def deployment(self) -> str:
        return self.project if self.shard is None else shard_name(self.project, self.shard)

    @property
    def name(self) -> str:
        """As Prefect shows it: 'poll/goldmine-1a2b3c', 'shard/goldmine-1a2b3c-0003'."""
        return f"{self.flow}/{self.deployment}"


def read_plan(project: Project) -> tuple[Planned, ...]:
    """What a prefect.yaml asks for, beside goldmine.toml or in the project's folder; without one,
    every flow. Raises ConfigError.

    In the project's folder it is Prefect's own file, which may deploy other things too: only rows
    for our flows are read.
    """
    name = identify(project).name
    beside, own = project.config_path.parent / _FILE, project.home / _FILE
    rows: list[Mapping[str, Any]] = []
    if beside != own and beside.exists():
        rows = _rows(beside)
        for row in rows:
            _flow_of(row, beside)
    elif own.exists():
        rows = [row for row in _rows(own) if _ENTRYPOINT.fullmatch(str(row.get("entrypoint")))]
    return tuple(_planned(row, name, beside) for row in rows) or tuple(
        Planned(flow, name, name) for flow in FLOWS
    )


def spread(plan: Sequence[Planned], shards: int) -> tuple[Planned, ...]:
    """The plan where workers ask the feeds: `load` in place of `poll`, and one deployment for
    each shard in the same pool.
    """
    loads = [
        replace(planned, flow="load") if planned.flow == "poll" else planned for planned in plan
    ]
    like = next((planned for planned in loads if planned.flow == "load"), loads[0])
    return (*loads, *(replace(like, flow="shard", shard=number) for number in range(shards)))


def deploy(project: Project, plan: Sequence[Planned]) -> list[tuple[str, str]]:
    """Creates or updates the pools and the deployments. Gives (deployment, schedule) for a person.

    Whether feeds are polled by one process or by workers, what belongs to the other way is deleted,
    and what an earlier version made: both at once would ask twice. Raises UnavailableError, and
    ConfigError where another configuration's deployment has the name.
    """
    try:
        with get_client(sync_client=True) as client:
            claim(client, project, [planned.name for planned in plan])
            for pool in sorted({planned.pool for planned in plan}):
                _make_pool(client, pool)
            done = [_deploy(client, planned, project) for planned in plan]
            retire(client, project, {planned.name for planned in plan})
    except (PrefectException, httpx.HTTPError, RuntimeError) as error:
        url = get_current_settings().api.url
        hint = (
            "is PREFECT_API_URL right, and does its server run?"
            if url
            else "start one: prefect server start; then set PREFECT_API_URL"
        )
        raise UnavailableError(
            f"Prefect's API doesn't take the deployments ({type(error).__name__})", hint=hint
        ) from error
    return done


def as_yaml(project: Project, plan: Sequence[Planned]) -> str:
    """The same deployments as a prefect.yaml for Prefect's own `prefect deploy --all`."""
    limit = {"limit": 1, "collision_strategy": ConcurrencyLimitStrategy.CANCEL_NEW.value}
    rows = [
        {
            "name": "{{ goldmine.name }}",
            "entrypoint": f"goldmine_ingest.flows.{planned.flow}.{planned.flow}",
            "version": "{{ goldmine.version }}",
            "version_type": VERSION_TYPE.value,
            "tags": "{{ goldmine.tags }}",
            "schedules": _schedules(intervals(project)[planned.flow]),
            "concurrency_limit": limit,
            "work_pool": {
                "name": planned.pool,
                "job_variables": {"env": {CONFIG_VARIABLE: "{{ goldmine.config }}"}},
            },
        }
        for planned in plan
    ]
    step: dict[str, Any] = {"goldmine_ingest.flows.steps.project": {"id": "goldmine"}}
    text: str = yaml.safe_dump(
        {"name": "goldmine", "build": [step], "pull": [], "deployments": rows},
        sort_keys=False,
        width=140,
    )
    return text


def _schedules(every: timedelta | None) -> list[dict[str, Any]]:
    return (
        [
            {
                "interval": int(every.total_seconds()),
                "anchor_date": ANCHOR.isoformat(),
                "timezone": "UTC",
            }
        ]
        if every
        else []
    )


def _rows(path: Path) -> list[Mapping[str, Any]]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError("can't be read as YAML", subject=str(path)) from error
    rows = document.get("deployments") if isinstance(document, Mapping) else None
    if not isinstance(rows, list) or not rows:
        raise ConfigError(
            "names no deployments",
            subject=str(path),
            hint="deployments: [{entrypoint: goldmine_ingest.flows.poll.poll}]",
        )
    return [row if isinstance(row, Mapping) else {} for row in rows]


def _flow_of(row: Mapping[str, Any], path: Path) -> str:
    name = re.split("[:.]", str(row.get("entrypoint", "")))[-1]
    if name not in FLOWS:
        raise ConfigError(
            f"names a flow that there isn't: {name!a}",
            subject=str(path),
            hint=f"one of {', '.join(FLOWS)}",
        )
    return name


def _planned(row: Mapping[str, Any], project: str, path: Path) -> Planned:
    tags, pool = row.get("tags"), row.get("work_pool")
    named = str(pool.get("name") or project) if isinstance(pool, Mapping) else project
    # What plain `prefect deploy` fills in ("{{ goldmine.name }}") comes with every deployment of
    # ours.
    own = tuple(str(tag) for tag in tags if "{{" not in str(tag)) if isinstance(tags, list) else ()
    return Planned(_flow_of(row, path), named, project, own)


def _make_pool(client: SyncPrefectClient, name: str) -> None:
    try:
        client.read_work_pool(name)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=name, type="process"))


def _deploy(client: SyncPrefectClient, planned: Planned, project: Project) -> tuple[str, str]:
    # The worker's process inherits the worker's environment, which has the secrets; only where the
    # configuration lies is said here.
    job: dict[str, Any] = {"env": {CONFIG_VARIABLE: identify(project).config}}
    where: dict[str, Any] = {"work_pool_name": planned.pool, "job_variables": job}
    if planned.shard is not None:
        where["work_queue_name"] = SHARDS_QUEUE
    made = deployment(planned.flow, project, shard_number=planned.shard, tags=planned.tags, **where)
    put(client, made)
    every = intervals(project)[planned.flow]
    return planned.name, f"every {every}" if every else "when asked for"
