"""Which worker asks which feed: all feeds of a host by the same one. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from goldmine_ingest.config import reveal
from goldmine_ingest.errors import UnavailableError

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project


def shard_of(host: str, shards: int) -> int:
    """0 to `shards` - 1; the same for a host on every machine and day, so that a host doesn't
    wander when feeds are added.
    """
    return int.from_bytes(hashlib.blake2b(host.lower().encode(), digest_size=8).digest()) % shards


def divide(hosts: Mapping[str, str], shards: int) -> tuple[tuple[str, ...], ...]:
    """The feeds' names by shard. `hosts` maps each feed to the host that it is asked of."""
    shares: list[list[str]] = [[] for _ in range(shards)]
    for feed in sorted(hosts):
        shares[shard_of(hosts[feed], shards)].append(feed)
    return tuple(tuple(names) for names in shares)


def is_shared(feed: FeedSettings) -> bool:
    """Workers ask feeds over HTTP; mailboxes, folders and what is sent to us lie on the loader's
    machine.
    """
    return feed.kind == "http"


def hosts_of(project: Project, env: Mapping[str, str]) -> dict[str, str]:
    """The host of each enabled feed that workers ask. Where its address isn't to be had here,
    the feed's own name stands for it.
    """
    return {
        feed.name: _host(feed, project, env)
        for feed in project.feeds
        if feed.enabled and is_shared(feed)
    }


def _host(feed: FeedSettings, project: Project, env: Mapping[str, str]) -> str:
    try:
        return urlsplit(reveal(feed.url, project.home, env)).hostname or feed.name
    except (UnavailableError, ValueError):
        return feed.name
