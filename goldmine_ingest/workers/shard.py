"""What a worker does: asks the feeds of one shard that are due, reads what they answer, and
writes it down for the loader. No database.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from goldmine_ingest.errors import UnavailableError, UsageError
from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.pipeline.polling import poll_result
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer, first_look
from goldmine_ingest.pipeline.polling.gather import Ask, gather, rank_of, select
from goldmine_ingest.pipeline.polling.read_answer import read_answers
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.settings.feeds import FeedSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.plans import Plan, Planned
from goldmine_ingest.workers.batch import (
    Batch,
    DamagedBatchError,
    ForeignBatchError,
    NewerBatchError,
    Row,
    decode_timing,
    encode,
)
from goldmine_ingest.workers.feed_plan import read_shard
from goldmine_ingest.workers.shard_of_feed import is_shared
from goldmine_ingest.workers.shared_place import Place

WAITING = "batches"
# A batch is taken in by one transaction: this much of it fits into memory and is stored in a second
# or two.
_MOST_FEEDS, _MOST_ENTRIES = 500, 4000


@dataclass(frozen=True, slots=True)
class ShardReport:
    """What polling a shard brought. `planned` is False where the loader hasn't written a plan
    for it yet.
    """

    shard: int
    feeds: int = 0
    failed: int = 0
    entries: int = 0
    batches: tuple[str, ...] = ()
    planned: bool = True


def place_of(project: Project, shard: int) -> Place:
    """Where the project's workers write. Raises UsageError where it has none, or not so many
    shards.
    """
    if project.workers is None:
        raise UsageError(
            "the project has no workers",
            hint="[workers] batches names the place that workers and loader share",
        )
    if not 0 <= shard < project.workers.shards:
        raise UsageError(
            f"there is no shard {shard}",
            hint=f"[workers] shards = {project.workers.shards}, counted from 0",
        )
    return Place(project.workers.batches)


def poll_shard(project: Project, place: Place, shard: int, environment: Environment) -> ShardReport:
    """Polls what is due of one shard. Raises UnavailableError where the shared place can't be used.

    Validators and known entries come from the plan alone: what a server calls unchanged is always
    something that is committed. Only when a feed was asked last is also read from the batches that
    still wait, so that nobody is asked too often while the loader is away.
    """
    plan = read_shard(place, shard)
    planned = plan.feeds
    feeds = {
        feed.name: feed
        for feed in project.feeds
        if feed.enabled and is_shared(feed) and feed.name in planned
    }
    states = {name: planned[name].state for name in feeds} | _since(place, shard, plan)
    writer = _Writer(place, shard, plan.history)
    for asks in select(list(feeds.values()), states, environment.now(), all_feeds=False).rounds:
        by_name = {ask.feed.name: Ask(ask.feed, planned[ask.feed.name].state) for ask in asks}
        for answer in _answers(by_name, planned, project, environment):
            writer.add(answer, feeds[answer.feed], states[answer.feed])
        writer.write()
        if environment.stop():
            break
    return replace(writer.report, planned=bool(planned))


def _answers(
    asks: Mapping[str, Ask], plan: Mapping[str, Planned], project: Project, environment: Environment
) -> Iterator[FeedAnswer]:
    def entries_of(names: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        return {name: plan[name].entries for name in names}

    for batch in gather(
        asks.values(),
        project,
        env=environment.env,
        redactor=environment.redactor,
        now=environment.now,
        resolve=environment.resolve,
        stop=environment.stop,
    ):
        reach("fetched")
        answers = first_look(batch, asks, environment.now)
        for answer in read_answers(answers, asks, entries_of, project, environment):
            error = (
                environment.redactor.clean(answer.fetched.error) if answer.fetched.error else None
            )
            yield replace(
                answer,
                fetched=replace(
                    answer.fetched, body=b"", url="", content_type="", moved_host=None, error=error
                ),
            )
        if environment.stop():
            return


def _since(place: Place, shard: int, plan: Plan) -> dict[str, FeedState]:
    """The states of feeds that were asked since the plan was written: those in batches that the
    loader hasn't taken yet.
    """
    states: dict[str, FeedState] = {}
    for name in sorted(place.names(WAITING), key=lambda name: name.split("-")[1:]):
        try:
            content = place.read(name) if shard_in(name) == shard else None
            timing = decode_timing(content, plan.history) if content is not None else ()
        except (DamagedBatchError, NewerBatchError, ForeignBatchError, UnavailableError):
            continue  # the loader says it
        for after in (each for each in timing if each.feed in plan.feeds):
            states[after.feed] = replace(
                plan.feeds[after.feed].state,
                interval_s=after.interval_s,
                next_poll_at=after.next_poll_at,
                retry_after_until=after.retry_after_until,
                consecutive_failures=after.consecutive_failures,
                condition=after.condition,
                settings=after.settings,
            )
    return states


class _Writer:
    """Collects what is heard, and writes a batch when there is enough for one."""

    def __init__(self, place: Place, shard: int, history: str) -> None:
        self._place = place
        self._shard = shard
        self._history = history
        self._batch = Batch()
        self._rank = 0
        self.report = ShardReport(shard)

    def add(self, answer: FeedAnswer, feed: FeedSettings, state: FeedState) -> None:
        ask = Ask(feed, state)
        poll = poll_result.poll_of(ask, answer, answer.known, "")
        after = poll[1] if isinstance(poll, tuple) else poll.state
        self._rank = rank_of(ask)
        self._batch.add(Row(answer, after))
        failed = after.consecutive_failures > 0
        self.report = replace(
            self.report,
            feeds=self.report.feeds + 1,
            failed=self.report.failed + failed,
            entries=self.report.entries + (len(answer.read.entries) if answer.read else 0),
        )
        if len(self._batch.rows) >= _MOST_FEEDS or self._batch.entries >= _MOST_ENTRIES:
            self.write()

    def write(self) -> None:
        rows, self._batch = self._batch.rows, Batch()
        if not rows:
            return
        name = batch_name(
            self._rank, min(row.answer.fetched.started_at for row in rows), self._shard
        )
        content = encode(rows, self._history)
        reach("batch_encoded")
        self._place.write(name, content)
        reach("batch_written")
        self.report = replace(self.report, batches=(*self.report.batches, name))


def batch_name(rank: int, began: datetime, shard: int) -> str:
    """In the order of names batches are taken in: feeds that were read before come first
    (gather.rank_of), then the older ones.
    """
    return f"{WAITING}/{rank}-{began.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{shard:04d}-{secrets.token_hex(4)}.parquet"


def began_in(name: str) -> datetime | None:
    """When the oldest answer of a batch was asked for, by its name; None where that isn't a
    batch's.
    """
    try:
        return datetime.strptime(
            name.rpartition("/")[2].split("-")[1], "%Y%m%dT%H%M%S.%fZ"
        ).replace(tzinfo=UTC)
    except (IndexError, ValueError):
        return None


def shard_in(name: str) -> int | None:
    """The shard that a batch's name tells, or None."""
    parts = name.rpartition("/")[2].split("-")
    return int(parts[2]) if len(parts) == 4 and parts[2].isdigit() else None
