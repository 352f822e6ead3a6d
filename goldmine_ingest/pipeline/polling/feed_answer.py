"""What asking a feed brought, once it is read: the value between asking, which needs no database,
and taking in, which needs nothing else.

It holds what was observed, never what follows from it: a feed's next state, its poll, its listings
and decisions are worked out from the history as it stands when it is taken in. So it may be made by
another process on another machine, and wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.model.fetched import Fetched, Outcome

if TYPE_CHECKING:
    from goldmine_ingest.model.feed import FeedState
    from goldmine_ingest.parse.reading import FeedRead
    from goldmine_ingest.pipeline.polling.gather import Ask


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


def is_same_body(answer: FeedAnswer, state: FeedState) -> bool:
    """The body equals the last one that was taken in whole, so nothing in it needs to be read."""
    trusted = state.last_outcome is not None and state.last_outcome.good
    return trusted and state.body_hash is not None and answer.body_hash == state.body_hash


def first_look(
    batch: Sequence[Fetched], asks: Mapping[str, Ask], now: Callable[[], datetime]
) -> list[FeedAnswer]:
    """Answers that came together, none of them read yet."""
    return [
        FeedAnswer(
            fetched,
            now(),
            body_hash(fetched.body) if fetched.body else None,
            asks[fetched.feed].state.body_hash,
        )
        for fetched in batch
    ]


def unread(answers: Sequence[FeedAnswer], asks: Mapping[str, Ask]) -> set[str]:
    """The feeds whose answers hold something that must be read."""
    return {
        answer.feed
        for answer in answers
        if answer.fetched.outcome is Outcome.OK
        and not is_same_body(answer, asks[answer.feed].state)
    }
