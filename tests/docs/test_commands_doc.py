"""docs/commands.md and the man page say what the parser says."""

from __future__ import annotations

import argparse
import shlex
import subprocess
from collections.abc import Iterator

from goldmine_ingest.cli.parser import parse, whole_parser
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


def test_every_command_and_action_has_an_example() -> None:
    """In --help; each is one that its parser takes."""
    without = [call for call, example in examples(whole_parser()) if not example]
    assert without == []
    for call, example in examples(whole_parser()):
        assert example.startswith(f"Example: {call}"), example
        parse(shlex.split(example.removeprefix("Example: goldmine ")))


def examples(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield child.prog, child.epilog or ""
                yield from examples(child)
