"""What `serve` keeps an eye on while its runs do the work: the configuration, and runs that crash.

Each run reads the configuration by itself, and goes on with the last good one. Here its intervals
are taken up, and a broken one is said where `serve` runs. A run whose process ends before our code
begins can tell nobody; here that is noticed, and told like a broken source.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort

from goldmine_ingest.app import deliver_due
from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.errors import ConfigError, GoldmineError
from goldmine_ingest.flows.deployments import intervals
from goldmine_ingest.flows.served import Served
from goldmine_ingest.flows.surroundings import learn_secrets
from goldmine_ingest.pipeline.monitoring.feed_health import FAILURES_TOLD
from goldmine_ingest.pipeline.monitoring.health_notices import Due, run_notices
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.settings.project import Project

_ENDED = [StateType.COMPLETED, StateType.FAILED, StateType.CRASHED]


class Following:
    """One `serve`'s. `told` gets what a person at its terminal should hear."""

    def __init__(self, project: Project, served: Served, told: Callable[[str], None]) -> None:
        self._project, self._served, self._told = project, served, told
        self._current = CurrentProject(project.config_path, env=os.environ, cwd=Path.cwd())
        self._began = datetime.now(UTC)
        self._said = ""
        self._crashing = False

    def look(self, client: SyncPrefectClient) -> None:
        """Takes up what changed since the last look. Raises what Prefect's client raises."""
        self._configuration(client)
        self._crashes(client)

    def _configuration(self, client: SyncPrefectClient) -> None:
        try:
            project = self._current.read()
            if project.database.path != self._project.database.path:
                self._say(
                    "[database] path changed: start goldmine serve again to use the other file"
                )
                return
            if intervals(project) != intervals(self._project):
                self._served.reschedule(client, project)
        except ConfigError as error:
            self._say(f"{error}\ngoing on with the configuration as it was")
            return
        if self._said:
            self._told("the configuration is right again, and in force")
        self._said, self._project = "", project

    def _crashes(self, client: SyncPrefectClient) -> None:
        newest = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_ENDED))
            ),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=self._served.ids)),
            sort=FlowRunSort.END_TIME_DESC,
            limit=FAILURES_TOLD,
        )
        crashed = in_a_row(newest, self._began)
        over = self._crashing and not crashed
        notices = run_notices(len(crashed), crashed[-1].end_time if crashed else None, over=over)
        if notices and (over or not self._crashing) and self._tell(notices):
            self._crashing = not over

    def _tell(self, notices: tuple[Due, ...]) -> bool:
        """Tells the owner, here and on every destination; False where that must be tried again."""
        for due in notices:
            self._told("\n".join((due.notice.headline, *due.notice.lines[:1])))
        redactor = Redactor()
        learn_secrets(self._project, os.environ, redactor)
        try:
            deliver_due(
                self._project,
                env=os.environ,
                now=lambda: datetime.now(UTC),
                out=sys.stdout,
                notices=notices,
                redactor=redactor,
            )
        except GoldmineError:
            return False  # another cycle has the history, or nobody can write to it: the next look
        return True

    def _say(self, sentence: str) -> None:
        if sentence != self._said:
            self._told(sentence)
        self._said = sentence


def in_a_row(newest: list[FlowRun], began: datetime) -> list[FlowRun]:
    """The newest runs, as long as they crashed and ended since `began`."""
    runs_in_a_row = []
    for run in newest:
        if run.state_type is not StateType.CRASHED or run.end_time is None or run.end_time < began:
            break
        runs_in_a_row.append(run)
    return runs_in_a_row
