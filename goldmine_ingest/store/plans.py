"""Plans: what workers without a database need to know of feeds, as a file."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.store.feeds import state_of
from goldmine_ingest.store.queries import query
from goldmine_ingest.store.rows import cell

if TYPE_CHECKING:
    import duckdb

    from goldmine_ingest.store.history import Store


_HISTORY = (
    "goldmine_history"  # the mark of a plan's file, and the fact of the history that it repeats
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A feed to ask: its state as it is stored, and the digests of its entries with their
    listings.
    """

    state: FeedState
    entries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A shard's feeds by name, and the id of the history that they were read from."""

    history: str = ""
    feeds: Mapping[str, Planned] = field(default_factory=dict)


def history_id(store: Store) -> str:
    """Which history this is, so that nothing which rests on another one is taken in. Made when
    it is first asked for; copies share it.
    """
    if (ident := store.get_meta(_HISTORY)) is None:
        ident = secrets.token_hex(8)
        store.set_meta(_HISTORY, ident)
    return ident


def write_plan(store: Store, feeds: Collection[str], file: Path) -> None:
    """The feeds' states and current entries as Parquet; feeds that were never polled have a row
    too.
    """
    question = query("plan_of_feeds").rstrip().removesuffix(";")
    path = str(file).replace("'", "''")
    marks = f"KV_METADATA {{{_HISTORY}: '{history_id(store)}'}}"
    store.con.execute(
        f"COPY ({question}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, {marks})",
        {"feeds": list(feeds)},
    )


def read_plan(con: duckdb.DuckDBPyConnection, file: Path) -> Plan:
    """What `write_plan` wrote."""
    marks = dict(
        con.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(file)]).fetchall()
    )
    result = con.execute("FROM read_parquet(?)", [str(file)])
    names = [column[0] for column in result.description]
    planned = (_planned(dict(zip(names, map(cell, row), strict=True))) for row in result.fetchall())
    return Plan(
        bytes(marks[_HISTORY.encode()]).decode(), {each.state.feed: each for each in planned}
    )


def _planned(row: dict[str, object]) -> Planned:
    entries = row.pop("entries") or ()
    state = state_of(row) if row["condition"] is not None else FeedState(str(row["feed"]))
    return Planned(state, {entry["digest"]: entry["listing_id"] for entry in entries})  # type: ignore[attr-defined]  # a list of structs
