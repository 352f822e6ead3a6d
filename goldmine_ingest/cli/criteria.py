"""`goldmine criteria set KEY=VALUE`: changes criteria.toml, remarks kept, after showing what the
change would have done to the history.
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.analysis.backtest import backtest
from goldmine_ingest.analysis.proposal_file import Edit, assignments, read
from goldmine_ingest.cli.backtest import show
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.questions import need_terminal
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config.edit_values import with_values
from goldmine_ingest.config.replacement import read_file
from goldmine_ingest.config.versions import replace_criteria, text_hash
from goldmine_ingest.errors import UsageError
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.settings.project import Project

SINCE = timedelta(days=30)


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        title="actions", metavar="ACTION", dest="action", required=True, parser_class=type(parser)
    )
    action = actions.add_parser(
        "set",
        help="change settings of criteria.toml",
        description="Change settings of criteria.toml, after showing a backtest of 30 days.",
        epilog="Example: goldmine criteria set budget.hourly_minimum=45 me.country=GB",
        allow_abbrev=False,
    )
    action.add_argument(
        "changes",
        metavar="KEY=VALUE",
        nargs="*",
        help="a setting by its dotted path, a proof by its name: proof.Finance dashboard.want=0.5",
    )
    action.add_argument(
        "--from",
        metavar="FILE",
        dest="source",
        type=Path,
        help="the changes that goldmine learn proposed, each one asked for (with --yes: all)",
    )
    action.add_argument("--yes", action="store_true", help="write without asking")
    add_globals(action)


def run(args: argparse.Namespace, session: Session) -> int:
    """0, also where the person says no; 2 for settings that can't be."""
    if args.changes and args.source:
        raise UsageError("KEY=VALUE and --from don't go together")
    project = session.project()
    path = project.files[1]
    before = read_file(path)
    changes = args.changes
    if not changes:
        edits = _accepted(args, project, session)
        if not edits:
            session.say("nothing was changed")
            return 0
        changes = assignments(project.criteria.text, edits)
    proposed = config.change_criteria(project.criteria, changes)
    after = with_values(before, changes, path.name)
    if after == before:
        session.say(f"{path.name} says so already")
        return 0
    need_terminal(args, "nothing was changed")
    show_effect(project, proposed, session)
    if not args.yes and not agreed(session, f"Write it into {path.name}?"):
        session.say("nothing was changed")
        return 0
    write(path, before, after, session)
    return 0


def _accepted(args: argparse.Namespace, project: Project, session: Session) -> list[Edit]:
    """Of a file's changes those that the person says yes to. A FILE that isn't there is looked for
    beside criteria.toml, where `learn` puts it. Raises UsageError, ConfigError.
    """
    if args.source is None:
        raise UsageError(
            "nothing is set", hint="KEY=VALUE, such as budget.hourly_minimum=45, or --from FILE"
        )
    here, beside = session.cwd / args.source, project.files[1].parent / args.source
    suggestions = read(here if here.exists() or not beside.exists() else beside)
    need_terminal(args, "nothing was changed")
    accepted = []
    for suggestion in suggestions:
        edit = suggestion.edit
        session.say(f"{edit}: {suggestion.why}")
        if args.yes or agreed(session, "Take it?"):
            accepted.append(edit)
    return accepted


def show_effect(project: Project, proposed: CriteriaSettings, session: Session) -> None:
    """What the new criteria would have done to the listings of the last 30 days."""
    if not project.database.path.exists():
        session.say("there is no history yet to try it on")
        return
    now = session.now()
    effect = backtest(project, proposed, since=now - SINCE, now=now, progress=session.progress)
    session.clear_progress()
    show(effect, project, session)


def agreed(session: Session, question: str) -> bool:
    """Whether the person says yes; no is the default."""
    print(f"{question} [y/N] ", end="", file=session.err, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def write(path: Path, before: str, after: str, session: Session) -> None:
    """Puts the new text in place, unless someone else changed the file meanwhile; the old one is
    kept in versions/ beside it.
    """
    replace_criteria(path, after, text_hash(before), session.now())
    session.say(
        f"wrote {path.name}; the next run judges by it, goldmine rescan judges what is stored again"
    )
