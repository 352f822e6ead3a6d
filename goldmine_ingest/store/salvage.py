"""What can still be read of a damaged history, as a history of its own: every row group of each
table that isn't in a damaged block.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.store.connection import begun
from goldmine_ingest.store.engine import ROW_GROUP
from goldmine_ingest.store.engine import duckdb as engine
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.migrations import migrations
from goldmine_ingest.store.schemas import tables_in
from goldmine_ingest.store.whole import tables

if TYPE_CHECKING:
    import duckdb

_DAMAGED = "damaged"  # what the copy is attached as
# Numbers without gaps tell what is newest: where some are lost, the next would be given twice.
_NUMBERED = ("decision", "alert_event")
_RENUMBER = """
UPDATE {table} SET seq = numbered.seq
FROM (SELECT rowid AS row, row_number() OVER (ORDER BY seq) AS seq FROM {table}) AS numbered
WHERE {table}.rowid = numbered.row
"""
_COUNTED = """
INSERT INTO counter SELECT
    1, (SELECT count(*) FROM listing), (SELECT count(*) FROM decision),
    (SELECT count(*) FROM alert_event)
"""


def salvage(damaged: Path, target: Path, now: datetime) -> dict[str, int]:
    """Makes a history at `target` of what can be read of a copy of a damaged one; gives the tables
    that lost rows, with how many.

    Raises StoreError where the copy can't be opened at all.
    """
    with begun(target, len(migrations()), now) as con:
        quoted = str(damaged).replace("'", "''")
        con.execute(f"ATTACH '{quoted}' AS {_DAMAGED} (READ_ONLY)")
        try:
            source = f"{_DAMAGED}.{tables_in(con, _DAMAGED)}"
            names = [name for name in tables(con) if name != "schema_version"]
            lost = {name: rows for name in names if (rows := _take(con, source, name))}
        finally:
            con.execute(f"DETACH {_DAMAGED}")
        for table in _NUMBERED:
            con.execute(_RENUMBER.format(table=table))
        con.execute("DELETE FROM counter")
        con.execute(_COUNTED)
        con.execute("DELETE FROM meta WHERE key = 'views'")
    with open_store(target, now=now) as store:
        store.checkpoint()
    return lost


def _take(con: duckdb.DuckDBPyConnection, source: str, table: str) -> int:
    """Copies a table's readable rows; gives how many are lost."""
    copied = f"{source}.{table}"
    con.execute(f"DELETE FROM {table}")  # noqa: S608 - a name out of our schema; so below
    try:
        rows, last = con.execute(f"SELECT count(*), max(rowid) FROM {copied}").fetchall()[0]  # noqa: S608
        for first, end in _spans(con, copied, 0, (last or 0) + 1):
            con.execute(
                f"INSERT INTO {table} BY NAME SELECT * FROM {copied} WHERE rowid >= {first}"  # noqa: S608
                f" AND rowid < {end}"
            )
    except engine.Error:  # not even its outline can be read
        return -1
    kept = con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]  # noqa: S608
    return int(rows - kept)


def _spans(
    con: duckdb.DuckDBPyConnection, copied: str, first: int, end: int
) -> Iterator[tuple[int, int]]:
    """The spans of rows that can be read: the whole, or else of each half, down to row groups
    (which share no values).
    """
    try:
        con.execute(
            f"SELECT count(hash(t)) FROM {copied} AS t WHERE rowid >= {first} AND rowid <"  # noqa: S608
            f" {end}"
        ).fetchall()
    except engine.Error:
        groups = -(-(end - first) // ROW_GROUP)
        if groups > 1:
            middle = first + groups // 2 * ROW_GROUP
            yield from _spans(con, copied, first, middle)
            yield from _spans(con, copied, middle, end)
    else:
        yield first, end
