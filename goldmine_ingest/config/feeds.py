"""[[feed]]: what its address means, and what else is said of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

from goldmine_ingest.config.table import Table, read_table
from goldmine_ingest.settings.feeds import (
    ACCOUNT_KINDS,
    PATH_KINDS,
    AlertSettings,
    FeedKind,
    FeedSettings,
)
from goldmine_ingest.settings.project import ScheduleSettings

_KINDS: tuple[FeedKind, ...] = get_args(FeedKind)


def read_feed(
    table: Table, home: Path, schedule: ScheduleSettings, alerts: AlertSettings
) -> FeedSettings | None:
    """One [[feed]]; None where its name or address can't be read (which is noted). Relative paths
    are taken from the project folder.
    """
    feed = read_table(
        table,
        FeedSettings,
        every=schedule.every,
        backlog=alerts.backlog,
        max_age=alerts.max_age,
    )
    return placed(feed, home) if feed.name and feed.url.text else None


def placed(feed: FeedSettings, home: Path) -> FeedSettings:
    """The feed with what its address says: its kind, and the path or the account."""
    if feed.url.scheme != "literal":
        return feed
    scheme, _, rest = feed.url.text.partition(":")
    if scheme in ACCOUNT_KINDS:
        return replace(feed, kind=_KINDS[_KINDS.index(scheme)], account=rest)
    if scheme in PATH_KINDS:
        return replace(feed, kind=_KINDS[_KINDS.index(scheme)], path=home / _local(rest))
    return feed


def _local(rest: str) -> Path:
    """PATH of file:PATH; file:///PATH is understood too."""
    plain = unquote(rest[2:]) if rest.startswith("///") else rest
    return Path(plain).expanduser() if plain.startswith("~/") else Path(plain)
