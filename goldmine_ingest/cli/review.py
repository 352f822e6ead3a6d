"""`goldmine review`: the funnel from listing to deal, where it breaks first, and what to change."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis import (
    agenda,
    quality_sentences,
    review_sentences,
    work_sentences,
)
from goldmine_ingest.analysis.agenda import read_agenda
from goldmine_ingest.analysis.floors import floors
from goldmine_ingest.analysis.funnel import Window
from goldmine_ingest.analysis.quality import read_quality
from goldmine_ingest.analysis.review import read_facts, review
from goldmine_ingest.analysis.trial import named, tried, window_of
from goldmine_ingest.analysis.weekly import read_weekly_message
from goldmine_ingest.analysis.work import read_work
from goldmine_ingest.cli.output import print_json, print_table, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import GoldmineError, UsageError
from goldmine_ingest.exchange.sql import reading
from goldmine_ingest.reports.svg import review_page

if TYPE_CHECKING:
    from goldmine_ingest.analysis.agenda import Agenda
    from goldmine_ingest.analysis.quality import QualityReview
    from goldmine_ingest.analysis.review import Review
    from goldmine_ingest.analysis.trial import Tried
    from goldmine_ingest.analysis.work import Work
    from goldmine_ingest.settings.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    over = parser.add_mutually_exclusive_group()
    over.add_argument(
        "--days", metavar="30", type=_days, default=30, help="how far back (default: 30)"
    )
    over.add_argument(
        "--trial", metavar="NAME", help="the time of this trial, with its three questions"
    )
    over.add_argument(
        "--weekly",
        action="store_true",
        help="only the week's message, as [review] weekly would send it now",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--html", metavar="FILE", type=Path, help="also as one self-contained page")


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 3660:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to 3660")
    return int(text)


def run(args: argparse.Namespace, session: Session) -> int:
    """0, whatever the diagnosis; 2 for an unknown trial."""
    project = session.project()
    session.need_history(project)

    now = session.now()
    if args.weekly:
        return _show_weekly(args, project, session, now)
    with reading(project.database.path, now, project.database.publish) as con:
        trial = named(con, args.trial) if args.trial is not None else None
        # What is recorded at this very moment belongs to it.
        window = (
            window_of(trial, now)
            if trial
            else Window(now - timedelta(days=args.days), now + timedelta(microseconds=1))
        )
        facts, before = (
            read_facts(con, each, project.criteria, project.review.ignored_after)
            for each in (window, window.before)
        )
        answered = tried(con, trial, facts, now) if trial else None
        quality = read_quality(con, window, floors(project, now.date()))
        todo = read_agenda(con, project.review, now)
        work = read_work(con, window, project.criteria, now - project.review.ignored_after)
    reviewed = review(facts, before, project.criteria, now)
    if args.html:
        page = review_page(reviewed, answered, quality, todo, work, now=now)
        write_page(page, session.cwd / args.html)
    if args.json:
        document = as_document(reviewed, answered)
        document |= {"quality": asdict(quality), **agenda.as_document(todo, now)}
        document["work"] = asdict(work) | {"sentences": work_sentences.sentences(work)}
        print_json(document, session.out)
    else:
        _show(reviewed, answered, session, now)
        if not review_sentences.nothing_known(reviewed):
            _show_work(quality, todo, work, _Lines(session), now)
    return 0


def _show_weekly(
    args: argparse.Namespace, project: Project, session: Session, now: datetime
) -> int:
    if args.html:
        raise UsageError("the week's message is no page", hint="--weekly goes without --html")
    with reading(project.database.path, now, project.database.publish) as con:
        message = read_weekly_message(con, project, now)
    if args.json:
        print_json({"schema": 1, "headline": message.headline, "lines": message.lines}, session.out)
    else:
        print(printable(message.text, keep_lines=True), file=session.out)
    return 0


def write_page(page: str, target: Path) -> None:
    """Whole or not at all. Raises GoldmineError where it can't be written."""
    made = target.with_name(f".{target.name}.part")
    try:
        made.write_text(page, encoding="utf-8")
        made.replace(target)
    except OSError as error:
        raise GoldmineError(f"can't be written: {error.strerror}", subject=str(target)) from error
    finally:
        made.unlink(missing_ok=True)


