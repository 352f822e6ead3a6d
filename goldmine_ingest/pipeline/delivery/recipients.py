"""The URLs of destinations whose recipients aren't known yet: those that were never read, or have
changed. Several recipients of one URL are told each by itself.

Only Apprise's plugins know whom a URL names, and loading one takes longer than a quiet cycle: what
was found (recipient_changes.py) is kept, with a mark of the URL that it was found in. Kept are
keyed hashes and masked labels; the addresses never leave the URL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldmine_ingest.config import reveal_address
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model.recipient import keyed
from goldmine_ingest.store.recipient_rows import key_of

if TYPE_CHECKING:
    from goldmine_ingest.alerts.recipient_places import Noted
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project

# With the destination's name, in `meta`: the mark of the URL that was read last.
_MARK = "recipients:"
# How recipients are told apart. Another number has every URL read again.
_READING = "1"


@dataclass(frozen=True, slots=True)
class UnreadUrl:
    """A URL to read: the fact that keeps its mark, the mark once it is read, and the one that keeps
    a URL that Apprise refuses from being read again in the same hour.
    """

    destination: DestinationSettings
    url: str
    fact: str
    mark: str
    refused_mark: str


def unread_urls(
    project: Project, environment: Environment, noted: Noted, facts: Mapping[str, str]
) -> tuple[list[UnreadUrl], list[str]]:
    """Those of a project's destinations, and the names of the destinations whose URL Apprise
    refused within the hour. One that can't be had now keeps its recipients.

    Raises StoreError where the history's key can't be used.
    """
    asked = [
        destination
        for destination in project.destinations
        if not destination.is_terminal or destination.name in noted
    ]
    if not asked:
        return [], []
    secret = key_of(project.database.path)
    unread: list[UnreadUrl] = []
    refused: list[str] = []
    for destination in asked:
        try:
            url = reveal_address(destination, project.home, environment.env)
        except UnavailableError:
            continue  # said when something is sent there
        fact, mark = _MARK + destination.name, _READING + keyed(secret, url)
        this_hour = f"{mark}|{environment.now():%Y-%m-%dT%H}"
        if facts.get(fact) == this_hour:
            refused.append(destination.name)
        elif facts.get(fact) != mark:
            unread.append(UnreadUrl(destination, url, fact, mark, this_hour))
    return unread, refused
