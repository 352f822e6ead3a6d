"""[[feed]]: which addresses a feed may have, and what else is said of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import unquote

from goldmine_ingest.config.platforms import platform_or_auto
from goldmine_ingest.config.references import check_http, reference, small_scheme
from goldmine_ingest.config.sections import age, backlog, every
from goldmine_ingest.config.values import Reader, Wrong, each, flag, name, or_word, text
from goldmine_ingest.settings.feeds import AlertSettings, FeedKind, FeedSettings
from goldmine_ingest.settings.reference import Reference

if TYPE_CHECKING:
    from goldmine_ingest.config.table import Table
    from goldmine_ingest.settings.project import ScheduleSettings

_ADDRESS = (
    "https://… http://… file:PATH env:NAME secret:PATH imap:NAME maildir:PATH eml:PATH drop:PATH or"
    " webhook:NAME"
)
_KINDS: tuple[FeedKind, ...] = get_args(FeedKind)
_PATH_KINDS = ("file", "maildir", "eml", "drop")
_ACCOUNT_KINDS = ("imap", "webhook")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a feed's entries come from."""

    url: Reference
    kind: FeedKind
    path: Path | None = None
    account: str | None = None


def address(home: Path) -> Reader[Address]:
    """Reads a feed's url; relative paths are taken from the project folder. A wrong one is not
    quoted, for it may be a secret.
    """

    def read(value: Any) -> Address:
        try:
            found = reference(value)
        except Wrong as wrong:
            raise Wrong(wrong.message, _ADDRESS) from wrong
        if found.scheme != "literal":
            return Address(found, "http")
        found = Reference(small_scheme(found.text))
        scheme, _, rest = found.text.partition(":")
        if scheme in _ACCOUNT_KINDS and rest:
            return Address(found, _KINDS[_KINDS.index(scheme)], account=rest)
        if scheme in _PATH_KINDS and rest:
            return Address(found, _KINDS[_KINDS.index(scheme)], path=home / _local(rest))
        if scheme not in ("http", "https"):
            raise Wrong("is not an address that a feed can have", _ADDRESS)
        check_http(found.text)
        return Address(found, "http")

    return read


def _local(rest: str) -> Path:
    """PATH of file:PATH; file:///PATH is understood too."""
    plain = unquote(rest[2:]) if rest.startswith("///") else rest
    return Path(plain).expanduser() if plain.startswith("~/") else Path(plain)


def read_feed(
    table: Table, home: Path, schedule: ScheduleSettings, alerts: AlertSettings
) -> FeedSettings | None:
    """One [[feed]]; None where its name or address can't be read (which is noted)."""
    called = table.need("name", name)
    where = table.need("url", address(home))
    found = FeedSettings(
        name=called or "",
        url=where.url if where else Reference(""),
        kind=where.kind if where else "http",
        path=where.path if where else None,
        account=where.account if where else None,
        platform=table.take("platform", platform_or_auto, "auto"),
        every=table.take("every", or_word("auto", every), schedule.every),
        enabled=table.take("enabled", flag, True),
        headers=_headers(table.sub("headers")),
        proofs=table.take("proofs", each(text), ()),
        backlog=table.take("backlog", backlog, alerts.backlog),
        max_age=table.take("max_age", or_word("none", age), alerts.max_age),
    )
    table.close()
    return found if called and where else None


def _headers(table: Table) -> Mapping[str, Reference]:
    found: dict[str, Reference] = {}
    for key in table.keys():  # noqa: SIM118 - a Table is no mapping
        value = table.take(key, reference, None)
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}", key):
            table.wrong(key, "is not the name of a header", "letters, digits and -")
        elif value is not None:
            found[key] = value
    return found
