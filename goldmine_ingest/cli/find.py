"""`goldmine find`: words in the titles, skills and texts of the history, the best first; or the
listing that is named.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.search import find
from goldmine_ingest.cli.output import print_json, printable
from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import add_since, beginning

if TYPE_CHECKING:
    from goldmine_ingest.analysis.search import Hit

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_MOST = 1000


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words",
        metavar="WORDS",
        nargs="+",
        help="what to look for, in any inflection; or a listing's address or id, for itself",
    )
    add_since(parser)
    parser.add_argument(
        "--limit",
        metavar="N",
        type=_limit,
        default=20,
        help="at most so many listings (default: 20)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to {_MOST}")
    return int(text)


def run(args: argparse.Namespace, session: Session) -> int:
    """0, found or not; 2 for an address that no listing has."""
    project = session.project()
    session.need_history(project)

    now = session.now()
    since = beginning(args.since, now)
    hits = find(
        project.database.path,
        " ".join(args.words),
        now=now,
        since=since,
        at_most=args.limit,
    )
    if args.json:
        print_json(
            {"schema": 1, "since": since, "listings": [asdict(hit) for hit in hits]}, session.out
        )
    else:
        _show(hits, session)
    return 0


def _show(hits: tuple[Hit, ...], session: Session) -> None:
    if not hits:
        session.say("nothing found")
    bold = session.out.isatty()
    for hit in hits:
        decided = f"{hit.decision} {hit.score}" if hit.decision else "not judged"
        print(printable(f"{hit.listing_id[:8]}  {decided}  {hit.title}"), file=session.out)
        if hit.url:
            print(f"          {printable(hit.url)}", file=session.out)
        for highlight in hit.highlights:
            print(f"          {_emphasised(printable(highlight), bold)}", file=session.out)


def _emphasised(text: str, bold: bool) -> str:
    """The words in stars in bold, on a terminal."""
    if not bold:
        return text
    return "".join(
        _BOLD + part + _PLAIN if odd % 2 else part for odd, part in enumerate(text.split("**"))
    )
