"""`goldmine sql` on a terminal: questions one after the other."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from goldmine_ingest.cli.sql_prompt import FIRST, NEXT, Answers, completions, converse, is_complete
from goldmine_ingest.errors import UsageError
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, minutes
from tests.rig.processes import wait_until_busy
from tests.rig.terminal import own_terminal
from tests.rig.waiting import PATIENCE, wait_for

Typed = Sequence[str | type[BaseException]]


def talk(
    *typed: str | type[BaseException], ask: Callable[[str], None] | None = None
) -> tuple[list[str], list[str], list[str]]:
    """What was asked, what was said, and the prompts, for what a person types; an exception is a
    key press (Ctrl-C, Ctrl-D).
    """
    asked: list[str] = []
    said: list[str] = []
    prompts: list[str] = []
    lines: Iterator[str | type[BaseException]] = iter(typed)

    def read(prompt: str) -> str:
        prompts.append(prompt)
        line = next(lines, EOFError)
        if isinstance(line, str):
            return line
        raise line

    answers = Answers(
        ask or asked.append, lambda: said.append("the tables"), lambda: said.append("the reports")
    )
    converse(read, said.append, answers, ["feed_yield"])
    return asked, said, prompts


def test_a_question_ends_with_a_semicolon_and_may_take_lines() -> None:
    asked, _, prompts = talk("FROM listings;", "SELECT 1,", "  2", ";")
    assert asked == ["FROM listings", "SELECT 1,\n  2"]
    assert prompts == [FIRST, FIRST, NEXT, NEXT, FIRST]


def test_a_reports_name_asks_it_with_or_without_a_semicolon() -> None:
    assert talk("feed_yield", "feed_yield;", "")[0] == ["feed_yield", "feed_yield"]


def test_dot_commands_and_leaving() -> None:
    asked, said, prompts = talk(".tables", ".reports", ".help", ".nothing", ".quit", "FROM never;")
    assert (asked, len(prompts)) == ([], 5)
    assert said[:2] == ["the tables", "the reports"]
    assert "Ctrl-D" in said[2]
    assert ".nothing" in said[3]


def test_ctrl_c_forgets_what_is_written_and_ctrl_d_leaves() -> None:
    asked, _, prompts = talk("SELECT wrong", KeyboardInterrupt, "SELECT 2;", EOFError, "SELECT 3;")
    assert asked == ["SELECT 2"]
    assert prompts == [FIRST, NEXT, FIRST, FIRST]


def test_what_is_wrong_with_a_question_or_stops_it_ends_nothing() -> None:
    asked: list[str] = []

    def ask(text: str) -> None:
        asked.append(text)
        raise UsageError("SQL: no such table") if "nowhere" in text else KeyboardInterrupt

    said = talk("FROM nowhere;", "SELECT long;", "SELECT 3;", ask=ask)[1]
    assert asked == ["FROM nowhere", "SELECT long", "SELECT 3"]
    assert said[0] == "SQL: no such table"


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("SELECT 1;", True),
        ("SELECT 1; -- said", True),
        ("SELECT 1 -- not yet;", False),
        ("SELECT ';", False),
        ("SELECT ';';", True),
        ("SELECT 'it''s;", False),
        ('SELECT "a;b"', False),
        ("SELECT 1 /* ; */", False),
        ("SELECT 1; /* open", False),
        ("feed_yield", True),
        ("", False),
    ],
)
def test_a_semicolon_in_a_text_or_comment_ends_nothing(text: str, complete: bool) -> None:
    assert is_complete(text, ["feed_yield"]) is complete


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("list", ["listing_id", "listings"]),
        ("sel", ["select"]),
        ("SEL", ["SELECT"]),
        ("l.ti", ["l.title"]),
        (".re", [".reports"]),
        ("zzz", []),
    ],
)
def test_completions(text: str, found: list[str]) -> None:
    assert completions(["listings", "listing_id", "title", "select", ".reports"], text) == found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/goldmine.toml").write_text(
        '[database]\npath = "data/goldmine.duckdb"\n[[feed]]\nname = "f"\nurl ='
        ' "file:f.xml"\n[[notify]]\nname = "here"\nurl = "terminal"\n'
    )
    (tmp_path / "config/criteria.toml").write_text('[me]\ntimezone = "Europe/Berlin"\n')
    with open_store(tmp_path / "data/goldmine.duckdb", now=NOON) as store:
        store.apply(brought(1))
    return tmp_path


class Terminal:
    """`goldmine sql` on a pseudo-terminal."""

    def __init__(self, home: Path) -> None:
        self.screen = ""
        self._main, theirs = pty.openpty()
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "COLUMNS": "120",
        }
        command = [sys.executable, "-m", "goldmine_ingest", "sql"]
        self.process = subprocess.Popen(  # noqa: S603 - our own
            command,
            cwd=home,
            env=env,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=own_terminal,
        )
        os.close(theirs)

    def type(self, keys: str) -> None:
        os.write(self._main, keys.encode())

    def wait_for(self, text: str) -> str:
        """What came on the screen up to `text`."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.screen:
            assert select.select([self._main], [], [], max(0, deadline - time.monotonic()))[0], (
                self.screen
            )
            self.screen += os.read(self._main, 4096).decode()
        before, _, self.screen = self.screen.partition(text)
        return before

    def close(self) -> None:
        """As when a person closes the window."""
        os.close(self._main)
        self._main = -1

    def end(self) -> int:
        status = self.process.wait(PATIENCE)
        if self._main >= 0:
            os.close(self._main)
        return status


