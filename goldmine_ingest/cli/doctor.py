"""`goldmine doctor`: checks the installation and the data."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from goldmine_ingest.cli.feeds import health
from goldmine_ingest.cli.output import print_json, print_table
from goldmine_ingest.cli.pace import unasked
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import GoldmineError

if TYPE_CHECKING:
    from goldmine_ingest.settings import Project

_PACKAGES = ("duckdb", "feedparser", "beautifulsoup4", "pycurl", "apprise", "prefect", "google-re2")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `broken` makes the exit status 1; without it a failed check is only said."""

    name: str
    ok: bool
    detail: str


def run(args: argparse.Namespace, session: Session) -> int:
    """0, or 1 where something is broken. A configuration that can't be read is 2, as everywhere."""
    project = session.project()
    checks = [*_installation(), *_configuration(project), *_history(project, session)]
    ok = all(check.ok for check in checks)
    if args.json:
        rows = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks]
        print_json({"schema": 1, "ok": ok, "checks": rows}, session.out)
    else:
        print_table(("", "check", "detail"), [("ok" if c.ok else "BROKEN", c.name, c.detail) for c in checks], session.out)
    return 0 if ok else 1


def _installation() -> Iterator[Check]:
    yield Check("python", sys.version_info >= (3, 11), sys.version.split()[0])
    for package in _PACKAGES:
        try:
            yield Check(package, ok=True, detail=version(package))
        except PackageNotFoundError:
            yield Check(package, ok=False, detail="is not installed; install goldmine-ingest again")


def _configuration(project: Project) -> Iterator[Check]:
    yield Check("configuration", ok=True, detail=f"{len(project.feeds)} feeds, {len(project.destinations)} destinations")
    for where, message in project.warnings:
        yield Check(f"configuration: {where}", ok=True, detail=f"warning: {message}")


def _history(project: Project, session: Session) -> Iterator[Check]:
    path = project.database.path
    if not path.exists():
        yield Check("history", ok=True, detail="there is none yet; goldmine run makes one")
        return
    mode = path.stat().st_mode & 0o777
    yield Check("history is private", mode & 0o077 == 0, f"mode {mode:04o}" + ("" if mode & 0o077 == 0 else "; chmod 600 it"))
    yield _try("history", lambda: _counts(project, session))
    yield from _schedule(project, session)


def _schedule(project: Project, session: Session) -> Iterator[Check]:
    """Feeds are asked when they are due: what a watchdog wants to know."""
    try:
        rows = health(project, session)
    except GoldmineError:
        return  # the history's own check has said it
    late = unasked(rows, {feed.name: feed for feed in project.feeds}, session.now())
    many = f"{', '.join(late[:5])}{' …' if len(late) > 5 else ''}"
    hint = f"{len(late)} should have been asked long ago ({many}); does goldmine serve, or the timer, run?"
    yield Check("feeds are asked", ok=not late, detail=hint if late else f"{sum(f.enabled for f in project.feeds)} feeds, none overdue")


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, detail=look())
    except GoldmineError as error:
        if error.exit_status != 1:
            raise
        return Check(name, ok=False, detail=error.message)


def _counts(project: Project, session: Session) -> str:
    from goldmine_ingest.history.sql_query import run_sql

    query = """SELECT (SELECT count(*) FROM listings), (SELECT count(*) FROM decisions), (SELECT count(*) FROM alerts),
        (SELECT count(*) FROM runs)"""
    listings, decisions, alerts, runs = run_sql(project.database.path, query, now=session.now()).rows[0]
    return f"{listings} listings, {decisions} decisions, {alerts} alerts, {runs} runs"
