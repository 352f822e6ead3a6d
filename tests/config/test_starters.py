"""Starters: each is a configuration that nothing is to be said against, keeps the commented file,
knows the work of its trade from other work, and has sample feeds whose matches are of that trade.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.config.starters import read_starter, sample_feeds, starter_names
from goldmine_ingest.errors import UsageError
from goldmine_ingest.parse.reading import FeedRead, ReadJob, read_feed
from goldmine_ingest.pipeline.ingest.pasted_listing import judge_read
from tests.rig.command import goldmine
from tools.evaluation import labelled
from tools.evaluation.report import figures
from tools.evaluation.starters import HERE, SETS, rows, written

TRADES = starter_names()
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWN = [trade for trade in TRADES if trade not in SETS]


def test_the_trades_are_those_that_are_promised() -> None:
    assert set(TRADES) == {
        *("design", "writing", "translation", "web-development", "mobile", "data"),
        *(
            "automation",
            "marketing",
            "bookkeeping",
            "video",
            "assistance",
            "operations",
            "wordpress",
        ),
    }


@pytest.mark.parametrize("trade", TRADES)
def test_nothing_is_to_be_said_against_it(trade: str, tmp_path: Path) -> None:
    assert goldmine("init", ".", "--trade", trade, cwd=tmp_path).returncode == 0
    checked = goldmine("check", cwd=tmp_path)
    assert checked.stdout + checked.stderr == "the configuration is fine: 2 feeds, 1 destination\n"
    text = (tmp_path / "config/criteria.toml").read_text()
    assert read_starter(trade).title.lower() in text
    assert "Finance reconciliation" not in text
    assert text.count("\n#") > 10, "the commented examples stay"


@pytest.mark.parametrize("trade", OWN)
def test_it_knows_its_work_from_other_work(trade: str) -> None:
    """On listings that we wrote for it: that it isn't broken, no more."""
    listings = list(written(trade))
    assert [label for label, _ in listings].count("pursue") == 20
    assert len(listings) == 40
    told = figures(rows(trade))
    assert told.precision >= 0.85
    assert told.with_review >= 0.75


def sample_of(trade: str) -> dict[str, FeedRead]:
    """Both feeds as the product reads them; the grammar is found, not told."""
    return {
        name: read_feed(
            ReadJob(name, text.encode(), "application/rss+xml", "", "auto", frozenset(), NOON)
        )
        for name, text in sample_feeds(trade).items()
    }


@pytest.mark.parametrize("trade", TRADES)
def test_the_first_run_of_a_trade_shows_its_own_matches(trade: str, tmp_path: Path) -> None:
    """Of each kind something: matches, a listing for review, and those that are turned away."""
    assert goldmine("init", ".", "--trade", trade, cwd=tmp_path).returncode == 0
    project = config.load(None, env={}, cwd=tmp_path)
    feeds = sample_of(trade)
    assert {name: feed.platform for name, feed in feeds.items()} == {
        "sample-upwork.xml": "upwork",
        "sample-freelancer.xml": "freelancer",
    }
    for name, text in sample_feeds(trade).items():
        assert (tmp_path / "config" / name).read_text() == text
    judged = [one for feed in feeds.values() for one in judge_read(feed, project, NOON)]
    decided = Counter(one.decision.decision for one in judged)
    assert decided["qualified"] >= 3, decided
    assert decided["review"] >= 1, decided
    assert decided["rejected"] >= 3, decided
    assert {one.listing.posting.title for one in judged}.isdisjoint(
        one.posting.title
        for other in TRADES
        if other != trade
        for feed in sample_of(other).values()
        for one in feed.entries
        if one.posting
    )


def test_what_the_first_run_sends_is_of_the_trade(tmp_path: Path) -> None:
    assert goldmine("init", ".", "--trade", "design", cwd=tmp_path).returncode == 0
    done = goldmine("run", "--all", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Lead: Brand identity." in done.stdout
    assert "reconcil" not in done.stdout
    assert "Brand identity for a cooperative" in goldmine("matches", cwd=tmp_path).stdout


def test_one_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    refused = goldmine("init", ".", "--trade", "Writer", cwd=tmp_path)
    assert refused.returncode == 2
    assert "did you mean writing?" in refused.stderr
    begun = goldmine("init", ".", "--trade", "web", cwd=tmp_path)
    assert "did you mean web-development?" in begun.stderr
    assert not (tmp_path / "config").exists()
    with pytest.raises(UsageError, match="no starter"):
        read_starter("../../etc/passwd")


def test_no_word_of_ours_is_taken_from_the_labelled_texts() -> None:
    """Where they lie beside the project: no phrase is a sentence of theirs, and no listing of ours
    has six words in a row of theirs.
    """
    theirs = {
        run
        for trade in labelled.trades()
        for one in labelled.labelled(trade)
        for run in _runs(f"{one.listing.posting.title}. {one.listing.posting.description}")
    }
    ours = [line.split("|", 2)[2] for file in HERE.glob("*.txt") for line in file.open()]
    assert len(ours) == 320
    ours += [text for trade in TRADES for text in _samples(trade)]
    copied = {run for text in ours for run in _runs(text)} & theirs
    assert copied == set()
    phrases = [p for trade in TRADES for one in read_starter(trade).proofs for p in one["phrases"]]
    assert max(len(phrase.split()) for phrase in phrases) <= 4


def _samples(trade: str) -> list[str]:
    """Each listing of a trade's sample feeds."""
    feeds = "".join(sample_feeds(trade).values())
    return re.findall(r"<description><!\[CDATA\[(.*?)\]\]>", feeds, re.DOTALL)


def _runs(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[start : start + 6]) for start in range(len(words) - 5)}
