"""judge, find, rate, track and rescan as their users run them, and what explain says afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import document
from tests.rig.command import goldmine
from tests.rig.project import CRITERIA, upwork_feed, upwork_item

SETTINGS = """
[database]
path = "data/goldmine.duckdb"
[[feed]]
name = "f"
url = "file:feed.xml"
backlog = "all"
max_age = "none"
[[notify]]
name = "screen"
url = "terminal"
"""
PASTED = """Month-end reconciliation in Python
Fixed-price: $1,500
Skills: Python, SQL

Reconcile two bank exports with the ledger, list each exception.
"""
MAIL = f"""From: Upwork Notification <donotreply@upwork.com>
Subject: New job alert: Month-end reconciliation 1
Date: Mon, 23 Nov 2026 12:00:00 +0000
Message-ID: <a@example.test>

Month-end reconciliation 1
https://www.upwork.com/jobs/~01{1:016x}

Fixed-price: $1,500
Reconcile two bank exports with the ledger in Python.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose feed brought two jobs."""
    folder = tmp_path_factory.mktemp("judging")
    (folder / "config").mkdir()
    (folder / "config" / "goldmine.toml").write_text(SETTINGS)
    (folder / "config" / "criteria.toml").write_text(CRITERIA)
    (folder / "feed.xml").write_bytes(upwork_feed(upwork_item(1), upwork_item(2, budget="$450")))
    assert goldmine("run", cwd=folder).returncode == 0
    return folder


def test_without_a_history_the_document_is_complete_and_nothing_is_stored(tmp_path: Path) -> None:
    (tmp_path / "goldmine.toml").write_text(SETTINGS)
    (tmp_path / "criteria.toml").write_text(CRITERIA)
    found = document(
        goldmine("judge", "-", "--config", "goldmine.toml", "--json", cwd=tmp_path, stdin=PASTED)
    )
    assert list(found) == [
        "schema",
        "listing",
        "decision",
        "score",
        "criteria_hash",
        "findings",
        "would_change",
        "destinations",
        "ask",
        "fit",
        "exposure",
        "proof_exposure",
        "signals",
    ]
    assert [(d["destination"], d["state"], d["reason"]) for d in found["destinations"]] == [
        ("screen", None, "not stored; a feed would have owed it")
    ]
    assert not list(tmp_path.rglob("*.duckdb"))
    done = goldmine("judge", "--config", "goldmine.toml", cwd=tmp_path, stdin=" ")
    assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (2, 2, "")


def test_a_saved_listing_is_in_the_history_and_alerts_no_one(home: Path) -> None:
    (home / "pasted.txt").write_text(PASTED, encoding="utf-8")
    found = document(goldmine("judge", "pasted.txt", "--save", "--json", cwd=home))
    assert (found["decision"], found["listing"]["feeds"]) == ("qualified", ["judged"])
    assert [(d["state"], d["reason"]) for d in found["destinations"]] == [
        ("suppressed", "judged by hand: you have seen it")
    ]
    listing_id = found["listing"]["listing_id"]
    assert (
        document(goldmine("explain", listing_id, "--json", cwd=home))["findings"]
        == found["findings"]
    )
    assert (
        "the history has this listing already" in goldmine("judge", "pasted.txt", cwd=home).stdout
    )
    query = "SELECT count(*) AS n FROM listings WHERE title = 'Month-end reconciliation in Python'"
    assert document(goldmine("sql", query, "--format", "json", cwd=home)) == [{"n": 1}]


def test_a_pasted_job_that_a_feed_brought_is_the_same_listing(home: Path) -> None:
    saved = document(goldmine("judge", "--save", "--json", cwd=home, stdin=MAIL))
    assert saved["listing"]["feeds"] == ["f", "judged"]
    assert saved["destinations"][0]["state"] == "sent"


def test_find_is_ranked_and_quotes(home: Path) -> None:
    found = document(
        goldmine("find", "reconciled", "exports", "--since", "90d", "--json", cwd=home)
    )
    assert list(found) == ["schema", "since", "listings"]
    assert list(found["listings"][0]) == [
        "listing_id",
        "title",
        "url",
        "decision",
        "score",
        "rank",
        "highlights",
    ]
    assert found["listings"][0]["rank"] == 1
    assert document(goldmine("find", "zebra", "--json", cwd=home)) == {
        "schema": 1,
        "since": None,
        "listings": [],
    }
    assert goldmine("find", "--since", "soon", "x", cwd=home).returncode == 2
    lost = goldmine("find", "https://www.upwork.com/jobs/~0fff", cwd=home)
    assert (lost.returncode, "no stored listing has this URL" in lost.stderr) == (2, True)


def test_rate_says_what_it_recorded(home: Path) -> None:
    url = f"https://www.upwork.com/jobs/Some-other-slug_~01{2:016x}?utm_source=x"
    done = goldmine("rate", url, "good", "--because", "budget", cwd=home)
    assert done.stdout.startswith("rated good because of budget: Month-end reconciliation 2")
    assert "0 of 1 good" in done.stderr
    assert "nothing new" in goldmine("rate", url, "good", "--because", "budget", cwd=home).stdout
    assert goldmine("rate", url, "fine", cwd=home).returncode == 2
    assert goldmine("rate", "ffff", "good", cwd=home).returncode == 2


def test_track_records_once_and_takes_back(home: Path) -> None:
    row = document(
        goldmine(
            "sql",
            "SELECT listing_id FROM listings WHERE budget_max = 450",
            "--format",
            "json",
            cwd=home,
        )
    )[0]
    listing_id = row["listing_id"]
    first = ("track", listing_id[:8], "pursued", "--connects", "12", "--on", "2026-03-02")
    assert goldmine(*first, cwd=home).stdout.startswith(
        "recorded: pursued on 2026-03-02, 12 connects"
    )
    assert "nothing new" in goldmine(*first, cwd=home).stdout
    assert (
        "no pursued"
        not in goldmine(
            "track", listing_id, "hired", "--amount", "800", "--note", "a\x1bb", cwd=home
        ).stderr
    )
    rows = document(
        goldmine(
            "sql",
            "SELECT stage, connects, amount FROM pursuits ORDER BY at_time",
            "--format",
            "json",
            cwd=home,
        )
    )
    assert rows == [
        {"stage": "pursued", "connects": 12, "amount": None},
        {"stage": "hired", "connects": None, "amount": 800},
    ]
    assert goldmine("track", "--undo", cwd=home).stdout.startswith("taken back: hired")
    assert goldmine("track", "--undo", cwd=home).stdout.startswith("taken back: pursued")
    assert "nothing" in goldmine("track", "--undo", cwd=home).stdout


def test_track_new_keeps_work_that_no_feed_brought(home: Path) -> None:
    """It is found again by its id, and repeated it is one event; each event bears what it is."""
    details = ("--source", "Referral", "--hours", "1.5", "--led", "proof", "--on", "2026-03-02")
    first = ("track", "--new", "--title", "Ann's payouts", *details)
    done = goldmine(*first, cwd=home)
    said = "recorded: pursued on 2026-03-02, 1 h 30 min, referral — Ann's payouts ("
    assert (done.stdout.startswith(said), done.stderr) == (True, "")
    assert "nothing new" in goldmine(*first, cwd=home).stdout
    own_id = done.stdout.split("(")[-1].split(")")[0]
    last = goldmine("track", own_id, "hired", "--amount", "900", "--hours", "9", cwd=home)
    assert (last.returncode, last.stderr) == (0, "")
    assert ", 9 h, referral — " in last.stdout
    query = "SELECT stage, source, title, hours, led, amount FROM pursuits ORDER BY at_time"
    rows = document(goldmine("sql", query, "--format", "json", cwd=home))
    own = {"source": "referral", "title": "Ann's payouts"}
    assert rows == [
        {"stage": "pursued", **own, "hours": 1.5, "led": "proof", "amount": None},
        {"stage": "hired", **own, "hours": 9, "led": None, "amount": 900},
    ]
    assert document(goldmine("doctor", "--json", cwd=home))["ok"]
    assert "Ann's payouts" in goldmine("track", "--undo", cwd=home).stdout
    goldmine("track", "--undo", cwd=home)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("ffff", "pursued"),
        ("ffff",),
        ("ffff", "bought"),
        ("--undo", "--csv", "x.csv"),
        ("--csv", "missing.csv"),
        ("ffff", "hired", "--amount", "much"),
        ("ffff", "hired", "--connects", "-3"),
        ("ffff", "hired", "--on", "someday"),
        ("ffff", "hired", "--hours", "0"),
        ("ffff", "hired", "--led", "charm"),
        ("ffff", "hired", "--title", "A title"),
        ("--new",),
        ("--new", "--title", " "),
        ("--new", "--title", "A call", "bought"),
        ("--new", "--title", "A call", "ffff", "hired"),
        ("--new", "--undo"),
    ],
)
def test_track_that_makes_no_sense_is_2(home: Path, arguments: tuple[str, ...]) -> None:
    done = goldmine("track", *arguments, cwd=home)
    assert (done.returncode, len(done.stderr.splitlines()) <= 2, done.stdout) == (2, True, "")


def test_track_csv_names_the_rows_that_it_could_not_use(home: Path) -> None:
    (home / "export.csv").write_text(
        "Job,Sent,Status,Connects\nMonth-end reconciliation"
        " 1,2026-03-01,Hired,10\nNobody,2026-03-01,Viewed,\n"
    )
    done = goldmine("track", "--csv", "export.csv", cwd=home)
    assert (done.returncode, done.stdout) == (
        2,
        "2 events recorded, 1 of them the pursued that a later stage implies, 1 row not recorded\n",
    )
    assert done.stderr == "line 3: Nobody: not recorded: no stored listing bears this title\n"
    goldmine("track", "--undo", cwd=home)
    goldmine("track", "--undo", cwd=home)


def test_rescan_and_explain_under_changed_criteria(home: Path) -> None:
    """explain says that the decision is of earlier criteria; rescan moves it; --alert owes it;
    the next run sends it.
    """
    path = home / "config" / "criteria.toml"
    path.write_text(CRITERIA.replace("500", "400"))
    listing_id = document(
        goldmine(
            "sql",
            "SELECT listing_id FROM listings WHERE budget_max = 450",
            "--format",
            "json",
            cwd=home,
        )
    )[0]["listing_id"]
    assert (
        "decided under earlier criteria; the present ones say qualified"
        in goldmine("explain", listing_id, cwd=home).stdout
    )
    done = goldmine("rescan", "--alert", "--json", cwd=home)
    found = document(done)
    assert found["moved"] == [{"from": "rejected", "to": "qualified", "listings": 1}]
    assert (found["newly_qualified"], found["alerts"]["owed"]) == ([listing_id], 1)
    assert document(goldmine("run", "--json", cwd=home))["alerts"]["sent"] == 1
    explained = document(goldmine("explain", listing_id, "--json", cwd=home))
    assert explained["decision"] == "qualified"
    assert (explained["destinations"][0]["state"], explained["destinations"][0]["reason"][:5]) == (
        "sent",
        "sent ",
    )
    path.write_text(CRITERIA)
