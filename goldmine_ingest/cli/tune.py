"""`goldmine tune`: what moving each threshold would do, and what one's own record says.
Suggests; changing criteria.toml is the user's.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.term_counts import count_terms, write_proposed
from goldmine_ingest.analysis.tune import IN_FLIGHT, LEAST_PURSUITS, tune
from goldmine_ingest.cli.output import print_json, print_table
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning

if TYPE_CHECKING:
    from goldmine_ingest.analysis.tune import Tuning


def configure(parser: argparse.ArgumentParser) -> None:
    add_since(parser, default="90d")
    parser.add_argument(
        "--terms", action="store_true", help="count terms in your own history, as a file to accept"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace, session: Session) -> int:
    """0."""
    project = session.project()
    session.need_history(project)
    now = session.now()
    since = beginning(args.since, now)
    if args.terms:
        counts = count_terms(project, since=since, now=now, progress=session.progress)
        target = write_proposed(counts, project.config_path.parent)
        session.clear_progress()
        accept = (
            f"Rename it to {target.with_name('terms.json').name} to accept it; goldmine backtest"
            " shows beforehand what other words do."
        )
        if args.json:
            print_json(
                {"schema": 1, "since": since, "file": str(target), "terms": counts}, session.out
            )
        else:
            print(
                f"{target}: {len(counts) - 1:,} terms in {counts.get('*', 0):,} listings. {accept}",
                file=session.out,
            )
        return 0

    tuning = tune(project, since=since, now=now, progress=session.progress)
    session.clear_progress()
    if args.json:
        print_json({"schema": 1, **asdict(tuning)}, session.out)
    else:
        _show(tuning, session)
    return 0


def _show(tuning: Tuning, session: Session) -> None:
    out = session.out
    rows = [
        (t.setting, t.present, step.value, step.qualified, step.entering, step.leaving)
        for t in tuning.thresholds
        for step in t.steps
        if step.entering or step.leaving
    ]
    if rows:
        print_table(("setting", "present", "at", "qualified", "entering", "leaving"), rows, out)
    moving = {row[0] for row in rows}
    still = [t.setting for t in tuning.thresholds if t.setting not in moving]
    if still:
        print(f"nothing moves with {', '.join(still)}", file=out)
    if tuning.criteria:
        print(
            "\nlistings that you pursued (left out: those without an answer for less than"
            f" {IN_FLIGHT.days} days)",
            file=out,
        )
        print_table(
            ("passed by", "replied", "ignored"),
            ((told.criterion, told.replied, told.ignored) for told in tuning.criteria),
            out,
        )
    if tuning.win_rate:
        print(f"\nfinished pursuits by score; no rate from fewer than {LEAST_PURSUITS}", file=out)
        rates = (
            (f"{b.score_from} to {b.score_to}", b.pursuits, b.proposed) for b in tuning.win_rate
        )
        print_table(("score", "pursuits", "win_rate"), rates, out)
