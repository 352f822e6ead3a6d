"""`goldmine offer` as its users run it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import document
from tests.cli.test_judging import SETTINGS
from tests.rig.command import goldmine
from tests.rig.project import CRITERIA, upwork_feed, upwork_item


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose feed brought two dozen jobs that ask for a reconciliation."""
    folder = tmp_path_factory.mktemp("offer")
    (folder / "config").mkdir()
    (folder / "config" / "goldmine.toml").write_text(SETTINGS)
    (folder / "config" / "criteria.toml").write_text(CRITERIA)
    (folder / "feed.xml").write_bytes(upwork_feed(*(upwork_item(n) for n in range(1, 25))))
    assert goldmine("run", cwd=folder).returncode == 0
    return folder


def test_an_offer_is_held_against_the_history(home: Path) -> None:
    ran = goldmine("offer", "reconciliation", "of bank exports with the ledger", "--json", cwd=home)
    found = document(ran)
    assert list(found)[:9] == [
        *("schema", "since", "listings", "share", "words_used", "words_missing"),
        *("median_pay", "currency", "lacks"),
    ]
    assert (found["listings"], found["share"], found["looked_at"]) == (24, 1, 24)
    assert (found["enough_data"], found["currency"]) == (True, "USD")
    assert found["median_pay"] == 1500
    assert "reconciliation" in found["words_used"]
    assert found["lacks"] == ["who", "before_and_after", "measure", "reason"]


def test_a_weak_offer_is_told_what_it_lacks_and_no_figure_that_nobody_knows(home: Path) -> None:
    ran = goldmine("offer", "write 10 blog posts", cwd=home)
    assert ran.returncode == 0
    lines = ran.stdout.splitlines()
    assert lines[0] == "0 of 24 listings (0.0%) name this problem and outcome."
    assert lines[1] == "Not enough to say more: listings that name it: 0 of 5."
    assert [line for line in lines if line.startswith("Your offer lacks")] == lines[-4:]
    assert "in the middle" not in ran.stdout


def test_an_offer_of_nothing_is_refused(home: Path) -> None:
    ran = goldmine("offer", "the best quality", cwd=home)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "names nothing" in ran.stderr
