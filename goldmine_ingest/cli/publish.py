"""`goldmine publish`: refresh the published copy of the history, and the feed of matches, now."""

from __future__ import annotations

import argparse

from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.exchange.matches_feed import publish_feed
from goldmine_ingest.store.publish import publish


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(args: argparse.Namespace, session: Session) -> int:  # noqa: ARG001 - every command takes both
    project = session.project()
    if project.database.publish is None and project.publish.feed is None:
        raise UsageError(
            "there is no published copy to refresh",
            hint='set [database] publish = "data/history.duckdb" in goldmine.toml',
        )
    session.need_history(project)
    if project.database.publish is not None:
        publish(project.database, session.now(), force=True)
        session.say(f"published: {project.database.publish}")
    if project.publish.feed is not None:
        publish_feed(project, session.now())
        session.say(f"published: {project.publish.feed}")
    return 0
