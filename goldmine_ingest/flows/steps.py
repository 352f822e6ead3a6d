"""A step for Prefect's own prefect.yaml: what of a deployment depends on the project, so that
`prefect deploy` makes it like ours.
"""

from __future__ import annotations

import os
from pathlib import Path

from goldmine_ingest import __version__, config
from goldmine_ingest.flows.identity import identify


def project(path: str | None = None) -> dict[str, str | list[str]]:
    """The program's version, the project's name and tags in Prefect, and the path of its
    goldmine.toml (`path`, or where `goldmine` would look).

    Raises ConfigError.
    """
    identity = identify(config.load(Path(path) if path else None, env=os.environ, cwd=Path.cwd()))
    return {
        "version": __version__,
        "name": identity.name,
        "config": identity.config,
        "tags": identity.tags,
    }
