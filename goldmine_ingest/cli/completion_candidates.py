"""What may stand at a place of a command line that a shell completes: commands, options, names of
the project and of its history.

The shell asks by running `goldmine` with `_ARGCOMPLETE` in its environment
(https://kislyuk.github.io/argcomplete/, argcomplete 3.7: `autocomplete`). Whatever goes wrong while
it asks gives no candidates: nobody wants an error in the middle of a line.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr
from datetime import timedelta
from functools import wraps
from io import StringIO

import argcomplete
from argcomplete.lexers import split_line

from goldmine_ingest.cli.parser import parser_of
from goldmine_ingest.cli.session import Session
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.settings.criteria import SECTIONS
from goldmine_ingest.settings.declaration import declared
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.rows import select
from goldmine_ingest.store.trials import trials

# Candidates with what each is; shells that show no descriptions leave them out.
Candidates = Mapping[str, str]
Completer = Callable[..., Candidates]
_PATIENCE = timedelta(seconds=1)  # for a history that a cycle holds: a person waits at the prompt
_SHOWN_ID = 8  # characters of an id, as `matches` shows it
_LONGEST_TITLE = 60


def complete() -> None:
    """Answers the shell on the descriptor that it named, and ends the process."""
    words = split_line(os.environ["COMP_LINE"], int(os.environ["COMP_POINT"]))[3]
    argcomplete.autocomplete(_with_completers(parser_of(words[1:])), always_complete_options=False)


def _with_completers(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The parser, with each argument knowing what completes it, in subcommands too."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                _with_completers(child)
        elif action.choices is None and action.nargs != 0:
            completer = _completer(parser, action)
            # argcomplete's own way; argparse declares no such field
            setattr(action, "completer", completer)  # noqa: B010
    return parser


def _quiet(completer: Completer) -> Completer:
    @wraps(completer)
    def guarded(**given: object) -> Candidates:
        try:
            with redirect_stderr(StringIO()):
                return completer(**given)
        except Exception:  # noqa: BLE001 - see the module's docstring
            return {}

    return guarded


@_quiet
def _feeds(*, parsed_args: argparse.Namespace, **_: object) -> Candidates:
    feeds = Session.of(parsed_args).project().feeds
    return {feed.name: feed.platform for feed in feeds}


@_quiet
def _destinations(*, parsed_args: argparse.Namespace, **_: object) -> Candidates:
    destinations = Session.of(parsed_args).project().destinations
    return {destination.name: destination.mode for destination in destinations}


@_quiet
def _listings(*, prefix: str, parsed_args: argparse.Namespace, **_: object) -> Candidates:
    session = Session.of(parsed_args)
    project = session.project()
    session.need_history(project)
    with open_store(project.database.path, wait=_PATIENCE, now=session.now()) as store:
        rows = select(store.con, "listings_to_complete", beginning=prefix)
    shown = max(_SHOWN_ID, len(prefix) + 1)
    return {row["listing_id"][:shown]: row["title"][:_LONGEST_TITLE] for row in rows}


@_quiet
def _trials(*, parsed_args: argparse.Namespace, **_: object) -> Candidates:
    session = Session.of(parsed_args)
    project = session.project()
    session.need_history(project)
    with open_store(project.database.path, wait=_PATIENCE, now=session.now()) as store:
        return {trial.name: trial.problem for trial in trials(store.con)}


@_quiet
def _reports(**_: object) -> Candidates:
    files = (shipped("sql") / "reports").glob("*.sql")
    return {path.stem: path.open().readline().removeprefix("--").strip() for path in files}


@_quiet
def _settings(**_: object) -> Candidates:
    """KEY= of criteria.toml; the value is the person's."""
    return {
        f"{section.name}.{name}=": setting.doc
        for section in SECTIONS
        if isinstance(section.keys, type) and section.form == "once"
        for name, setting in declared(section.keys).items()
    }


_COMPLETERS: Mapping[str, Completer] = {
    "FEED": _feeds,
    "LISTING": _listings,
    "LISTING|WORDS": _listings,
    "QUERY|NAME": _reports,
    "KEY=VALUE": _settings,
    # NAME is a name of what the command is about.
    "goldmine feeds accept NAME": _feeds,
    "goldmine notify test NAME": _destinations,
    "goldmine mute NAME": _destinations,
    "goldmine review NAME": _trials,
}
_FILES = ("FILE", "FILE|-", "DIR", "PATH")  # completed by the shell itself


def _completer(parser: argparse.ArgumentParser, action: argparse.Action) -> Completer | None:
    metavar = str(action.metavar)
    if metavar in _FILES:
        return None
    return _COMPLETERS.get(metavar) or _COMPLETERS.get(f"{parser.prog} {metavar}") or _nothing


def _nothing(**_: object) -> Candidates:
    """For what only the person knows: without it the shell would offer files."""
    return {}
