"""contact, trial, review and report as their users run them, on the history of one cycle."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldmine_ingest.store.history import open_store
from tests.cli.test_commands import document
from tests.cli.test_judging import SETTINGS
from tests.histories import NOON
from tests.rig.blank_history import blank_history
from tests.rig.command import goldmine
from tests.rig.project import CRITERIA, upwork_feed, upwork_item

MEMBERS = [
    "schema",
    "from",
    "to",
    "diagnosis",
    "enough_data",
    "missing",
    "funnel",
    "before",
    "connects",
    "money",
    "by_source",
    "by_proof",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose feed brought two jobs; one of them was pursued."""
    folder = tmp_path_factory.mktemp("review")
    (folder / "config").mkdir()
    (folder / "config" / "goldmine.toml").write_text(SETTINGS)
    (folder / "config" / "criteria.toml").write_text(CRITERIA)
    (folder / "feed.xml").write_bytes(upwork_feed(upwork_item(1), upwork_item(2, budget="$450")))
    assert goldmine("run", cwd=folder).returncode == 0
    listing = goldmine(
        "sql", "SELECT listing_id FROM listings LIMIT 1", "--format", "csv", cwd=folder
    ).stdout.split()[1]
    assert goldmine("track", listing, "pursued", "--connects", "12", cwd=folder).returncode == 0
    return folder


def test_a_trial_from_start_to_end(home: Path) -> None:
    """Declared, refused a second time, reviewed with its three questions, ended; an unknown one
    is a usage error.
    """
    assert (
        goldmine(
            "trial", "start", "close", "--problem", "slow close", "--offer", "two days", cwd=home
        ).returncode
        == 0
    )
    assert (
        goldmine("trial", "start", "other", "--problem", "p", "--offer", "o", cwd=home).returncode
        == 2
    )
    assert "day 1 of 30" in goldmine("trial", "status", cwd=home).stdout
    found = document(goldmine("review", "--trial", "close", "--json", cwd=home))
    assert (found["trial"]["name"], found["trial"]["criteria_changed"]) == ("close", False)
    assert [q["answer"] for q in found["trial"]["questions"]] == ["not enough data"] * 3
    assert goldmine("trial", "end", cwd=home).returncode == 0
    unknown = goldmine("review", "--trial", "none", cwd=home)
    assert (unknown.returncode, "There are: close." in unknown.stderr) == (2, True)


def test_contacts_stand_beside_pursuits(home: Path) -> None:
    assert (
        goldmine(
            "contact", "add", "referral", "--note", "of a client", "--amount", "250", cwd=home
        ).returncode
        == 0
    )
    assert goldmine("contact", "add", "handshake", cwd=home).returncode == 2
    assert "of a client" in goldmine("contact", "list", cwd=home).stdout
    found = document(goldmine("review", "--json", cwd=home))
    assert (found["second_paths"]["said"], found["second_paths"]["amount"]) == (
        "1 pursuit, 1 contact",
        250,
    )
    assert set(MEMBERS) <= found.keys()
    assert [step["count"] for step in found["funnel"]][:4] == [2, 1, 1, 1]
    assert (found["diagnosis"], found["enough_data"]) == ("not_enough_data", False)


def test_a_second_path_pays_the_debt_of_its_pursuit(home: Path) -> None:
    """Recorded for a pursuit, with its next date and what became of it; a pursuit is asked after
    again. What makes no sense is a usage error.
    """
    listing = goldmine(
        "sql", "SELECT listing_id FROM pursuits LIMIT 1", "--format", "csv", cwd=home
    ).stdout.split()[1]
    add = ("contact", "add", "past_client", "--note", "Anna", "--next")
    done = goldmine(*add, "tomorrow", cwd=home)
    assert "1 active pursuit, 0 paths: choose one of five" in done.stderr
    done = goldmine(*add, "2031-01-02", "--for", listing, cwd=home)
    assert done.stdout.startswith("recorded: past_client on ")
    assert "1 active pursuit, 1 path: each has its second path." in done.stderr
    contact = done.stdout.rpartition("(")[2][:8]
    updated = goldmine("contact", "update", contact, "--outcome", "a call", cwd=home)
    assert f"Anna; a call ({contact})" in updated.stdout
    _, soonest, *_ = goldmine("contact", "list", cwd=home).stdout.splitlines()
    assert ("past_client" in soonest, contact not in soonest) == (True, True)
    (mine,) = (
        row
        for row in document(goldmine("contact", "list", "--json", cwd=home))
        if row["contact_id"].startswith(contact)
    )
    assert (mine["outcome"], mine["next_on"], mine["listing_id"]) == ("a call", None, listing)
    for wrong in ((*add, "yesterday"), (*add, "2001-01-01"), ("contact", "update", "zzzz")):
        assert goldmine(*wrong, cwd=home).returncode == 2
    assert goldmine("contact", "update", contact, cwd=home).returncode == 2
    assert "followed_up on" in goldmine("track", listing, "followed_up", cwd=home).stdout


