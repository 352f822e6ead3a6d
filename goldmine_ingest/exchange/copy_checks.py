"""Whether the copies of the history are good: the published one beside the history that it was
taken from, and the newest daily one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from goldmine_ingest.exchange.invariants import Check, quoted, read_only
from goldmine_ingest.store.schemas import tables_in
from goldmine_ingest.store.whole import read_through, tables

# What stands for the rows of each append-only table, as of the copy's counter.
_PREFIXES = {
    "listing": (
        "SELECT count(*), bit_xor(hash(listing_id, text_hash, first_seen_at, url, title)) FROM"
        " {db}.listing"
    ),
    "decision": (
        "SELECT count(*), bit_xor(hash(seq, listing_id, decision, score, decided_at)) FROM"
        " {db}.decision WHERE seq <= {decisions}"
    ),
    "alert_event": (
        "SELECT count(*), bit_xor(hash(seq, alert_id, event, event_at)) FROM {db}.alert_event WHERE"
        " seq <= {events}"
    ),
}
# Not the small facts: one of them (what was found damaged when the history was opened) comes
# without a commit.
_FACTS = "meta"
_VIEWS = """
SELECT view_name FROM duckdb_views()
WHERE database_name = 'published' AND schema_name = 'main' AND NOT internal
ORDER BY view_name
"""


def published(con: duckdb.DuckDBPyConnection, copy: Path) -> Check:
    """The published copy opens, each of its views answers, and it holds what the history (which
    `con` has as `history`) held then.
    """
    name = "published copy"
    try:
        con.execute(f"ATTACH {quoted(copy)} AS published (READ_ONLY)")
    except duckdb.Error as error:
        return Check(
            name,
            ok=False,
            detail=f"{copy.name} can't be opened ({_kind(error)}); goldmine publish makes it anew",
            count=1,
        )
    try:
        wrong = _differs(con)
    except duckdb.Error as error:
        # (what the copy lacks can't be damage of the history, which lists its tables and views)
        if not isinstance(error, duckdb.ProgrammingError) and holds(copy) is not None:
            return Check(
                name,
                ok=True,
                detail=(
                    f"{copy.name} can be read; the history, beside which it is to be held, can't"
                ),
                warning=True,
            )
        wrong = f"it can't be read ({_kind(error)})"
    finally:
        con.execute("DETACH published")
    if wrong:
        return Check(
            name,
            ok=False,
            detail=f"{copy.name}: {wrong}; goldmine publish makes it anew",
            count=1,
            example=wrong,
        )
    return Check(
        name, ok=True, detail=f"{copy.name} holds what the history held when it was published"
    )


def _differs(con: duckdb.DuckDBPyConnection) -> str | None:
    history, published = (f"{name}.{tables_in(con, name)}" for name in ("history", "published"))
    versions = "(SELECT max(version) FROM {}.schema_version)"
    mine, its = _row(con, f"SELECT {versions.format(history)}, {versions.format(published)}")
    if mine != its:
        return None if its < mine else "it was published by a newer goldmine-ingest"
    now, then = _counter(con, history), _counter(con, published)
    if then["commits"] > now["commits"]:
        return (
            f"it holds more than the history ({then['listings']} listings, the history"
            f" {now['listings']})"
        )
    for table, query in _PREFIXES.items():
        live = query.format(db=history, **then) + (
            f" SEMI JOIN {published}.listing USING (listing_id)" if table == "listing" else ""
        )
        if _row(con, live) != _row(con, query.format(db=published, **then)):
            return f"its {table} rows are not the history's of that time"
    for table in tables(con) if then == now else ():
        if table != _FACTS and _count(con, f"{published}.{table}") != _count(
            con, f"{history}.{table}"
        ):
            return f"its table {table} has another number of rows"
    for (view,) in con.execute(_VIEWS).fetchall():
        _count(con, f"published.{view}")
    return None


def backup(copy: Path) -> Check:
    """A daily copy opens and holds as many rows as it says of itself."""
    name, again = "newest backup", "goldmine backup FILE makes another"
    try:
        with read_only(copy) as con:
            says, held = _counter(con, f"history.{tables_in(con, 'history')}"), read_through(con)
    except (duckdb.Error, OSError) as error:
        return Check(
            name, ok=False, detail=f"{copy.name} can't be read ({_kind(error)}); {again}", count=1
        )
    if (held["listing"], held["decision"], held["alert_event"]) != (
        says["listings"],
        says["decisions"],
        says["events"],
    ):
        detail = (
            f"{copy.name} isn't whole: {held['listing']} of {says['listings']} listings; {again}"
        )
        return Check(name, ok=False, detail=detail, count=1)
    return Check(name, ok=True, detail=f"{copy.name}: {held['listing']} listings")


def holds(copy: Path) -> int | None:
    """How many listings a copy holds, if all of it can be read."""
    try:
        with read_only(copy) as con:
            return read_through(con)["listing"]
    except (duckdb.Error, OSError, KeyError):
        return None


def _counter(con: duckdb.DuckDBPyConnection, schema: str) -> dict[str, int]:
    names = ("commits", "listings", "decisions", "events")
    return dict(
        zip(
            names,
            _row(con, f"SELECT commits, listings, decisions, events FROM {schema}.counter"),  # noqa: S608 - ours
            strict=True,
        )
    )


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> Any:
    return _row(con, f"SELECT count(*) FROM {relation}")  # noqa: S608 - a name out of the catalogue of our own schema


def _row(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    return con.execute(query).fetchall()[0]


def _kind(error: Exception) -> str:
    """DuckDB's name for what went wrong; the rest of its text quotes paths and data."""
    return str(error).partition(":")[0]
