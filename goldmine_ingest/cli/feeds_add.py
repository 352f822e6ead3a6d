"""`goldmine feeds add`: looks at an address, shows what it yields, and writes it into
goldmine.toml.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.cli.feeds_new import Addition, add, free_name, known_addresses, name_of_host
from goldmine_ingest.cli.output import print_table, printable
from goldmine_ingest.cli.questions import need_terminal
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config.feeds import placed
from goldmine_ingest.errors import GoldmineError, UsageError
from goldmine_ingest.inputs.multipart_body import read_parts
from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.reading_child import ReadingWorker
from goldmine_ingest.pipeline.polling.gather import Ask, gather
from goldmine_ingest.pipeline.polling.read_answer import read_job
from goldmine_ingest.settings.feeds import FeedSettings, feed_address
from goldmine_ingest.settings.kinds import Wrong

if TYPE_CHECKING:
    from goldmine_ingest.model.posting import Posting
    from goldmine_ingest.parse.reading import FeedRead
    from goldmine_ingest.runtime.redaction import Redactor
    from goldmine_ingest.settings.project import Project

_LONGEST_SHOWN = 300


class NoFeedError(GoldmineError):
    """The address yields nothing that could be a feed."""

    exit_status = 3


class OwnNetworkError(NoFeedError):
    """It lies on a network of one's own, where nothing is asked that isn't in `allow_private`."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        help="the feed's address (asked for if not given, so that no history keeps it)",
    )
    parser.add_argument("--name", help="what to call it (default: after its platform or site)")
    parser.add_argument("--yes", action="store_true", help="add it without asking")


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()
    given: str | None = args.url
    url = (ask_address(session, "Address of the feed: ") if given is None else given).strip()
    feed = as_feed(url, project)
    if args.name is not None and any(args.name == known.name for known in project.feeds):
        raise UsageError(f"there is a feed {args.name!r} already", hint="choose another name")
    if (before := known_addresses(project, session).get(url)) is not None:
        raise UsageError(f"that address is the feed {before!r} already")
    need_terminal(args, "nothing was added")
    redactor = session.redactor()
    read, real_url = look(feed, project, session, redactor)
    show_feed(read, session, redactor)
    if args.name is not None:
        name = free_name(args.name, ())
    else:
        platform = read.platform if read.platform not in (None, "generic") else None
        name = free_name(
            platform or name_of_host(real_url), {known.name for known in project.feeds}
        )
    if not args.yes and not _agreed(session, name):
        session.say("nothing was added")
        return 0
    add([Addition(name, url, _settings(read, project))], project, session)
    return 0


def ask_address(session: Session, question: str) -> str:
    print(question, end="", file=session.err, flush=True)
    line = sys.stdin.readline().strip()
    if not line:
        raise UsageError("no address was given")
    return line


def _agreed(session: Session, name: str) -> bool:
    print(f"Add it as {printable(name)}? [Y/n] ", end="", file=session.err, flush=True)
    line = sys.stdin.readline()
    return bool(line) and line.strip().lower() in ("", "y", "yes")


def as_feed(url: str, project: Project) -> FeedSettings:
    """The address as a feed. Raises UsageError, which doesn't quote it."""
    try:
        feed = placed(FeedSettings("the new feed", feed_address(url)), project.home)
    except Wrong as wrong:
        raise UsageError(
            f"the address {wrong.message}", hint=f"expected {wrong.expected}"
        ) from wrong
    accounts = {"imap": project.imap, "webhook": project.webhooks}.get(feed.kind)
    if accounts is not None and feed.account not in accounts:
        raise UsageError(
            f"there is no [{feed.kind}.{feed.account}] in {project.config_path.name}",
            hint="write that table first",
        )
    return feed


def look(
    feed: FeedSettings, project: Project, session: Session, redactor: Redactor
) -> tuple[FeedRead, str]:
    """What the feed holds now, and where it was found. Raises NoFeedError where it can't
    be asked or read.
    """
    ask = Ask(feed, FeedState(feed.name))
    batches = gather(
        [ask], project, env=session.env, redactor=redactor, now=session.now, conditionally=False
    )
    fetched = next(answer for batch in batches for answer in batch)
    if fetched.outcome is not Outcome.OK:
        why = redactor.clean(fetched.error or fetched.outcome.value)
        forbidden = fetched.outcome is Outcome.FORBIDDEN_ADDRESS
        kind = OwnNetworkError if forbidden else NoFeedError
        raise kind(f"it can't be read: {why}", hint=f"the outcome is {fetched.outcome}")
    with ReadingWorker() as worker:
        read = read_parts(read_job(ask, fetched, (), session.now()), worker.read)
    if not read.outcome.brought_entries:
        raise NoFeedError(
            f"it holds no listings: {redactor.clean(read.problem or read.outcome.value)}",
            hint="look for the address of an RSS, Atom or JSON feed",
        )
    return read, fetched.url


def show_feed(read: FeedRead, session: Session, redactor: Redactor) -> None:
    """Platform, count and a sample listing with the fields that it fills."""
    platform = read.platform or "not known yet"
    print(f"platform: {platform}", file=session.out)
    print(
        "listings:"
        f" {len(read.entries)}{f' ({redactor.clean(read.problem)})' if read.problem else ''}",
        file=session.out,
    )
    sample = next((entry.posting for entry in read.entries if entry.posting), None)
    if sample is None:
        return
    print(file=session.out)
    rows = [(name, redactor.clean(text)) for name, text in _said(sample)]
    print_table(("field", "sample listing"), rows, session.out)


def _said(posting: Posting) -> list[tuple[str, str]]:
    """The fields of a posting that say something, each as a short text."""
    facts = []
    for fact in fields(posting):
        value = getattr(posting, fact.name)
        if value in (None, "", ()) or (fact.name == "truncated" and not value):
            continue
        text = (
            ", ".join(map(str, value)) if isinstance(value, tuple) else " ".join(str(value).split())
        )
        facts.append(
            (
                fact.name,
                text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN].rstrip() + "…",
            )
        )
    return facts


def _settings(read: FeedRead, project: Project) -> tuple[tuple[str, str], ...]:
    """The pace, where the feed or its board asks for a slower one than is usual here."""
    wanted = timedelta(seconds=read.ttl or 0)
    if wanted <= project.schedule.every:
        return ()
    return (("every", f"{min(int(wanted.total_seconds()) // 60, 24 * 60)}m"),)
