"""`goldmine import`: a history from an export, where there is none yet."""

from __future__ import annotations

import argparse
from pathlib import Path

from goldmine_ingest.cli.session import Session
from goldmine_ingest.exchange.import_history import take_in
from goldmine_ingest.exchange.manifest import row_counts
from goldmine_ingest.store.publish import publish


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="what goldmine export wrote")


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()

    now = session.now()
    manifest = take_in(project.database.path, session.cwd / args.folder, now)
    rows = row_counts(manifest)
    session.say(
        f"imported: {rows['listings']} listings, {rows['decisions']} decisions, {rows['alerts']}"
        " alerts"
    )
    session.say("The next cycle asks every feed, stores what it holds, and alerts no one of it.")
    publish(project.database, now, force=True)
    return 0
