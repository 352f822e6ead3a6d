"""The receivers of a project's webhook: feeds, for whoever keeps running (`goldmine serve`). The
next cycle takes in what they got.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from goldmine_ingest.config import reveal
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.inputs import spool_folder
from goldmine_ingest.inputs.webhook import Endpoint, Receiver
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.settings.accounts import WebhookSettings
from goldmine_ingest.settings.project import Project


def receiver(
    project: Project,
    *,
    env: Mapping[str, str],
    redactor: Redactor,
    taken: Callable[[str], None] = lambda _: None,
) -> tuple[Receiver, tuple[tuple[str, str], ...]]:
    """A Receiver (a context manager; not yet listening) for the webhooks that enabled feeds read,
    and the problems of the others.

    `taken` is called with the webhook's name, from another thread, each time that a body is safely
    stored: run a cycle soon. Once it listens, the Receiver's own `problems` tell which addresses
    can't be had.
    """
    wanted = {feed.account for feed in project.feeds if feed.kind == "webhook" and feed.enabled}
    endpoints, problems = [], []
    for name, settings in project.webhooks.items():
        if name in wanted:
            try:
                endpoints.append(
                    _endpoint(settings, project.home, project.database.path, env, redactor)
                )
            except UnavailableError as error:
                problems.append((f"webhook {name}", error.message))
    return Receiver(endpoints, taken=taken), tuple(problems)


def _endpoint(
    settings: WebhookSettings,
    home: Path,
    database: Path,
    env: Mapping[str, str],
    redactor: Redactor,
) -> Endpoint:
    token = reveal(settings.token, home, env)
    redactor.learn(token)
    return Endpoint(
        settings.name,
        settings.listen,
        token,
        settings.max_bytes,
        spool_folder(database, settings.name),
    )
