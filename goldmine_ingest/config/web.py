"""[web] as a whole: what its keys mean together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from goldmine_ingest.config.table import read_table
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
