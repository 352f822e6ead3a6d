"""What an answer of a feed means for the feed itself: its poll record and its state afterwards.
Pure.

A state's validators are kept only for a body that was taken in whole: anything else would hide it
behind a 304.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest import inputs
from goldmine_ingest.model.feed import FeedCondition, FeedState, PollRecord
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.pipeline.polling import due

if TYPE_CHECKING:
    from goldmine_ingest.model.names import Alias
    from goldmine_ingest.parse.reading import FeedRead
    from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
    from goldmine_ingest.pipeline.polling.gather import Ask
    from goldmine_ingest.settings.feeds import FeedSettings

# A feed that was never empty in so many good polls, and now is, is suspected rather than believed
# (docs/reliability.md H12).
NEVER_EMPTY_POLLS = 30
_NONE = Validators()
_LATELY = timedelta(days=1)
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class PollResult:
    """A feed's entries as they were read. `current` maps the digest of each entry that it held last
    time to its listing.

    `moved` says how the feed itself is another one than last time (its host, its title), or is
    None. `names` keeps those of entries by their digests, so that they are worked out once.
    """

    feed: FeedSettings
    state: FeedState
    read: FeedRead
    record: PollRecord
    current: Mapping[str, str] = field(default_factory=dict)
    moved: str | None = None
    names: dict[str, tuple[Alias, ...]] = field(default_factory=dict, compare=False, repr=False)


def is_late(answer: FeedAnswer, state: FeedState, now: datetime) -> bool:
    """A poll that began later is stored already. (One in the future tells of a clock that was
    set back since.)
    """
    return state.last_poll_at is not None and answer.fetched.started_at < state.last_poll_at <= now


def record(
    fetched: Fetched,
    run_id: str,
    outcome: Outcome,
    *,
    entries: int = 0,
    skipped: int = 0,
    error: str | None = None,
) -> PollRecord:
    """The row of the `polls` view; `http_status` keeps the truth whatever the outcome is called."""
    return PollRecord(
        run_id,
        fetched.feed,
        fetched.started_at,
        outcome,
        fetched.status,
        fetched.wire_bytes,
        entries,
        skipped=skipped,
        error=error,
    )


def poll_of(
    ask: Ask, answer: FeedAnswer, current: Mapping[str, str], run_id: str
) -> PollResult | tuple[PollRecord, FeedState]:
    """The poll to take in; or, of an answer that brought no entries, its record and the feed's
    next state.
    """
    if answer.read is None:
        return brought_nothing(ask, answer, run_id)
    poll = read_as(ask, answer, answer.read, current, run_id)
    return failed(ask, poll, run_id, answer.at) if isinstance(poll, Fetched) else poll


def brought_nothing(ask: Ask, answer: FeedAnswer, run_id: str) -> tuple[PollRecord, FeedState]:
    """The record and next state of a feed of whose answer there is nothing to read."""
    if answer.nothing_new:
        return unchanged(ask, answer, run_id)
    return failed(ask, answer.fetched, run_id, answer.at)


def unchanged(ask: Ask, answer: FeedAnswer, run_id: str) -> tuple[PollRecord, FeedState]:
    """A 304, or a 200 with the body of last time: a good poll that brought nothing new."""
    fetched = answer.fetched
    if answer.basis != ask.state.body_hash:
        # Another poll was taken in since this one was asked: what it found unchanged isn't what is
        # stored, so the whole is asked for next.
        state = replace(
            good(ask, answer),
            validators=Validators(),
            body_hash=None,
            last_full_at=ask.state.last_full_at,
        )
    elif fetched.status == _NOT_MODIFIED:
        state = good(
            ask,
            answer,
            validators=fetched.validators if fetched.validators != _NONE else ask.state.validators,
            whole=False,
        )
    else:
        state = good(ask, answer)
    if inputs.brings_only_news(ask.feed):
        state = counting_skips(ask.state, state, 0, answer.at)
    return record(fetched, run_id, Outcome.NOT_MODIFIED), state


def counting_skips(before: FeedState, after: FeedState, skipped: int, now: datetime) -> FeedState:
    """The state after a poll without entries. A source that has brought nothing but what can't be
    read, ever or for a day, counts as failing until it brings an entry: it must not look like a
    quiet one.
    """
    goes_on = bool(before.consecutive_failures) and before.last_outcome is Outcome.PARTIAL
    lately = before.last_new_at is not None and now - before.last_new_at < _LATELY
    if lately or not (skipped or goes_on):
        return after
    return replace(
        after,
        consecutive_failures=before.consecutive_failures + 1,
        last_outcome=Outcome.PARTIAL,
        last_error=after.last_error or before.last_error,
    )


def failed(ask: Ask, fetched: Fetched, run_id: str, now: datetime) -> tuple[PollRecord, FeedState]:
    """A poll that brought nothing to believe: recorded with its class, and the feed is backed
    off. What it held before stays.
    """
    state = due.after_failure(ask.state, ask.feed, fetched, now)
    outcome = state.last_outcome or fetched.outcome
    position = ask.state.validators if inputs.brings_only_news(ask.feed) else Validators()
    return (
        record(fetched, run_id, outcome, error=fetched.error),
        replace(state, validators=position, body_hash=None, last_poll_at=fetched.started_at),
    )


def accepted(state: FeedState) -> FeedState:
    """The state of a held feed once a person took its new content for right: as if it were read
    for the first time, and due.
    """
    return replace(
        FeedState(state.feed, interval_s=state.interval_s),
        last_ok_at=state.last_ok_at,
        last_new_at=state.last_new_at,
    )


def good(
    ask: Ask, answer: FeedAnswer, *, validators: Validators | None = None, whole: bool = True
) -> FeedState:
    """The state after an answer that was taken in; `whole` if it was the whole feed.
    `validators` stand for those of the answer.
    """
    return due.after_success(
        ask.state,
        ask.feed,
        answer.at,
        validators=validators or answer.fetched.validators,
        body_hash=answer.body_hash or ask.state.body_hash,
        last_ok_at=answer.at,
        last_full_at=answer.at if whole else ask.state.last_full_at,
        last_outcome=Outcome.OK,
        last_poll_at=answer.fetched.started_at,
        good_polls=ask.state.good_polls + 1,
    )


def read_as(
    ask: Ask, answer: FeedAnswer, read: FeedRead, current: Mapping[str, str], run_id: str
) -> PollResult | Fetched:
    """The poll to take in; or, where reading showed that there is nothing to take in, the answer
    with the outcome that it really has.
    """
    fetched = answer.fetched
    broke_off_empty = read.outcome is Outcome.PARTIAL and not read.entries and not read.bad_parts
    if (
        not read.outcome.brought_entries or broke_off_empty
    ):  # without one whole entry a broken source must not look like a quiet one
        return _turned_out(fetched, read.outcome, read.problem)
    only_news = inputs.brings_only_news(ask.feed)
    if not read.entries and not only_news and ask.state.seen_entries and _never_empty(ask.state):
        return _turned_out(
            fetched,
            Outcome.EMPTY_SUSPICIOUS,
            f"empty, after {ask.state.good_polls} polls that never were; its listings stay as"
            " they are",
        )
    state = good(ask, answer)
    if read.outcome is Outcome.PARTIAL:
        # The rest of the feed is not known: ask for the whole again, and let nothing count as gone.
        # (What a mailbox or folder brought that can't be read is said once, and passed over.)
        state = replace(
            state,
            validators=fetched.validators if only_news else Validators(),
            body_hash=None,
            last_ok_at=ask.state.last_ok_at,
            last_full_at=ask.state.last_full_at,
            last_outcome=Outcome.PARTIAL,
            last_error=read.problem or "the feed broke off; the entries that were whole are stored",
        )
    elif read.skipped:
        state = replace(state, last_error=read.problem)
    if only_news and not read.entries:
        state = counting_skips(ask.state, state, read.skipped, answer.at)
    empty = ask.state.empty_polls + (not read.entries)
    row = record(
        fetched,
        run_id,
        read.outcome,
        entries=len(read.entries),
        skipped=read.skipped,
        error=read.problem if read.outcome is Outcome.PARTIAL or read.skipped else None,
    )
    origin = answer.origin or ask.state.origin
    moved = _moved(ask.state.origin, origin) if read.entries else None
    return PollResult(
        ask.feed, replace(state, empty_polls=empty, origin=origin), read, row, current, moved
    )


def state_after(poll: PollResult, news_at: datetime | None) -> FeedState:
    """The feed's state once its entries are taken in; `news_at` is when that brought a new job."""
    return replace(
        poll.state,
        platform=poll.read.platform or poll.state.platform,
        ttl=poll.read.ttl,
        seen_entries=poll.state.seen_entries or bool(poll.read.entries),
        last_new_at=news_at or poll.state.last_new_at,
    )


