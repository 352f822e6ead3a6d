"""Makes docs/commands.md and docs/goldmine.1, the man page, from the parser itself:
`python -m tools.make_commands_doc`. A test holds the files against it.

argparse's own help isn't used: its form differs between versions of Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from goldmine_ingest.cli.commands import COMMANDS, GROUPS
from goldmine_ingest.cli.parser import whole_parser

DOCS = Path(__file__).parents[1] / "docs"
_GLOBAL = ("help", "config", "quiet", "verbose", "version")
_HEAD = """\
# Commands

Made from the program's own parser by `python -m tools.make_commands_doc`; a test fails if it isn't up to date.

Before or after each command: `--config PATH` (the goldmine.toml to use), `--quiet` (results and errors only), `--verbose` (say what is
being done), `--version`, `--help`. With `--json` one JSON document goes to standard output, and nothing else does.

Exit status: 0 done, 1 failed, 2 usage or configuration, 3 a feed or destination failed, 75 busy: try again.
"""
_MAN_HEAD = r""".TH GOLDMINE 1 "January 1, 2026" "goldmine-ingest" "User commands"
.SH NAME
goldmine \- watch job feeds, and be alerted only for listings worth a proposal
.SH SYNOPSIS
.B goldmine
.RI [ "global options" ]
.I COMMAND
\&...
.SH DESCRIPTION
Polls saved-search feeds, judges each listing by your pursuit criteria, keeps the history in DuckDB
and alerts you only for what qualifies.
.SH GLOBAL OPTIONS
They stand before or after the command.
.TP
\fB\-\-config\fR \fIPATH\fR
the goldmine.toml to use
.TP
\fB\-\-quiet\fR
results and errors only
.TP
\fB\-\-verbose\fR
say what is being done
.TP
\fB\-\-version\fR
show the version
"""
_MAN_TAIL = r""".SH EXIT STATUS
0 done, 1 failed, 2 usage or configuration, 3 a feed or destination failed, 75 busy: try again.
.SH FILES
.TP
config/goldmine.toml
feeds, destinations, schedule; named by \fB\-\-config\fR, else by GOLDMINE_CONFIG, else in the
current folder, else in the user's configuration folder
.TP
config/criteria.toml
the pursuit criteria
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """A command or one of its actions: how it is called, what it does, its arguments with their
    meanings.
    """

    call: str
    summary: str
    arguments: tuple[tuple[str, str], ...]


def usages(prog: str, parser: argparse.ArgumentParser, summary: str) -> Iterator[Usage]:
    """A command and then its actions, as one types them."""
    arguments, actions = [], []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            summaries = {choice.dest: choice.help or "" for choice in action._choices_actions}
            actions += [
                (name, child, summaries.get(name, "")) for name, child in action.choices.items()
            ]
        elif action.dest not in _GLOBAL:
            arguments.append((_form(action), _help(action)))
    yield Usage(prog, summary, tuple(arguments))
    for name, child, meaning in actions:
        yield from usages(f"{prog} {name}", child, meaning)


def _form(action: argparse.Action) -> str:
    """How an argument is written: `--since 30d`, `[FEED …]`."""
    value = str(action.metavar or "|".join(map(str, action.choices or ())) or action.dest.upper())
    if action.option_strings:
        return (
            action.option_strings[-1]
            if action.nargs == 0
            else f"{action.option_strings[-1]} {value}"
        )
    many = {"*": f"[{value} …]", "+": f"{value} …", "?": f"[{value}]"}
    return many.get(str(action.nargs), value)


def _help(action: argparse.Action) -> str:
    return (action.help or "").replace("%%", "%")


def groups() -> Iterator[tuple[str, list[tuple[str, list[Usage]]]]]:
    """Each group with its commands: the example, and the ways to call it."""
    subparsers = whole_parser()._subparsers
    assert subparsers is not None
    (choices,) = (action.choices for action in subparsers._group_actions)
    assert isinstance(choices, dict)
    for title, entries in GROUPS:
        yield (
            title,
            [
                (entry.example, list(usages(entry.name, choices[entry.name], entry.summary)))
                for entry in entries
            ],
        )


def markdown() -> str:
    """docs/commands.md."""
    lines = [_HEAD]
    for title, commands in groups():
        lines.append(f"## {title.capitalize()}\n")
        for example, ways in commands:
            first = ways[0]
            lines.append(f"### goldmine {first.call}\n\n{_sentence(first.summary)}\n")
            lines += list(_arguments(first))
            for way in ways[1:]:
                lines.append(f"**`goldmine {way.call}`**: {way.summary}\n")
                lines += list(_arguments(way))
            lines.append(f"Example: `goldmine {example}`\n")
    return "\n".join(lines)


def _arguments(way: Usage) -> Iterator[str]:
    if way.arguments:
        cell = [
            (form.replace("|", "\\|"), meaning.replace("|", "\\|"))
            for form, meaning in way.arguments
        ]
        yield "| | |\n|---|---|"
        yield from (f"| `{form}` | {meaning} |" for form, meaning in cell)
        yield ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def man_page() -> str:
    """docs/goldmine.1, in man's macros (man(7))."""
    lines = [_MAN_HEAD.rstrip()]
    for title, commands in groups():
        lines.append(f".SH {title.upper()}")
        for example, ways in commands:
            for way in ways:
                lines += [f".SS {_roff(f'goldmine {way.call}')}", _roff(_sentence(way.summary))]
                for form, meaning in way.arguments:
                    lines += [".TP", f"\\fB{_roff(form)}\\fR", _roff(meaning) or "\\&"]
            lines += [".PP", f"Example: \\fBgoldmine {_roff(example)}\\fR"]
    return "\n".join([*lines, _MAN_TAIL])


def _roff(text: str) -> str:
    """Text as roff takes it: no escape, no hyphen that could break a command, no leading dot."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "\\&...").replace("“", '"')
    plain = plain.replace("”", '"').replace("'", "\\(aq")
    return f"\\&{plain}" if plain.startswith((".", "\\(aq")) else plain


def main() -> None:
    (DOCS / "commands.md").write_text(markdown(), encoding="utf-8")
    (DOCS / "goldmine.1").write_text(man_page(), encoding="utf-8")
    assert all(f"### goldmine {name}\n" in markdown() for name in COMMANDS)


if __name__ == "__main__":
    main()
