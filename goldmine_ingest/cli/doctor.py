"""`goldmine doctor`: checks the installation and the data, and proves what must hold in the
history.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from goldmine_ingest.cli.doctor_files import files
from goldmine_ingest.cli.doctor_history import history
from goldmine_ingest.cli.doctor_workers import workers
from goldmine_ingest.cli.output import counted, print_json, print_table
from goldmine_ingest.cli.prefect_api import open_servers
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import BusyError, GoldmineError
from goldmine_ingest.exchange.invariants import Check
from goldmine_ingest.render.match import duration
from goldmine_ingest.runtime.locks import serve_age

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project

# `serve` shows itself once in half a minute, but while a cycle runs: the first poll of a thousand
# feeds takes minutes.
_SILENT_FOR = timedelta(minutes=15)
_PACKAGES = ("duckdb", "feedparser", "beautifulsoup4", "pycurl", "apprise", "prefect", "google-re2")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--alive",
        action="store_true",
        help="only whether `goldmine serve` is at work, for a container's health check: 0 or 1",
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """0, 1 where something is broken, 75 where another program has the history (then all but the
    history is checked).

    A configuration that can't be read is 2, as everywhere.
    """
    project = session.project()
    if args.alive:
        return _alive(project, session)
    checks = [
        *_installation(),
        *_configuration(project),
        *files(project, session.now()),
        *workers(project, session.now()),
    ]
    checks += [
        Check("Prefect server", ok=True, detail=message, warning=True)
        for message in open_servers(session.env)
    ]
    busy: BusyError | None = None
    try:
        checks += _history(project, session)
    except BusyError as error:
        busy = error
        checks.append(Check("history", ok=False, detail=f"not looked at: {error.message}", count=1))
    _show(args, checks, session)
    if busy:
        session.complain(f"goldmine: {busy}")
        return busy.exit_status
    return 0 if all(check.ok for check in checks) else 1


def _alive(project: Project, session: Session) -> int:
    """Asks nothing of the history: milliseconds beside the reading of the configuration."""
    age = serve_age(project.database.path)
    if age is None:
        session.complain("no goldmine serve runs on this project")
        return 1
    if age > _SILENT_FOR:
        session.complain(f"goldmine serve hangs: it last showed itself {duration(age)} ago")
        return 1
    session.say("goldmine serve is at work")
    return 0


def _show(args: argparse.Namespace, checks: list[Check], session: Session) -> None:
    if args.json:
        rows = [
            {
                "name": c.name,
                "ok": c.ok,
                "detail": c.detail,
                "count": c.count,
                "example": c.example,
                "warning": c.warning,
            }
            for c in checks
        ]
        print_json(
            {"schema": 1, "ok": all(check.ok for check in checks), "checks": rows}, session.out
        )
    else:
        print_table(
            ("", "check", "detail"),
            [(_mark(check), check.name, check.detail) for check in checks],
            session.out,
        )


def _mark(check: Check) -> str:
    if not check.ok:
        return "BROKEN"
    return "warning" if check.warning else "ok"


def _installation() -> Iterator[Check]:
    yield Check("python", sys.version_info >= (3, 11), sys.version.split()[0])
    for package in _PACKAGES:
        try:
            yield Check(package, ok=True, detail=version(package))
        except PackageNotFoundError:
            if package == "prefect":
                detail = "is not installed: serve needs --no-prefect, which works without it"
                yield Check(package, ok=True, detail=detail, warning=True)
                continue
            yield Check(
                package, ok=False, detail="is not installed; install goldmine-ingest again", count=1
            )


def _configuration(project: Project) -> Iterator[Check]:
    yield Check(
        "configuration",
        ok=True,
        detail=(
            f"{counted(len(project.feeds), 'feed')},"
            f" {counted(len(project.destinations), 'destination')}"
        ),
    )
    for where, message in project.warnings:
        yield Check(f"configuration: {where}", ok=True, detail=f"warning: {message}", warning=True)


def _history(project: Project, session: Session) -> list[Check]:
    """What the history holds, looked at in a copy of it as `goldmine sql` does. Raises
    BusyError.
    """
    if not project.database.path.is_file():
        return (
            [Check("history", ok=True, detail="there is none yet; goldmine run makes one")]
            if not project.database.path.exists()
            else []
        )

    checks: list[Check] = []
    try:
        checks.extend(history(project, session.now()))
    except BusyError:
        raise
    except GoldmineError as error:
        hint = f" {error.hint}" if error.hint else ""
        checks.append(Check("history", ok=False, detail=f"{error.message}.{hint}", count=1))
    return checks
