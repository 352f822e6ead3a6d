"""What `goldmine doctor` finds around the history: where it lies, who may read it, the room that
is left, what was set aside.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from goldmine_ingest.config.data_place import place_problems
from goldmine_ingest.config.permissions import loose_data
from goldmine_ingest.exchange.invariants import Check
from goldmine_ingest.pipeline.polling.spool import Spool
from goldmine_ingest.render.match import duration
from goldmine_ingest.settings.project import Project

# Room for the history again (a copy of the day, a published copy, a snapshot for a query are each
# as large), and for a WAL.
_COPIES = 3
_LEAST = 100 * 1024 * 1024


def files(project: Project, now: datetime) -> Iterator[Check]:
    """Every check of files and folders. Nothing is opened but what waits in the spool."""
    places = list(place_problems(project))
    for problem in places:
        yield Check(
            "place of the history",
            ok=False,
            detail=f"{problem.where}: {problem.message}; expected {problem.expected}",
            count=1,
        )
    if not places:
        yield Check("place of the history", ok=True, detail=str(project.database.path))
    yield from _private(project)
    data = project.database.path.parent
    if not data.is_dir():
        return
    yield _room(project.database.path)
    yield from _set_aside(project.database.path)
    yield _spool(project, now)


def _private(project: Project) -> Iterator[Check]:
    loose = list(loose_data(project))
    for where, message in loose:
        yield Check(f"private: {where}", ok=False, detail=message, count=1, example=where)
    if not loose:
        yield Check(
            "history is private",
            ok=True,
            detail="no other user can read or change it, or its copies",
        )


def _room(database: Path) -> Check:
    free, size = (
        shutil.disk_usage(database.parent).free,
        database.stat().st_size if database.is_file() else 0,
    )
    wanted = max(_COPIES * size, _LEAST)
    sizes = f"{free / 1e6:.0f} MB free, the history has {size / 1e6:.0f} MB"
    if free >= wanted:
        return Check("disk space", ok=True, detail=sizes)
    short = f"{sizes}; its copies and its log want {wanted / 1e6:.0f} MB"
    return Check("disk space", ok=free >= _LEAST / 10, detail=short, count=1, warning=True)


def _set_aside(database: Path) -> Iterator[Check]:
    """Damaged logs, histories that a restore replaced, and what killed programs left behind."""
    logs = sorted(database.parent.glob(f"{_literal(database.name)}.wal.corrupt-*"))
    if logs:
        detail = (
            f"{logs[-1].name}: a damaged write-ahead log; what was in it may be missing. Delete it"
            " when you have no use for it"
        )
        yield Check(
            "set aside: damaged log",
            ok=True,
            detail=detail,
            count=len(logs),
            example=logs[-1].name,
            warning=True,
        )
    old = sorted(database.parent.glob(f"{_literal(database.stem)}.before-*"))
    if old:
        size = sum(path.stat().st_size for path in old)
        detail = (
            f"{len(old)} histories that a restore replaced ({size / 1e6:.0f} MB), e.g."
            f" {old[-1].name}; delete what you don't need"
        )
        yield Check(
            "set aside: replaced history",
            ok=True,
            detail=detail,
            count=len(old),
            example=old[-1].name,
        )


def _literal(name: str) -> str:
    """A file name as a glob pattern that means just it."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _spool(project: Project, now: datetime) -> Check:
    """Answers that were fetched while another program had the history; the next cycle takes them
    in.
    """
    spool = Spool.beside(project.database.path)
    there = sorted(spool.folder.glob("*.answer")) if spool.folder.is_dir() else []
    waiting = list(spool.waiting())
    unread = [path.name for path in there if path not in {spooled.path for spooled in waiting}]
    if unread:
        detail = (
            f"{len(unread)} of {len(there)} answers can't be read, e.g. {unread[0]}; delete it, the"
            " feed is asked again anyway"
        )
        return Check("spool", ok=False, detail=detail, count=len(unread), example=unread[0])
    if not waiting:
        return Check("spool", ok=True, detail="no answer waits")
    gone = sorted(
        {spooled.fetched.feed for spooled in waiting} - {feed.name for feed in project.feeds}
    )
    oldest = now - min(spooled.fetched.started_at for spooled in waiting)
    detail = f"{len(waiting)} answers wait for the next cycle, the oldest for {duration(oldest)}"
    detail += (
        f"; some are of feeds that aren't configured any more ({', '.join(gone[:3])})"
        if gone
        else ""
    )
    return Check(
        "spool",
        ok=True,
        detail=detail,
        count=len(waiting),
        warning=bool(gone) or oldest > timedelta(hours=1),
    )
