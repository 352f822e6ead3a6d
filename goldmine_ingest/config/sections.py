"""The tables of goldmine.toml that occur once ([project], [database], [schedule] …) and
[imap.NAME], [webhook.NAME].
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest import __version__
from goldmine_ingest.config.references import reference, web_address
from goldmine_ingest.config.values import (
    Wrong,
    choice,
    duration,
    each,
    flag,
    host_name,
    host_port,
    integer,
    name,
    or_word,
    shown,
    size,
    text,
)
from goldmine_ingest.settings.accounts import ImapSettings, WebhookSettings
from goldmine_ingest.settings.feeds import AlertSettings, Backlog, FetchSettings
from goldmine_ingest.settings.project import DatabaseSettings, ScheduleSettings, WorkerSettings
from goldmine_ingest.settings.reference import Reference

if TYPE_CHECKING:
    from goldmine_ingest.config.table import Table

every = duration("1m", "24h")
age = duration("0s", "3650d")


def backlog(value: Any) -> Backlog:
    """What a feed's first sight brings: "none", "all", or what is not older than a duration."""
    if value in ("none", "all"):
        return Backlog(value)
    try:
        return Backlog("within", age(value))
    except Wrong as wrong:
        raise Wrong(wrong.message, '"none", "all" or a duration such as "6h"') from wrong


def path_text(value: Any) -> str:
    found = text(value)
    return str(Path(found).expanduser()) if found.startswith("~/") else found


def _path_or_none(value: Any) -> str | None:
    return None if value == "" else path_text(value)


def _address_or_none(value: Any) -> Reference | None:
    return None if value == "" else web_address(value)


def read_project_name(table: Table) -> str:
    """[project] name; "" where there is none."""
    found = table.take("name", _prefect_name, "")
    table.close()
    return found


def read_serve_hosts(table: Table) -> tuple[str, ...]:
    """[serve] hosts: further names by which a browser reaches Prefect's page."""
    found: tuple[str, ...] = table.take("hosts", each(host_name), ())
    table.close()
    return found


def read_mail_outcomes(table: Table) -> bool:
    """[mail] outcomes: whether mails that are no alerts are recorded as what came of jobs."""
    found: bool = table.take("outcomes", flag, False)
    table.close()
    return found


def _prefect_name(value: Any) -> str:
    """Prefect forbids / % & < > in names (prefect/types/names.py), and keeps pools that begin
    with "prefect" to itself.
    """
    if value == "":
        return ""
    found = name(value)
    if not re.fullmatch(r"\w[\w. -]{0,62}", found) or found.lower().startswith("prefect"):
        raise Wrong(
            f"is {shown(found)}",
            'at most 63 letters, digits, spaces and . _ -, not beginning with "prefect"',
        )
    return found


def read_database(table: Table, data_folder: Path) -> DatabaseSettings:
    publish = table.take("publish", _path_or_none, None)
    found = DatabaseSettings(
        path=data_folder / table.take("path", path_text, "data/goldmine.duckdb"),
        publish=data_folder / publish if publish else None,
        publish_every=table.take("publish_every", duration("0s", "365d"), timedelta(minutes=15)),
        keep_raw=table.take("keep_raw", duration("1d", "36500d"), timedelta(days=180)),
        keep_polls=table.take("keep_polls", duration("1d", "36500d"), timedelta(days=90)),
        backups=table.take("backups", integer(0, 1000), 7),
    )
    if found.publish == found.path:
        table.wrong("publish", "is the database itself", "another file than [database] path")
    table.close()
    return found


def read_schedule(table: Table) -> ScheduleSettings:
    found = ScheduleSettings(
        every=table.take("every", every, timedelta(minutes=5)),
        heartbeat=table.take("heartbeat", _address_or_none, None),
    )
    table.close()
    return found


