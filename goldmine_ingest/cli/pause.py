"""`goldmine pause FEED`: the feed isn't asked, by `run --all` neither, until `goldmine resume
FEED`. `goldmine run FEED` asks it all the same.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.runtime.locks import cycle_lock
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("feed", metavar="FEED", help="the feed's name")


def run(args: argparse.Namespace, session: Session) -> int:
    """0, also where it is paused already; 75 while a cycle runs, which would not notice."""
    project = session.project()
    need_feed(args.feed, project)
    session.need_history(project)
    with (
        cycle_lock(project.database.path),
        open_store(project.database.path, now=session.now()) as store,
    ):
        state = store.feed_states().get(args.feed) or FeedState(args.feed)
        if state.condition is FeedCondition.HELD:
            raise UsageError(
                f"{args.feed} is held, and not asked anyway",
                hint=f"look, then goldmine feeds accept {args.feed}",
            )
        store.save_state(replace(state, condition=FeedCondition.DISABLED))
    session.say(f"{args.feed} is not asked any more; goldmine resume {args.feed} asks it again")
    return 0


def need_feed(name: str, project: Project) -> None:
    """Raises UsageError for a feed that isn't configured."""
    names = [feed.name for feed in project.feeds]
    if name not in names:
        raise UsageError(
            f"there is no feed {name!r}", hint=f"goldmine.toml has: {', '.join(names)}"
        )
