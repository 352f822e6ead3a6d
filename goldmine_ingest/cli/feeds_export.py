"""`goldmine feeds export`: the feeds as OPML for a feed reader, without credentials unless they
are asked for.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.cli.feeds_new import is_credential
from goldmine_ingest.config import reveal
from goldmine_ingest.config.replacement import replace_file
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.exchange.opml import Outline, write_opml

if TYPE_CHECKING:
    from goldmine_ingest.cli.session import Session
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="the OPML file to write; - prints it"
    )
    parser.add_argument(
        "--with-secrets", action="store_true", help="write addresses that are credentials too"
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """0; 3 where a secret that was asked for isn't to be had on this machine."""
    project = session.project()
    outlines, missing = [], 0
    for feed in project.feeds:
        try:
            url, why = _address(feed, project, session, with_secrets=args.with_secrets)
        except UnavailableError as error:
            url, why, missing = None, error.message, missing + 1
        if url is None:
            session.complain(f"{feed.name} is left out: {why}")
        else:
            outlines.append(Outline(feed.name, url))
    text = write_opml(outlines)
    if str(args.file) == "-":
        print(text, end="", file=session.out)
    else:
        replace_file(session.cwd / args.file, text.encode("utf-8"))
        print(
            f"{len(outlines)} of {len(project.feeds)} feeds written to {args.file}",
            file=session.out,
        )
    return 3 if missing else 0


def _address(
    feed: FeedSettings, project: Project, session: Session, *, with_secrets: bool
) -> tuple[str | None, str]:
    """The address to write, or None and why there is none. Raises UnavailableError."""
    if feed.kind != "http":
        return None, f"a feed reader can't read {feed.kind}:"
    if with_secrets:
        return reveal(feed.url, project.home, session.env), ""
    if feed.url.scheme != "literal" or is_credential(feed.url.text):
        return None, "its address is a credential (--with-secrets writes it)"
    return feed.url.text, ""
