"""`goldmine review`: the funnel from listing to deal, where it breaks first, and what to change."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis import review_sentences
from goldmine_ingest.analysis.funnel import Window
from goldmine_ingest.analysis.review import read_facts, review
from goldmine_ingest.analysis.trial import named, tried, window_of
from goldmine_ingest.cli.output import print_json, print_table, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.exchange.sql import reading
from goldmine_ingest.reports.svg import review_page

if TYPE_CHECKING:
    from goldmine_ingest.analysis.review import Review
    from goldmine_ingest.analysis.trial import Tried


def configure(parser: argparse.ArgumentParser) -> None:
    over = parser.add_mutually_exclusive_group()
    over.add_argument(
        "--days", metavar="30", type=_days, default=30, help="how far back (default: 30)"
    )
    over.add_argument(
        "--trial", metavar="NAME", help="the time of this trial, with its three questions"
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
    with reading(project.database.path, now, project.database.publish) as con:
        trial = named(con, args.trial) if args.trial is not None else None
        # What is recorded at this very moment belongs to it.
        window = (
            window_of(trial, now)
            if trial
            else Window(now - timedelta(days=args.days), now + timedelta(microseconds=1))
        )
        facts, before = (
            read_facts(con, each, project.criteria) for each in (window, window.before)
        )
        answered = tried(con, trial, facts, now) if trial else None
    found = review(facts, before, project.criteria, now)
    if args.html:
        _write_page(found, answered, session.cwd / args.html, now)
    if args.json:
        print_json(as_document(found, answered), session.out)
    else:
        _show(found, answered, session, now)
    return 0


def _write_page(found: Review, answered: Tried | None, target: Path, now: datetime) -> None:
    write_page(review_page(found, answered, now), target)


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


def as_document(found: Review, answered: Tried | None) -> dict[str, Any]:
    """The JSON document."""
    said = found.diagnosis
    document: dict[str, Any] = {
        "schema": 1,
        "from": found.window.since,
        "to": found.window.until,
        "diagnosis": said.word,
        "enough_data": found.enough_data,
        "missing": [asdict(each) for each in said.missing],
        "numbers": [asdict(each) for each in said.numbers],
        "first_change": said.first_change,
        "funnel": [asdict(step) for step in found.funnel],
        "before": _before(found),
        "connects": asdict(found.connects),
        "money": asdict(found.money),
        "by_source": [asdict(part) for part in found.by_source],
        "by_proof": [asdict(part) for part in found.by_proof],
        "by_platform": [asdict(part) for part in found.by_platform],
        "concentration": found.concentration,
        "second_paths": asdict(found.second_paths),
        "turned_away": [asdict(cost) for cost in found.facts.turned_away],
        "feeds": [asdict(feed) for feed in found.facts.feeds],
        "watched_days": round(found.facts.observed_days, 1),
        "earlier": found.facts.brought.earlier,
        "not_alerted": dict(found.facts.brought.not_alerted or {}),
    }
    if answered:
        document["trial"] = asdict(answered)
    return document


def _before(found: Review) -> dict[str, Any]:
    shown = asdict(found.before)
    return {"from": shown.pop("since"), "to": shown.pop("until"), **shown}


def _show(found: Review, answered: Tried | None, session: Session, now: datetime) -> None:
    lines = _Lines(session)
    if answered:
        lines.say(
            f"Trial {answered.name}, {review_sentences.trial_state(answered, now)}",
            f"  problem: {answered.problem}",
            f"  offer: {answered.offer}",
        )
        lines.say(*(f"  {review_sentences.criteria_change(change)}" for change in answered.changes))
    lines.say(f"{review_sentences.period(found)}: {found.diagnosis.word.replace('_', ' ')}")
    nothing = review_sentences.nothing_known(found)
    if nothing:
        lines.say(nothing)
    else:
        lines.say(
            found.diagnosis.first_change, *(f"  {said}" for said in review_sentences.numbers(found))
        )
        _show_numbers(found, lines)
    if answered:
        lines.say(
            "",
            *(f"{asked.question} {asked.answer}: {asked.numbers}" for asked in answered.questions),
        )


def _show_numbers(found: Review, lines: _Lines) -> None:
    rows = [
        (now.stage, now.count, now.median_hours, was.count)
        for now, was in zip(found.funnel, found.before.funnel, strict=True)
    ]
    columns = ("stage", "listings", "median hours", "before")
    shown = len(columns) if found.before.watched else 3
    lines.say("")
    lines.table(columns[:shown], [row[:shown] for row in rows])
    lines.say(
        *review_sentences.not_alerted(found.facts.brought),
        "",
        *review_sentences.compared(found),
        "",
        *review_sentences.paid(found),
        review_sentences.second_paths(found),
    )
    for title, parts in (
        ("feed", found.by_source),
        ("proof", found.by_proof),
        ("platform", found.by_platform),
    ):
        if parts:
            lines.say("")
            lines.table(
                (title, *_COUNTS),
                [(part.name, *(getattr(part, count) for count in _COUNTS)) for part in parts],
            )
            lines.say(*(f"  {said}" for said in review_sentences.diagnosed(parts, found)))
    lines.say("", found.concentration)


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
