"""`goldmine tune`: what moving each threshold would do, and what one's own record says.
Suggests; changing criteria.toml is the user's.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.pursuit_groups import LEAST_IN_GROUP
from goldmine_ingest.analysis.review_sentences import missing, percent
from goldmine_ingest.analysis.term_counts import count_terms, write_proposed
from goldmine_ingest.analysis.tune import LEAST_PURSUITS, tune
from goldmine_ingest.cli.output import print_json, print_table
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning

_NAMED = 5  # listings of which the opinion and one's rating say the opposite

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
        of_opinion = ("opinion", "opinions")  # nothing of it is said where no model is asked
        told = {k: v for k, v in asdict(tuning).items() if v is not None or k not in of_opinion}
        print_json({"schema": 1, **told}, session.out)
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
    _show_outcomes(tuning, session)
    _show_opinion(tuning, session)
    if tuning.win_rate:
        print(f"\nfinished pursuits by score; no rate from fewer than {LEAST_PURSUITS}", file=out)
        rates = (
            (
                f"{b.score_from} to {b.score_to}",
                b.pursuits,
                b.proposed,
                "" if b.proposed is None else f"{percent(b.low)} to {percent(b.high)}",
            )
            for b in tuning.win_rate
        )
        print_table(("score", "pursuits", "win_rate", "95 % interval"), rates, out)


def _show_opinion(tuning: Tuning, session: Session) -> None:
    """The language model beside one's own ratings."""
    told, out = tuning.opinion, session.out
    if told is None or tuning.opinions is None:
        return
    print(f"\n{tuning.opinions.sentence}", file=out)
    rated = told.agreeing + told.disagreeing + told.good_between + told.bad_between
    if not rated:
        print("none of them is rated yet: goldmine rate LISTING good|bad", file=out)
        return
    print(
        f"agrees with {told.agreeing} of your ratings, disagrees with {told.disagreeing}", file=out
    )
    rows = [
        ("passes", told.good_passing, len(told.bad_passing)),
        ("between", told.good_between, told.bad_between),
        ("fails", len(told.good_failing), told.bad_failing),
    ]
    print_table(("the opinion", "rated good", "rated bad"), rows, out)
    for what, ids in (("good, it fails", told.good_failing), ("bad, it passes", told.bad_passing)):
        if ids:
            more = " …" if len(ids) > _NAMED else ""
            print(f"{what}: {', '.join(i[:8] for i in ids[:_NAMED])}{more}", file=out)


def _show_outcomes(tuning: Tuning, session: Session) -> None:
    """Which pursuits got a reply, or what is missing to say so."""
    told, out = tuning.outcomes, session.out
    if not told.decided:
        return
    if not told.enough_data:
        lacking = "; ".join(missing(each) for each in told.missing)
        print(f"\nwhat your pursuits say takes more of them: {lacking}", file=out)
        return
    print(
        f"\n{told.decided} pursuits that were answered or ignored, {told.replied} with a reply; no"
        f" share from fewer than {LEAST_IN_GROUP}",
        file=out,
    )
    rows = []
    for grouping in told.groupings:
        for group in grouping.groups:
            shown = group.share is not None
            rows.append(
                (
                    grouping.by if group is grouping.groups[0] else "",
                    group.name,
                    group.replied,
                    group.ignored,
                    percent(group.share) if shown else "",
                    f"{percent(group.low)} to {percent(group.high)}" if shown else "",
                    "differs from the rest" if group.differs else "",
                )
            )
    print_table(("by", "", "replied", "ignored", "share", "95 % interval", ""), rows, out)
    if not any(group.differs for each in told.groupings for group in each.groups):
        print("nothing here differs by more than chance explains", file=out)
