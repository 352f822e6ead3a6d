"""`goldmine rescan`: stored listings decided again under the present criteria; what moved, and
with --alert, what is owed for it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.rescan import rescan
from goldmine_ingest.cli.named_listings import show_listings
from goldmine_ingest.cli.output import counted, print_json, print_table
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning
from goldmine_ingest.model import Json

if TYPE_CHECKING:
    from datetime import datetime

    from goldmine_ingest.analysis.rescan import RescanReport
    from goldmine_ingest.settings.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    add_since(parser)
    parser.add_argument(
        "--alert",
        action="store_true",
        help="owe alerts for what has come to qualify and was never alerted",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace, session: Session) -> int:
    """0, or 75 while a cycle runs."""
    project = session.project()
    session.need_history(project)

    now = session.now()
    since = beginning(args.since, now)
    try:
        report = rescan(
            project,
            now=session.now,
            since=since,
            alert=args.alert,
            progress=lambda done, total: session.progress(f"{done} of {total} listings"),
        )
    finally:
        session.clear_progress()
    if args.json:
        print_json(_as_json(report, since), session.out)
    else:
        _show(report, project, session, alert=args.alert)
    if report.unjudged:
        session.complain(
            f"{counted(len(report.unjudged), 'listing')} could not be judged again, e.g."
            f" {report.unjudged[0][:8]}: goldmine doctor"
        )
    return 0


def _as_json(report: RescanReport, since: datetime | None) -> dict[str, Json]:
    return {
        "schema": 1,
        "since": since,
        "judged": report.judged,
        "qualified": report.now["qualified"],
        "review": report.now["review"],
        "rejected": report.now["rejected"],
        "moved": [
            {"from": was, "to": now, "listings": count}
            for (was, now), count in sorted(report.moves.items(), key=str)
        ],
        "newly_qualified": report.newly_qualified,
        "unjudged": report.unjudged,
        "alerts": {state: report.alerts[state] for state in ("owed", "held", "suppressed")},
    }


def _show(report: RescanReport, project: Project, session: Session, *, alert: bool) -> None:
    out, now = session.out, report.now
    print(
        f"{report.judged} listings judged: {now['qualified']} qualified, {now['review']} for"
        f" review, {now['rejected']} rejected",
        file=out,
    )
    if report.moves:
        rows = [(was or "not judged", to, count) for (was, to), count in report.moves.most_common()]
        print_table(("before", "now", "listings"), rows, out)
    else:
        print("Nothing moved.", file=out)
    if alert:
        print(
            f"{report.alerts['owed']} alerts owed, {report.alerts['held']} held for a digest; the"
            " next cycle sends them",
            file=out,
        )
    elif report.newly_qualified:
        print(f"{len(report.newly_qualified)} newly qualified; no alerts without --alert", file=out)
        show_listings("newly", report.newly_qualified, project, session, session.now())
        session.say(f"Why?  goldmine explain {report.newly_qualified[0][:8]}")
