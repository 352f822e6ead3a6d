"""Whether anything is to be done about the alerts that aren't finished: asked by every cycle, so
that what sends is loaded by those that have something to send.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.store.rows import Row, keys, select

if TYPE_CHECKING:
    import duckdb

_A_DAY = timedelta(days=1)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


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
    # Most were decided when they were owed: of a million decisions only the newest are read then.
    # (One that a clock dated which was a day behind is overlooked until the digest is sent.)
    owed = min(alert["enqueued_at"] for alert in alerts)
    return not any(_worth_telling(con, ids, since) for since in (owed - _A_DAY, _EVER))


def _worth_telling(con: duckdb.DuckDBPyConnection, ids: AbstractSet[str], since: datetime) -> bool:
    rows = select(con, "worth_telling", keys=keys(ids), ids=ids, since=since)
    return ids == {row["listing_id"] for row in rows}


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
