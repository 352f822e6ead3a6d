"""Whether anything is to be done about the alerts that aren't finished: asked by every cycle, so
that what sends is loaded by those that have something to send.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.store.rows import Row, keys, select

if TYPE_CHECKING:
    import duckdb


def owes(
    con: duckdb.DuckDBPyConnection, digests: Mapping[tuple[str, str], datetime], now: datetime
) -> bool:
    """Whether a delivery has something to do. It has not where nothing is open but matches that
    wait for the next digest, and whose listings are still worth telling. `digests` says of each
    destination (and recipient's slot) that has had its newest digest when that was due.
    """
    alerts = select(con, "what_is_open")
    if not all(_waits_for_a_digest(alert, digests, now) for alert in alerts):
        return True
    ids = {alert["listing_id"] for alert in alerts}
    if not ids:
        return False
    worth_telling = select(con, "worth_telling", keys=keys(ids), ids=ids)
    return ids != {row["listing_id"] for row in worth_telling}


def was_sending(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether an attempt to send has no result."""
    return bool(
        con.execute("SELECT 1 FROM open_alert WHERE last_event = 'attempt' LIMIT 1").fetchone()
    )


def _waits_for_a_digest(
    alert: Row, digests: Mapping[tuple[str, str], datetime], now: datetime
) -> bool:
    last_digest = digests.get((alert["destination"], alert["slot"]))
    return (
        alert["kind"] == "match"
        and alert["for_digest"]
        and alert["last_event"] == "held"
        and last_digest is not None
        and last_digest <= alert["enqueued_at"] <= now
    )
