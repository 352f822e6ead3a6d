"""`goldmine feeds accept NAME`: takes the new content of a held feed for right."""

from __future__ import annotations

import argparse

from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.feed import FeedCondition
from goldmine_ingest.pipeline.polling.poll_result import accepted
from goldmine_ingest.runtime.locks import cycle_lock
from goldmine_ingest.store.history import open_store


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the feed that is held")


def run(args: argparse.Namespace, session: Session) -> int:
    """The next poll takes the feed in as if it were read for the first time: what it then holds
    is backlog.
    """
    project = session.project()
    if args.name not in {feed.name for feed in project.feeds}:
        raise UsageError(f"no feed is called {args.name!r}", hint="goldmine feeds lists them")
    session.need_history(project)

    with (
        cycle_lock(project.database.path),
        open_store(project.database.path, now=session.now()) as store,
    ):
        state = store.feed_states().get(args.name)
        if state is None or state.condition is not FeedCondition.HELD:
            raise UsageError(
                f"{args.name} is not held: there is nothing to accept",
                hint="goldmine feeds shows how each feed is",
            )
        store.save_state(accepted(state))
    session.say(
        f"{args.name}: accepted; the next run reads it as if for the first time, and its backlog"
        " rule decides what alerts"
    )
    return 0
