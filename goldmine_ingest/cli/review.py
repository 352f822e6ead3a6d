"""`goldmine review`: the funnel from listing to deal, where it breaks first, and what to change."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.cli.output import print_json, print_table, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError

if TYPE_CHECKING:
    from goldmine_ingest.history.review import Part, Review
    from goldmine_ingest.history.trial import Tried


def configure(parser: argparse.ArgumentParser) -> None:
    over = parser.add_mutually_exclusive_group()
    over.add_argument("--days", metavar="30", type=_days, default=30, help="how far back (default: 30)")
    over.add_argument("--trial", metavar="NAME", help="the time of this trial, with its three questions")
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
    from goldmine_ingest.history.funnel import Window
    from goldmine_ingest.history.review import read_facts, review
    from goldmine_ingest.history.sql_query import reading
    from goldmine_ingest.history.trial import named, tried, window_of

    now = session.now()
    with reading(project.database.path, now, project.database.publish) as con:
        trial = named(con, args.trial) if args.trial is not None else None
        # What is recorded at this very moment belongs to it.
        window = window_of(trial, now) if trial else Window(now - timedelta(days=args.days), now + timedelta(microseconds=1))
        facts, before = (read_facts(con, each, project.criteria) for each in (window, window.before))
        answered = tried(con, trial, facts, now) if trial else None
    found = review(facts, before, project.criteria, now)
    if args.html:
        _write_page(found, answered, session.cwd / args.html, now)
    if args.json:
        print_json(as_document(found, answered), session.out)
    else:
        _show(found, answered, session)
    return 0


def _write_page(found: Review, answered: Tried | None, target: Path, now: datetime) -> None:
    from goldmine_ingest.history.pictures import review_page

    write_page(review_page(found, answered, now), target)


def write_page(page: str, target: Path) -> None:
    """Whole or not at all. Raises UsageError where it can't be written."""
    made = target.with_name(f".{target.name}.part")
    try:
        made.write_text(page, encoding="utf-8")
        made.replace(target)
    except OSError as error:
        raise UsageError(f"can't be written: {error.strerror}", subject=str(target)) from error
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
    }
    if answered:
        document["trial"] = asdict(answered)
    return document


def _before(found: Review) -> dict[str, Any]:
    shown = asdict(found.before)
    return {"from": shown.pop("since"), "to": shown.pop("until"), **shown}


def _show(found: Review, answered: Tried | None, session: Session) -> None:
    out, said = session.out, found.diagnosis
    print(f"{found.window.since:%Y-%m-%d} to {found.window.until:%Y-%m-%d}: {said.word.replace('_', ' ')}", file=out)
    print(printable(f"First change: {said.first_change}"), file=out)
    for number in said.numbers:
        print(f"  {number.name}: {_said(number.value, number.threshold, number.interval)}", file=out)
    for missing in said.missing:
        print(f"  missing: {missing.what}: {missing.have:g} of {missing.need:g}", file=out)
    print("", file=out)
    rows = [(now.stage, now.count, now.median_hours, was.count) for now, was in zip(found.funnel, found.before.funnel, strict=True)]
    print_table(("stage", "listings", "median hours", "before"), rows, out)
    if found.before.watched:
        for change in found.before.shares:
            verdict = "more than chance explains" if change.differs else "may be chance"
            print(f"{change.name}: {_percent(change.now.share)}, before {_percent(change.before.share)} ({verdict})", file=out)
    else:
        print("nothing was watched in the time before, so that there is nothing to compare with", file=out)
    cost = f", {found.connects.price:f} {found.money.currency}" if found.connects.price is not None else ""
    print(f"\nconnects: {found.connects.spent}{cost}; won: {found.money.won:f} {found.money.currency}", file=out)
    print(found.second_paths.said, file=out)
    for title, parts in (("feed", found.by_source), ("proof", found.by_proof), ("platform", found.by_platform)):
        _show_parts(title, parts, session)
    print("\n" + printable(found.concentration), file=out)
    if answered:
        _show_trial(answered, session)


def _show_parts(title: str, parts: tuple[Part, ...], session: Session) -> None:
    if parts:
        print("", file=session.out)
        rows = ((p.name, p.listings, p.qualified, p.alerted, p.pursued, p.replied, p.interviewed, p.hired) for p in parts)
        print_table((title, "listings", "qualified", "alerted", "pursued", "replied", "interviewed", "hired"), rows, session.out)


def _show_trial(answered: Tried, session: Session) -> None:
    print("\n" + printable(f"trial {answered.name}: {answered.problem} / {answered.offer}"), file=session.out)
    for change in answered.changes:
        print(f"the criteria changed under it: {change.criteria_hash[:8]} from {change.at_time:%Y-%m-%d}", file=session.out)
    for asked in answered.questions:
        print(f"{asked.question} {asked.answer}: {asked.numbers}", file=session.out)


def _said(value: float | None, threshold: float | None, interval: Any) -> str:
    held = f", held against {threshold:g}" if threshold is not None else ""
    of = f" ({interval.count} of {interval.of}; 95 % interval {_percent(interval.low)} to {_percent(interval.high)})" if interval else ""
    return f"{'not known' if value is None else format(value, 'g')}{of}{held}"


def _percent(value: float | None) -> str:
    return "not known" if value is None else f"{value:.0%}"
