"""What taking in costs grows in proportion: twice the entries, or twice the feeds of one job, take
twice the work. Counted are calls and looks, never time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import FrameType

import pytest

from goldmine_ingest.identity import job_names, same_text
from goldmine_ingest.model.feed import PollRecord
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.names import Alias
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead
from goldmine_ingest.pipeline.ingest.intake import Intake
from goldmine_ingest.pipeline.ingest.recognition import NamedEntry, matches, named_entries
from goldmine_ingest.pipeline.polling.poll_result import PollResult
from tests.pipeline.test_intake import NOON, Feeds, entry, feed, job

TEXT = " ".join(f"reconcile{word}" for word in range(40))
# More than are looked at of one name or text, so that what is looked at of each is at its most.
SOME = 100


def reposts(count: int) -> list[Posting]:
    """One text under names of their own."""
    return [replace(job(n), title="The same", description=TEXT) for n in range(count)]


def nameless(count: int) -> list[Posting]:
    """One text without any name: jobs that stand in one document."""
    bare = replace(job(0), url=None, guid=None, title="The same", description=TEXT)
    return [replace(bare, posted_at=NOON - timedelta(minutes=n)) for n in range(count)]


def one_guid(count: int) -> list[Posting]:
    return [replace(job(n), guid="one", url=None) for n in range(count)]


def one_link(count: int) -> list[Posting]:
    return [replace(job(n), url="https://jobs.example/all") for n in range(count)]


@pytest.mark.parametrize("shape", [reposts, nameless, one_guid, one_link])
def test_twice_the_entries_take_twice_the_calls(shape: Callable[[int], list[Posting]]) -> None:
    assert_in_proportion(lambda count: Feeds(feed("a")).poll("a", *shape(count)))


def test_a_job_of_twice_the_feeds_takes_twice_the_calls() -> None:
    def polled(count: int) -> None:
        feeds = [feed(f"f{n:04}") for n in range(count)]
        taken = Feeds(*feeds)
        for each in feeds:
            taken.poll(each.name, job(1))

    assert_in_proportion(polled)


def test_a_like_text_is_not_compared_with_all_that_is_present() -> None:
    """Whether an entry stands in the document is asked of a set that grows with it."""
    looks = []
    for count in (SOME, 2 * SOME):
        present = Present()
        intake, named = begun(reposts(count), present)
        for item, match in zip(named, matches(named, intake.poll, intake.known), strict=True):
            intake.take(item, match)
        assert intake.new == count
        assert set(present.values()) == intake.present_ids
        looks.append(present.looks)
    assert looks[1] <= 2 * looks[0], looks


def test_the_number_of_a_job_that_says_the_same_is_found_by_halves() -> None:
    """And it is the next one: every job has its own."""
    names = (Alias("fingerprint", "c0ffee" * 6),)
    taken = Taken({})
    for _ in range(1_000):
        taken[job_names.new_listing_id(names, taken)] = None
    assert len(taken) == 1_000
    before = taken.looks
    job_names.new_listing_id(names, taken)
    assert taken.looks - before < 30


class Present(dict[str, str]):
    """The listings of a document; `looks` counts those that were handed out."""

    looks = 0

    def values(self) -> Iterator[str]:  # type: ignore[override]  # what is done with them is counted
        for value in super().values():
            self.looks += 1
            yield value


class Taken(dict[str, None]):
    """Listings' ids; `looks` counts how often one was asked for."""

    looks = 0

    def __contains__(self, listing_id: object) -> bool:
        self.looks += 1
        return super().__contains__(listing_id)


def begun(postings: Sequence[Posting], present: dict[str, str]) -> tuple[Intake, list[NamedEntry]]:
    feeds = Feeds(feed("a"))
    read = FeedRead(Outcome.OK, "generic", entries=tuple(map(entry, postings)))
    record = PollRecord("run1", "a", NOON, Outcome.OK, 200, 10, len(postings))
    poll = PollResult(feeds.feeds["a"], feeds.states["a"], read, record, {})
    return Intake(poll, feeds.known, feeds.context, present), named_entries(poll)


def assert_in_proportion(does: Callable[[int], object]) -> None:
    """The third hundred takes as many calls as the second."""
    first, second, third = (calls_of(partial(does, n * SOME)) for n in (1, 2, 3))
    assert third - second <= 1.2 * (second - first), (first, second, third)


def calls_of(does: Callable[[], object]) -> int:
    """How many functions, ours and built in, are called."""
    calls = 0

    def count(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    same_text.forget()
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        does()
    finally:
        sys.setprofile(before)
    return calls
