"""What a poll of one feed, or reading stored entries again, changes in the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldmine_ingest.model import Json
    from goldmine_ingest.model.alert import AlertEvent
    from goldmine_ingest.model.decision import Decision, TextFeatures
    from goldmine_ingest.model.entry import RawEntry
    from goldmine_ingest.model.feed import FeedState, PollRecord
    from goldmine_ingest.model.names import KnownAlias, TextKeys
    from goldmine_ingest.model.posting import Listing, Observation
    from goldmine_ingest.model.pursuit import Pursuit


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry to keep as it came (secrets of the feed's own URL replaced), and the listing that it
    was read as.

    `kind` is that of the document ('rss', 'json', 'mail' …) and `source` the reader that it had:
    what reading it again needs.
    """

    listing_id: str
    feed: str
    seen_at: datetime
    digest: str
    raw: RawEntry
    kind: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ListingVersion:
    """A listing to store: its first version (revision 0) or an edit. `changes` maps a field to
    its old and new value.
    """

    listing: Listing
    seen_at: datetime
    text_hash: str
    changes: Mapping[str, tuple[Json, Json]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedChanges:
    """Everything that one poll of one feed changes; stored in one transaction or not at all.

    `present` maps the digest of each entry now in the feed to its listing (None: the feed's entries
    were not read, nothing changes).
    """

    poll: PollRecord
    state: FeedState
    versions: tuple[ListingVersion, ...] = ()
    aliases: tuple[KnownAlias, ...] = ()
    text_keys: tuple[TextKeys, ...] = ()
    entries: tuple[StoredEntry, ...] = ()
    observations: tuple[Observation, ...] = ()
    features: tuple[TextFeatures, ...] = ()
    decisions: tuple[Decision, ...] = ()
    events: tuple[AlertEvent, ...] = ()
    pursuits: tuple[Pursuit, ...] = ()
    present: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading stored raw entries again changes of known jobs; stored in one transaction.
    `events` are suppressed alerts only.
    """

    versions: tuple[ListingVersion, ...] = ()
    aliases: tuple[KnownAlias, ...] = ()
    text_keys: tuple[TextKeys, ...] = ()
    features: tuple[TextFeatures, ...] = ()
    decisions: tuple[Decision, ...] = ()
    events: tuple[AlertEvent, ...] = ()
