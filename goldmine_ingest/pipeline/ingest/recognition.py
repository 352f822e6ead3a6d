"""Recognition: which stored jobs the entries of a poll are, and whether the feed renamed them or
holds another site's. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from goldmine_ingest.identity import job_identity, job_names
from goldmine_ingest.identity.job_identity import Match
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.names import Alias
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import ReadEntry
from goldmine_ingest.pipeline.ingest.ingest_context import (
    KnownListings,
    names_of,
)
from goldmine_ingest.pipeline.polling.poll_result import PollResult


@dataclass(frozen=True, slots=True)
class NamedEntry:
    """An entry that has to be looked at, with its names; `strongest` first, those that several
    jobs of the document share left out.
    """

    entry: ReadEntry
    raw: RawEntry
    posting: Posting
    aliases: tuple[Alias, ...]
    strongest: tuple[Alias, ...]


def is_swapped(poll: PollResult, known: KnownListings) -> bool:
    """Whether a feed holds another site's content: its host or title changed, and nothing in it
    was ever seen in it (I13).
    """
    if poll.moved is None or not poll.state.seen_entries or not poll.read.entries:
        return False
    if any(entry.digest in poll.current for entry in poll.read.entries):
        return False
    jobs = matches(named_entries(poll), poll, known)
    seen = {match.listing_id or match.twin or "" for match in jobs}
    return not any(poll.feed.name in known.feeds.get(listing_id, ()) for listing_id in seen)


def only_new(poll: PollResult, known: KnownListings) -> PollResult:
    """The poll with only those of its entries that are jobs which no name makes known."""
    named = named_entries(poll)
    fresh = (
        item.entry
        for item, match in zip(named, matches(named, poll, known), strict=True)
        if match.listing_id is None
    )
    return replace(poll, read=replace(poll.read, entries=tuple(fresh)))


def still_there(poll: PollResult) -> dict[str, str]:
    """Digest to listing of the entries that need no look. From a body that broke off, what was
    there before counts as there still.
    """
    if not poll.read.outcome.good:
        return dict(poll.current)
    return {
        entry.digest: poll.current[entry.digest]
        for entry in poll.read.entries
        if entry.digest in poll.current
    }


def named_entries(poll: PollResult) -> list[NamedEntry]:
    """The entries that are new or differ from what was seen last, each with its names."""
    fresh = [
        e
        for e in poll.read.entries
        if e.posting is not None and e.raw is not None and e.digest not in poll.current
    ]
    shared = job_names.shared_links([e.posting for e in fresh if e.posting])
    named = []
    for entry in fresh:
        posting, raw = entry.posting, entry.raw
        if posting is None or raw is None:  # for the type checker: filtered above
            continue
        aliases = names_of(poll, entry)
        own = tuple(a for a in aliases if a.kind != "link") if posting.url in shared else aliases
        named.append(NamedEntry(entry, raw, posting, aliases, own))
    return named


def matches(named: Sequence[NamedEntry], poll: PollResult, known: KnownListings) -> list[Match]:
    """What each entry is, before any of them is taken in: what of a feed is new decides whether
    its ids were rotated.
    """
    present = frozenset(still_there(poll).values())
    return [
        job_identity.match(n.posting, n.aliases, known.aliases, known.listings, present=present)
        for n in named
    ]


def is_rotation(matches: Sequence[Match], total: int) -> bool:
    """Whether a poll of `total` entries shows a feed that gave all its jobs new names."""
    new = sum(m.listing_id is None for m in matches)
    twins = sum(m.listing_id is None and m.twin is not None for m in matches)
    return job_identity.rotated(new, twins, total)
