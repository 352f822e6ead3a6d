"""[fetch], [alerts] and [[feed]]: what is asked, how, and what its first sight brings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.addresses import host_port
from goldmine_ingest.settings.declaration import needed, setting
from goldmine_ingest.settings.kinds import Kind, Wrong
from goldmine_ingest.settings.platform_names import PLATFORMS
from goldmine_ingest.settings.quantities import duration, size
from goldmine_ingest.settings.reference import (
    NOTHING,
    Reference,
    check_http,
    read_reference,
    reference,
    small_scheme,
)

every = duration("1m", "24h")
age = duration("0s", "3650d")
_TIMEOUT = duration("50ms", "10m", milliseconds=True)
_SIZE = size(1024, "50MiB")


def _proxy(value: Any) -> Reference | None:
    if value in ("", "env"):
        return Reference(value) if value else None
    reference = read_reference(value)
    schemes = ("http://", "https://", "socks5://", "socks5h://", "socks4://")
    if reference.scheme == "literal" and not reference.text.startswith(schemes):
        raise Wrong("is not a proxy address", '"", "env" or http://HOST:PORT')
    return reference


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """`allow_private` are 'host:port' exceptions to the private-address guard. Sizes are bytes.
    `proxy` "env" becomes `proxy_from_env` when the file is read.
    """

    user_agent: str = setting(
        kinds.text,
        "goldmine-ingest/VERSION",
        "how requests name the program; VERSION is put in",
    )
    concurrency: int = setting(kinds.integer(1, 64), 8, "feeds asked at once")
    per_host: int = setting(kinds.integer(1, 16), 2, "connections to one host at a time")
    host_spacing: timedelta = setting(
        duration("0s", "60s", milliseconds=True), "250ms", "between two requests to one host"
    )
    allow_private: tuple[str, ...] = setting(
        kinds.each(host_port),
        [],
        '"rsshub:1200": feeds on your own network; everything private is refused otherwise',
        example=["rsshub:1200"],
    )
    proxy: Reference | None = setting(
        Kind(_proxy, {"type": "string"}),
        "",
        '"", "env", or a URL: for feeds, destinations and the heartbeat',
    )
    proxy_from_env: bool = False
    max_wire: int = setting(_SIZE, "5MiB", "the largest answer, as it comes")
    max_body: int = setting(_SIZE, "10MiB", "the largest answer, unpacked")
    connect_timeout: timedelta = setting(_TIMEOUT, "5s", "until a connection stands")
    idle_timeout: timedelta = setting(_TIMEOUT, "10s", "the longest silence in an answer")
    total_timeout: timedelta = setting(_TIMEOUT, "30s", "until an answer is there, in all")


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a feed's first sight brings: nothing ('none'), everything ('all'), or what is not
    older than `within`.
    """

    kind: Literal["none", "all", "within"] = "none"
    within: timedelta | None = None


def _backlog(value: Any) -> Backlog:
    if value in ("none", "all"):
        return Backlog(value)
    try:
        return Backlog("within", age(value))
    except Wrong as wrong:
        raise Wrong(wrong.message, '"none", "all" or a duration such as "6h"') from wrong


backlog = Kind(_backlog, {"anyOf": [{"enum": ["none", "all"]}, age.schema]})
_MAX_AGE = kinds.or_word("none", age)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """`max_age` None: no limit. `uncertain`: what to do when a send may have arrived."""

    backlog: Backlog = setting(
        backlog,
        "none",
        'what a new feed\'s first poll brings: "none", "all", or what is not older than e.g. "6h"',
    )
    max_age: timedelta | None = setting(
        _MAX_AGE, "24h", 'older listings are stored and not alerted; "none" = no limit'
    )
    uncertain: Literal["resend", "hold"] = setting(
        kinds.choice("resend", "hold"),
        "resend",
        'what to do when a message may have arrived: "resend" or "hold"',
    )
    repost_window: timedelta = setting(
        age, "30d", "a repost of something alerted within it alerts nothing"
    )


