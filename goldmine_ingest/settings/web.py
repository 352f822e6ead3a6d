"""[web]: the local page."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.addresses import host_name, host_port
from goldmine_ingest.settings.declaration import setting
from goldmine_ingest.settings.kinds import Kind, Wrong
from goldmine_ingest.settings.quantities import duration

Place = tuple[str, int]


def _listen(value: Any) -> Place:
    host, _, port = host_port.read(value).rpartition(":")
    address = host.strip("[]")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise Wrong(
            "names no IP address", 'an address and a port such as "127.0.0.1:4300"'
        ) from None
    return address, int(port)


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`listen` is (address, port). A listing stays in the inbox for `inbox`."""

    listen: Place = setting(
        Kind(_listen, {"type": "string", "pattern": ":[0-9]{1,5}$"}),
        "127.0.0.1:4300",
        "a free port if this one is taken; another address only together with hosts",
    )
    hosts: tuple[str, ...] = setting(
        kinds.each(host_name),
        [],
        '"box.example": further names by which you reach it, through a TLS proxy of your own',
        example=["box.example"],
    )
    inbox: timedelta = setting(
        duration("1h", "3650d"), "14d", "how long a listing waits for your decision"
    )

    @property
    def on_loopback(self) -> bool:
        """Whether this machine alone can reach it."""
        return ipaddress.ip_address(self.listen[0]).is_loopback
