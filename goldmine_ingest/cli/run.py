"""`goldmine run`: one cycle, and what it brought."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from goldmine_ingest.cli.output import counted, print_json, print_table, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.model import Json
from goldmine_ingest.pipeline.run_report import ALERT_STATES
from goldmine_ingest.runtime.signals import Stop

if TYPE_CHECKING:
    from goldmine_ingest.app import RunReport
    from goldmine_ingest.settings.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "feeds",
        metavar="FEED",
        nargs="*",
        help="only these feeds, by name, due or not, disabled or not",
    )
    parser.add_argument("--all", action="store_true", help="poll every enabled feed, due or not")
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="store and send nothing; show what each destination would get",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON document; the terminal destination then prints to standard error",
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """The cycle's own exit status: 0, 3 where a feed or destination failed, 75 where something
    is in the way.
    """
    project = session.project()
    session.warn(project)
    from goldmine_ingest.app import run_cycle  # `goldmine run --help` needs no database

    try:
        with Stop() as stop:
            report = run_cycle(
                project,
                env=session.env,
                now=session.now,
                feeds=args.feeds,
                all_feeds=args.all,
                dry_run=args.dry_run,
                progress=session.progress,
                stop=stop,
                out=session.err if args.json else session.out,
                redactor=session.redactor(),
            )
    finally:
        session.clear_progress()
    if args.json:
        print_json(as_json(report), session.out)
    else:
        _show(report, project, session)
    shown = () if args.json else {feed.feed for feed in report.feeds if feed.error}
    for subject, sentence in report.problems:
        if subject not in shown:
            session.complain(f"{subject}: {sentence}")
    if report.busy:
        session.complain(report.busy)
    for note in (*report.notes, *report.waiting):
        session.say(note)
    return report.exit_status


def as_json(report: RunReport) -> dict[str, Json]:
    """The `run` document of the contract."""
    document: dict[str, Json] = {
        "schema": 1,
        "run_id": report.run_id,
        "dry_run": report.dry_run,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "feeds": [
            {
                "feed": feed.feed,
                "outcome": str(feed.outcome),
                "http_status": feed.http_status,
                "entries": feed.entries,
                "new_listings": feed.new_listings,
                "skipped": feed.skipped,
                "error": feed.error,
            }
            for feed in report.feeds
        ],
        "new_listings": report.new_listings,
        "changed": report.changed,
        "qualified": report.qualified,
        "review": report.review,
        "rejected": report.rejected,
        "alerts": {state: report.alerts.get(state, 0) for state in ALERT_STATES},
        "next_due_at": report.next_due_at,
    }
    if report.dry_run:
        document["messages"] = [
            {
                "destination": m.destination,
                "kind": m.kind,
                "listing_ids": list(m.listing_ids),
                "text": m.text,
                "held_back": m.held_back,
            }
            for m in report.messages
        ]
    return document


def _show(report: RunReport, project: Project, session: Session) -> None:
    """The messages of a dry run, the failing feeds, the summary and what to do next."""
    out = session.out
    for message in report.messages:
        held = f" (held back: {message.held_back})" if message.held_back else ""
        print(f"--- {printable(message.destination)} would get a {message.kind}{held}", file=out)
        print(printable(message.text, keep_lines=True), file=out)
        print(file=out)
    failing = [feed for feed in report.feeds if feed.error]
    if failing:
        print_table(
            ("feed", "outcome", "why"), [(f.feed, f.outcome, f.error) for f in failing], out
        )
        print(file=out)
    print(summary(report), file=out)
    if not session.quiet:
        for line in _next(report, project):
            print(line, file=out)


def summary(report: RunReport) -> str:
    """What a cycle brought, in a line."""
    failed = sum(1 for feed in report.feeds if feed.error)
    feeds = f"{counted(len(report.feeds), 'feed')} polled" + (
        f" ({failed} failed)" if failed else ""
    )
    if report.busy:
        return f"{feeds}; nothing is stored yet"
    counts = (
        f"{report.new_listings} new, {report.qualified} qualified, {report.review} for review,"
        f" {report.rejected} rejected"
    )
    sent = "nothing stored or sent (dry run)" if report.dry_run else f"{report.sent} sent"
    changed = f", {report.changed} changed" if report.changed else ""
    return f"{feeds}: {counts}{changed}; {sent}"


def _next(report: RunReport, project: Project) -> list[str]:
    """What one would want to do now."""
    lines = []
    if report.qualified_ids and not report.dry_run:
        lines.append(f"Why did it come?    goldmine explain {report.qualified_ids[0][:8]}")
    if report.review and not report.dry_run:
        lines.append("What needs a look?  goldmine alerts --state held")
    if all(feed.kind == "file" for feed in project.feeds):
        lines.append(
            "Your own feeds, proof and phone go into"
            f" {project.config_path.parent.name}/goldmine.toml and criteria.toml"
        )
    if report.next_due_at:
        lines.append(f"Next feed is due at {report.next_due_at:%Y-%m-%d %H:%M} UTC")
    return lines
