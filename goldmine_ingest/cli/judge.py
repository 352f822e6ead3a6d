"""`goldmine judge`: what the criteria say of a listing that you found yourself, from a file or
pasted in. It never alerts.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.explanation import Explanation, Told, destinations
from goldmine_ingest.cli.explanation import as_json, show
from goldmine_ingest.cli.output import print_json
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.pipeline.ingest.pasted_listing import judge
from goldmine_ingest.pipeline.opinions.history import HistoryRound
from goldmine_ingest.pipeline.opinions.wanted import is_wanted

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Decision
    from goldmine_ingest.model.opinion import Opinion
    from goldmine_ingest.model.posting import Listing
    from goldmine_ingest.pipeline.ingest.pasted_listing import Asking, Judged
    from goldmine_ingest.settings.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE|-",
        nargs="?",
        default="-",
        help=(
            "a feed, one item of it, JSON, an alert mail, or text copied from the job's page; - or"
            " nothing: standard input"
        ),
    )
    parser.add_argument(
        "--save",
        action="store_true",
        help="store it in the history, so that it can be explained, rated and tracked",
    )
    parser.add_argument(
        "--opinion",
        action="store_true",
        help="ask the language model of [opinion] too; else stored opinions count",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON document; an array of them if there are several listings",
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """0, or 2 for what holds no listing."""
    project = session.project()
    data = _read(args.file, session)

    ask = asking(project, session) if args.opinion else None
    judged, problem = judge(data, project, session.now(), save=args.save, ask=ask)
    if problem:
        session.say(f"note: {problem}")
    explained = [_explanation(explanation, project) for explanation in judged]
    if args.json:
        documents = [as_json(explanation) for explanation in explained]
        print_json(documents[0] if len(documents) == 1 else documents, session.out)
        return 0
    for number, explanation in enumerate(explained):
        if number:
            print("\n" + "-" * 80, file=session.out)
        show(explanation, session)
    return 0


def asking(project: Project, session: Session) -> Asking:
    """What asks the model about one listing. Raises UsageError without [opinion], UnavailableError
    where its key or address is missing.
    """
    asked = HistoryRound(project, session.now)
    endpoint = asked.endpoint(session.env, session.redactor())

    def ask(listing: Listing, decision: Decision) -> Opinion | None:
        if not is_wanted(decision, project.criteria):
            return None
        heard: list[Opinion] = []
        asked.ask(
            endpoint, [(listing.listing_id, asked.second.question(listing.posting))], heard.append
        )
        return heard[0] if heard else None

    return ask


def _read(name: str, session: Session) -> bytes:
    if name == "-":
        if sys.stdin.isatty():
            session.say("Paste the listing, then press Ctrl-D (Ctrl-Z and Enter on Windows).")
        return sys.stdin.buffer.read()
    path = session.cwd / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"can't be read: {error.strerror}",
            subject=name,
            hint="goldmine judge - reads standard input",
        ) from error


def _explanation(judged: Judged, project: Project) -> Explanation:
    if judged.stored:
        why = (
            "the listing was rejected" if judged.decision.decision == "rejected" else "owed nothing"
        )
        ends = destinations(judged.alerts, project.destinations, why)
    else:
        would = {
            event.destination: (
                f"not stored; a feed would have {event.event}"
                f" it{': ' if event.reason else ''}{event.reason}"
            )
            for event in judged.would_owe
        }
        ends = tuple(
            Told(d.name, None, would.get(d.name, "not stored; the listing is rejected"))
            for d in project.destinations
        )
    feeds = judged.feeds if judged.stored else ()
    decision = judged.decision
    return Explanation(
        judged.listing, feeds, decision, judged.would_change, ends, _notes(judged), decision.parts
    )


def _notes(judged: Judged) -> tuple[str, ...]:
    if judged.new:
        return ("stored now",)
    return ("the history has this listing already",) if judged.stored else ()
