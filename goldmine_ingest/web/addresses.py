"""By which addresses the page is reached, and the links that sign in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from goldmine_ingest.runtime.web_key import read_key, site_name
from goldmine_ingest.settings.web import WebSettings
from goldmine_ingest.web.guard import SIGN_IN, Names
from goldmine_ingest.web.session import new_link


def own_names(data: Path, address: str, port: int) -> tuple[str, ...]:
    """The names of loopback, each with the port: the project's own first, which other users of the
    machine don't know, then the address itself.
    """
    bare = f"[{address}]" if ":" in address else address
    return f"{site_name(data)}:{port}", f"{bare}:{port}"


def names(data: Path, web: WebSettings, port: int) -> Names:
    return Names(own_names(data, web.listen[0], port), web.hosts)


def sign_in_links(
    data: Path, own: Sequence[str], boot: str, now: datetime, host: str = ""
) -> tuple[str, ...]:
    """One-time links, good for ten minutes: one for each name, or for a configured `host` alone."""
    key = read_key(data)
    if host:
        return (f"https://{host}{SIGN_IN}{new_link(key, boot, now)}",)
    return tuple(f"http://{name}{SIGN_IN}{new_link(key, boot, now)}" for name in own)
