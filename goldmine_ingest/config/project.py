"""goldmine.toml as a whole: its tables read, and the names by which they refer to each other
checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.config import contradictions
from goldmine_ingest.config.destinations import read_destination
from goldmine_ingest.config.feeds import read_feed
from goldmine_ingest.config.sections import (
    read_database,
    read_fetch,
    read_imap,
    read_publish,
    read_webhook,
    read_workers,
)
from goldmine_ingest.config.table import Table, read_table
from goldmine_ingest.config.web import read_actions, read_web
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.settings.feeds import AlertSettings
from goldmine_ingest.settings.project import (
    CriteriaPlace,
    MailSettings,
    NameSettings,
    Project,
    ScheduleSettings,
    ServeSettings,
)
from goldmine_ingest.settings.review import ReviewSettings

if TYPE_CHECKING:
    from goldmine_ingest.config.files import TomlFile
    from goldmine_ingest.config.problems import Problem
    from goldmine_ingest.settings.accounts import ImapSettings, WebhookSettings


def read_project(
    main: TomlFile,
    home: Path,
    data: Path,
    criteria: CriteriaSettings | None,
    problems: list[Problem],
) -> Project:
    """What goldmine.toml says; what is wrong is noted in `problems`. `data` is the folder of
    relative database paths.

    `criteria` None: criteria.toml couldn't be read, so what refers to it isn't checked.
    """
    root = Table(main.data, "", problems)
    schedule = read_table(root.sub("schedule"), ScheduleSettings)
    alerts = read_table(root.sub("alerts"), AlertSettings)
    feed_rows, notify_rows = root.rows("feed"), root.rows("notify")
    feeds = [read_feed(row, home, schedule, alerts) for row in feed_rows]
    destinations = [read_destination(row) for row in notify_rows]
    imap, webhooks = _accounts(root)
    workers, web = root.sub("workers"), read_web(root.sub("web"))
    project = Project(
        home=home,
        config_path=main.path,
        database=read_database(root.sub("database"), data),
        schedule=schedule,
        fetch=read_fetch(root.sub("fetch")),
        alerts=alerts,
        feeds=tuple(feed for feed in feeds if feed),
        destinations=tuple(destination for destination in destinations if destination),
        criteria=criteria or CriteriaSettings(),
        imap=imap,
        webhooks=webhooks,
        workers=read_workers(workers, home) if workers.present else None,
        name=read_table(root.sub("project"), NameSettings).name,
        serve_hosts=read_table(root.sub("serve"), ServeSettings).hosts,
        mail_outcomes=read_table(root.sub("mail"), MailSettings).outcomes,
        review=read_table(root.sub("review"), ReviewSettings),
        web=web,
        publish=read_publish(root.sub("publish"), home),
        actions=read_actions(root.sub("actions"), web),
    )
    if not root.raw("feed") and not isinstance(root.raw("feed"), dict | str):
        root.wrong("feed", "there is no feed", "at least one [[feed]] with a name and a url")
    problems.extend(contradictions.names(feed_rows, notify_rows, root, criteria))
    read_table(root.sub("criteria"), CriteriaPlace)
    root.close()
    return project


def _accounts(root: Table) -> tuple[Mapping[str, ImapSettings], Mapping[str, WebhookSettings]]:
    imap = {name: read_imap(table, name) for name, table in root.named("imap").items()}
    webhooks = {name: read_webhook(table, name) for name, table in root.named("webhook").items()}
    return {n: a for n, a in imap.items() if a}, {n: w for n, w in webhooks.items() if w}
