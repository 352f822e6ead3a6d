"""Second paths and declared trials. Nothing is rewritten; ending a trial is a row of its own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.model.pursuit import Contact, ContactUpdate, Trial
from goldmine_ingest.store.insertion import insert
from goldmine_ingest.store.rows import as_row, select

if TYPE_CHECKING:
    import duckdb


def add_contact(con: duckdb.DuckDBPyConnection, contact: Contact) -> None:
    row = as_row(contact)
    del row["outcome"], row["updated_at"]
    insert(con, "contact", [row])


def add_contact_update(con: duckdb.DuckDBPyConnection, update: ContactUpdate) -> None:
    insert(con, "contact_update", [as_row(update)])


def contacts(con: duckdb.DuckDBPyConnection) -> tuple[Contact, ...]:
    """Every second path, the oldest first."""
    return tuple(Contact(**row) for row in select(con, "contacts"))


def add_trial(con: duckdb.DuckDBPyConnection, trial: Trial) -> None:
    row = as_row(trial)
    del row["ended_at"]
    insert(con, "trial", [row])


def end_trial(con: duckdb.DuckDBPyConnection, name: str, now: datetime) -> None:
    insert(con, "trial_end", [{"name": name, "ended_at": now}])


def trials(con: duckdb.DuckDBPyConnection) -> tuple[Trial, ...]:
    """Every trial, the oldest first."""
    return tuple(Trial(**row) for row in select(con, "trials"))
