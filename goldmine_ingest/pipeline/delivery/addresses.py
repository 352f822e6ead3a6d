"""The addresses of the destinations: each is revealed when something may be sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldmine_ingest.config import reveal_address
from goldmine_ingest.errors import UnavailableError

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.settings.project import Project


def reveal_addresses(
    project: Project, environment: Environment
) -> tuple[dict[tuple[str, str], str], list[tuple[str, str]]]:
    """place (destination and slot) -> its address; and (destination, sentence) of those that can't
    be had now, once for all recipients of one.
    """
    urls: dict[tuple[str, str], str] = {}
    problems: dict[tuple[str, str], None] = {}
    for destination in project.destinations:
        try:
            url = reveal_address(destination, project.home, environment.env)
        except UnavailableError as error:
            problems[destination.name, error.message] = None
            continue
        if destination.url.scheme != "literal" or "://" in url:
            environment.redactor.learn_url(url)
        urls[destination.place] = url
    return urls, list(problems)
