"""Completion as the three shells do it: each loads the script and is asked what may stand there."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rig.command import goldmine
from tests.rig.waiting import PATIENCE

BASH = """
eval "$(goldmine completion bash)"
COMP_LINE=$1; COMP_POINT=${#1}; COMP_WORDS=($1); [[ $1 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_TYPE=63
_python_argcomplete goldmine
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = "goldmine completion fish | source; complete -C $argv[1]"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project after its first cycle."""
    folder = tmp_path_factory.mktemp("completion")
    assert goldmine("init", str(folder), cwd=folder).returncode == 0
    assert goldmine("run", "--all", cwd=folder).returncode == 0
    return folder


def environment(folder: Path) -> dict[str, str]:
    """The user's, without the tests' own; `goldmine` is that of this environment."""
    scripts = Path(sys.executable).parent
    return {"PATH": f"{scripts}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8"}


def asked(shell: str, line: str, folder: Path) -> list[str]:
    """The candidates, with what they are where the shell shows it."""
    arguments = {"bash": ["bash", "-c", BASH, "bash"], "fish": ["fish", "-c", FISH]}[shell]
    answer = subprocess.run(  # noqa: S603 - the shells, with our own text
        [*arguments, line],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stderr == ""
    return answer.stdout.split("\n")[:-1]


PLACES = [
    ("goldmine ma", "matches"),
    ("goldmine feeds te", "test"),
    ("goldmine run --al", "--all"),
    ("goldmine pause sample-u", "sample-upwork"),
    ("goldmine explain e43d", "e43dac7e"),
    ("goldmine track e43dac7e repl", "replied"),
    ("goldmine mute 2h --destination sc", "screen"),
    ("goldmine criteria set budget.fixed_m", "budget.fixed_minimum="),
    ("goldmine sql market_split_by_s", "market_split_by_skill"),
    ("goldmine completion zs", "zsh"),
]


@pytest.mark.parametrize(("line", "expected"), PLACES)
def test_bash_completes(line: str, expected: str, project: Path) -> None:
    assert [word.rstrip() for word in asked("bash", line, project)] == [expected]


@pytest.mark.parametrize("line", ["goldmine find x", "goldmine contact add referral --note "])
def test_nothing_is_offered_where_only_the_person_knows(line: str, project: Path) -> None:
    assert [word for word in asked("bash", line, project) if word] == []


def test_files_are_left_to_the_shell(project: Path) -> None:
    words = asked("bash", "goldmine backtest --criteria config/crit", project)
    assert {"config/criteria.toml", "config/criteria.schema.json"} >= set(words) != set()


def test_fish_shows_titles_beside_ids(project: Path) -> None:
    candidates = asked("fish", "goldmine explain ", project)
    id_and_title = dict(line.split("\t") for line in candidates)
    assert "e43dac7e" in id_and_title
    assert all(id_and_title.values())


def test_fish_completes_commands_with_what_they_do(project: Path) -> None:
    assert any(line.startswith("pause\t") for line in asked("fish", "goldmine pa", project))


def test_zsh_completes(project: Path) -> None:
    """zsh has no way to be asked but at its prompt: a terminal of its own, and Tab."""
    assert "goldmine matches" in at_the_prompt(
        ["autoload -Uz compinit; compinit -u -D", 'eval "$(goldmine completion zsh)"'],
        "goldmine matc\t",
        "goldmine matches",
        project,
    )


def at_the_prompt(before: list[str], typed: str, awaited: str, folder: Path) -> str:
    """What zsh shows after the lines and what is typed, until it shows `awaited` (or too long)."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        ours = {**environment(folder), "TERM": "dumb"}
        os.execvpe("zsh", ["zsh", "-f", "-i"], ours)  # noqa: S606, S607 - a shell is tried
    try:
        os.write(terminal, "".join(f"{line}\n" for line in [*before, "echo rea''dy"]).encode())
        shown = read_until(terminal, "ready")
        os.write(terminal, typed.encode())
        return read_until(terminal, awaited) or shown
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def read_until(terminal: int, awaited: str) -> str:
    shown, end = "", time.monotonic() + PATIENCE
    while awaited not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 0.5)[0]:
            shown += os.read(terminal, 4096).decode(errors="replace").replace("\r", "")
    return shown


def test_a_broken_configuration_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "goldmine.toml").write_text("[[feed]\n")
    assert [word for word in asked("bash", "goldmine pause ", tmp_path) if word] == []


def test_a_terminal_is_told_how_to_use_it(tmp_path: Path) -> None:
    shown = goldmine("completion", "fish", cwd=tmp_path, terminal=True)
    assert "config/fish/completions" in shown.stderr
