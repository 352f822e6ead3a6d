"""What `goldmine doctor` finds in the history itself: it opens, nothing of it is lost, every
invariant holds, its copies are good.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb

from goldmine_ingest.cli.feeds import with_configured
from goldmine_ingest.cli.pace import unasked
from goldmine_ingest.exchange import copy_checks as copies
from goldmine_ingest.exchange import json_values as as_json
from goldmine_ingest.exchange.invariants import Check, invariants, read_only
from goldmine_ingest.exchange.sql import snapshot
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.daily_copy import newest_copy
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.migrations import migrations

_HELD = """SELECT (SELECT count(*) FROM listing), (SELECT count(*) FROM decision),
    (SELECT count(DISTINCT key) FROM alert_event),
    (SELECT count(DISTINCT run_id) FROM run)"""
_DAMAGE = "SELECT value FROM meta WHERE key LIKE 'damage:%' ORDER BY key"


def history(project: Project, now: datetime) -> Iterator[Check]:
    """Every check of the history. It is held only while a copy of its file is made. Raises
    BusyError, StoreError.
    """
    with open_store(project.database.path, now=now):
        pass  # damage is found, and kept for the copy to show
    with snapshot(project.database.path, now) as copy, read_only(copy) as con:
        listings, decisions, alerts, runs = con.execute(_HELD).fetchall()[0]
        yield Check(
            "history",
            ok=True,
            detail=f"{listings} listings, {decisions} decisions, {alerts} alerts, {runs} runs",
        )
        yield _schema(con)
        yield _damage(con)
        yield from invariants(con)
        published = project.database.publish
        if published is not None and published.exists():
            yield copies.published(con, published)
        yield _asked(con, project, now)
    if newest := newest_copy(project.database):
        yield copies.backup(newest)


def _schema(con: duckdb.DuckDBPyConnection) -> Check:
    found = [
        row[0]
        for row in con.execute("SELECT version FROM schema_version ORDER BY version").fetchall()
    ]
    wanted = list(range(1, len(migrations()) + 1))
    engine, tags = con.execute(
        "SELECT version(), tags FROM duckdb_databases() WHERE database_name = 'history'"
    ).fetchall()[0]
    form = str(tags.get("storage_version", "unknown")) if isinstance(tags, dict) else "unknown"
    detail = f"version {max(found, default=0)}; DuckDB {engine}, file format {form}"
    return Check(
        "schema",
        ok=found == wanted,
        detail=detail if found == wanted else f"{detail}; this program knows {len(wanted)}",
    )


def _damage(con: duckdb.DuckDBPyConnection) -> Check:
    """What opening the history once had to do or found missing. It stays in the history: what
    was lost is lost.
    """
    said = [row[0] for row in con.execute(_DAMAGE).fetchall()]
    if not said:
        return Check(
            "nothing was lost",
            ok=True,
            detail="no damage was ever found when the history was opened",
        )
    detail = f"{said[-1]} (feeds bring again what they still hold)"
    return Check(
        "nothing was lost", ok=True, detail=detail, count=len(said), example=said[-1], warning=True
    )


def _asked(con: duckdb.DuckDBPyConnection, project: Project, now: datetime) -> Check:
    """Feeds are asked when they are due: what a watchdog wants to know."""
    found = con.execute("SELECT * FROM feeds ORDER BY feed")
    names, types = (
        tuple(c[0] for c in found.description),
        tuple(str(c[1]) for c in found.description),
    )
    rows = with_configured(project, as_json.rows(names, types, found.fetchall()))
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
