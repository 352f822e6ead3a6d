"""`goldmine export`: the history as Parquet files with a manifest."""

from __future__ import annotations

import argparse
from pathlib import Path

from goldmine_ingest.cli.session import Session
from goldmine_ingest.exchange.export import export
from goldmine_ingest.exchange.manifest import row_counts


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR",
        type=Path,
        help="a new or empty folder, or an earlier export, which is brought up to date",
    )
    parser.add_argument(
        "--readable",
        action="store_true",
        help="of a damaged history, what can be read (into a new folder)",
    )


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()
    session.need_history(project)

    target = session.cwd / args.folder
    manifest = export(
        project.database.path,
        target,
        session.now(),
        published=project.database.publish,
        readable=args.readable,
    )
    rows = row_counts(manifest)
    session.say(
        f"exported: {rows['listings']} listings, {rows['decisions']} decisions, {rows['alerts']}"
        f" alerts to {target}"
    )
    session.say(
        f"{manifest['written']} of {len(manifest['files'])} files are new, the others stand as they"
        " were."
    )
    for table, lost in manifest.get("lost", {}).items():
        session.complain(
            f"{table}: {'nothing of it' if lost < 0 else f'all but {lost} rows of it'} can be read"
        )
    return 0
