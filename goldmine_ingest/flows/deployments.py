"""What is deployed: the flows, their names and tags, and schedules taken from goldmine.toml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect._internal.versioning import VersionType
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow
from prefect.schedules import Interval, Schedule
from prefect.types.entrypoint import EntrypointType

from goldmine_ingest import __version__
from goldmine_ingest.flows.digest import digest
from goldmine_ingest.flows.identity import identify
from goldmine_ingest.flows.load import load
from goldmine_ingest.flows.maintain import maintain
from goldmine_ingest.flows.poll import poll
from goldmine_ingest.flows.shard import shard
from goldmine_ingest.pipeline.polling.due import AUTO_SHORTEST
from goldmine_ingest.settings.project import Project

FLOWS: Mapping[str, Flow[..., Any]] = {"poll": poll, "digest": digest, "maintain": maintain}
# Where workers ask the feeds, `load` takes the place of `poll`, and `shard` is deployed once for
# each shard.
SPREAD: Mapping[str, Flow[..., Any]] = {"load": load, "shard": shard}
# Retries and digests don't wait for longer than this, however seldom the feeds are polled.
_DELIVERY = timedelta(minutes=15)
_UPKEEP = timedelta(hours=6)
# What a worker heard waits no longer than this for its alerts.
_LOADING = timedelta(minutes=1)
# Prefect would look into the git repository of whoever deploys, remote address included, and give
# another version from each folder.
VERSION_TYPE = VersionType.SIMPLE
# Where intervals are counted from: the same for every start, so that a restart neither shifts nor
# doubles a schedule.
ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)


def intervals(project: Project) -> dict[str, timedelta | None]:
    """How often each flow runs; None: only when asked to. Polling as often as the most frequent
    feed: the others aren't due each time.
    """
    paces = [feed.every or AUTO_SHORTEST for feed in project.feeds if feed.enabled]
    poll_every = min(paces, default=project.schedule.every)
    delivery = _DELIVERY if poll_every > _DELIVERY else None
    return {
        "poll": poll_every,
        "digest": delivery,
        "maintain": _UPKEEP,
        "load": _LOADING,
        "shard": poll_every,
    }


def schedule(every: timedelta | None) -> Schedule | None:
    """An interval, not cron: an hourly cron pauses at the change of the clocks."""
    return Interval(every, anchor_date=ANCHOR, timezone="UTC") if every else None


def deployment(
    name: str,
    project: Project,
    *,
    shard_number: int | None = None,
    tags: Sequence[str] = (),
    **where: Any,
) -> RunnerDeployment:
    """The deployment of a flow; a run that would overlap another of its own is cancelled by the
    server, not queued.

    `tags` come beside those that tell whose it is.
    """
    flow, identity = {**FLOWS, **SPREAD}[name], identify(project)
    made: RunnerDeployment = flow.to_deployment(  # type: ignore[assignment]  # a coroutine only where a loop runs
        name=identity.name if shard_number is None else shard_name(identity.name, shard_number),
        schedule=schedule(intervals(project)[name]),
        parameters={} if shard_number is None else {"number": shard_number},
        tags=list(dict.fromkeys([*identity.tags, *tags])),
        description=flow.description,
        version=__version__,
        version_type=VERSION_TYPE,
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        entrypoint_type=EntrypointType.MODULE_PATH,
        paused=False,
        **where,
    )
    return made


def shard_name(project: str, number: int) -> str:
    return f"{project}-{number:04d}"


def differences(deployment: DeploymentResponse, made: RunnerDeployment) -> list[str]:
    """What of a deployment on the server decides which code a run of it executes, and isn't as this
    program made it: field names.

    Empty: a run of it is one of ours. Parameters, tags, schedules and descriptions are the owner's
    to change.
    """
    env = (made.job_variables or {}).get("env")
    wanted: dict[str, tuple[object, object]] = {
        "entrypoint": (deployment.entrypoint, made.entrypoint),
        "pull_steps": (deployment.pull_steps or [], []),
        "path": (deployment.path or "", ""),
        "storage_document_id": (deployment.storage_document_id, None),
        "infrastructure_document_id": (deployment.infrastructure_document_id, None),
        "work_pool_name": (deployment.work_pool_name, made.work_pool_name),
        "job_variables": (deployment.job_variables or {}, {"env": env} if env else {}),
    }
    return [field for field, (is_now, must_be) in wanted.items() if is_now != must_be]