def test_a_trial_counts_what_it_takes(home: Path) -> None:
    start = ("trial", "start", "list", "--problem", "p", "--offer", "o")
    assert goldmine(*start, "--contacts-a-week", "0", cwd=home).returncode == 2
    assert goldmine(*start, "--contacts-a-week", "2", "--pursuits", "9", cwd=home).returncode == 0
    assert goldmine("contact", "add", "case_study", "--next", "7d", cwd=home).returncode == 0
    said = goldmine("trial", "status", cwd=home).stdout
    assert "  proof assets: 0 of 2 (case study due on " in said
    assert "  contacts this week: 0 of 2\n" in said
    assert "  pursuits: 0 of 9\n" in said
    assert goldmine("trial", "end", cwd=home).returncode == 0


def test_the_weeks_message_can_be_seen_before_it_is_asked_for(home: Path) -> None:
    said = goldmine("review", "--weekly", cwd=home).stdout
    assert said.startswith("the week to ")
    assert "Quality: 50 qualified per 100 (1 of 2)" in said
    found = document(goldmine("review", "--weekly", "--json", cwd=home))
    assert "\n".join((found["headline"], *found["lines"])) + "\n" == said
    assert goldmine("review", "--weekly", "--html", "week.html", cwd=home).returncode == 2


def test_the_pages_are_written_whole(home: Path) -> None:
    """Both pages; the review also says its sentences."""
    assert "1 pursuit" in goldmine("review", "--html", "review.html", cwd=home).stdout
    assert goldmine("report", "--html", "report.html", cwd=home).returncode == 0
    for name in ("review", "report"):
        page = (home / f"{name}.html").read_text()
        assert page.startswith("<!doctype html>")
        assert page.rstrip().endswith("</html>")
        assert "<svg" in page


def test_a_page_that_cannot_be_written_is_a_failure(home: Path) -> None:
    """As with `sql --output`: the command was right, the file is wrong."""
    done = goldmine("review", "--html", "nowhere/review.html", cwd=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "review.html: can't be written: No such file or directory" in done.stderr


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A project with a history in which nothing ever happened."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "goldmine.toml").write_text(SETTINGS)
    (tmp_path / "config" / "criteria.toml").write_text(CRITERIA)
    with open_store(blank_history(tmp_path / "data" / "goldmine.duckdb"), now=NOON):
        return tmp_path


def test_an_empty_history_gets_one_sentence_and_no_figures(empty: Path) -> None:
    said = goldmine("review", cwd=empty).stdout.splitlines()
    assert said[0].endswith("0 of these 30 days watched: not enough data")
    assert said[1:] == [
        "Nothing is known of this time: no feed was polled, and nothing was recorded. `goldmine"
        " run` polls your feeds."
    ]
    report = goldmine("report", cwd=empty).stdout
    assert report.count("nothing to show yet") == 19
    assert "█" not in report
    assert "begins one" in goldmine("trial", "status", cwd=empty).stdout
    assert goldmine("review", "--html", "review.html", cwd=empty).returncode == 0
    page = (empty / "review.html").read_text()
    assert "Nothing is known of this time" in page
    assert "<svg" not in page


def test_a_first_cycle_is_told_what_is_missing_and_nothing_unknown_as_a_figure(home: Path) -> None:
    said = goldmine("review", cwd=home).stdout
    assert "missing: days watched: 0 of 7" in said
    assert "All listings were there before their feed was first read" in said
    assert "There is nothing to compare with" in said
    assert "1 pursuit cost 12 connects" in said
    assert "not known" not in said
    assert "0 of 0" not in said


def test_the_report_draws_in_a_terminal(home: Path) -> None:
    """Bars with their figures, the floor beside its band, the hours as a map."""
    said = goldmine("report", cwd=home).stdout
    assert "From listing to deal" in said
    assert "← your floor" in said
    assert "█" in said
    assert "\nMon " in said
