"""`goldmine track`: what you did about a listing and what came of it, one event at a time, from
an export, or taken back.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from goldmine_ingest.analysis.outcome_events import day, import_export, pursuit_id, record
from goldmine_ingest.analysis.proposal_csv import read_export
from goldmine_ingest.cli.given import given_date, given_money, happened_at, in_base
from goldmine_ingest.cli.output import counted, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.pursuit import Led, PursuedWork, Pursuit, Stage
from goldmine_ingest.render.match import hours_text
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from datetime import datetime

    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store

_STAGES: tuple[Stage, ...] = get_args(Stage)
_LED: tuple[Led, ...] = get_args(Led)
_LONGEST_NAME = 200
_MOST_HOURS = 10_000
# What people say when they have written to a client.
_OTHER_WORDS = {"applied": "pursued", "sent": "pursued"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "listing",
        metavar="LISTING",
        nargs="?",
        help="a listing id, its beginning (4 or more characters), or its URL; not with --new",
    )
    parser.add_argument(
        "stage",
        metavar="STAGE",
        nargs="?",
        type=_stage,
        choices=_STAGES,
        help=f"{' '.join(_STAGES)}; applied and sent mean pursued",
    )
    parser.add_argument(
        "--connects", metavar="N", type=_whole, help="what the proposal cost in connects"
    )
    parser.add_argument(
        "--amount",
        metavar="N",
        type=given_money,
        help="what you asked or earned: 3200, £3,200, 3.2k (default: in your base currency)",
    )
    parser.add_argument(
        "--hours",
        metavar="N",
        type=_hours,
        help="what it took: of a proposal, of talks, of the work; those of its events are added up",
    )
    parser.add_argument(
        "--led", choices=_LED, help="what the proposal led with, to compare replies by it"
    )
    parser.add_argument(
        "--source",
        metavar="NAME",
        type=_named,
        help="the channel it came by, in your words: referral, invitation, direct …",
    )
    parser.add_argument(
        "--new", action="store_true", help="work that no feed brought; it needs --title"
    )
    parser.add_argument(
        "--title", metavar="TEXT", type=_named, help="what that work is called, with --new"
    )
    parser.add_argument(
        "--objection", metavar="TAG", help="why it failed, as a tag: price, timing, fit …"
    )
    parser.add_argument("--note", metavar="TEXT", help="anything worth remembering")
    parser.add_argument(
        "--on",
        metavar="DATE",
        type=given_date,
        help="the day it happened: 2026-11-23, yesterday (default: now)",
    )
    parser.add_argument(
        "--csv",
        metavar="FILE",
        type=Path,
        help="record the rows of an export: title, url or id; date, status, connects, amount",
    )
    parser.add_argument(
        "--undo", action="store_true", help="take back the event that was recorded last"
    )


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of connects")
    return int(text)


def _stage(text: str) -> str:
    return _OTHER_WORDS.get(text, text)


def _hours(text: str) -> Decimal:
    """Hours in hundredths, more than none; for argparse."""
    try:
        hours = Decimal(text)
    except InvalidOperation:
        hours = Decimal("NaN")
    if not hours.is_finite() or not 0 < hours < _MOST_HOURS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours: write 2 or 1.5")
    return max(Decimal("0.01"), round(hours, 2))


def _named(text: str) -> str:
    """One line, as a name; for argparse."""
    name = " ".join(text.split())
    if not name or len(name) > _LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"it needs 1 to {_LONGEST_NAME} characters")
    return name


def run(args: argparse.Namespace, session: Session) -> int:
    """0 when recorded, known already or taken back; 2 for what isn't there or makes no sense,
    also of one row in an export.
    """
    _check_shape(args)
    project = session.project()
    session.need_history(project)
    export = _read(session.cwd / args.csv) if args.csv else None

    status = 0
    with open_store(project.database.path, now=session.now()) as store:
        if args.undo:
            _undo(store, project.criteria.base_currency, session)
        elif export is not None:
            status = _import(export, store, session)
        else:
            _record(args, store, project, session)
    return status


def _check_shape(args: argparse.Namespace) -> None:
    details = [args.connects, args.amount, args.objection, args.note, args.on]
    details += [args.hours, args.led, args.source]
    listing = bool(args.listing and not args.new)
    if args.undo + bool(args.csv) + args.new + listing != 1 or (
        (args.undo or args.csv) and any(x is not None for x in details)
    ):
        raise UsageError(
            "say what to record",
            hint=(
                "goldmine track LISTING STAGE, goldmine track --new --title TEXT, goldmine track"
                " --csv FILE, or goldmine track --undo"
            ),
        )
    if listing and not args.stage:
        raise UsageError("which stage?", hint="one of " + " ".join(_STAGES))
    if args.new and not args.title:
        raise UsageError(
            "work that no feed brought needs a title",
            hint="goldmine track --new --title TEXT [STAGE] [--source NAME]",
        )
    if args.title and not args.new:
        raise UsageError("a listing has its title", hint="--title goes with --new")


def _stage_of(args: argparse.Namespace) -> Stage:
    """With --new, the one word that may stand alone is the stage."""
    word = (args.listing or "pursued") if args.new else args.stage
    stage = next((stage for stage in _STAGES if stage == _stage(word)), None)
    if stage is None or (args.new and args.stage):
        raise UsageError("which stage?", hint="one of " + " ".join(_STAGES))
    return stage


def _record(args: argparse.Namespace, store: Store, project: Project, session: Session) -> None:
    at_time = happened_at(args.on, store.now)
    work = _work(args, store, at_time)
    pursuit = Pursuit(
        work.listing_id,
        _stage_of(args),
        at_time,
        args.connects,
        in_base(args.amount, project, at_time),
        args.objection or None,
        args.note or None,
        "command",
        work.source,
        work.title,
        args.hours,
        args.led,
    )
    done = record(store, pursuit)
    name = _name(store, pursuit)
    if done.known:
        print(
            f"{pursuit.stage} was recorded for {name} on {day(pursuit.at_time)} already; nothing"
            " new",
            file=session.out,
        )
    else:
        print(
            f"recorded: {_told(pursuit, project.criteria.base_currency)} — {name}", file=session.out
        )
    for remark in done.remarks:
        session.say(f"note: {remark}")


def _work(args: argparse.Namespace, store: Store, at_time: datetime) -> PursuedWork:
    """What the event is of: a new pursuit that no feed brought, or what LISTING names."""
    source = args.source.casefold() if args.source else None
    if args.new:
        made = pursuit_id(args.title, source, at_time.date())
        return PursuedWork(made, args.title, source)
    work = store.resolve_pursued(args.listing)
    return replace(work, source=source or work.source)


def _undo(store: Store, currency: str, session: Session) -> None:
    undone = store.undo_pursuit()
    if undone is None:
        print("nothing is recorded that could be taken back", file=session.out)
    else:
        print(f"taken back: {_told(undone, currency)} — {_name(store, undone)}", file=session.out)


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"can't be read: {error.strerror}", subject=str(path)) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what spreadsheets write who don't write UTF-8


def _import(text: str, store: Store, session: Session) -> int:
    """2 where a row was not recorded; which and why is said."""
    done = import_export(store, read_export(text, store.now))
    for line, named, why in done.unmatched:
        session.complain(f"line {line}: {named[:60]}: not recorded: {why}")
    parts = [f"{counted(len(done.recorded), 'event')} recorded"]
    if done.implied:
        parts.append(f"{done.implied} of them the pursued that a later stage implies")
    if done.known:
        parts.append(f"{done.known} known already")
    if done.unmatched:
        parts.append(f"{counted(len(done.unmatched), 'row')} not recorded")
    print(", ".join(parts), file=session.out)
    return 2 if done.unmatched else 0


def _name(store: Store, pursuit: Pursuit) -> str:
    listing = store.listings([pursuit.listing_id]).get(pursuit.listing_id)
    title = pursuit.title or (
        (listing.posting.title or "(untitled listing)")
        if listing
        else "(a listing that the history lost)"
    )
    return printable(f"{title} ({pursuit.listing_id[:8]})")


def _told(pursuit: Pursuit, currency: str) -> str:
    """'hired on 2026-11-23, 12 connects, 800 EUR'."""
    details = [
        f"{pursuit.stage} on {pursuit.at_time:%Y-%m-%d}",
        f"{pursuit.connects} connects" if pursuit.connects is not None else "",
        f"{pursuit.amount.normalize():f} {currency}" if pursuit.amount is not None else "",
        hours_text(pursuit.hours) if pursuit.hours is not None else "",
        printable(pursuit.source or ""),
        printable(pursuit.objection or ""),
    ]
    return ", ".join(filter(None, details))
