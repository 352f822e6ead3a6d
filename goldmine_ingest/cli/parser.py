"""The command line: global options before or after the command, and the one module that the
named command needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from goldmine_ingest import __version__
from goldmine_ingest.cli.commands import COMMANDS, overview

_DESCRIPTION = (
    "Watches job feeds, judges each listing by your pursuit criteria, and alerts you only for\n"
    "those worth a proposal."
)
_STATUSES = (
    "Exit status: 0 done, 1 failed, 2 usage or configuration, 3 a feed or destination\n"
    "failed, 75 busy: try again."
)
_VALUE_OPTIONS = ("--config",)


class _Parser(argparse.ArgumentParser):
    """Errors in two lines: what is wrong, and where to read on."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}\n{self.prog} --help shows what is possible", file=sys.stderr)
        raise SystemExit(2)


class _OfAnyWidth(argparse.HelpFormatter):
    """For a parser that shows no help. argparse makes a formatter with every option, and each
    looks how wide the terminal is.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)


@dataclass(frozen=True, slots=True)
class Command:
    """A parsed command line: the module of its command and the arguments."""

    module: str
    args: argparse.Namespace

    def run(self) -> int:
        """Imports the command and runs it."""
        from goldmine_ingest.cli.session import Session

        status: int = import_module(f"goldmine_ingest.cli.{self.module}").run(
            self.args, Session.of(self.args)
        )
        return status


def parse(arguments: Sequence[str]) -> Command:
    """The command that the arguments name. Raises SystemExit for --help, --version and what
    can't be understood (2).
    """
    _refuse_unreadable(arguments)
    arguments = _asked_for_help(arguments)
    named = _named_command(arguments)
    if named is not None and named not in COMMANDS:
        _unknown(named)
    only = named if not {"-h", "--help"} & set(arguments) else None
    args, unknown = _build((named,) if named else (), only).parse_known_args(list(arguments))
    if unknown:  # argparse would lead to the whole program's help, not to the command's
        prog = f"goldmine {named}" if named else "goldmine"
        _Parser(prog=prog).error(f"unrecognized arguments: {' '.join(unknown)}")
    if named is None:
        _build((), None).error("which command?")
    return Command(COMMANDS[named].module, args)


def _refuse_unreadable(arguments: Sequence[str]) -> None:
    """Ends with 2 where an argument holds bytes that are no text: neither the history nor the
    criteria could take them.
    """
    for argument in arguments:
        if any("\ud800" <= character <= "\udfff" for character in argument):
            shown = argument.encode("ascii", "backslashreplace").decode()
            problem = f"goldmine: '{shown}' holds bytes that are no text here"
            print(f"{problem}\nwrite it in UTF-8, in a UTF-8 locale", file=sys.stderr)
            raise SystemExit(2)


def parser_of(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser with every command, and with the arguments of the one that is named: for who
    looks at it without running anything.
    """
    named = _named_command(arguments)
    return _build((named,) if named in COMMANDS else (), None)


def whole_parser() -> argparse.ArgumentParser:
    """The parser with the arguments of all commands, for pages that describe them."""
    return _build(tuple(COMMANDS), None)


def _build(filled: Collection[str], only: str | None) -> argparse.ArgumentParser:
    """The whole parser, or that of `only` one command, where no help is asked for: argparse looks
    for translations of every title.

    Only the commands of `filled` get their arguments, so that no other module is imported.
    """
    formatter = argparse.HelpFormatter if only is None else _OfAnyWidth
    parser = _Parser(
        prog="goldmine",
        formatter_class=argparse.RawDescriptionHelpFormatter if only is None else formatter,
        usage="goldmine COMMAND …, goldmine help COMMAND" if only is None else None,
        description=_DESCRIPTION if only is not None else f"{_DESCRIPTION}\n\n{overview()}",
        epilog=_STATUSES,
        allow_abbrev=False,
    )
    _add_globals(parser, first=True)
    commands = parser.add_subparsers(
        help=argparse.SUPPRESS, metavar="COMMAND", parser_class=_Parser, prog=parser.prog
    )
    for entry in COMMANDS.values():
        if only not in (None, entry.name):
            continue
        child = commands.add_parser(
            entry.name,
            help=entry.summary,  # for completion; the overview is by groups
            description=_sentence(entry.summary),
            epilog=f"Example: goldmine {entry.example}",
            allow_abbrev=False,
            formatter_class=formatter,
        )
        if entry.name in filled:
            import_module(f"goldmine_ingest.cli.{entry.module}").configure(child)
        add_globals(child)
    return parser


def add_globals(parser: argparse.ArgumentParser) -> None:
    """The global options on a command or subcommand; there they have no default, so that they
    don't undo what stood before.
    """
    _add_globals(parser, first=False)


def _add_globals(parser: argparse.ArgumentParser, *, first: bool) -> None:
    suppress = argparse.SUPPRESS
    group = parser.add_argument_group("global options")
    group.add_argument(
        "--config",
        metavar="PATH",
        type=_path,
        default=None if first else suppress,
        help="the goldmine.toml to use",
    )
    group.add_argument(
        "--quiet",
        action="store_true",
        default=False if first else suppress,
        help="results and errors only",
    )
    group.add_argument(
        "--verbose",
        action="store_true",
        default=False if first else suppress,
        help="say what is being done",
    )
    group.add_argument(
        "--version", action="version", version=f"goldmine {__version__}", help="show the version"
    )


def _path(value: str) -> Path:
    if not value:
        raise argparse.ArgumentTypeError("expected a path")
    return Path(value)


def _sentence(summary: str) -> str:
    return summary[0].upper() + summary[1:] + "."


def _asked_for_help(arguments: Sequence[str]) -> Sequence[str]:
    """`goldmine` alone, `goldmine help` and `goldmine help feeds add` ask for --help."""
    if not arguments or arguments[0] == "help":
        return [*arguments[1:], "--help"]
    return arguments


def _named_command(arguments: Sequence[str]) -> str | None:
    """The first argument that is neither an option nor an option's value."""
    rest = iter(arguments)
    for argument in rest:
        if argument in _VALUE_OPTIONS:
            next(rest, None)
        elif not argument.startswith("-"):
            return argument
    return None


def _unknown(named: str) -> NoReturn:
    from difflib import get_close_matches  # only who mistypes pays for the import

    close = get_close_matches(named, COMMANDS, n=1)
    hint = f"did you mean {close[0]}?" if close else "goldmine --help lists the commands"
    print(f"goldmine: there is no command {named!a}; {hint}", file=sys.stderr)
    raise SystemExit(2)
