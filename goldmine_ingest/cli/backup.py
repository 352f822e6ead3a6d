"""`goldmine backup`: a copy of the history, whole and consistent, while cycles run."""

from __future__ import annotations

import argparse
from pathlib import Path

from goldmine_ingest.cli.session import Session
from goldmine_ingest.store.backup import back_up


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="where the copy goes; only you can read it"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there already")


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()
    session.need_history(project)

    target = session.cwd / args.file
    back_up(project.database.path, target, session.now(), force=args.force)
    session.say(f"backed up: {target} ({target.stat().st_size / 1e6:.1f} MB)")
    return 0