FeedKind = Literal["http", "file", "imap", "maildir", "eml", "drop", "webhook"]
PATH_KINDS = ("file", "maildir", "eml", "drop")
ACCOUNT_KINDS = ("imap", "webhook")
_ADDRESS = (
    "https://… http://… file:PATH env:NAME secret:PATH imap:NAME maildir:PATH eml:PATH drop:PATH or"
    " webhook:NAME"
)


def _feed_address(value: Any) -> Reference:
    """A wrong one is not quoted, for it may be a secret."""
    try:
        reference = read_reference(value)
    except Wrong as wrong:
        raise Wrong(wrong.message, _ADDRESS) from wrong
    if reference.scheme != "literal":
        return reference
    reference = Reference(small_scheme(reference.text))
    scheme, _, rest = reference.text.partition(":")
    if scheme in (*PATH_KINDS, *ACCOUNT_KINDS) and rest:
        return reference
    if scheme not in ("http", "https"):
        raise Wrong("is not an address that a feed can have", _ADDRESS)
    check_http(reference.text)
    return reference


def _header(name: str) -> None:
    if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}", name):
        raise Wrong("is not the name of a header", "letters, digits and -")


_SCHEMES = ("http", "https", "env", "secret", *PATH_KINDS, *ACCOUNT_KINDS)
# Schemes are of any case, which a JSON Schema says a letter at a time.
_ANY_CASE = "|".join("".join(f"[{c}{c.upper()}]" for c in scheme) for scheme in _SCHEMES)
feed_address = Kind(_feed_address, {"type": "string", "pattern": f"^({_ANY_CASE}):."})
platform = kinds.choice(*PLATFORMS)


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """One [[feed]]. `every` None: 'auto'. `every`, `backlog` and `max_age` are already resolved
    against [schedule] and [alerts].

    `kind` is 'http', 'file', 'imap', 'maildir', 'eml', 'drop' or 'webhook'; for 'http' an env: or
    secret: reference is assumed to hold an http(s) URL until it is resolved. `path` is set for
    file, maildir, eml and drop; `account` for imap and webhook.
    """

    name: str = field(
        metadata=needed(kinds.name, "unique; the history keeps it", example="upwork-reconciliation")
    )
    url: Reference = field(
        metadata=needed(
            feed_address,
            "https: http: file: env: secret: imap: maildir: eml: drop: or webhook:",
            example="env:VOLLNA_FEED_URL",
            missing=NOTHING,
        )
    )
    kind: FeedKind = "http"
    path: Path | None = None
    account: str | None = None
    platform: str = setting(
        kinds.choice("auto", *PLATFORMS),
        "auto",
        '"auto", or a name that `goldmine feeds --platforms` lists',
    )
    every: timedelta | None = setting(
        kinds.or_word("auto", every),
        "5m",
        'how often it is asked: 1m to 24h, or "auto" by how often it changes; default: [schedule]',
    )
    enabled: bool = setting(kinds.flag, True, "false: it isn't asked")
    headers: Mapping[str, Reference] = setting(
        kinds.table_of(reference, _header),
        {},
        "sent with each request; values may be env: or secret:",
        example={"X-Key": "env:FEED_KEY"},
    )
    proofs: tuple[str, ...] = setting(
        kinds.each(kinds.text),
        [],
        "judge this feed by these proofs only; [] = all",
        example=["Finance reconciliation"],
    )
    backlog: Backlog = setting(
        backlog, "none", 'what its first poll brings: "none", "all" or "6h"; default: [alerts]'
    )
    max_age: timedelta | None = setting(
        _MAX_AGE, "24h", 'older listings aren\'t alerted; "none" = no limit; default: [alerts]'
    )


def proofs_of(feeds: Iterable[FeedSettings]) -> tuple[str, ...]:
    """The proofs that a listing of these feeds is judged by, in order of name; () means all: one
    feed without a choice of its own is enough.
    """
    chosen: set[str] = set()
    for feed in feeds:
        if not feed.proofs:
            return ()
        chosen.update(feed.proofs)
    return tuple(sorted(chosen))
