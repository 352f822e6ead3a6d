"""`goldmine backtest`: other criteria on the stored history beside the present ones. Stores no
decision and alerts no one.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest import config
from goldmine_ingest.analysis.backtest import backtest
from goldmine_ingest.cli.named_listings import show_listings
from goldmine_ingest.cli.output import print_json, print_table
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning
from goldmine_ingest.model import Json

if TYPE_CHECKING:
    from goldmine_ingest.analysis.backtest import Backtest, Decided, Outcome
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--criteria",
        metavar="FILE",
        type=Path,
        help="the criteria to try, as a file (default: the present ones)",
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="changes",
        help="try one setting, such as budget.hourly_minimum=35; may be repeated",
    )
    add_since(parser, default="30d")
    parser.add_argument(
        "--stale-opinions",
        action="store_true",
        help="let answers to earlier questions count, asked before proofs or model changed",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace, session: Session) -> int:
    """0, or 2 for criteria that are wrong."""
    project = session.project()
    proposed = _proposed(args, session, project)
    session.need_history(project)

    now = session.now()
    backtested = backtest(
        project,
        proposed,
        since=beginning(args.since, now),
        now=now,
        progress=session.progress,
        stale_opinions=args.stale_opinions,
    )
    session.clear_progress()
    if args.json:
        print_json(as_json(backtested), session.out)
    else:
        show(backtested, project, session)
    return 0


def _proposed(args: argparse.Namespace, session: Session, project: Project) -> CriteriaSettings:
    criteria = project.criteria
    if args.criteria is not None:
        criteria = config.load_criteria(
            session.cwd / args.criteria, terms=project.config_path.parent / "terms.json"
        )
    return config.change_criteria(criteria, args.changes) if args.changes else criteria


def as_json(backtested: Backtest) -> dict[str, Json]:
    """The `backtest` document of the contract."""
    kept, decided = backtested.kept, backtested.decided
    return {
        "schema": 1,
        "since": backtested.since,
        "judged": backtested.judged,
        "present": backtested.present,
        "proposed": backtested.proposed,
        "entering": backtested.entering,
        "leaving": backtested.leaving,
        "unchanged": backtested.unchanged,
        "moved_by": {
            name: {"entering": entering, "leaving": leaving}
            for name, (entering, leaving) in backtested.moved_by.items()
        },
        "ratings": {
            "good_kept": kept.good_kept,
            "good_lost": kept.good_lost,
            "bad_kept": kept.bad_kept,
            "bad_lost": kept.bad_lost,
        },
        "pursuits": {"kept": kept.pursuits_kept, "lost": kept.pursuits_lost},
        **({} if decided is None else {"decided": decided}),
        **({} if backtested.opinions is None else {"opinions": backtested.opinions}),
    }


def show(backtested: Backtest, project: Project, session: Session) -> None:
    """What it would change, as tables."""
    out = session.out
    print(f"{backtested.judged:,} listings, each judged as when it was first seen", file=out)
    if backtested.opinions is not None:
        print(backtested.opinions.sentence, file=out)
    if backtested.decided is not None:
        _show_decided(backtested.decided, backtested.present, project, session)
        return
    print_table(
        ("", "qualified", "review", "rejected", "alerts a day"),
        [_row("present", backtested.present), _row("proposed", backtested.proposed)],
        out,
    )
    print(
        f"\n{len(backtested.entering):,} would newly qualify, {len(backtested.leaving):,} would"
        " not any more",
        file=out,
    )
    moved = [
        (name, entering, leaving)
        for name, (entering, leaving) in backtested.moved_by.items()
        if entering or leaving
    ]
    if moved:
        print_table(("because of", "entering", "leaving"), moved, out)
    for name, ids in (("entering", backtested.entering), ("leaving", backtested.leaving)):
        show_listings(name, ids, project, session, session.now())
    _show_kept(backtested, session)


def _show_decided(decided: Decided, now: Outcome, project: Project, session: Session) -> None:
    """The same criteria by the present program, beside what the history holds."""
    print_table(
        ("", "qualified", "review", "rejected", "alerts a day"),
        [_row("decided then", decided.then), _row("now", now)],
        session.out,
    )
    rescan = "; goldmine rescan decides them again" if decided.entering or decided.leaving else ""
    print(
        f"\n{len(decided.entering):,} qualify now and didn't, {len(decided.leaving):,} don't any"
        f" more{rescan}",
        file=session.out,
    )
    for name, ids in (("entering", decided.entering), ("leaving", decided.leaving)):
        show_listings(name, ids, project, session, session.now())


def _row(name: str, outcome: Outcome) -> tuple[object, ...]:
    return name, outcome.qualified, outcome.review, outcome.rejected, outcome.alerts_per_day


def _show_kept(backtested: Backtest, session: Session) -> None:
    kept = backtested.kept
    rows = [
        ("rated good", kept.good_kept, kept.good_lost),
        ("rated bad", kept.bad_kept, kept.bad_lost),
        ("replied or hired", kept.pursuits_kept, kept.pursuits_lost),
    ]
    if any(count for _, *counts in rows for count in counts):
        print_table(("your record", "kept", "lost"), rows, session.out)