def test_on_a_terminal_it_answers_completes_remembers_and_leaves_tidily(home: Path) -> None:
    terminal = Terminal(home)
    terminal.wait_for(FIRST)
    terminal.type("SELECT count(*) AS jobs,\n")
    terminal.wait_for(NEXT)
    terminal.type("getvariable('timezone') AS zone FROM listings;\n")
    terminal.wait_for("Europe/Berlin")
    terminal.wait_for(FIRST)
    with open_store(home / "data/goldmine.duckdb", now=minutes(1)) as store:
        store.apply(brought(2, at_time=minutes(1)))
    terminal.type("SELECT proposals_mi\t")
    terminal.wait_for("proposals_min")
    terminal.type("\x15SELECT 'jobs: ' || count(*) FROM listings;\n")
    terminal.wait_for("jobs: 2")
    terminal.wait_for(FIRST)
    terminal.type("\x04")
    assert terminal.end() == 0
    history = home / "data/.sql_history"
    assert "getvariable('timezone')" in history.read_text()
    assert history.stat().st_mode & 0o777 == 0o600
    assert not list((home / "data").glob(".snapshot-*"))


def test_ctrl_c_stops_a_running_question_and_a_closed_window_forgets_none(home: Path) -> None:
    (home / "data/.sql_history").write_text("SELECT 'of an earlier session';\n")
    terminal = Terminal(home)
    terminal.wait_for(FIRST)
    terminal.type("SELECT sum(hash(range)) FROM range(1000000000000);\n")  # for hours
    wait_for(lambda: list((home / "data").glob(".snapshot-*/history.duckdb")))
    wait_until_busy(terminal.process.pid)
    terminal.type("\x03")
    terminal.wait_for(FIRST)
    terminal.type("SELECT 'still ' || 'here';\n")
    terminal.wait_for("still here")
    terminal.wait_for(FIRST)
    terminal.close()
    assert terminal.end() == 128 + signal.SIGHUP
    kept = (home / "data/.sql_history").read_text().splitlines()
    assert [line.split("(")[0] for line in kept] == [
        "SELECT 'of an earlier session';",
        "SELECT sum",
        "SELECT 'still ' || 'here';",
    ]
    assert not list((home / "data").glob(".snapshot-*"))
