"""What an answer of a feed means for the feed itself: its poll record and its state afterwards.
Pure.

A state's validators are kept only for a body that was taken in whole: anything else would hide it
behind a 304.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest import inputs as ways_in
from goldmine_ingest.model.feed import FeedState, PollRecord
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.pipeline.polling import due

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.ingest.ingest_context import PollResult
    from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
    from goldmine_ingest.pipeline.polling.gather import Ask

_NONE = Validators()
_LATELY = timedelta(days=1)
_NOT_MODIFIED = 304


def is_late(heard: FeedAnswer, state: FeedState, now: datetime) -> bool:
    """A poll that began later is stored already. (One in the future tells of a clock that was
    set back since.)
    """
    return state.last_poll_at is not None and heard.fetched.started_at < state.last_poll_at <= now


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
    ask: Ask, heard: FeedAnswer, current: Mapping[str, str], run_id: str
) -> PollResult | tuple[PollRecord, FeedState]:
    """The poll to take in; or, of an answer that brought no entries, its record and the feed's
    next state.
    """
    if heard.nothing_new:
        return unchanged(ask, heard, run_id)
    if heard.read is None:
        return failed(ask, heard.fetched, run_id, heard.at)
    from goldmine_ingest.pipeline.polling.read_outcomes import (
        read_as,
    )  # most polls bring nothing to read

    poll = read_as(ask, heard, heard.read, current, run_id)
    return failed(ask, poll, run_id, heard.at) if isinstance(poll, Fetched) else poll


def unchanged(ask: Ask, heard: FeedAnswer, run_id: str) -> tuple[PollRecord, FeedState]:
    """A 304, or a 200 with the body of last time: a good poll that brought nothing new."""
    fetched = heard.fetched
    if heard.basis != ask.state.body_hash:
        # Another poll was taken in since this one was asked: what it found unchanged isn't what is
        # stored, so the whole is asked for next.
        state = replace(
            good(ask, heard),
            validators=Validators(),
            body_hash=None,
            last_full_at=ask.state.last_full_at,
        )
    elif fetched.status == _NOT_MODIFIED:
        state = good(
            ask,
            heard,
            validators=fetched.validators if fetched.validators != _NONE else ask.state.validators,
            whole=False,
        )
    else:
        state = good(ask, heard)
    if ways_in.brings_only_news(ask.feed):
        state = counting_skips(ask.state, state, 0, heard.at)
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
    position = ask.state.validators if ways_in.brings_only_news(ask.feed) else Validators()
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
    ask: Ask, heard: FeedAnswer, *, validators: Validators | None = None, whole: bool = True
) -> FeedState:
    """The state after an answer that was taken in; `whole` if it was the whole feed.
    `validators` stand for those of the answer.
    """
    return due.after_success(
        ask.state,
        ask.feed,
        heard.at,
        validators=validators or heard.fetched.validators,
        body_hash=heard.body_hash or ask.state.body_hash,
        last_ok_at=heard.at,
        last_full_at=heard.at if whole else ask.state.last_full_at,
        last_outcome=Outcome.OK,
        last_poll_at=heard.fetched.started_at,
        good_polls=ask.state.good_polls + 1,
    )
