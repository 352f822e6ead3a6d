"""Which entries are one listing does not depend on order, feed, polls or tracking parameters:
drawn histories of drawn jobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.facts.links import canonical_link
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources import platform_of_link
from tests.pipeline.test_intake import NOON, Feeds, feed

FEEDS = ("a", "b", "c")
SUBJECTS = ("ledgers", "scrapers", "logos", "dashboards", "grants", "podcasts")


@dataclass(frozen=True)
class Telling:
    """One job as one feed tells it at one poll."""

    job: int
    feed: str
    posting: Posting


def _text(job: int) -> str:
    subject = SUBJECTS[job % len(SUBJECTS)]
    return (
        f"Job {job} is about {subject} and nothing else: describe how you made {subject} before,"
        " for whom, and what became of them."
    )


LINKS = (
    "https://www.upwork.com/jobs/Some-title_~01{id:016x}?source=rss",
    "http://upwork.com/jobs/~01{id:016x}/",
    "https://www.upwork.com/jobs/Other_%7E01{id:016x}?utm_source=x&referrer_url_path=y#top",
    "https://www.vollna.com/go?pid=7{id}&url=https%253A%252F%252Fwww.upwork.com%252Fjobs%252F%257E01{id:016x}",
)
BOARD_LINKS = (
    "https://www.board.example/jobs/{id}",
    "http://board.example/jobs/{id}/?utm_medium=rss&ref=feed",
    "https://BOARD.example:443//jobs/{id}?token=abc#apply",
)


@st.composite
def tellings(draw: st.DrawFn) -> list[Telling]:
    """Jobs of a marketplace and of a board that no one knows, each told several times in
    different spellings.
    """
    found = []
    for job in range(draw(st.integers(1, 5))):
        marketplace = draw(st.booleans())
        for _ in range(draw(st.integers(1, 4))):
            name = draw(st.sampled_from(FEEDS))
            link = draw(st.sampled_from(LINKS if marketplace else BOARD_LINKS)).format(id=job + 1)
            guid = draw(
                st.sampled_from([None, link, f"{name}-{job}", f"tag:board.example,2026:{job}"])
            )
            title = f"Work on {SUBJECTS[job % len(SUBJECTS)]} no. {job}" + draw(
                st.sampled_from(["", " (3 proposals)", "!", " - posted 5 minutes ago"])
            )
            found.append(Telling(job, name, _posting(title, _text(job), link, guid)))
    return found


def _posting(title: str, text: str, link: str, guid: str | None) -> Posting:
    place = platform_of_link(link)
    if place:
        return Posting(
            place.platform,
            title,
            text,
            url=place.url,
            platform_job_id=place.job_id,
            guid=guid,
            posted_at=NOON,
        )
    return Posting("generic", title, text, url=canonical_link(link), guid=guid, posted_at=NOON)


def _listings(polls: Sequence[Sequence[Telling]]) -> tuple[set[frozenset[int]], int]:
    """Which jobs share a listing, and how many listings there are, after these polls of one feed
    each.
    """
    feeds = Feeds(*(feed(name) for name in FEEDS))
    jobs: dict[str, set[int]] = {}
    for number, poll in enumerate(polls):
        at = NOON + timedelta(minutes=number)
        _poll(feeds, poll, at, jobs)
    return {frozenset(found) for found in jobs.values()}, len(feeds.known.listings)


def _poll(feeds: Feeds, poll: Sequence[Telling], at: datetime, jobs: dict[str, set[int]]) -> None:
    intake = feeds.poll(poll[0].feed, *(telling.posting for telling in poll), at=at)
    for telling in poll:
        jobs.setdefault((intake.changes.present or {})[repr(telling.posting)], set()).add(
            telling.job
        )


@settings(max_examples=60, deadline=None)
@given(tellings(), st.randoms(use_true_random=False))
def test_each_job_is_one_listing_in_any_order_of_polls(told: list[Telling], chance: object) -> None:
    expected = {frozenset({telling.job}) for telling in told}
    for _ in range(2):
        assert _listings([[telling] for telling in told]) == (expected, len(expected))
        chance.shuffle(told)  # type: ignore[attr-defined]  # random.Random


@settings(max_examples=60, deadline=None)
@given(tellings(), st.randoms(use_true_random=False))
def test_a_history_replayed_in_any_interleaving_gives_the_same_listings(
    told: list[Telling], chance: object
) -> None:
    """Whole documents, entry by entry, shuffled: the same entries are one listing each time."""
    documents = [[telling for telling in told if telling.feed == name] for name in FEEDS]
    whole = [document for document in documents if document]
    expected = {frozenset({telling.job}) for telling in told}
    assert _listings(whole) == (expected, len(expected))
    chance.shuffle(whole)  # type: ignore[attr-defined]  # random.Random
    assert _listings([*whole, *([telling] for telling in told)]) == (expected, len(expected))


@settings(max_examples=40, deadline=None)
@given(tellings())
def test_an_id_is_that_of_the_first_sight_for_ever(told: list[Telling]) -> None:
    feeds = Feeds(*(feed(name) for name in FEEDS))
    first: dict[int, str] = {}
    for number, telling in enumerate(told):
        intake = feeds.poll(telling.feed, telling.posting, at=NOON + timedelta(minutes=number))
        (listing_id,) = (intake.changes.present or {}).values()
        assert first.setdefault(telling.job, listing_id) == listing_id


def test_i10_a_new_entry_at_the_bottom_of_an_unordered_page_is_found() -> None:
    old = [
        _posting(f"Work {n}", _text(n), f"https://board.example/jobs/{n}", None) for n in range(4)
    ]
    feeds = Feeds(feed("a"))
    feeds.poll("a", *(replace(p, posted_at=NOON - timedelta(days=n)) for n, p in enumerate(old)))
    late = _posting("Work 9", _text(9), "https://board.example/jobs/9", None)
    assert (
        feeds.poll(
            "a",
            *reversed(old),
            replace(late, posted_at=NOON - timedelta(days=300)),
            at=NOON + timedelta(hours=1),
        ).new
        == 1
    )
