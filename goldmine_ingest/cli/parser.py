"""The command line: global options before or after the command, and the one module that the
named command needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from goldmine_ingest import __version__

# Command, the module beside this one that has its `configure(parser)` and `run(args, session)`, and
# its line in --help.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("init", "init", "write commented configuration files and a sample feed; never overwrites"),
    ("check", "check", "every problem in the configuration at once"),
    ("run", "run", "one cycle: poll the feeds that are due, store, decide, deliver"),
    ("serve", "serve", "the same cycle on its schedule, under Prefect or as a plain loop"),
    ("deploy", "deploy", "create or update the Prefect deployments"),
    ("web", "web", "the local page: what came, decided with a key or a tap"),
    ("notify", "notify", "send a test message to one or every destination"),
    ("mute", "mute", "no alerts for a while; what comes is sent afterwards"),
    ("pause", "pause", "a feed isn't asked until you resume it"),
    ("resume", "resume", "a paused feed is asked again"),
    ("alerts", "alerts", "what was sent, what is owed, what failed"),
    ("matches", "matches", "what qualified or waits for review and isn't answered yet"),
    ("feeds", "feeds", "how the feeds are"),
    ("explain", "explain", "why a listing came, or didn't"),
    ("judge", "judge", "judge a listing that you found yourself"),
    ("find", "find", "search the history for words"),
    ("rate", "rate", "say whether a listing was worth the alert"),
    ("rescan", "rescan", "decide stored listings again under the present criteria"),
    ("reparse", "reparse", "read stored entries again with the present readers; alerts no one"),
    ("track", "track", "record what you did about a listing and what came of it"),
    ("contact", "contact", "record a second path to clients, outside the marketplaces"),
    ("trial", "trial", "declare a reality test of one problem and one offer"),
    ("review", "review", "the funnel from listing to deal, and where it breaks first"),
    ("report", "report", "the market seen through your own feeds, as charts"),
    ("backtest", "backtest", "try other criteria on the history beside the present ones"),
    ("near-misses", "near_misses", "what one criterion alone turned away, and by how much"),
    ("criteria", "criteria", "change settings of criteria.toml, after showing what that does"),
    ("proof", "proof", "add a proof made from a text about finished work"),
    ("tune", "tune", "what moving each threshold would do"),
    ("sql", "sql", "ask the history in read-only SQL, or a report by name"),
    ("publish", "publish", "refresh the published copy of the history now"),
    ("backup", "backup", "copy the history, whole and consistent, while cycles run"),
    ("restore", "restore", "bring a backup back; what stands there is set aside, not deleted"),
    ("export", "export", "write the history as Parquet files with a manifest"),
    ("import", "import_", "make the history from an export, where there is none yet"),
    ("doctor", "doctor", "check the installation and the data"),
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
    named = _named_command(arguments)
    modules = {name: module for name, module, _ in COMMANDS}
    if named is not None and named not in modules:
        _unknown(named)
    only = named if not {"-h", "--help"} & set(arguments) else None
    args = _build(named, only).parse_args(list(arguments))
    if named is None:
        _build(None, None).error("which command?")
    return Command(modules[named], args)


def _build(named: str | None, only: str | None) -> argparse.ArgumentParser:
    """The whole parser, or that of `only` one command, where no help is asked for: argparse looks
    for translations of every title.

    Only the named command's own arguments are filled in, so that no other module is imported.
    """
    formatter = argparse.HelpFormatter if only is None else _OfAnyWidth
    parser = _Parser(
        prog="goldmine",
        formatter_class=formatter,
        description=(
            "Watches job feeds, judges each listing by your pursuit criteria, and alerts you only"
            " for those worth a proposal."
        ),
        epilog=(
            "Exit status: 0 done, 1 failed, 2 usage or configuration, 3 a feed or destination"
            " failed, 75 busy: try again."
        ),
        allow_abbrev=False,
    )
    _add_globals(parser, first=True)
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", parser_class=_Parser, prog=parser.prog
    )
    for name, module, summary in COMMANDS:
        if only not in (None, name):
            continue
        child = commands.add_parser(
            name,
            help=summary,
            description=_sentence(summary),
            allow_abbrev=False,
            formatter_class=formatter,
        )
        if name == named:
            import_module(f"goldmine_ingest.cli.{module}").configure(child)
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

    close = get_close_matches(named, [name for name, _, _ in COMMANDS], n=1)
    hint = f"did you mean {close[0]}?" if close else "goldmine --help lists the commands"
    print(f"goldmine: there is no command {named!a}; {hint}", file=sys.stderr)
    raise SystemExit(2)
