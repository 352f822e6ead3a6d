"""`goldmine criteria set` and `goldmine proof add`: what they show, ask, write and refuse."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from goldmine_ingest.cli import criteria, proof
from goldmine_ingest.cli.parser import parse
from goldmine_ingest.cli.session import Session
from goldmine_ingest.settings.project import Project
from tests.analysis.test_rescan import home_with
from tests.rig.command import goldmine
from tests.rig.project import Home

WORK = """# Monthly close for a wholesaler
Four bank accounts and a spreadsheet that nobody trusted. I wrote a **bank reconciliation** in
Python and Power BI that matches statements with the ledger.
Month-end close went from six days to two.
Shown at https://example.com/case/close.
"""


class Terminal(io.StringIO):
    """A person who types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "work.md").write_text(WORK, encoding="utf-8")
    return home_with(tmp_path, "$400", "$1,500")


def text(home: Home) -> str:
    return (home.folder / "config" / "criteria.toml").read_text(encoding="utf-8")


def project(home: Home) -> Project:
    """As its files say by now."""
    home.criteria = text(home)
    return home.project()


def asked(
    home: Home, monkeypatch: pytest.MonkeyPatch, answer: str, *arguments: str
) -> tuple[int, str]:
    """The exit status and everything that was printed, to a person who answers."""
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    printed = io.StringIO()
    command = parse(arguments)
    session = Session(None, {}, home.folder, printed, printed, now=home.clock)
    module = {"criteria": criteria, "proof": proof}[command.module]
    return module.run(command.args, session), printed.getvalue()


def test_a_setting_is_changed_after_the_backtest_was_seen(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only with a yes; Enter is none."""
    before = text(home)
    change = ("criteria", "set", "budget.fixed_minimum=300")
    for answer in ("\n", "no\n", ""):
        status, printed = asked(home, monkeypatch, answer, *change)
        assert (status, text(home)) == (0, before)
        assert "1 would newly qualify, 0 would not any more" in printed
        assert "nothing was changed" in printed
    status, printed = asked(home, monkeypatch, "y\n", *change)
    assert status == 0
    assert "goldmine rescan judges what is stored again" in printed
    assert text(home) == before.replace("500", "300")
    [kept] = (home.folder / "config" / "versions").glob("criteria-*.toml")
    assert kept.read_text(encoding="utf-8") == before


def test_nobody_to_ask_and_no_yes_writes_nothing(home: Home) -> None:
    before = text(home)
    for arguments in (("criteria", "set", "budget.fixed_minimum=300"), ("proof", "add", "work.md")):
        done = goldmine(*arguments, cwd=home.folder, stdin="y\n")
        assert (done.returncode, text(home)) == (2, before)
        assert "Add --yes" in done.stderr
    done = goldmine("criteria", "set", "budget.fixed_minimum=300", "--yes", cwd=home.folder)
    assert done.returncode == 0, done.stderr
    assert "fixed_minimum = 300" in text(home)
    again = goldmine("criteria", "set", "budget.fixed_minimum=300", "--yes", cwd=home.folder)
    assert (again.returncode, again.stderr) == (0, "criteria.toml says so already\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("budget.fixed_minimum=lots", "budget.fixed_minimum: is a text; expected a number"),
        ("budget.fixed_minimun=1", "budget.fixed_minimun: is not a known setting; expected fixed"),
        ("budget", "budget: sets nothing; expected KEY=VALUE"),
        ("proof.nobody.want=1", "there is no proof 'nobody'"),
        ('decision.require=["client"]', "requires client, which is off"),
    ],
)
def test_what_can_not_be_is_refused_in_the_words_of_check(
    home: Home, change: str, said: str
) -> None:
    """Also where nobody could be asked whether to write it: --yes wouldn't help."""
    before = text(home)
    for yes in (("--yes",), ()):
        done = goldmine("criteria", "set", change, *yes, cwd=home.folder)
        assert (done.returncode, text(home)) == (2, before)
        assert said in done.stderr
        assert "--yes" not in done.stderr


def test_a_proof_is_made_of_the_words_of_a_text(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = text(home)
    add = ("proof", "add", "work.md", "--first-step", "Match one closed month")
    status, printed = asked(home, monkeypatch, "\n", *add)
    assert (status, text(home)) == (0, before)
    assert "nothing was added" in printed
    assert "bank reconciliation  not counted" in printed
    assert "2 listings, each judged as when it was first seen" in printed
    assert asked(home, monkeypatch, "y\n", *add)[0] == 0
    added = project(home).criteria.proofs[-1]
    assert (added.name, added.url) == (
        "Monthly close for a wholesaler",
        "https://example.com/case/close",
    )
    assert added.result == "Month-end close went from six days to two"
    assert set(added.skills) == {"Python", "Power BI"}
    assert {"bank reconciliation", "ledger"} <= set(added.phrases)
    assert all(phrase in WORK.lower().replace("*", "") for phrase in added.phrases)
    assert added.first_step == "Match one closed month"
    assert text(home).startswith(before.split("[budget]")[0].rstrip("\n"))
    done = goldmine("proof", "add", "work.md", "--yes", cwd=home.folder)
    assert (done.returncode, "--name" in done.stderr) == (2, True)
    done = goldmine("proof", "add", "-", "--yes", "--name", "Other", cwd=home.folder, stdin=WORK)
    assert done.returncode == 0, done.stderr
    assert "Ctrl-D" not in done.stderr  # nobody is at the keys
    assert project(home).criteria.proofs[-1].name == "Other"


@pytest.mark.parametrize("content", [b"", b"# \n\n", b"We did it and it was nice.\n", b"\xff\xfe"])
def test_a_text_that_names_nothing_is_refused(home: Home, content: bytes) -> None:
    (home.folder / "work.md").write_bytes(content)
    before = text(home)
    for yes in (("--yes",), ()):
        done = goldmine("proof", "add", "work.md", *yes, cwd=home.folder)
        assert (done.returncode, text(home)) == (2, before)
        assert "Traceback" not in done.stderr
        assert "--yes" not in done.stderr


def test_without_a_history_it_says_so_and_writes(tmp_path: Path) -> None:
    home = Home(tmp_path, '[[feed]]\nname = "a"\nurl = "file:a.xml"\n')
    home.project()
    done = goldmine("criteria", "set", "me.country=GB", "--yes", cwd=tmp_path)
    assert done.returncode == 0
    assert "no history yet" in done.stderr
    assert text(home).endswith('\n\n[me]\ncountry = "GB"\n')
