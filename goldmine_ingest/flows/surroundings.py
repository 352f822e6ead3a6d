"""What every flow needs of its surroundings: the project, and a border that no secret crosses
into Prefect.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from goldmine_ingest import config
from goldmine_ingest.config.contradictions import references
from goldmine_ingest.config.last_good import LastGood, has_kept
from goldmine_ingest.errors import ConfigError, GoldmineError, UnavailableError
from goldmine_ingest.pipeline.monitoring.health_notices import Due, configuration_notices
from goldmine_ingest.runtime.redaction import RedactingFilter, Redactor
from goldmine_ingest.settings.project import Project

_Result = TypeVar("_Result")
# Loggers whose records go to Prefect's API, or to the console of whoever serves the flows.
_LOGGERS = ("", "prefect", "prefect.flow_runs", "prefect.task_runs")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a flow's work could not be done: a sentence or two for a person, without a secret.
    `bug`: nobody expected it.
    """

    text: str
    bug: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The project as this process finds it. The configuration's path comes as GOLDMINE_CONFIG,
    never as a flow's parameter.

    `notices` are what its owner must hear of it: that the configuration can't be read, and the last
    good one is in force.
    """

    project: Project
    env: Mapping[str, str] = field(repr=False)
    redactor: Redactor = field(repr=False)
    notices: tuple[Due, ...] = ()

    @classmethod
    def find(cls) -> Surroundings | Failure:
        """Reads the configuration and learns every secret that it names; or why that isn't
        possible.
        """
        return cleanly(Redactor(), cls._find)

    @classmethod
    def _find(cls) -> Surroundings:
        deployed = os.environ.get("GOLDMINE_CONFIG")
        if deployed and not Path(deployed).is_file() and not has_kept(Path(deployed), os.environ):
            hint = (
                "a worker needs the project's configuration at the path where it lay when goldmine"
                " deploy ran"
            )
            raise ConfigError(f"this machine has no {deployed}", hint=hint)
        last_good = LastGood(None, env=os.environ, cwd=Path.cwd()).read()
        redactor = Redactor()
        learn_secrets(last_good.project, os.environ, redactor)
        for name in _LOGGERS:
            RedactingFilter(redactor).install(logging.getLogger(name))
        return cls(
            last_good.project,
            os.environ,
            redactor,
            configuration_notices(last_good.broken, last_good.since, mended=last_good.mended),
        )


def learn_secrets(project: Project, env: Mapping[str, str], redactor: Redactor) -> None:
    """Every address and credential of the configuration and of Prefect's API, before anything
    can go wrong with one.
    """
    for name in ("PREFECT_API_AUTH_STRING", "PREFECT_API_KEY"):
        if value := env.get(name):
            redactor.learn(value)
            redactor.learn(value.rpartition(":")[2])
    for _, reference in references(project):
        try:
            value = config.reveal(reference, project.home, env)
        except UnavailableError:
            continue  # the cycle says it, with its feed or destination
        if "://" in value:
            redactor.learn_url(value)
        if reference.scheme != "literal":
            redactor.learn(value)


def now() -> datetime:
    return datetime.now(UTC)


def cleanly(redactor: Redactor, work: Callable[[], _Result]) -> _Result | Failure:
    """`work()`; or what it raised, without secrets. Nothing is raised: Prefect stores all that
    it sees, and logs a page for each.
    """
    try:
        return work()
    except GoldmineError as error:
        return Failure(redactor.clean(str(error)))
    except Exception as error:  # noqa: BLE001 - the border: whatever it is, only a clean sentence passes
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return Failure(
            redactor.clean(
                f"this is a bug in goldmine ({type(error).__name__} in {where}: {error})"
            ),
            bug=True,
        )
