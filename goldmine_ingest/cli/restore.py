"""`goldmine restore`: a backup in the history's place. What stood there is set aside, never
deleted.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from goldmine_ingest.cli.session import Session
from goldmine_ingest.store.backup import restore
from goldmine_ingest.store.publish import publish


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="what goldmine backup wrote, or a copy of the day"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="also where there is a history: it is set aside beside its place",
    )


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()

    now, uncertain = session.now(), project.alerts.uncertain
    done = restore(
        project.database, session.cwd / args.file, now, uncertain=uncertain, force=args.force
    )
    as_of = f", as of {done.as_of:%Y-%m-%d %H:%M} UTC" if done.as_of else ""
    session.say(
        f"restored: {done.listings} {'listing' if done.listings == 1 else 'listings'}{as_of}"
    )
    if done.set_aside:
        session.say(f"the history that stood there is now {done.set_aside.name}")
    if done.open_alerts:
        what = (
            "sent again, marked (may repeat)"
            if uncertain == "resend"
            else "held for you: goldmine alerts --state uncertain"
        )
        session.say(
            f"alerts that were waiting then, and may have been sent since: {done.open_alerts};"
            f" {what}"
        )
    session.say("The next cycle asks every feed, stores what it holds, and alerts no one of it.")
    publish(project.database, now, force=True)
    return 0
