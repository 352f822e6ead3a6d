"""The recipients of destinations: rows that tell who joined and who left, and the key that hides
who they are.

The key lies in a file beside the history and never in it: the published copy, exports and backups
tell nobody's address.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.errors import StoreError
from goldmine_ingest.model.recipient import RecipientEvent
from goldmine_ingest.store.insertion import insert
from goldmine_ingest.store.rows import as_row, select

if TYPE_CHECKING:
    import duckdb

_KEY_BYTES = 32


def recipients(con: duckdb.DuckDBPyConnection) -> dict[str, list[RecipientEvent]]:
    """destination -> what became of its recipients, in order."""
    events_of: dict[str, list[RecipientEvent]] = {}
    for row in select(con, "recipients"):
        events_of.setdefault(row["destination"], []).append(RecipientEvent(**row))
    return events_of


def add(con: duckdb.DuckDBPyConnection, events: Sequence[RecipientEvent]) -> None:
    insert(con, "recipient", [as_row(event) for event in events])


def key_of(database: Path) -> bytes:
    """The history's own secret for `keyed`, made at its first use. Raises StoreError where it can't
    be read or written.

    A history that lost it takes its recipients for people who have moved, and knows them again by
    their labels.
    """
    path = database.with_name(f"{database.name}.key")
    try:
        key = path.read_bytes() if path.exists() else b""
        return key if len(key) == _KEY_BYTES else _made(path)
    except OSError as error:
        raise StoreError(f"can't be used: {error.strerror}", subject=str(path)) from error


def _made(path: Path) -> bytes:
    """On disk and whole before it has its name."""
    key = os.urandom(_KEY_BYTES)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(fd)
    part.replace(path)
    return key
