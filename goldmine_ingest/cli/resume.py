"""`goldmine resume FEED`: a feed that was paused by hand is asked again, at the next cycle."""

from __future__ import annotations

import argparse
from dataclasses import replace

from goldmine_ingest.cli.pause import need_feed
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.feed import FeedCondition
from goldmine_ingest.runtime.locks import cycle_lock
from goldmine_ingest.store.history import open_store


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("feed", metavar="FEED", help="the feed's name")


def run(args: argparse.Namespace, session: Session) -> int:
    """0; 2 for a feed that isn't paused."""
    project = session.project()
    need_feed(args.feed, project)
    session.need_history(project)
    with (
        cycle_lock(project.database.path),
        open_store(project.database.path, now=session.now()) as store,
    ):
        state = store.feed_states().get(args.feed)
        if state is None or state.condition is not FeedCondition.DISABLED:
            raise UsageError(
                f"{args.feed} is not paused", hint="goldmine feeds shows how each feed is"
            )
        store.save_state(replace(state, condition=FeedCondition.OK, next_poll_at=None))
    session.say(f"{args.feed} is asked at the next cycle")
    return 0
