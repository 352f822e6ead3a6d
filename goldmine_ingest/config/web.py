"""[web] and [actions] as a whole: what their keys mean together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from goldmine_ingest.config.table import read_table
from goldmine_ingest.settings.actions import ActionSettings
from goldmine_ingest.settings.addresses import is_on_loopback
from goldmine_ingest.settings.web import WebSettings

if TYPE_CHECKING:
    from goldmine_ingest.config.table import Table


def read_web(table: Table) -> WebSettings:
    """Another address than loopback only together with `hosts`: a page that other machines reach
    must be told by which names.
    """
    web = read_table(table, WebSettings)
    if not web.on_loopback and not web.hosts:
        table.wrong(
            "listen",
            "is an address that other machines reach, and hosts names none",
            '"127.0.0.1:4300", or hosts = ["box.example"] with TLS before it',
        )
    return web


def web_warnings(web: WebSettings) -> Iterator[tuple[str, str]]:
    """What is possible and dangerous."""
    if not web.on_loopback:
        yield (
            "web.listen",
            "other machines reach the page, and goldmine speaks no TLS: put a proxy with TLS before"
            " it (tailscale serve, Caddy) and listen on 127.0.0.1",
        )


def read_actions(table: Table, web: WebSettings) -> ActionSettings | None:
    """Another address than loopback only together with `url`; not the page's own place. None where
    the table isn't there.
    """
    if not table.present:
        return None
    actions = read_table(table, ActionSettings)
    if not actions.on_loopback and not actions.url:
        table.wrong(
            "listen",
            "is an address that other machines reach, and url doesn't say how a phone does",
            '"127.0.0.1:4301", or url = "https://box.example" with TLS before it',
        )
    if actions.url and actions.listen[1] == web.listen[1]:
        table.wrong(
            "listen", "is the port of [web] listen", "a port of its own for the door, such as 4301"
        )
    return actions


def action_warnings(actions: ActionSettings | None) -> Iterator[tuple[str, str]]:
    """What is possible and dangerous."""
    if actions is None or not actions.url:
        return
    if not actions.on_loopback:
        yield (
            "actions.listen",
            "other machines reach the door, and goldmine speaks no TLS: put a proxy with TLS before"
            " it (tailscale serve, Caddy) and listen on 127.0.0.1",
        )
    parts = urlsplit(actions.url)
    if parts.scheme == "http" and not is_on_loopback(parts.hostname or ""):
        yield (
            "actions.url",
            "is http: whoever is in that network can read the links in passing, and press them",
        )
