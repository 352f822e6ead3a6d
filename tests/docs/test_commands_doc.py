"""docs/commands.md and the man page say what the parser says."""

from __future__ import annotations

import subprocess

from tools.make_commands_doc import DOCS, man_page, markdown

HOW = "python -m tools.make_commands_doc writes it anew"


def test_the_page_is_up_to_date() -> None:
    assert (DOCS / "commands.md").read_text() == markdown(), HOW


def test_the_man_page_is_up_to_date() -> None:
    assert (DOCS / "goldmine.1").read_text() == man_page(), HOW


def test_the_man_page_is_well_formed() -> None:
    page = str(DOCS / "goldmine.1")
    linted = subprocess.run(  # noqa: S603 - a linter, with our own page
        ["mandoc", "-T", "lint", "-W", "warning", page],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.stdout == ""
