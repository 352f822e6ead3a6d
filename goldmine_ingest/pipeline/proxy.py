"""[fetch] proxy, the one setting that says which proxy feeds, destinations and the heartbeat are
asked through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from goldmine_ingest.config import reveal

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project


def proxy_of(project: Project, env: Mapping[str, str]) -> str:
    """The URL of a proxy (a secret), "env" where the variables of the environment decide, "" for
    none. Raises UnavailableError.
    """
    fetch = project.fetch
    if fetch.proxy is None:
        return "env" if fetch.proxy_from_env else ""
    return reveal(fetch.proxy, project.home, env)