def held(ask: Ask, poll: PollResult, run_id: str, now: datetime) -> tuple[PollRecord, FeedState]:
    """A feed that holds another site's content all at once: nothing of it is stored, and it
    isn't asked again until a person accepts it.
    """
    why = (
        f"{poll.moved}, and nothing in it was ever in this feed: nothing of it was stored."
        f" If that is right: goldmine feeds accept {ask.feed.name}"
    )
    answer = Fetched(
        ask.feed.name, Outcome.ERROR, poll.record.started_at, poll.record.http_status, error=why
    )
    state = due.after_failure(ask.state, ask.feed, answer, now)
    row = replace(poll.record, run_id=run_id, outcome=Outcome.ERROR, new_listings=0, error=why)
    return row, replace(
        state, condition=FeedCondition.HELD, validators=Validators(), body_hash=None
    )


def _moved(before: str | None, now: str | None) -> str | None:
    if before is None or now is None or before == now:
        return None
    (host, _, title), (new_host, _, new_title) = before.partition("|"), now.partition("|")
    changed = [
        what
        for what, old, new in (
            ("another host answers", host, new_host),
            ("its title changed", title, new_title),
        )
        if old != new
    ]
    return " and ".join(changed)


def _turned_out(fetched: Fetched, outcome: Outcome, problem: str | None) -> Fetched:
    return replace(fetched, outcome=outcome, error=problem, body=b"", validators=Validators())


def _never_empty(state: FeedState) -> bool:
    return state.good_polls >= NEVER_EMPTY_POLLS and state.empty_polls == 0
