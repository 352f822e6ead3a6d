"""What the docs show is what the program does: each `$ goldmine …` in a console block is run in
a fresh project, in order.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.rig import command as command_line

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
# What depends on the day of the run.
TIMES = re.compile(
    r"(?<=· )\d+ (?:d|h|min)|just now|\d+ (?:days?|hours?) ago|\d{4}-\d\d-\d\d(?: \d\d:\d\d)?"
)


def console_blocks(page: Path) -> list[tuple[str, list[str]]]:
    """(command, the lines that the page shows under it) for each command of a page."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found and line.strip() and line.strip() != "…":
                found[-1][1].append(line.rstrip())
    return found


def goldmine(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return command_line.goldmine(*words, cwd=home, COLUMNS="140")


def same(text: str) -> str:
    return " ".join(TIMES.sub("TIME", text).split())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project as a new user has it after the first run, and what that run printed."""
    home = tmp_path_factory.mktemp("docs")
    assert goldmine(home, "init").returncode == 0
    done = goldmine(home, "run", "--all")
    assert done.returncode == 0, done.stderr
    return home, done.stdout


def test_the_readme_shows_what_the_first_run_prints(project: tuple[Path, str]) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text.split("<!-- output of: goldmine run --all -->\n```\n")[1].split("```")[0]
    printed = {same(line) for line in project[1].splitlines()}
    missing = [line for line in shown.splitlines() if line.strip() and same(line) not in printed]
    assert not missing, f"no longer printed: {missing}"


@pytest.mark.parametrize("page", ["README.md", "docs/history.md"])
def test_commands_on_the_page_work_as_shown(page: str, project: tuple[Path, str]) -> None:
    commands = console_blocks(ROOT / page)
    assert commands, f"{page} shows no command"
    for command, lines in commands:
        words = shlex.split(command)
        assert words[0] == "goldmine", command
        done = goldmine(project[0], *words[1:])
        assert done.returncode == 0, f"{command}: {done.stderr}"
        printed = same(done.stdout)
        for line in lines:
            assert same(line) in printed, f"{command} no longer prints: {line}"


def test_the_same_without_make_runs_the_tests_as_make_does() -> None:
    """Whoever has no make gets the same selection, order and number of workers."""
    command = r"python -m (pytest -m .*)"
    (of_readme,) = re.findall(command, (ROOT / "README.md").read_text())
    assert of_readme in re.findall(command, (ROOT / "Makefile").read_text())
