"""The recipients of each destination, found out when its URL is first read or has changed: several
are told each by itself.

Only Apprise's plugins know whom a URL names, and loading one takes longer than a quiet cycle: what
was found is kept, with a mark of the URL that it was found in. Kept are keyed hashes and masked
labels; the addresses never leave the URL.
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
    from goldmine_ingest.alerts.places import Noted
    from goldmine_ingest.model.recipient import Named
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project

# With the destination's name, in `meta`: the mark of the URL that was read last.
_MARK = "recipients:"
# How recipients are told apart. Another number has every URL read again.
_READING = "1"


@dataclass(frozen=True, slots=True)
class Reading:
    """A URL that was read: the fact that keeps its mark, and whom it names. None: Apprise refuses
    it, so that its destination keeps the recipients that it had; it is read again another day.
    """

    destination: DestinationSettings
    fact: str
    mark: str
    named: tuple[Named, ...] | None


def read_urls(
    project: Project, world: Environment, noted: Noted, facts: Mapping[str, str]
) -> list[Reading]:
    """Whom the URLs name that weren't read yet. Those that can't be had now keep the recipients
    that they had.

    Raises StoreError where the history's key can't be used.
    """
    secret = key_of(project.database.path)
    readings = []
    for destination in project.destinations:
        if destination.is_terminal and destination.name not in noted:
            continue
        try:
            url = reveal_address(destination, project.home, world.env)
            fact, mark = _MARK + destination.name, _READING + keyed(secret, url)
            today = f"{mark}|{world.now():%Y-%m-%d}"
            if facts.get(fact) not in (mark, today):
                named = _named(destination, url, secret, world)
                readings.append(Reading(destination, fact, today if named is None else mark, named))
        except UnavailableError:
            continue  # said when something is sent there
    return readings


def _named(
    destination: DestinationSettings, url: str, secret: bytes, world: Environment
) -> tuple[Named, ...] | None:
    # A cycle that has read all of its URLs renders nothing.
    from goldmine_ingest.render.targets import TargetKind, kind_of

    if destination.is_terminal or kind_of(url) is TargetKind.WEBHOOK:
        return ()
    return world.notifier().recipients(url, secret)
