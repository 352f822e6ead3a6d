"""`goldmine opinion`: a language model's second opinion on stored listings: tried, asked for, or
carried as files to a model elsewhere and back.
"""

from __future__ import annotations

import argparse
import json
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.cli.output import counted, printable
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning, span
from goldmine_ingest.errors import UnavailableError, UsageError
from goldmine_ingest.pipeline.opinions import files
from goldmine_ingest.pipeline.opinions.history import HistoryRound, tokens
from goldmine_ingest.runtime.signals import Stop

if TYPE_CHECKING:
    from goldmine_ingest.model.opinion import Opinion
    from goldmine_ingest.model.posting import Listing
    from goldmine_ingest.opinion.question import Question
    from goldmine_ingest.pipeline.opinions.endpoint import Endpoint
    from goldmine_ingest.runtime.redaction import Redactor

_TRIED = 3  # listings that `test` asks about
_SHOWN = 8  # refused answers


def configure(parser: argparse.ArgumentParser) -> None:
    add_since(parser, default="30d")
    parser.add_argument(
        "--max", metavar="N", type=_count, help="ask at most so many; 0: only say how many it were"
    )
    actions = parser.add_subparsers(
        dest="action", metavar="test | export | import", parser_class=type(parser)
    )
    tried = actions.add_parser(
        "test",
        epilog="Example: goldmine opinion test",
        help="ask about the three newest open listings and show what went where; stores nothing",
        allow_abbrev=False,
    )
    out = actions.add_parser(
        "export",
        epilog="Example: goldmine opinion export requests",
        help="write the requests as files, for a model elsewhere",
        allow_abbrev=False,
    )
    out.add_argument("folder", metavar="DIR", type=Path, help="where KEY.request.json go")
    out.add_argument(
        "--since",
        metavar="30d",
        type=span,
        default="30d",
        dest="export_since",
        help="listings first seen within this time (default: 30d)",
    )
    back = actions.add_parser(
        "import",
        epilog="Example: goldmine opinion import requests",
        help="take KEY.answer.json in, checked as from the network",
        allow_abbrev=False,
    )
    back.add_argument("folder", metavar="DIR", type=Path, help="where KEY.answer.json are")
    for action in (tried, out, back):
        add_globals(action)


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 7:
        raise argparse.ArgumentTypeError(f"{text!r} is no count: write 0, 50 or 200")
    return int(text)


def run(args: argparse.Namespace, session: Session) -> int:
    """0; 3 where the model didn't answer."""
    project = session.project()
    asking = HistoryRound(project, session.now)
    session.need_history(project)
    if args.action == "export":
        return _export(args, asking, session)
    if args.action == "import":
        return _import(args, asking, session)
    redactor = session.redactor()
    endpoint = asking.endpoint(session.env, redactor)
    if args.action == "test":
        return _test(asking, endpoint, redactor, session)
    return _fill(args, asking, endpoint, redactor, session)


def _fill(
    args: argparse.Namespace,
    asking: HistoryRound,
    endpoint: Endpoint,
    redactor: Redactor,
    session: Session,
) -> int:
    wanted = asking.wanted(beginning(args.since, session.now()), session.progress)
    session.clear_progress()
    asked = wanted.ask[: args.max]
    known = f"; {counted(len(wanted.there), 'answer')} of equal texts" if wanted.there else ""
    print(
        f"{counted(len(asked), 'call')} to {endpoint.host}, about {tokens(asked):,} tokens"
        f" ({counted(len(wanted.ask), 'open listing')} without an opinion{known})",
        file=session.out,
        flush=True,
    )
    with Stop() as stop:
        done = asking.fill(endpoint, wanted, args.max, redactor, session.progress, stop)
    session.clear_progress()
    answered = done.states.get("answered", 0)
    if asked:
        spent = f", {done.tokens:,} tokens" if done.tokens else ""
        print(
            f"{answered:,} answered of {sum(done.states.values()):,} asked{spent}", file=session.out
        )
    if done.why:
        session.complain(f"the last without an answer: {done.why}")
    if answered or wanted.there:
        session.say("goldmine rescan decides again with them")
    return UnavailableError.exit_status if asked and not answered else 0


def _test(asking: HistoryRound, endpoint: Endpoint, redactor: Redactor, session: Session) -> int:
    listings = asking.newest(_TRIED)
    if not listings:
        raise UsageError(
            "no stored listing is open to an opinion", hint="goldmine explain says why of each"
        )
    heard: list[Opinion] = []
    about = [(listing.listing_id, question) for listing, question in listings]
    asking.ask(endpoint, about, heard.append)
    of_listing = {opinion.listing_id: opinion for opinion in heard}
    for listing, question in listings:
        opinion = of_listing.get(listing.listing_id)
        _show(listing, question, opinion, endpoint, redactor, session)
    return 0 if any(opinion.answer for opinion in heard) else UnavailableError.exit_status


def _show(
    listing: Listing,
    question: Question,
    opinion: Opinion | None,
    endpoint: Endpoint,
    redactor: Redactor,
    session: Session,
) -> None:
    """What went where, and what came back."""
    sent = json.loads(question.user)
    names = ", ".join(f"{proof['id']} {proof['name']}" for proof in sent["proofs"])
    lines = [
        f"{listing.listing_id[:8]} {listing.posting.title}",
        f"to {endpoint.host}: the proofs {names}, each with its words; and of the listing:",
        *(f"  {name}: {text}" for name, text in sent["listing"].items()),
    ]
    if opinion is None:
        lines.append("not asked: the calls before it failed")
    elif opinion.answer is None:
        lines.append(f"back after {opinion.ms:,} ms: {redactor.clean(opinion.why)}")
    else:
        counted_tokens = "" if opinion.tokens is None else f", {opinion.tokens:,} tokens"
        lines.append(f"back after {opinion.ms:,} ms{counted_tokens}, shape {opinion.shape}:")
        lines += [f"  {name}: {value}" for name, value in asdict(opinion.answer).items()]
    for line in lines:
        for part in textwrap.wrap(printable(line), 110, subsequent_indent="    ") or [""]:
            print(part, file=session.out)
    print(file=session.out)


def _export(args: argparse.Namespace, asking: HistoryRound, session: Session) -> int:
    wanted = asking.wanted(beginning(args.export_since, session.now()), session.progress)
    session.clear_progress()
    folder = session.cwd / args.folder
    count = files.export(folder, wanted.ask, asking.second.questions)
    print(
        f"{counted(count, 'request')} in {args.folder}, about {tokens(wanted.ask):,} tokens",
        file=session.out,
    )
    if count:
        session.say(
            f"goldmine opinion import {args.folder} takes KEY.answer.json: the answer's JSON"
            " object, or the whole chat completion"
        )
    return 0


def _import(args: argparse.Namespace, asking: HistoryRound, session: Session) -> int:
    found = files.answers(session.cwd / args.folder)
    asked = asking.asked_under(found.keys(), session.progress)
    session.clear_progress()
    imported = files.read_answers(found, asked, asking.second.questions, session.now())
    asking.store(imported.opinions)
    print(
        f"{counted(len(found) - len(imported.refused) - imported.unknown, 'answer')} taken,"
        f" {len(imported.refused)} refused, {imported.unknown} to questions that the history"
        " doesn't ask",
        file=session.out,
    )
    for name, why in imported.refused[:_SHOWN]:
        session.complain(f"{name}: {why}")
    if imported.opinions:
        session.say("goldmine rescan decides again with them")
    return 0 if imported.opinions else UsageError.exit_status
