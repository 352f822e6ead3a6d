"""goldmine.toml as a whole: the tables that occur once, all tables by their names, and both files
together with where they lie.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.accounts import ImapSettings, WebhookSettings
from goldmine_ingest.settings.actions import ActionSettings
from goldmine_ingest.settings.addresses import host_name
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.settings.declaration import Section, needed, setting
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.feeds import AlertSettings, FeedSettings, FetchSettings, every
from goldmine_ingest.settings.kinds import TEXT, Kind, Wrong, shown
from goldmine_ingest.settings.publishing import PublishSettings
from goldmine_ingest.settings.quantities import duration
from goldmine_ingest.settings.reference import Reference, web_address
from goldmine_ingest.settings.review import ReviewSettings
from goldmine_ingest.settings.web import WebSettings

_KEPT = duration("1d", "36500d")


def _prefect_name(value: Any) -> str:
    """Prefect forbids / % & < > in names (prefect/types/names.py), and keeps pools that begin
    with "prefect" to itself.
    """
    if value == "":
        return ""
    text = kinds.name(value)
    if not re.fullmatch(r"\w[\w. -]{0,62}", text) or text.lower().startswith("prefect"):
        raise Wrong(
            f"is {shown(text)}",
            'at most 63 letters, digits, spaces and . _ -, not beginning with "prefect"',
        )
    return text


@dataclass(frozen=True, slots=True)
class NameSettings:
    """[project]."""

    name: str = setting(
        Kind(_prefect_name, {"type": "string", "maxLength": 63}),
        "",
        "in Prefect's names; by default the folder's name and six digits of this file's path",
        example="goldmine",
    )


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """`wait` is how long a cycle waits for another program that has the history open; no key of
    the configuration changes it.
    """

    path: Path = setting(
        kinds.file, "data/goldmine.duckdb", "your history; created by the first run"
    )
    publish: Path | None = setting(
        kinds.or_word("", kinds.file),
        "",
        'a read-only copy for other programs (DBeaver, a notebook); "" = none',
        example="data/history.duckdb",
    )
    publish_every: timedelta = setting(
        duration("0s", "365d"), "15m", "the copy is not made more often than this"
    )
    keep_raw: timedelta = setting(
        _KEPT, "180d", "entries as they came; listings, decisions and alerts are kept for ever"
    )
    keep_polls: timedelta = setting(_KEPT, "90d", "every poll; then one row per feed and day")
    backups: int = setting(kinds.integer(0, 1000), 7, "daily copies that are kept")
    wait: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """[schedule]."""

    every: timedelta = setting(
        every, "5m", "how often a feed is asked, if it doesn't say otherwise: 1m to 24h"
    )
    heartbeat: Reference | None = setting(
        kinds.or_word("", web_address),
        "",
        "a URL (or env:NAME) that is asked after each good cycle",
        example="env:HEARTBEAT_URL",
    )


def _shared_place(value: Any) -> str:
    text = kinds.path(value)
    scheme, is_url, rest = text.partition("://")
    if is_url and not (re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) and rest):
        raise Wrong(
            "is not the URL of a folder", '"shared", "file:///srv/goldmine" or "s3://BUCKET/FOLDER"'
        )
    if is_url and "@" in rest.partition("/")[0]:
        raise Wrong(
            "holds credentials",
            "the address alone; the environment of loader and workers has the credentials",
        )
    return text


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """[workers]. `batches` is the place that workers and loader share (an fsspec URL), `shards`
    the number of parts of the feeds.
    """

    batches: str = field(
        metadata=needed(
            # A folder, or the URL of one. Credentials are the environment's.
            Kind(_shared_place, TEXT),
            "the place that they share: a folder, or an fsspec URL such as s3://BUCKET/FOLDER",
            example="shared",
        )
    )
    shards: int = setting(kinds.integer(1, 1000), 4, "parts of the feeds, one for each worker")


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """[serve]."""

    hosts: tuple[str, ...] = setting(
        kinds.each(host_name),
        [],
        '"box.example": names by which you reach Prefect\'s page through a TLS proxy of your own',
        example=["box.example"],
    )


@dataclass(frozen=True, slots=True)
class MailSettings:
    """[mail]."""

    outcomes: bool = setting(
        kinds.flag,
        False,
        'true: "proposal viewed", "invitation", "hired" mails are recorded of the jobs they link',
    )


@dataclass(frozen=True, slots=True)
class CriteriaPlace:
    """[criteria]."""

    path: str | None = setting(
        kinds.path,
        None,
        "where criteria.toml lies, if it isn't beside this file",
        example="config/criteria.toml",
    )


# The tables of goldmine.toml, in the order of docs/settings.md.
SECTIONS = (
    Section("project", NameSettings, "What the project is called."),
    Section("database", DatabaseSettings, "Where the history lies, and what is kept."),
    Section("criteria", CriteriaPlace, "Where the criteria are."),
    Section("schedule", ScheduleSettings, "How often feeds are asked."),
    Section("fetch", FetchSettings, "How feeds are asked over HTTP."),
    Section("alerts", AlertSettings, "What becomes an alert."),
    Section("feed", FeedSettings, "A saved search: what is watched.", "rows"),
    Section("imap", ImapSettings, "A mailbox that a feed `imap:NAME` reads.", "named"),
    Section(
        "webhook", WebhookSettings, "A receiver that a feed `webhook:NAME` listens with.", "named"
    ),
    Section("mail", MailSettings, "What is made of mails that aren't alerts."),
    Section("review", ReviewSettings, "How the reality test counts."),
    Section("notify", DestinationSettings, "A destination: who is told what, and when.", "rows"),
    Section("serve", ServeSettings, "What `goldmine serve` answers to."),
    Section("web", WebSettings, "The local page, `goldmine web`."),
    Section("publish", PublishSettings, "Your matches, for other programs."),
    Section("actions", ActionSettings, "Buttons below alerts; not there: no buttons."),
    Section("workers", WorkerSettings, "Polling by several processes or machines."),
)


@dataclass(frozen=True, slots=True)
class Project:
    """Both files and where they lie. `home` is the project folder, `config_path` the goldmine.toml
    that was read, `files` all that were looked for. `name` is [project] name; "" where it doesn't
    say one (flows/identity.py then finds one). `serve_hosts` is [serve] hosts.
    `mail_outcomes` is [mail] outcomes: mails that are no alerts are recorded as what came of jobs.
    `actions` None: alerts have no buttons.
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
    review: ReviewSettings = field(default_factory=ReviewSettings)
    web: WebSettings = field(default_factory=WebSettings)
    publish: PublishSettings = field(default_factory=PublishSettings)
    actions: ActionSettings | None = None
    warnings: tuple[tuple[str, str], ...] = ()
    files: tuple[Path, ...] = ()
