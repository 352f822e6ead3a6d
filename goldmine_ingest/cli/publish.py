"""`goldmine publish`: refresh the published copy of the history now."""

from __future__ import annotations

import argparse

from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.store.publish import publish


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(args: argparse.Namespace, session: Session) -> int:  # noqa: ARG001 - every command takes both
    project = session.project()
    if project.database.publish is None:
        raise UsageError(
            "there is no published copy to refresh",
            hint='set [database] publish = "data/history.duckdb" in goldmine.toml',
        )
    session.need_history(project)

    publish(project.database, session.now(), force=True)
    session.say(f"published: {project.database.publish}")
    return 0
