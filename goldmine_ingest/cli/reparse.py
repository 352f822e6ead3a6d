"""`goldmine reparse`: reads stored raw entries again with the present readers; alerts no one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from goldmine_ingest.app import reparse
from goldmine_ingest.cli.output import printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning

if TYPE_CHECKING:
    from goldmine_ingest.pipeline.ingest.reparse import ReparseReport

_SHOWN = 3


def configure(parser: argparse.ArgumentParser) -> None:
    add_since(parser)


def run(args: argparse.Namespace, session: Session) -> int:
    """0, also where entries can't be read: they stay as they were, and are told."""
    project = session.project()
    session.need_history(project)
    session.redactor()

    try:
        report = reparse(
            project,
            now=session.now,
            since=beginning(args.since, session.now()),
            progress=session.progress,
        )
    finally:
        session.clear_progress()
    for line in summary(report):
        print(printable(line), file=session.out)
    return 0


def summary(report: ReparseReport) -> list[str]:
    """What was read again, what changed, how that is judged now, and what could not be read."""
    lines = [
        f"{report.jobs} listings, {report.entries} entries read again: {report.changed} listings"
        " changed; nobody was alerted"
    ]
    if report.changed:
        lines.append(
            "Changed: " + ", ".join(f"{name} {count}" for name, count in report.facts.most_common())
        )
        lines.append(
            "Now: "
            + ", ".join(f"{count} {decision}" for decision, count in report.decisions.most_common())
        )
    if report.without_entries:
        lines.append(
            f"{report.without_entries} listings have no stored entries any more (see [database]"
            " keep_raw)"
        )
    if report.unreadable:
        reasons = "; ".join(reason for reason, _ in report.unreadable.most_common(_SHOWN))
        lines.append(
            f"{sum(report.unreadable.values())} entries could not be read and stay as they were:"
            f" {reasons}"
        )
    return lines
