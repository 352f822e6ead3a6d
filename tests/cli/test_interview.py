"""`goldmine init --interactive` for five trades, with wrong turns: what was said to be wanted
qualifies by the files that were written, or it is said why not.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path

import pytest

from tests.rig.command import goldmine
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.receiver import Receiver
from tests.rig.terminal import on_a_terminal
from tests.rig.waiting import PATIENCE, wait_for
from tools.evaluation.starters import HERE

# A finished work of each trade, in its person's own words.
WORKS = {
    "writing": "Case studies for a freight forwarder: I interviewed eleven customers and wrote case"
    " studies and long-form articles with numbers, which sales used in half of their talks.",
    "translation": "Contracts of a machine maker: translation of supply contracts and manuals from"
    " German to English, with a terminology list that the lawyers went on using.",
    "data": "Dashboards of a clinic group: I loaded visits and revenue into a data warehouse, built"
    " Power BI dashboards, and showed that the totals agree with the books.",
    "automation": "Order process of a caterer: orders went by hand from form to Airtable. I built"
    " Make.com automation with a webhook and an error report, so that nobody types orders.",
    "marketing": "Google Ads of a furniture shop: conversion tracking was wrong, I rebuilt the"
    " campaigns and the ad account, and cut the cost of a conversion by 30 percent.",
}


def feed_of(trade: str, folder: Path) -> Path:
    """The listings that we wrote for the trade, as a JSON feed; the first three are wanted."""
    rows = [line.split("|", 2) for line in (HERE / f"{trade}.txt").read_text().splitlines()]
    items = [
        {
            "id": f"https://jobs.example/{number}",
            "url": f"https://jobs.example/{number}",
            "title": title,
            "content_text": f"{text.strip()} Budget: $1,500 fixed price.",
        }
        for number, (_, title, text) in enumerate(rows)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Jobs", "items": items}
    path = folder / "jobs.json"
    path.write_text(json.dumps(feed))
    return path


@pytest.mark.parametrize("trade", sorted(WORKS))
def test_what_was_wanted_would_come_or_is_explained(trade: str, tmp_path: Path) -> None:
    answers = [
        *("Germany", "de"),  # no code, then one
        *("plumbing", trade),
        *("not an address", f"file:{feed_of(trade, tmp_path)}", "y", "perhaps", "y", "y"),
        *("<", f"file:{tmp_path / 'jobs.json'}", "y", "y", "y"),  # back, and the feed once more
        *("Good work.", WORKS[trade], "", "x", ""),
        *("Show one finished page", "much", "£350", "45/h"),
        *("no", "n", "y"),
    ]
    done = goldmine("init", "--interactive", cwd=tmp_path, stdin="\n".join(answers) + "\n")
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("you wanted")]
    assert len(told) == 3
    assert all(": would have come" in line or len(line.split(": ", 2)[2]) > 10 for line in told)
    assert sum("would have come" in line for line in told) >= 1, told
    checked = goldmine("check", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    text = (tmp_path / "config/criteria.toml").read_text()
    criteria = tomllib.loads(text)
    assert criteria["me"] == {
        "country": "DE",
        "timezone": "Europe/Berlin",
        "languages": ["en", "de"],
    }
    assert (criteria["budget"]["currency"], criteria["budget"]["fixed_minimum"]) == ("EUR", 350)
    (proof,) = criteria["proof"]
    assert proof["phrases"]
    assert proof["first_step"] == "Show one finished page"
    assert text.count("\n# ") > 5, "the commented examples stay"


def test_a_feed_on_ones_own_network_is_asked_once_that_is_agreed(tmp_path: Path) -> None:
    """As an RSSHub at home: refused first, then read, and open in what is written, to it alone."""
    jobs = feed_of("writing", tmp_path).read_bytes()
    with FeedServer() as server:
        server.script("/rsshub", Answer(body=jobs))
        answers = [
            *("DE", "writing", server.url("/rsshub"), "n", "n"),  # neither asked nor taken
            *(server.url("/rsshub"), "y", "y", "y", "y"),
            *("none", "", "", "", "no", "y", "y"),
        ]
        done = goldmine("init", "--interactive", cwd=tmp_path, stdin="\n".join(answers) + "\n")
        assert done.returncode == 0, done.stderr
        assert f"{server.place} is on your own network" in done.stderr
        assert done.stdout.count("you wanted") == 3
        assert goldmine("check", cwd=tmp_path).returncode == 0
        ran = goldmine("run", "--json", cwd=tmp_path)
        assert json.loads(ran.stdout)["feeds"][0]["outcome"] == "ok", ran.stdout
    written = tomllib.loads((tmp_path / "config/goldmine.toml").read_text())
    assert written["fetch"] == {"allow_private": [server.place]}


def test_enter_all_the_way_is_the_sample_project(tmp_path: Path) -> None:
    done = goldmine(
        "init", "--interactive", cwd=tmp_path, stdin="\n" * 7 + "no\nn\ny\n", LANG="fr_FR.UTF-8"
    )
    assert done.returncode == 0, done.stderr
    criteria = tomllib.loads((tmp_path / "config/criteria.toml").read_text())
    assert criteria["me"]["country"] == "FR"
    assert criteria["budget"]["currency"] == "EUR"
    assert criteria["proof"][0]["name"] == "Finance reconciliation"
    assert goldmine("run", "--all", cwd=tmp_path).returncode == 0


def test_what_may_be_secret_is_kept_out_of_the_files_and_the_phone_is_tried(tmp_path: Path) -> None:
    with Receiver() as phone:
        answers = [
            *("US", "none", "https://feeds.invalid/rss?token=CANARY-1", "y"),
            *(WORKS["data"], "", "", "", "", ""),
            *(f"json://127.0.0.1:{phone.port}/CANARY-2", "y", "y"),
        ]
        done = goldmine("init", "--interactive", cwd=tmp_path, stdin="\n".join(answers) + "\n")
        assert len(phone.accepted) == 1, done.stderr
    files = tmp_path / "config"
    assert not any("CANARY" in path.read_text() for path in files.glob("*.*"))
    assert "CANARY" in (files / "secrets" / "feed-url").read_text()
    assert "CANARY" not in done.stdout + done.stderr


def test_at_a_terminal_of_its_own(tmp_path: Path) -> None:
    """As a person types: each answer once its question is there."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TERM": "xterm",
        "LANG": "de_DE.UTF-8",
    }
    command = [sys.executable, "-m", "goldmine_ingest", "init", "--interactive"]
    shown = tmp_path / "shown.txt"
    env["PYTHONPATH"] = str(Path(__file__).parents[2])
    with on_a_terminal(command, cwd=tmp_path, env=env, copy=shown) as terminal:
        for question, answer in (
            ("1/10", "<"),
            ("[DE]: ", ""),
            ("2/10", "writing"),
            ("3/10", ""),
            ("4/10", ""),
            ("5/10", ""),
            ("6/10", "1.2k"),
            ("7/10", ""),
            ("where alerts go", "no"),
            ("9/10", "n"),
            ("Is that right?", "y"),
        ):
            wait_for(lambda question=question: shown.exists() and question in shown.read_text())
            os.write(terminal.screen, f"{answer}\n".encode())
        assert terminal.process.wait(PATIENCE) == 0
    criteria = tomllib.loads((tmp_path / "config/criteria.toml").read_text())
    assert criteria["budget"]["fixed_minimum"] == 1200
    assert criteria["proof"][0]["name"] == "Case studies and long articles"


def test_one_that_is_left_early_writes_nothing(tmp_path: Path) -> None:
    done = goldmine("init", "--interactive", cwd=tmp_path, stdin="de\n")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    assert goldmine("init", cwd=tmp_path).returncode == 0
    again = goldmine("init", "--interactive", cwd=tmp_path, stdin="\n" * 20)
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
