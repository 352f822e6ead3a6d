"""What an answer that was read means for the feed itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest import inputs as ways_in
from goldmine_ingest.model.feed import FeedCondition, FeedState, PollRecord
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.pipeline.ingest.ingest_context import PollResult
from goldmine_ingest.pipeline.polling import due
from goldmine_ingest.pipeline.polling.poll_result import counting_skips, good, record

if TYPE_CHECKING:
    from goldmine_ingest.parse.reading import FeedRead
    from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
    from goldmine_ingest.pipeline.polling.gather import Ask

# A feed that was never empty in so many good polls, and now is, is suspected rather than believed
# (docs/reliability.md H12).
NEVER_EMPTY_POLLS = 30


def read_as(
    ask: Ask, heard: FeedAnswer, read: FeedRead, current: Mapping[str, str], run_id: str
) -> PollResult | Fetched:
    """The poll to take in; or, where reading showed that there is nothing to take in, the answer
    with the outcome that it really has.
    """
    fetched = heard.fetched
    broke_off_empty = read.outcome is Outcome.PARTIAL and not read.entries and not read.bad_parts
    if (
        not read.outcome.brought_entries or broke_off_empty
    ):  # without one whole entry a broken source must not look like a quiet one
        return _turned_out(fetched, read.outcome, read.problem)
    only_news = ways_in.brings_only_news(ask.feed)
    if not read.entries and not only_news and ask.state.seen_entries and _never_empty(ask.state):
        return _turned_out(
            fetched,
            Outcome.EMPTY_SUSPICIOUS,
            f"empty, after {ask.state.good_polls} polls that never were; its listings stay as"
            " they are",
        )
    state = good(ask, heard)
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
        state = counting_skips(ask.state, state, read.skipped, heard.at)
    empty = ask.state.empty_polls + (not read.entries)
    row = record(
        fetched,
        run_id,
        read.outcome,
        entries=len(read.entries),
        skipped=read.skipped,
        error=read.problem if read.outcome is Outcome.PARTIAL or read.skipped else None,
    )
    origin = heard.origin or ask.state.origin
    moved = _moved(ask.state.origin, origin) if read.entries else None
    return PollResult(
        ask.feed, replace(state, empty_polls=empty, origin=origin), read, row, current, moved
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
