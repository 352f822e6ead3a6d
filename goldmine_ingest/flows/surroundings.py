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
from goldmine_ingest.errors import ConfigError, GoldmineError, UnavailableError
from goldmine_ingest.runtime.redaction import RedactingFilter, Redactor
from goldmine_ingest.settings.project import Project

_Result = TypeVar("_Result")
# Loggers whose records go to Prefect's API, or to the console of whoever serves the flows.
_LOGGERS = ("", "prefect", "prefect.flow_runs", "prefect.task_runs")


class FlowError(GoldmineError):
    """A bug in a flow's work, told without anything that the original exception held."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The project as this process finds it. The configuration's path comes as GOLDMINE_CONFIG,
    never as a flow's parameter.
    """

    project: Project
    env: Mapping[str, str] = field(repr=False)
    redactor: Redactor = field(repr=False)

    @classmethod
    def find(cls) -> Surroundings:
        """Reads the configuration and learns every secret that it names. Raises ConfigError."""
        deployed = os.environ.get("GOLDMINE_CONFIG")
        if deployed and not Path(deployed).is_file():
            hint = (
                "a worker needs the project's configuration at the path where it lay when goldmine"
                " deploy ran"
            )
            raise ConfigError(f"this machine has no {deployed}", hint=hint)
        project = config.load(None, env=os.environ, cwd=Path.cwd())
        redactor = Redactor()
        learn_secrets(project, os.environ, redactor)
        for name in _LOGGERS:
            RedactingFilter(redactor).install(logging.getLogger(name))
        return cls(project, os.environ, redactor)


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


def cleanly(redactor: Redactor, work: Callable[[], _Result]) -> _Result:
    """`work()`; what it raises is raised again without secrets, and without the exceptions
    behind it: Prefect stores all that it sees.
    """
    try:
        return work()
    except GoldmineError as error:
        clean: GoldmineError = _cleaned(error, redactor)
    except Exception as error:  # noqa: BLE001 - the border: whatever it is, only a clean sentence passes
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        clean = FlowError(
            redactor.clean(
                f"this is a bug in goldmine ({type(error).__name__} in {where}: {error})"
            )
        )
    raise clean  # outside the handlers, so that it carries no context


def _cleaned(error: GoldmineError, redactor: Redactor) -> GoldmineError:
    def clean(text: str | None) -> str | None:
        return redactor.clean(text) if text else text

    return FlowError(
        redactor.clean(error.message), subject=clean(error.subject), hint=clean(error.hint)
    )