def read_fetch(table: Table) -> FetchSettings:
    defaults = FetchSettings()
    proxy = table.take("proxy", _proxy, None)
    timeout = duration("50ms", "10m", milliseconds=True)
    found = FetchSettings(
        user_agent=table.take("user_agent", text, "goldmine-ingest/VERSION").replace(
            "VERSION", __version__
        ),
        concurrency=table.take("concurrency", integer(1, 64), defaults.concurrency),
        per_host=table.take("per_host", integer(1, 16), defaults.per_host),
        host_spacing=table.take(
            "host_spacing", duration("0s", "60s", milliseconds=True), defaults.host_spacing
        ),
        allow_private=table.take("allow_private", each(host_port), ()),
        proxy=proxy if isinstance(proxy, Reference) else None,
        proxy_from_env=proxy == "env",
        max_wire=table.take("max_wire", size(1024, "50MiB"), defaults.max_wire),
        max_body=table.take("max_body", size(1024, "50MiB"), defaults.max_body),
        connect_timeout=table.take("connect_timeout", timeout, defaults.connect_timeout),
        idle_timeout=table.take("idle_timeout", timeout, defaults.idle_timeout),
        total_timeout=table.take("total_timeout", timeout, defaults.total_timeout),
    )
    for key in ("connect_timeout", "idle_timeout"):
        if key in table and getattr(found, key) > found.total_timeout:
            table.wrong(key, "is longer than total_timeout", "a part of the total")
    table.close()
    return found


def _proxy(value: Any) -> Reference | str | None:
    """No proxy ("" becomes None), "env" for the environment's, or a URL (or a reference to one)."""
    if value in ("", "env"):
        return str(value) or None
    found = reference(value)
    if found.scheme == "literal" and not found.text.startswith(
        ("http://", "https://", "socks5://", "socks5h://", "socks4://")
    ):
        raise Wrong("is not a proxy address", '"", "env" or http://HOST:PORT')
    return found


def read_alerts(table: Table) -> AlertSettings:
    defaults = AlertSettings()
    found = AlertSettings(
        backlog=table.take("backlog", backlog, defaults.backlog),
        max_age=table.take("max_age", or_word("none", age), defaults.max_age),
        uncertain=table.take("uncertain", choice("resend", "hold"), defaults.uncertain),
        repost_window=table.take("repost_window", age, defaults.repost_window),
    )
    table.close()
    return found


def read_imap(table: Table, account: str) -> ImapSettings | None:
    """One [imap.NAME]; None where something that it needs is missing (which is noted)."""
    _check_name(table, account)
    host, user, password = (
        table.need("host", text),
        table.need("user", reference),
        table.need("password", reference),
    )
    folder, port = table.take("folder", text, "INBOX"), table.take("port", integer(1, 65535), 993)
    table.close()
    return (
        ImapSettings(account, host, user, password, folder, port)
        if host and user and password
        else None
    )


def read_webhook(table: Table, account: str) -> WebhookSettings | None:
    """One [webhook.NAME]; None where its token is missing (which is noted)."""
    _check_name(table, account)
    token, listen = (
        table.need("token", reference),
        table.take("listen", host_port, "127.0.0.1:8787"),
    )
    max_bytes = table.take("max_bytes", size(1, "50MiB"), 1024 * 1024)
    table.close()
    return WebhookSettings(account, token, listen, max_bytes) if token else None


def read_workers(table: Table, home: Path) -> WorkerSettings | None:
    """None where it doesn't say where batches lie (which is noted)."""
    batches, shards = (
        table.need("batches", _shared_place),
        table.take("shards", integer(1, 1000), 4),
    )
    table.close()
    if batches is None:
        return None
    return WorkerSettings(batches if "://" in batches else str(home / batches), shards)


def _shared_place(value: Any) -> str:
    """A folder, or the URL of one. Credentials are the environment's."""
    found = path_text(value)
    scheme, is_url, rest = found.partition("://")
    if is_url and not (re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) and rest):
        raise Wrong(
            "is not the URL of a folder", '"shared", "file:///srv/goldmine" or "s3://BUCKET/FOLDER"'
        )
    if is_url and "@" in rest.partition("/")[0]:
        raise Wrong(
            "holds credentials",
            "the address alone; the environment of loader and workers has the credentials",
        )
    return found


def _check_name(table: Table, account: str) -> None:
    try:
        name(account)
    except Wrong as wrong:
        table.wrong("", f"the name {wrong.message}", wrong.expected)