def as_document(reviewed: Review, answered: Tried | None) -> dict[str, Any]:
    """The JSON document."""
    diagnosis = reviewed.diagnosis
    document: dict[str, Any] = {
        "schema": 1,
        "from": reviewed.window.since,
        "to": reviewed.window.until,
        "diagnosis": diagnosis.word,
        "enough_data": reviewed.enough_data,
        "missing": [asdict(each) for each in diagnosis.missing],
        "numbers": [asdict(each) for each in diagnosis.numbers],
        "first_change": diagnosis.first_change,
        "funnel": [asdict(step) for step in reviewed.funnel],
        "before": _before(reviewed),
        "connects": asdict(reviewed.connects),
        "money": asdict(reviewed.money),
        "by_source": [asdict(part) for part in reviewed.by_source],
        "by_proof": [asdict(part) for part in reviewed.by_proof],
        "by_platform": [asdict(part) for part in reviewed.by_platform],
        "by_channel": [asdict(channel) for channel in reviewed.by_channel],
        "concentration": reviewed.concentration,
        "second_paths": asdict(reviewed.second_paths),
        "turned_away": [asdict(cost) for cost in reviewed.facts.turned_away],
        "feeds": [asdict(feed) for feed in reviewed.facts.feeds],
        "watched_days": round(reviewed.facts.observed_days, 1),
        "earlier": reviewed.facts.brought.earlier,
        "not_alerted": dict(reviewed.facts.brought.not_alerted or {}),
    }
    if answered:
        document["trial"] = asdict(answered)
    return document


def _before(reviewed: Review) -> dict[str, Any]:
    shown = asdict(reviewed.before)
    return {"from": shown.pop("since"), "to": shown.pop("until"), **shown}


def _show(reviewed: Review, answered: Tried | None, session: Session, now: datetime) -> None:
    lines = _Lines(session)
    if answered:
        lines.say(
            f"Trial {answered.name}, {review_sentences.trial_state(answered, now)}",
            f"  problem: {answered.problem}",
            f"  offer: {answered.offer}",
        )
        lines.say(
            *(f"  {sentence}" for sentence in review_sentences.trial_counts(answered)),
            *(f"  {review_sentences.criteria_change(change)}" for change in answered.changes),
        )
    lines.say(f"{review_sentences.period(reviewed)}: {reviewed.diagnosis.word.replace('_', ' ')}")
    nothing = review_sentences.nothing_known(reviewed)
    if nothing:
        lines.say(nothing)
    else:
        lines.say(
            reviewed.diagnosis.first_change,
            *(f"  {sentence}" for sentence in review_sentences.numbers(reviewed)),
        )
        _show_numbers(reviewed, lines)
    if answered:
        lines.say(
            "",
            *(f"{asked.question} {asked.answer}: {asked.numbers}" for asked in answered.questions),
        )


def _show_numbers(reviewed: Review, lines: _Lines) -> None:
    rows = [
        (now.stage, now.count, now.median_hours, was.count)
        for now, was in zip(reviewed.funnel, reviewed.before.funnel, strict=True)
    ]
    columns = ("stage", "listings", "median hours", "before")
    shown = len(columns) if reviewed.before.watched else 3
    lines.say("")
    lines.table(columns[:shown], [row[:shown] for row in rows])
    lines.say(
        *review_sentences.not_alerted(reviewed.facts.brought),
        *review_sentences.never_recorded(reviewed),
        "",
        *review_sentences.compared(reviewed),
        "",
        *review_sentences.paid(reviewed),
        *review_sentences.earned(reviewed),
        review_sentences.second_paths(reviewed),
    )
    for title, parts in (
        ("feed", reviewed.by_source),
        ("proof", reviewed.by_proof),
        ("platform", reviewed.by_platform),
    ):
        if parts:
            lines.say("")
            lines.table(
                (title, *_COUNTS),
                [(part.name, *(getattr(part, count) for count in _COUNTS)) for part in parts],
            )
            lines.say(
                *(f"  {sentence}" for sentence in review_sentences.diagnosed(parts, reviewed))
            )
    lines.say("", reviewed.concentration)


def _show_work(
    quality: QualityReview, todo: Agenda, work: Work, lines: _Lines, now: datetime
) -> None:
    """The quality of the work that is available, what is asked for, and what is to be done."""
    lines.say("", *quality_sentences.compared(quality))
    if quality.weeks:
        rows = [quality_sentences.row(week) for week in quality.weeks[-_WEEKS:]]
        lines.say("")
        lines.table(quality_sentences.COLUMNS, rows)
    lines.say(quality_sentences.split_market(quality.split))
    if asked := work_sentences.rows(work):
        lines.say("")
        lines.table(work_sentences.COLUMNS, asked)
    lines.say(*work_sentences.sentences(work))
    lines.say("", *agenda.sentences(todo, now))


_WEEKS = 8  # that a terminal gets
_COUNTS = ("listings", "qualified", "alerted", "pursued", "replied", "interviewed", "hired")


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where sentences and tables of a review go."""

    session: Session

    def say(self, *lines: str) -> None:
        for line in lines:
            print(printable(line), file=self.session.out)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        print_table(columns, rows, self.session.out)
