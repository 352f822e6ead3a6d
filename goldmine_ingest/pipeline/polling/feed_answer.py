"""What asking a feed brought, once it is read: the value between asking, which needs no database,
and taking in, which needs nothing else.

It holds what was observed, never what follows from it: a feed's next state, its poll, its listings
and decisions are worked out from the history as it stands when it is taken in. So it may be made by
another process on another machine, and wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.model.fetched import Fetched, Outcome
from goldmine_ingest.pipeline.polling.gather import Ask
from goldmine_ingest.runtime.signals import StoppedError

if TYPE_CHECKING:
    from goldmine_ingest.model.feed import FeedState
    from goldmine_ingest.parse.reading import FeedRead
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.settings.project import Project

# Gives the digests that are in each of these feeds, with their listings: entries that need no
# second reading.
EntriesOf = Callable[[Collection[str]], Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """One feed's answer. `read` is None where there is nothing to read: it failed, or nothing had
    changed.

    `fetched` has its body only for the way in that puts it away, and no URL where it was written
    down; `origin` stands for that. `at` is when the answer was read. `basis` is the hash of the
    body that "nothing has changed" refers to. `known` maps the digests that were not read again to
    their listings.
    """

    fetched: Fetched
    at: datetime
    body_hash: str | None = None
    basis: str | None = None
    origin: str | None = None
    read: FeedRead | None = None
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def feed(self) -> str:
        return self.fetched.feed

    @property
    def nothing_new(self) -> bool:
        """A good answer that holds what the last one held."""
        return self.fetched.outcome is Outcome.NOT_MODIFIED or (
            self.fetched.outcome is Outcome.OK and self.read is None
        )


def body_hash(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def is_same_body(heard: FeedAnswer, state: FeedState) -> bool:
    """The body equals the last one that was taken in whole, so nothing in it needs to be read."""
    trusted = state.last_outcome is not None and state.last_outcome.good
    return trusted and state.body_hash is not None and heard.body_hash == state.body_hash


def hear(
    batch: Sequence[Fetched],
    asks: Mapping[str, Ask],
    entries_of: EntriesOf,
    project: Project,
    world: Environment,
) -> list[FeedAnswer]:
    """Reads answers that came together, and takes the feeds' own secrets out. Opens no database but
    by `entries_of`.

    Those that can't be read any more because the process is to end are left out: they are asked
    again.
    """
    heard = [_at_first(fetched, asks[fetched.feed].state, world.now()) for fetched in batch]
    unread = {
        each.feed
        for each in heard
        if each.fetched.outcome is Outcome.OK and not is_same_body(each, asks[each.feed].state)
    }
    if not unread:
        return heard
    from goldmine_ingest.pipeline.polling.read_answer import (
        read_answer,
    )  # a cycle in which nothing changed reads nothing

    entries, read = entries_of(unread), [each for each in heard if each.feed not in unread]
    for each in heard:
        if each.feed in unread:
            try:
                read.append(
                    read_answer(each, asks[each.feed], entries.get(each.feed, {}), project, world)
                )
            except StoppedError:
                break
    return read


def _at_first(fetched: Fetched, state: FeedState, now: datetime) -> FeedAnswer:
    return FeedAnswer(
        fetched, now, body_hash(fetched.body) if fetched.body else None, state.body_hash
    )
