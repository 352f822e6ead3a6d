"""[web]: the local page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`listen` is (address, port); port 0 takes any. `hosts` are further names by which a browser
    reaches the page, through a proxy with TLS. A listing stays in the inbox for `inbox`.
    """

    listen: tuple[str, int] = ("127.0.0.1", 4300)
    hosts: tuple[str, ...] = ()
    inbox: timedelta = timedelta(days=14)
