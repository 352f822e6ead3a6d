"""docs/criteria.md is true: its blocks are run in order, and what is printed is what the page
shows.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.rig.command import goldmine

PAGE = Path(__file__).parents[2] / "docs" / "criteria.md"
_FENCED = re.compile(r"^```(\w+)[ ]?(\S*)\n(.*?)^```$", re.M | re.S)
SETTINGS = (
    '[database]\npath = "data/goldmine.duckdb"\n[[feed]]\nname = "none"\nurl = "file:none.xml"\n'
)


class Block(NamedTuple):
    """A fenced block: `kind` is its language, `name` the file that it is (console blocks have
    none).
    """

    kind: str
    name: str
    text: str


def blocks() -> list[Block]:
    return [Block(*found.groups()) for found in _FENCED.finditer(PAGE.read_text(encoding="utf-8"))]


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command line of a console block with the output that follows it."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        line, _, output = part.partition("\n")
        yield line, output


def as_pattern(shown: str) -> re.Pattern[str]:
    """What the page shows, as a pattern: a line of nothing but '…' is any lines, '…' within a
    line anything on it.
    """
    lines = (
        r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*?") + r" *\n"
        for line in shown.splitlines()
    )
    return re.compile("".join(lines))


@pytest.mark.slow
def test_the_page_shows_what_the_program_prints(tmp_path: Path) -> None:
    """Files are written, commands are run, one after the other in one project."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "goldmine.toml").write_text(SETTINGS, encoding="utf-8")
    ran = 0
    for block in blocks():
        if block.kind != "console":
            (tmp_path / block.name).write_text(block.text, encoding="utf-8")
            continue
        for line, shown in commands(block.text):
            program, *arguments = shlex.split(line)
            assert program == "goldmine"
            done = goldmine(*arguments, cwd=tmp_path)
            assert done.returncode == 0, f"$ {line}\n{done.stderr}"
            assert as_pattern(shown).fullmatch(done.stdout), (
                f"$ {line}\nshown:\n{shown}\nprinted:\n{done.stdout}"
            )
            ran += 1
    assert ran > 10


def test_every_block_is_a_file_or_a_console() -> None:
    assert {(block.kind, bool(block.name)) for block in blocks()} == {
        ("toml", True),
        ("text", True),
        ("console", False),
    }
