"""contact, trial, review and report as their users run them, on the history of one cycle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import document
from tests.cli.test_judging import SETTINGS
from tests.rig.command import goldmine
from tests.rig.project import CRITERIA, upwork_feed, upwork_item

MEMBERS = ["schema", "from", "to", "diagnosis", "enough_data", "missing", "funnel", "before", "connects", "money", "by_source", "by_proof"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose feed brought two jobs; one of them was pursued."""
    folder = tmp_path_factory.mktemp("review")
    (folder / "config").mkdir()
    (folder / "config" / "goldmine.toml").write_text(SETTINGS)
    (folder / "config" / "criteria.toml").write_text(CRITERIA)
    (folder / "feed.xml").write_bytes(upwork_feed(upwork_item(1), upwork_item(2, budget="$450")))
    assert goldmine("run", cwd=folder).returncode == 0
    listing = goldmine("sql", "SELECT listing_id FROM listings LIMIT 1", "--format", "csv", cwd=folder).stdout.split()[1]
    assert goldmine("track", listing, "pursued", "--connects", "12", cwd=folder).returncode == 0
    return folder


def test_a_trial_from_start_to_end(home: Path) -> None:
    """Declared, refused a second time, reviewed with its three questions, ended; an unknown one is a usage error."""
    assert goldmine("trial", "start", "close", "--problem", "slow close", "--offer", "two days", cwd=home).returncode == 0
    assert goldmine("trial", "start", "other", "--problem", "p", "--offer", "o", cwd=home).returncode == 2
    assert "day 1 of 30" in goldmine("trial", "status", cwd=home).stdout
    found = document(goldmine("review", "--trial", "close", "--json", cwd=home))
    assert (found["trial"]["name"], found["trial"]["criteria_changed"]) == ("close", False)
    assert [q["answer"] for q in found["trial"]["questions"]] == ["not enough data"] * 3
    assert goldmine("trial", "end", cwd=home).returncode == 0
    unknown = goldmine("review", "--trial", "none", cwd=home)
    assert (unknown.returncode, "There are: close." in unknown.stderr) == (2, True)


def test_contacts_stand_beside_pursuits(home: Path) -> None:
    assert goldmine("contact", "add", "referral", "--note", "of a client", "--amount", "250", cwd=home).returncode == 0
    assert goldmine("contact", "add", "handshake", cwd=home).returncode == 2
    assert "of a client" in goldmine("contact", "list", cwd=home).stdout
    found = document(goldmine("review", "--json", cwd=home))
    assert (found["second_paths"]["said"], found["second_paths"]["amount"]) == ("1 pursuit, 1 contact", 250)
    assert set(MEMBERS) <= found.keys()
    assert [step["count"] for step in found["funnel"]][:4] == [2, 1, 1, 1]
    assert (found["diagnosis"], found["enough_data"]) == ("not_enough_data", False)


def test_the_pages_are_written_whole(home: Path) -> None:
    """Both pages, and the same charts in the terminal."""
    assert "1 pursuit" in goldmine("review", "--html", "review.html", cwd=home).stdout
    assert goldmine("report", "--html", "report.html", cwd=home).returncode == 0
    for name in ("review", "report"):
        page = (home / f"{name}.html").read_text()
        assert page.startswith("<!doctype html>")
        assert page.rstrip().endswith("</html>")
        assert "<svg" in page
    assert "From listing to deal" in goldmine("report", cwd=home).stdout
