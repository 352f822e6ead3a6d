"""Questions at a terminal, one after the other, with a way back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from goldmine_ingest.cli.output import printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.settings.kinds import Wrong

BACK = "<"
Answer = TypeVar("Answer")


class BackError(Exception):
    """The person wants to answer the question before again."""


def need_terminal(args: argparse.Namespace, otherwise: str) -> None:
    """Raises UsageError where nobody can be asked and --yes isn't given. Called once all that was
    given can be done: what is wrong with that is said first.
    """
    if not args.yes and not sys.stdin.isatty():
        raise UsageError(
            f"{otherwise}: there is no terminal to ask whether to",
            hint="Add --yes to do it without being asked.",
        )


def ask(
    session: Session,
    question: str,
    parse: Callable[[str], Answer],
    *,
    default: str = "",
) -> Answer:
    """The answer, asked for until it can be read; Enter takes the default. Raises BackError, and
    UsageError where nobody answers any more.
    """
    while True:
        offered = f" [{default}]" if default else ""
        print(
            printable(f"{question}{offered}: ", keep_lines=True),
            end="",
            file=session.err,
            flush=True,
        )
        line = sys.stdin.readline()
        if not line:
            raise UsageError("the questions were not answered to the end; nothing was written")
        given = "".join(c for c in line.strip() if c.isprintable())
        if given == BACK:
            raise BackError
        try:
            return parse(given or default)
        except Wrong as wrong:
            session.complain(f"That {wrong.message}; expected {wrong.expected}.")


def agreed(text: str) -> bool:
    """Yes or no. Raises Wrong."""
    small = text.casefold()
    if small not in ("y", "yes", "n", "no"):
        raise Wrong("is neither yes nor no", "y or n")
    return small.startswith("y")


def ask_all(
    steps: Sequence[tuple[str, Callable[[dict[str, Any]], Any]]], session: Session
) -> dict[str, Any]:
    """What each step gave, by its name. A step is given the answers so far; one that raises
    BackError is left for the one before.
    """
    answers: dict[str, Any] = {}
    number = 0
    while number < len(steps):
        name, step = steps[number]
        try:
            answers[name] = step(answers)
        except BackError:
            number = max(0, number - 1)
        else:
            number += 1
    session.say("")
    return answers
