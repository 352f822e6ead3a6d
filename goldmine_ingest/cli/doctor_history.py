"""What `goldmine doctor` finds in the history itself: it opens, nothing of it is lost, every
invariant holds, its copies are good.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from goldmine_ingest.analysis.feed_pace import unasked
from goldmine_ingest.cli.feeds import with_configured
from goldmine_ingest.config.contradictions import shown_path
from goldmine_ingest.errors import BusyError, StoreError
from goldmine_ingest.exchange import copy_checks, json_values
from goldmine_ingest.exchange.invariants import Check, Looking, each_by_itself, each_invariant
from goldmine_ingest.exchange.sql import snapshot
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store import moving
from goldmine_ingest.store.daily_copy import good_copies, newest_copy
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.migrations import migrations
from goldmine_ingest.store.schemas import TABLES, tables_in
from goldmine_ingest.store.whole import is_whole, tables

_TABLES = "tables"
_HELD = """SELECT (SELECT count(*) FROM listing), (SELECT count(*) FROM decision),
    (SELECT count(DISTINCT key) FROM alert_event),
    (SELECT count(DISTINCT run_id) FROM run)"""
_UNANSWERED = """SELECT count(*) FILTER (state != 'answered'), count(*) FILTER (state = 'answered'),
    arg_max(why, asked_at) FILTER (state != 'answered')
    FROM opinions WHERE asked_at > $since"""
_DAY = timedelta(hours=24)
_DAMAGE = "SELECT value FROM meta WHERE key LIKE 'damage:%' ORDER BY key"


def history(project: Project, now: datetime) -> Iterator[Check]:
    """Every check of the history. It is held only while a copy of its file is made. Raises
    BusyError, StoreError.
    """
    broken = False
    try:
        for check in _held(project, now):
            broken = broken or (check.name == _TABLES and not check.ok)
            yield check
    except BusyError:
        raise
    except StoreError as error:
        broken = True
        yield Check(
            "history", ok=False, detail=f"{error.message}. {error.hint or ''}".strip(), count=1
        )
    if newest := newest_copy(project.database):
        yield copy_checks.backup(newest)
    if broken:
        yield _to_save(project)


def _held(project: Project, now: datetime) -> Iterator[Check]:
    """What a copy of the history holds, each check by itself."""
    with open_store(project.database.path, now=now):
        pass  # damage is found, and kept for the copy to show
    published = project.database.publish
    there = (
        {"published copy": lambda con: [copy_checks.published(con, published)]}
        if published is not None and published.exists()
        else {}
    )
    steps: dict[str, Looking] = {
        _TABLES: _readable,
        "history": _counts,
        "schema": _schema,
        "tables apart": lambda con: _apart(con, project.database.path),
        "nothing was lost": _damage,
        **each_invariant(),
        **there,
        "feeds are asked": lambda con: [_asked(con, project, now)],
    }
    if project.criteria.opinion:
        steps["opinions"] = lambda con: [_opinions(con, now)]
    with snapshot(project.database.path, now) as copy:
        yield from each_by_itself(copy, steps)


def _readable(con: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    """Which tables can be read to their end: what is damaged is found here, whatever the other
    checks look at.
    """
    names = tables(con)
    bad = [name for name in names if not is_whole(con, name)]
    if not bad:
        yield Check(_TABLES, ok=True, detail=f"all {len(names)} can be read to their end")
        return
    detail = f"{', '.join(bad)} can't be read to the end; the other {len(names) - len(bad)} can"
    yield Check(_TABLES, ok=False, detail=detail, count=len(bad), example=bad[0])


def _counts(con: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    listings, decisions, alerts, runs = con.execute(_HELD).fetchall()[0]
    yield Check(
        "history",
        ok=True,
        detail=f"{listings} listings, {decisions} decisions, {alerts} alerts, {runs} runs",
    )


def _to_save(project: Project) -> Check:
    """What is left of a damaged history, and how to get it: the newest copies that can be read,
    and what can be read of the history.
    """
    ways = []
    for copy in good_copies(project.database):
        if (listings := copy_checks.holds(copy)) is not None:
            made = f"{datetime.fromtimestamp(copy.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC"
            ways.append(
                f"goldmine restore {shown_path(copy, Path.cwd())} --force brings back {listings}"
                f" listings as of {made}"
            )
            break
    ways.append(
        "goldmine export DIR --readable writes what can be read (goldmine import DIR makes a"
        " history of it, once the damaged one is moved)"
    )
    ways.append("what the feeds still hold comes again by itself")
    return Check(
        "what can be saved", ok=True, detail="; ".join(ways), count=len(ways), warning=True
    )


def _schema(con: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    versions = [
        row[0]
        for row in con.execute("SELECT version FROM schema_version ORDER BY version").fetchall()
    ]
    wanted = list(range(1, len(migrations()) + 1))
    engine, tags = con.execute(
        "SELECT version(), tags FROM duckdb_databases() WHERE database_name = 'history'"
    ).fetchall()[0]
    form = str(tags.get("storage_version", "unknown")) if isinstance(tags, dict) else "unknown"
    detail = f"version {max(versions, default=0)}; DuckDB {engine}, file format {form}"
    yield Check(
        "schema",
        ok=versions == wanted,
        detail=detail if versions == wanted else f"{detail}; this program knows {len(wanted)}",
    )


def _apart(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[Check]:
    """Whether the views stand alone, as in each new history; if not, what moving what is behind
    them waits for. Everything works either way.
    """
    if tables_in(con, "history") == TABLES:
        yield Check("tables apart", ok=True, detail="SHOW TABLES lists the views alone")
        return
    if why := moving.hindrance(con, "history"):
        detail = f"the tables can't be moved from among the views: {why}; all works as before"
    else:
        free = shutil.disk_usage(path.parent).free
        detail = (
            "the tables stand among the views, which works as before: to move them takes"
            f" {moving.needed(path) / 1e6:.0f} MB of disk for a while, {free / 1e6:.0f} MB are"
            " free; with more, the next command does it"
        )
    yield Check("tables apart", ok=True, detail=detail, count=1, warning=True)


def _damage(con: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    """What opening the history once had to do or found missing. It stays in the history: what
    was lost is lost.
    """
    notes = [row[0] for row in con.execute(_DAMAGE).fetchall()]
    if not notes:
        yield Check(
            "nothing was lost",
            ok=True,
            detail="no damage was ever found when the history was opened",
        )
        return
    detail = f"{notes[-1]} (feeds bring again what they still hold)"
    yield Check(
        "nothing was lost",
        ok=True,
        detail=detail,
        count=len(notes),
        example=notes[-1],
        warning=True,
    )


def _opinions(con: duckdb.DuckDBPyConnection, now: datetime) -> Check:
    """Whether the language model answers. Nothing depends on it: no check fails for it."""
    row = con.execute(_UNANSWERED, {"since": now - _DAY}).fetchone()
    count, answered, why = row or (0, 0, None)
    if not count:
        return Check("opinions", ok=True, detail=f"{answered} answers in the last 24 hours")
    listings = "listing" if count == 1 else "listings"
    detail = f"{count} {listings} without an opinion: {why}"
    return Check("opinions", ok=True, detail=detail, count=count, warning=True)


def _asked(con: duckdb.DuckDBPyConnection, project: Project, now: datetime) -> Check:
    """Feeds are asked when they are due: what a watchdog wants to know."""
    result = con.execute("SELECT * FROM feeds ORDER BY feed")
    names, types = (
        tuple(c[0] for c in result.description),
        tuple(str(c[1]) for c in result.description),
    )
    rows = with_configured(project, json_values.rows(names, types, result.fetchall()))
    late = unasked(rows, {feed.name: feed for feed in project.feeds}, now)
    if not late:
        return Check(
            "feeds are asked",
            ok=True,
            detail=f"{sum(f.enabled for f in project.feeds)} feeds, none overdue",
        )
    many = f"{', '.join(late[:5])}{' …' if len(late) > 5 else ''}"
    hint = (
        f"{len(late)} should have been asked long ago ({many}); does goldmine serve, or the timer,"
        " run?"
    )
    return Check("feeds are asked", ok=False, detail=hint, count=len(late), example=late[0])
