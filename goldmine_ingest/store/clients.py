"""The jobs of a listing's client, as the view client_listings knows clients."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from goldmine_ingest.model.client import ClientHistory, ClientJob, may_be_known
from goldmine_ingest.store.outcomes import answered
from goldmine_ingest.store.rows import Row, select

if TYPE_CHECKING:
    import duckdb

    from goldmine_ingest.model.posting import Listing


def _titles(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> list[Row]:
    return select(con, "titles", ids=ids) if ids else []


def client_histories(
    con: duckdb.DuckDBPyConnection, listings: Collection[Listing]
) -> dict[str, ClientHistory]:
    """listing_id -> its client's jobs up to it. Asked only of listings that state who it may be."""
    ids = [listing.listing_id for listing in listings if may_be_known(listing.posting)]
    jobs_of: dict[str, list[Row]] = {}
    for row in select(con, "jobs_of_clients", ids=ids) if ids else ():
        jobs_of.setdefault(row["of"], []).append(row)
    earlier = {of: _up_to(of, rows) for of, rows in jobs_of.items()}
    others = {row["listing_id"] for rows in earlier.values() for row in rows}
    titles = {row["listing_id"]: row["title"] for row in _titles(con, others)}
    answers = answered(con, others)
    return {
        of: ClientHistory(
            rows[-1]["how_known"],
            tuple(
                ClientJob(
                    row["listing_id"],
                    titles.get(row["listing_id"], ""),
                    row["first_seen_at"],
                    row["first_posted_as"],
                    row["hires"],
                    answers.get(row["listing_id"]),
                )
                for row in rows
            ),
        )
        for of, rows in earlier.items()
    }


def _up_to(listing_id: str, rows: list[Row]) -> list[Row]:
    """The rows up to the listing's own; they are in the order of first sight."""
    at = next(place for place, row in enumerate(rows) if row["listing_id"] == listing_id)
    return rows[: at + 1]
