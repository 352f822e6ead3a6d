"""[web]: where the local page listens, and by which names a browser may reach it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from goldmine_ingest.config.values import Wrong, duration, each, host_name, host_port
from goldmine_ingest.settings.web import WebSettings

if TYPE_CHECKING:
    from goldmine_ingest.config.table import Table


def read_web(table: Table) -> WebSettings:
    """Another address than loopback only together with `hosts`: a page that other machines reach
    must be told by which names.
    """
    defaults = WebSettings()
    found = WebSettings(
        listen=table.take("listen", listen, defaults.listen),
        hosts=table.take("hosts", each(host_name), ()),
        inbox=table.take("inbox", duration("1h", "3650d"), defaults.inbox),
    )
    if not is_loopback(found.listen[0]) and not found.hosts:
        table.wrong(
            "listen",
            "is an address that other machines reach, and hosts names none",
            '"127.0.0.1:4300", or hosts = ["box.example"] with TLS before it',
        )
    table.close()
    return found


def listen(value: Any) -> tuple[str, int]:
    """An IP address and a port: "127.0.0.1:4300", "[::1]:4300"."""
    host, _, port = host_port(value).rpartition(":")
    address = host.strip("[]")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise Wrong(
            "names no IP address", 'an address and a port such as "127.0.0.1:4300"'
        ) from None
    return address, int(port)


def is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def web_warnings(web: WebSettings) -> Iterator[tuple[str, str]]:
    """What is possible and dangerous."""
    if not is_loopback(web.listen[0]):
        yield (
            "web.listen",
            "other machines reach the page, and goldmine speaks no TLS: put a proxy with TLS before"
            " it (tailscale serve, Caddy) and listen on 127.0.0.1",
        )
