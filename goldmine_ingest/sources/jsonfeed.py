"""JSON Feed 1.0 and 1.1 of a board that nobody knows: read as the generic reader does, with the
facts that the format itself has.
"""

from __future__ import annotations

from datetime import datetime

from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources import generic
from goldmine_ingest.sources.source import Source


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    return generic.read_entry(entry, feed, now, "jsonfeed")


SOURCE = Source(
    name="jsonfeed",
    title="JSON Feed",
    recognise=lambda feed: feed.kind == "json" and "jsonfeed.org/version/" in feed.generator,
    normalise=_normalise,
    fields=generic.SOURCE.fields,
    status="alive: a format",
    checked="documentation",
    notes="Version 1.0 and 1.1, and hnrss's, which is read as Hacker News.",
)
