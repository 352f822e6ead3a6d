"""The tables of goldmine.toml in which more is wrong than a single key can be, or that aren't used
as they stand in the file.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from goldmine_ingest import __version__
from goldmine_ingest.config.table import Table, read_table
from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.accounts import ImapSettings, WebhookSettings
from goldmine_ingest.settings.feeds import FetchSettings
from goldmine_ingest.settings.kinds import Wrong
from goldmine_ingest.settings.project import DatabaseSettings, WorkerSettings
from goldmine_ingest.settings.publishing import PublishSettings


def read_database(table: Table, data_folder: Path) -> DatabaseSettings:
    """Relative paths are taken from the data folder."""
    read = read_table(table, DatabaseSettings)
    database = replace(
        read,
        path=data_folder / read.path,
        publish=data_folder / read.publish if read.publish else None,
    )
    if database.publish == database.path:
        table.wrong("publish", "is the database itself", "another file than [database] path")
    return database


def read_publish(table: Table, home: Path) -> PublishSettings:
    """A relative path is taken from the project folder."""
    feed = read_table(table, PublishSettings).feed
    if feed is None:
        return PublishSettings(None)
    if feed.suffix not in (".xml", ".atom", ".json"):
        table.wrong("feed", "is no name of a feed's file", "a name that ends in .xml or .json")
    return PublishSettings(home / feed)


def read_fetch(table: Table) -> FetchSettings:
    read = read_table(table, FetchSettings)
    from_env = read.proxy is not None and read.proxy.text == "env"
    fetch = replace(
        read,
        user_agent=read.user_agent.replace("VERSION", __version__),
        proxy=None if from_env else read.proxy,
        proxy_from_env=from_env,
    )
    for key in ("connect_timeout", "idle_timeout"):
        if key in table and getattr(fetch, key) > fetch.total_timeout:
            table.wrong(key, "is longer than total_timeout", "a part of the total")
    return fetch


def read_imap(table: Table, account: str) -> ImapSettings | None:
    """One [imap.NAME]; None where something that it needs is missing (which is noted)."""
    _check_name(table, account)
    imap = read_table(table, ImapSettings, name=account)
    return imap if imap.host and imap.user.text and imap.password.text else None


def read_webhook(table: Table, account: str) -> WebhookSettings | None:
    """One [webhook.NAME]; None where its token is missing (which is noted)."""
    _check_name(table, account)
    webhook = read_table(table, WebhookSettings, name=account)
    return webhook if webhook.token.text else None


def read_workers(table: Table, home: Path) -> WorkerSettings | None:
    """None where it doesn't say where batches lie (which is noted)."""
    workers = read_table(table, WorkerSettings)
    if not workers.batches:
        return None
    return (
        workers
        if "://" in workers.batches
        else replace(workers, batches=str(home / workers.batches))
    )


def _check_name(table: Table, account: str) -> None:
    try:
        kinds.name(account)
    except Wrong as wrong:
        table.wrong("", f"the name {wrong.message}", wrong.expected)
