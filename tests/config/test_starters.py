"""Starters: each is a configuration that nothing is to be said against, keeps the commented file,
and knows the work of its trade from other work.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from goldmine_ingest.config.starters import read_starter, starter_names
from goldmine_ingest.errors import UsageError
from tests.rig.command import goldmine
from tools.evaluation import labelled
from tools.evaluation.report import figures
from tools.evaluation.starters import HERE, SETS, rows, written

TRADES = starter_names()
OWN = [trade for trade in TRADES if trade not in SETS]


def test_the_trades_are_those_that_are_promised() -> None:
    assert set(TRADES) == {
        *("design", "writing", "translation", "web-development", "mobile", "data"),
        *("automation", "marketing", "bookkeeping", "video", "assistance", "operations", "wordpress"),
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
    assert told.precision >= 0.9
    assert told.with_review >= 0.75


def test_one_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    refused = goldmine("init", ".", "--trade", "Writer", cwd=tmp_path)
    assert refused.returncode == 2
    assert "did you mean writing?" in refused.stderr
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
    copied = {run for text in ours for run in _runs(text)} & theirs
    assert copied == set()
    phrases = [p for trade in TRADES for one in read_starter(trade).proofs for p in one["phrases"]]
    assert max(len(phrase.split()) for phrase in phrases) <= 4


def _runs(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[start : start + 6]) for start in range(len(words) - 5)}
