"""`goldmine check --online`: what each feed yields now, and whether each destination can be
reached. Stores and sends nothing.
"""

from __future__ import annotations

import socket
from dataclasses import replace
from urllib.parse import urlsplit

from goldmine_ingest.app import run_cycle
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config import reveal_address
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model import Json
from goldmine_ingest.notify.proxies import proxies_for
from goldmine_ingest.pipeline.proxy import proxy_of
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.project import Project

_PATIENCE_S = 5.0
_HTTP, _SOCKS = 80, 1080  # the usual ports
# Where the services of these Apprise schemes live; a scheme that isn't here names its host itself,
# or isn't tried.
_HOSTS = {
    "tgram": ("api.telegram.org", 443),
    "discord": ("discord.com", 443),
    "slack": ("hooks.slack.com", 443),
    "pover": ("api.pushover.net", 443),
}
_PORTS = {
    "json": 80,
    "jsons": 443,
    "xml": 80,
    "xmls": 443,
    "form": 80,
    "forms": 443,
    "ntfy": 80,
    "ntfys": 443,
    "gotify": 80,
    "gotifys": 443,
}


def ask_feeds(project: Project, session: Session) -> list[dict[str, Json]]:
    """Each enabled feed asked once, unconditionally."""
    try:
        report = run_cycle(
            replace(project, destinations=()),
            env=session.env,
            now=session.now,
            out=session.err,
            dry_run=True,
            progress=session.progress,
            redactor=session.redactor(),
        )
    finally:
        session.clear_progress()
    return [
        {
            "feed": feed.feed,
            "ok": feed.outcome.good,
            "detail": feed.error or f"{feed.entries} entries",
            "outcome": str(feed.outcome),
            "http_status": feed.http_status,
            "entries": feed.entries,
        }
        for feed in report.feeds
    ]


def ask_destinations(project: Project, session: Session) -> list[dict[str, Json]]:
    """A connection to each destination, closed again."""
    rows: list[dict[str, Json]] = []
    for destination in project.destinations:
        ok, detail = _reach(destination, project, session)
        rows.append({"destination": destination.name, "ok": ok, "detail": detail})
    return rows


def _reach(
    destination: DestinationSettings, project: Project, session: Session
) -> tuple[bool, str]:
    if destination.is_terminal:
        return True, "prints here"
    try:
        place = _place(reveal_address(destination, project.home, session.env))
        asked = proxy_of(project, session.env)
    except UnavailableError as error:
        return False, error.message
    if place is None:
        return (
            True,
            (
                "its address is well formed; this kind of service is tried by goldmine notify test"
                " only"
            ),
        )
    proxy = _proxy(place, asked)
    what = "the proxy of [fetch] proxy " if proxy else ""
    try:
        socket.create_connection(proxy or place, timeout=_PATIENCE_S).close()
    except OSError as error:
        return False, f"{what}can't be reached ({error.strerror or type(error).__name__})"
    return True, f"{what}can be reached"


def _proxy(place: tuple[str, int], proxy: str) -> tuple[str, int] | None:
    """Where the proxy is that the destination is asked through, if it is asked through one."""
    host, port = place
    shown = f"[{host}]" if ":" in host else host
    chosen = proxies_for(f"{'http' if port == _HTTP else 'https'}://{shown}:{port}/", proxy).get(
        "all"
    )
    if chosen is None:
        return None
    parts = urlsplit(chosen if "://" in chosen else f"http://{chosen}")
    return parts.hostname or "", parts.port or (
        _SOCKS if parts.scheme.startswith("socks") else _HTTP
    )


def _place(url: str) -> tuple[str, int] | None:
    """Host and port of a destination, as far as its scheme tells."""
    parts = urlsplit(url)
    if parts.scheme in _HOSTS:
        return _HOSTS[parts.scheme]
    port = _PORTS.get(parts.scheme)
    if port is None or not parts.hostname:
        return None
    if parts.scheme.startswith("ntfy") and not parts.path.strip(
        "/"
    ):  # ntfy://TOPIC is on the public server
        return "ntfy.sh", 443
    return parts.hostname, parts.port or port
