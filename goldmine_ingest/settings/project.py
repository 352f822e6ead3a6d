"""Both files together, and where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.settings.web import WebSettings

if TYPE_CHECKING:
    from goldmine_ingest.settings.accounts import ImapSettings, WebhookSettings
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.feeds import AlertSettings, FeedSettings, FetchSettings
    from goldmine_ingest.settings.reference import Reference


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """`wait` is how long a cycle waits for another program that has the history open; no key of
    the configuration changes it.
    """

    path: Path
    publish: Path | None = None
    publish_every: timedelta = timedelta(minutes=15)
    keep_raw: timedelta = timedelta(days=180)
    keep_polls: timedelta = timedelta(days=90)
    backups: int = 7
    wait: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    every: timedelta = timedelta(minutes=5)
    heartbeat: Reference | None = None


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """[workers]. `batches` is the place that workers and loader share (an fsspec URL), `shards`
    the number of parts of the feeds.
    """

    batches: str
    shards: int = 4


@dataclass(frozen=True, slots=True)
class Project:
    """Both files and where they lie. `home` is the project folder, `config_path` the goldmine.toml
    that was read, `files` all that were looked for. `name` is [project] name; "" where it doesn't
    say one (flows/identity.py then finds one). `serve_hosts` is [serve] hosts.
    `mail_outcomes` is [mail] outcomes: mails that are no alerts are recorded as what came of jobs.
    """

    home: Path
    config_path: Path
    database: DatabaseSettings
    schedule: ScheduleSettings
    fetch: FetchSettings
    alerts: AlertSettings
    feeds: tuple[FeedSettings, ...]
    destinations: tuple[DestinationSettings, ...]
    criteria: CriteriaSettings
    imap: Mapping[str, ImapSettings] = field(default_factory=dict)
    webhooks: Mapping[str, WebhookSettings] = field(default_factory=dict)
    workers: WorkerSettings | None = None
    name: str = ""
    serve_hosts: tuple[str, ...] = ()
    mail_outcomes: bool = False
    web: WebSettings = WebSettings()
    warnings: tuple[tuple[str, str], ...] = ()
    files: tuple[Path, ...] = ()
