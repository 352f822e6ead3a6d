"""[fetch], [alerts] and [[feed]]: what is asked, how, and what its first sight brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from goldmine_ingest.settings.reference import Reference


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """`allow_private` are 'host:port' exceptions to the private-address guard. Sizes are bytes."""

    user_agent: str = "goldmine-ingest"
    concurrency: int = 8
    per_host: int = 2
    host_spacing: timedelta = timedelta(milliseconds=250)
    allow_private: tuple[str, ...] = ()
    proxy: Reference | None = None
    proxy_from_env: bool = False
    max_wire: int = 5 * 1024 * 1024
    max_body: int = 10 * 1024 * 1024
    connect_timeout: timedelta = timedelta(seconds=5)
    idle_timeout: timedelta = timedelta(seconds=10)
    total_timeout: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a feed's first sight brings: nothing ('none'), everything ('all'), or what is not
    older than `within`.
    """

    kind: Literal["none", "all", "within"] = "none"
    within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """`max_age` None: no limit. `uncertain`: what to do when a send may have arrived."""

    backlog: Backlog = Backlog()
    max_age: timedelta | None = timedelta(hours=24)
    uncertain: Literal["resend", "hold"] = "resend"
    repost_window: timedelta = timedelta(days=30)


FeedKind = Literal["http", "file", "imap", "maildir", "eml", "drop", "webhook"]


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """One [[feed]]. `every` None: 'auto'. `backlog` and `max_age` are already resolved against
    [alerts].

    `kind` is 'http', 'file', 'imap', 'maildir', 'eml', 'drop' or 'webhook'; for 'http' an env: or
    secret: reference is assumed to hold an http(s) URL until it is resolved. `path` is set for
    file, maildir, eml and drop; `account` for imap and webhook.
    """

    name: str
    url: Reference
    kind: FeedKind = "http"
    path: Path | None = None
    account: str | None = None
    platform: str = "auto"
    every: timedelta | None = timedelta(minutes=5)
    enabled: bool = True
    headers: Mapping[str, Reference] = field(default_factory=dict)
    proofs: tuple[str, ...] = ()
    backlog: Backlog = Backlog()
    max_age: timedelta | None = timedelta(hours=24)


def proofs_of(feeds: Iterable[FeedSettings]) -> tuple[str, ...]:
    """The proofs that a listing of these feeds is judged by, in order of name; () means all: one
    feed without a choice of its own is enough.
    """
    chosen = [feed.proofs for feed in feeds]
    if () in chosen:
        return ()
    return tuple(sorted({name for proofs in chosen for name in proofs}))
