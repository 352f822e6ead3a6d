"""`goldmine matches`, `goldmine explain WORDS` and what people call their stages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.test_rescan import home_with
from tests.rig.command import goldmine
from tests.rig.project import CRITERIA, Home

KEYS = (
    *("listing_id", "title", "url", "pay", "budget_min", "budget_max", "currency", "first_seen_at"),
    *("decision", "score", "proof", "ask", "stage", "rating"),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Three that qualify, one for review (no budget), one rejected."""
    return home_with(tmp_path, "$1,500", "$900", "$700", "", "$100")


def matches(home: Home, *options: str) -> list[dict[str, Any]]:
    done = goldmine("matches", "--since", "400d", "--json", *options, cwd=home.folder)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["schema"], list(document)) == (1, ["schema", "since", "listings"])
    listings: list[dict[str, Any]] = document["listings"]
    assert all(tuple(row) == KEYS for row in listings)
    return listings


def test_what_waits_the_best_first(home: Home) -> None:
    """What qualified before what is for review; what was answered or called bad is done with."""
    rows = matches(home)
    assert [row["decision"] for row in rows] == ["qualified"] * 3 + ["review"]
    assert {row["budget_max"] for row in rows} == {1500, 900, 700, None}
    applied, bad, good = (row["listing_id"] for row in rows[:3])
    for arguments in (("track", applied, "applied"), ("rate", bad, "bad"), ("rate", good, "good")):
        assert goldmine(*arguments, cwd=home.folder).returncode == 0
    assert [row["listing_id"] for row in matches(home)] == [good, rows[3]["listing_id"]]
    everything = {row["listing_id"]: row for row in matches(home, "--all")}
    assert everything.keys() == {row["listing_id"] for row in rows}
    assert everything[applied]["stage"] == "pursued"
    assert everything[bad]["rating"] == "bad"
    goldmine("track", "--undo", cwd=home.folder)
    assert applied in {row["listing_id"] for row in matches(home)}


def test_two_lines_for_a_person(home: Home) -> None:
    done = goldmine("matches", "--since", "400d", cwd=home.folder)
    first, link, *_ = done.stdout.splitlines()
    row = matches(home)[0]
    assert first.startswith(f"{row['listing_id'][:8]}  qualified {row['score']}")
    assert "fixed" in first
    assert " old" in first
    assert first.endswith(row["title"])
    assert link.strip() == row["url"]
    assert done.stderr.startswith("3 qualified, 1 for review")
    old = goldmine("matches", "--since", "1m", cwd=home.folder)
    assert (old.returncode, old.stdout) == (0, "")
    assert "nothing waits for you" in old.stderr


def test_a_listing_is_explained_by_its_words(home: Home) -> None:
    """The best hit, with the others named; an id stays an id."""
    row = matches(home)[0]
    alone = goldmine("explain", *row["title"].split(), cwd=home.folder)
    assert (alone.returncode, alone.stderr) == (0, "")
    assert alone.stdout == goldmine("explain", row["listing_id"], cwd=home.folder).stdout
    several = goldmine("explain", "month-end", "reconciliations", cwd=home.folder)
    assert several.returncode == 0
    assert several.stderr.count("Month-end reconciliation") == 4
    unknown = goldmine("explain", "ffff", cwd=home.folder)
    assert (unknown.returncode, "no listing begins with" in unknown.stderr) == (2, True)
    assert goldmine("explain", "month-end", "plumbing", cwd=home.folder).returncode == 2


def test_an_amount_in_another_currency_and_the_day_before(home: Home) -> None:
    home.criteria = CRITERIA.replace('"USD"', '"AED"')
    home.project()
    listing_id = matches(home, "--all")[0]["listing_id"]
    track = ("track", listing_id, "hired", "--amount", "$100", "--on", "yesterday")
    assert goldmine(*track, cwd=home.folder).returncode == 0
    assert home.rows("SELECT stage, amount FROM pursuits") == [("hired", pytest.approx(367.25))]


def test_near_misses_begin_with_what_waits_for_a_look(home: Home) -> None:
    shown = goldmine("near-misses", "--since", "400d", cwd=home.folder).stdout
    waits, turned_away = shown.split("turned away by", 1)
    review = next(row for row in matches(home) if row["decision"] == "review")
    assert review["listing_id"][:8] in waits
    assert "$100 fixed" in turned_away


def test_what_was_recorded_is_told_with_its_currency(home: Home) -> None:
    listing = matches(home)[0]["listing_id"]
    told = goldmine("track", listing, "hired", "--amount", "3.2k", cwd=home.folder).stdout
    assert "3200 USD" in told
