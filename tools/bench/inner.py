"""What the inner parts of a cycle cost, each for itself (pytest-benchmark; no part of the test
suite).

    pytest tools/bench/inner.py --benchmark-timer=time.process_time

One round is a hundred labelled listings of tools/evaluation, so 1 ms in the table is 10 µs a
listing. Compare two runs of one machine: `--benchmark-save=NAME`, then `--benchmark-compare`.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest import config
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.features import FeatureReader, full_text
from goldmine_ingest.identity import job_names, near_duplicates
from goldmine_ingest.identity.same_text import stable_words
from goldmine_ingest.model.changes import FeedChanges, ListingVersion
from goldmine_ingest.model.feed import FeedState, PollRecord
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.parse.reading import ReadJob, read_feed
from goldmine_ingest.store.history import open_store
from goldmine_ingest.text.language import detect_language
from goldmine_ingest.text.pieces import TakenApart
from goldmine_ingest.text.plain_text import html_to_text
from tests.rig.project import upwork_feed, upwork_item
from tools.evaluation.__main__ import examples

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
COUNT = 100

Benchmark = Callable[..., Any]


@pytest.fixture(scope="module")
def postings() -> list[Posting]:
    return [example.listing.posting for example in list(examples())[:COUNT]]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(config.load(ROOT / "config/goldmine.toml", env={}, cwd=ROOT).criteria)


def listings_of(postings: list[Posting]) -> list[Listing]:
    return [Listing(f"{number:020d}", posting, NOW) for number, posting in enumerate(postings)]


def test_read_a_feed(benchmark: Benchmark, postings: list[Posting]) -> None:
    """XML to postings: what the reading child does."""
    items = [
        upwork_item(n, title=p.title, body=html.escape(p.description).replace("\n", "<br />"))
        for n, p in enumerate(postings)
    ]
    job = ReadJob(
        "jobs",
        upwork_feed(*items),
        "application/rss+xml",
        "www.upwork.com",
        "upwork",
        frozenset(),
        NOW,
    )
    assert len(benchmark(read_feed, job).entries) == COUNT


def test_markup_to_text(benchmark: Benchmark, postings: list[Posting]) -> None:
    bodies = [html.escape(p.description).replace("\n", "<br />") for p in postings]
    benchmark(lambda: [html_to_text(body) for body in bodies])


def test_language(benchmark: Benchmark, postings: list[Posting]) -> None:
    benchmark(lambda: [detect_language(p.description) for p in postings])


def test_names_and_keys(benchmark: Benchmark, postings: list[Posting]) -> None:
    """The names under which a job can come back, and the sketch of its text; nothing remembered
    from before.
    """

    def named() -> None:
        stable_words.__globals__["_remembered"].cache_clear()
        for posting in postings:
            job_names.names(posting, "jobs")
            near_duplicates.text_keys(posting)

    benchmark(named)


def test_tokens(benchmark: Benchmark, postings: list[Posting]) -> None:
    texts, table = [full_text(p) for p in postings], FeatureReader().tables["en"]
    benchmark(lambda: [TakenApart(text, table) for text in texts])


def test_features(benchmark: Benchmark, postings: list[Posting]) -> None:
    reader = FeatureReader()
    benchmark(lambda: [reader.extract(p) for p in postings])


def test_decide(benchmark: Benchmark, postings: list[Posting], judge: Judge) -> None:
    """From stored features, as a backtest does."""
    pairs = [(listing, judge.features(listing.posting)) for listing in listings_of(postings)]
    benchmark(lambda: [judge.decide(listing, features, now=NOW) for listing, features in pairs])


def test_store(benchmark: Benchmark, postings: list[Posting], judge: Judge, tmp_path: Path) -> None:
    """A feed's hundred new listings into an empty history, opening and closing it included."""
    listings = listings_of(postings)
    features = {f.text_hash: f for f in (judge.features(p) for p in postings)}
    hashes = [judge.features(p).text_hash for p in postings]
    changes = FeedChanges(
        poll=PollRecord("run", "jobs", NOW, Outcome.OK, entries=COUNT),
        state=FeedState("jobs"),
        versions=tuple(
            ListingVersion(listing, NOW, text_hash)
            for listing, text_hash in zip(listings, hashes, strict=True)
        ),
        features=tuple(features.values()),
        decisions=tuple(
            judge.decide(x, features[h], now=NOW) for x, h in zip(listings, hashes, strict=True)
        ),
    )
    runs = iter(range(10_000))

    def stored() -> None:
        with open_store(tmp_path / f"{next(runs)}.duckdb", now=NOW) as store:
            store.apply(changes)

    benchmark.pedantic(stored, rounds=5)  # type: ignore[attr-defined]
