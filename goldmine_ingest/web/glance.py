"""What every page shows at its edges: how the feeds are, how many wait, what was decided today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.actions import last_event
from goldmine_ingest.analysis.inbox import Inbox, inbox
from goldmine_ingest.model.feed import FeedCondition
from goldmine_ingest.model.pursuit import RecordedEvent

if TYPE_CHECKING:
    from goldmine_ingest.model.feed import FeedState
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store


@dataclass(frozen=True, slots=True)
class Glance:
    """`feeds` are configured and asked; `failing` of them are named; `asked_at` is the newest good
    poll. `decided` counts today's events that stand, `last` is the newest of them with its title.
    `samples`: there are no feeds but the samples.
    """

    inbox: Inbox = field(default_factory=Inbox)
    feeds: int = 0
    failing: tuple[str, ...] = ()
    asked_at: datetime | None = None
    decided: int = 0
    last: RecordedEvent | None = None
    last_title: str = ""
    samples: bool = False


def glance(
    store: Store, project: Project, waiting: Inbox | None, *, now: datetime, zone: tzinfo
) -> Glance:
    """A few short questions; `waiting` where that one was asked already."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    events = [event for event in store.events(since=midnight) if by_hand(event.way)]
    last = last_event(tuple(events))
    listing = store.listing_heads([last.listing_id]).get(last.listing_id) if last else None
    states = store.feed_states()
    enabled = [feed.name for feed in project.feeds if feed.enabled]
    return Glance(
        waiting or inbox(store, span=project.web.inbox, now=now, zone=zone),
        len(enabled),
        tuple(name for name in enabled if _fails(states.get(name))),
        max((s.last_ok_at for s in states.values() if s.last_ok_at), default=None),
        sum(not event.undone for event in events),
        last,
        (last.title if last else None) or (listing.posting.title if listing else ""),
        samples=only_samples(project),
    )


def by_hand(way: str | None) -> bool:
    """Whether someone decided it, one by one: not an import, nor a mail."""
    return way not in ("csv", "mail")


def only_samples(project: Project) -> bool:
    """Whether there are no feeds but those that come with the program."""
    return all(feed.path and feed.path.name.startswith("sample-") for feed in project.feeds)


def _fails(state: FeedState | None) -> bool:
    if state is None or state.condition is FeedCondition.OK:
        return False
    return state.consecutive_failures > 0
