"""`goldmine trial`: a declared reality test of one client problem and one offer."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING

from goldmine_ingest.analysis import leads
from goldmine_ingest.analysis.review import read_facts
from goldmine_ingest.analysis.review_sentences import criteria_change
from goldmine_ingest.analysis.trial import changes, end, start, window_of
from goldmine_ingest.analysis.trial_checklist import checklist
from goldmine_ingest.cli.output import printable
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.pursuit import Trial
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        title="actions", metavar="ACTION", dest="action", required=True, parser_class=type(parser)
    )
    start = actions.add_parser(
        "start",
        epilog="Example: goldmine trial start spring --problem 'late' --offer 'a two-day close'",
        help="declare one that begins now",
        allow_abbrev=False,
    )
    start.add_argument("name", metavar="NAME", help="what `review --trial` calls it")
    start.add_argument("--problem", metavar="TEXT", required=True, help="the one client problem")
    start.add_argument(
        "--offer", metavar="TEXT", required=True, help="the one offer, by its outcome"
    )
    start.add_argument(
        "--days", metavar="30", type=_days, default=30, help="how long (default: 30)"
    )
    start.add_argument(
        "--contacts-a-week",
        metavar="N",
        type=_count,
        help="contacts outside the marketplaces that each week takes",
    )
    start.add_argument(
        "--pursuits", metavar="N", type=_count, help="pursuits that the whole trial takes"
    )
    for child in (
        start,
        actions.add_parser(
            "status",
            epilog="Example: goldmine trial status",
            help="the trials, and whether the criteria changed under them",
            allow_abbrev=False,
        ),
        actions.add_parser(
            "end",
            epilog="Example: goldmine trial end",
            help="end the one that runs",
            allow_abbrev=False,
        ),
    ):
        add_globals(child)


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:5]) <= 366:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to 366")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:5]) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1000")
    return int(text)


def run(args: argparse.Namespace, session: Session) -> int:
    """0; 2 where a name is taken, another trial runs or none does."""
    project = session.project()
    session.need_history(project)

    with open_store(project.database.path, now=session.now()) as store:
        if args.action == "start":
            _start(args, project, store, session)
        elif args.action == "end":
            _end(project, store, session)
        else:
            _status(project, store, session)
    return 0


def _start(args: argparse.Namespace, project: Project, store: Store, session: Session) -> None:
    texts = [text.strip() for text in (args.name, args.problem, args.offer)]
    if not all(texts):
        raise UsageError("a trial needs a name, a problem and an offer")
    trial = Trial(
        texts[0],
        texts[1],
        texts[2],
        store.now,
        args.days,
        None,
        project.criteria.criteria_hash,
        args.contacts_a_week,
        args.pursuits,
    )
    start(store, trial)
    print(
        printable(
            f"{trial.name} runs until {trial.ends_at:%Y-%m-%d}; `goldmine review --trial"
            f" {shlex.quote(trial.name)}` answers it"
        ),
        file=session.out,
    )


def _end(project: Project, store: Store, session: Session) -> None:
    trial = end(store)
    days = (store.now - trial.started_at).days
    print(printable(f"{trial.name} ended after {days} of {trial.days} days"), file=session.out)
    window = window_of(trial, store.now)
    facts = read_facts(store.con, window, project.criteria, project.review.ignored_after)
    for sentence in leads.sentences(leads.compare(facts.pursued, store.now)):
        print(printable(sentence), file=session.out)


def _status(project: Project, store: Store, session: Session) -> None:
    trials = store.trials()
    if not trials:
        print(
            "no trial was declared; `goldmine trial start NAME --problem TEXT --offer TEXT`"
            " begins one",
            file=session.out,
        )
    contacts, begun = store.contacts(), store.pursuits_begun()
    for trial in trials:
        runs = trial.ends_at > store.now
        state = (
            f"day {(store.now - trial.started_at).days + 1} of {trial.days}"
            if runs
            else f"ended {trial.ends_at:%Y-%m-%d}"
        )
        print(
            printable(f"{trial.name}: {state}, since {trial.started_at:%Y-%m-%d}"), file=session.out
        )
        print(printable(f"  problem: {trial.problem}"), file=session.out)
        print(printable(f"  offer: {trial.offer}"), file=session.out)
        for sentence in checklist(trial, contacts, begun, store.now).sentences:
            print(printable(f"  {sentence}"), file=session.out)
        changed = changes(store.con, trial, store.now)
        for change in changed:
            print(f"  {criteria_change(change)}", file=session.out)
        last = changed[-1].criteria_hash if changed else trial.criteria_hash
        if runs and project.criteria.criteria_hash != last:
            print("  criteria.toml has changed; the next cycle judges by it", file=session.out)
        print(
            printable(f"  `goldmine review --trial {shlex.quote(trial.name)}` answers it"),
            file=session.out,
        )
