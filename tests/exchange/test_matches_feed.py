"""The feed of matches: what a feed reader makes of it, and when its file changes."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.exchange.matches_feed import Match, atom, json_feed
from goldmine_ingest.render.clean import clean
from tests.rig.command import goldmine

SEEN = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)
QUALIFIED = {
    "Automate our month-end bank reconciliation (Python or SQL)",
    "Power BI developer: replace our manual Excel finance pack",
    "Reconcile Stripe and Shopify payouts with our books, ETL into PostgreSQL",
    "Reconcile PayPal and Xero, automated exception report",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert goldmine("init", ".", cwd=tmp_path).returncode == 0
    return tmp_path


def publishing(folder: Path, name: str) -> Path:
    config = folder / "config/goldmine.toml"
    config.write_text(f'{config.read_text()}\n[publish]\nfeed = "{name}"\n')
    return folder / name


def test_a_reader_finds_what_qualified(folder: Path) -> None:
    file = publishing(folder, "data/matches.xml")
    assert goldmine("run", "--all", cwd=folder).returncode == 0
    read = feedparser.parse(file.read_bytes())
    assert not read.bozo
    assert {entry.title for entry in read.entries} == QUALIFIED
    first = next(e for e in read.entries if e.title.startswith("Automate"))
    assert first.id == "urn:goldmine:e43dac7e9c079e7549d6"
    assert first.link.startswith("https://www.upwork.com/")
    assert first.content[0].value.splitlines()[0] == "$1,500 fixed · GB"
    assert "“We want this reconciliation automated" in first.content[0].value
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_says_it_already_is_not_touched(folder: Path) -> None:
    file = publishing(folder, "matches.json")
    assert goldmine("run", "--all", cwd=folder).returncode == 0
    before = written(file)
    assert goldmine("publish", cwd=folder).returncode == 0
    assert goldmine("run", "--all", cwd=folder).returncode == 0
    assert written(file) == before
    document = json.loads(file.read_bytes())
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert {item["title"] for item in document["items"]} == QUALIFIED


def written(file: Path) -> tuple[int, int]:
    """Which file it is and when it was written. (Reading it moves its time of access.)"""
    status = file.stat()
    return status.st_ino, status.st_mtime_ns


def test_a_file_that_is_gone_comes_back(folder: Path) -> None:
    file = publishing(folder, "data/matches.xml")
    assert goldmine("run", "--all", cwd=folder).returncode == 0
    content = file.read_bytes()
    file.unlink()
    assert goldmine("run", "--all", cwd=folder).returncode == 0
    assert file.read_bytes() == content


def test_where_it_can_not_be_written_the_cycle_is_done_and_says_so(folder: Path) -> None:
    file = publishing(folder, "data/matches.xml")
    file.parent.mkdir(mode=0o700)
    file.mkdir()
    done = goldmine("run", "--all", cwd=folder)
    assert "feed of matches" in done.stderr
    counted = goldmine("sql", "SELECT count(*) FROM listings", "--format", "csv", cwd=folder)
    assert counted.stdout.split() == ["count_star()", "14"]


def test_another_name_is_refused(folder: Path) -> None:
    publishing(folder, "data/matches.txt")
    checked = goldmine("check", cwd=folder)
    assert (checked.returncode, "publish.feed" in checked.stdout + checked.stderr) == (2, True)


@given(title=st.text(), text=st.text(), seen=st.datetimes(timezones=st.just(UTC)))
def test_any_text_gives_a_well_formed_feed(title: str, text: str, seen: datetime) -> None:
    match = Match("a" * 20, clean(title), None, clean(text), seen, None)
    read = feedparser.parse(atom([match]))
    assert not read.bozo
    assert read.entries[0].id == f"urn:goldmine:{'a' * 20}"
    assert json.loads(json_feed([match]))["items"][0]["content_text"] == clean(text)


def test_nothing_qualified_is_a_feed_too() -> None:
    assert feedparser.parse(atom([])).feed.title == "Goldmine: matches"
    assert json.loads(json_feed([]))["items"] == []
