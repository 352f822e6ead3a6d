"""The ledger's rows: events are only ever added; the alerts that aren't finished stand in a
small table beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.ledger import advance
from goldmine_ingest.model.alert import (
    AlertEvent,
    AlertEventKind,
    AlertKind,
    AlertState,
    Cause,
    OpenAlert,
    Topic,
)
from goldmine_ingest.store.insertion import insert
from goldmine_ingest.store.rows import Counter, Row, as_row, key, keys, run, select

if TYPE_CHECKING:
    import duckdb

# The states of which open_alert holds every alert (alerts/ledger.py: the others are final).
# States that few alerts are in: of these no other alert's events have to be put together.
FEW: frozenset[AlertState] = frozenset(("owed", "held", "retrying", "uncertain", "dead"))
# Destination and slot -> the newest event of an alert, with its cause.
Matches = dict[tuple[str, str], tuple[AlertEventKind, Cause | None]]

_FIRST = frozenset({"owed", "held", "suppressed"})


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One row of the `alerts` view."""

    alert_id: str
    listing_id: str | None
    kind: AlertKind
    destination: str
    recipient: str
    state: AlertState
    cause: Cause | None
    reason: str
    attempts: int
    enqueued_at: datetime
    sent_at: datetime | None

    @property
    def called(self) -> str:
        """Whom it is for, as a person says it: "phone", or "phone (chat …42)"."""
        label = self.recipient.partition(" ")[2]
        return f"{self.destination} ({label})" if label else self.destination


def alerted(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, datetime]:
    return (
        {row["listing_id"]: row["owed_at"] for row in select(con, "alerted", keys=keys(ids))}
        if ids
        else {}
    )


def match_causes(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Matches]:
    matches: dict[str, Matches] = {}
    for row in select(con, "match_rows", keys=keys(ids)) if ids else ():
        matches.setdefault(row["listing_id"], {})[row["destination"], row["slot"]] = (
            row["event"],
            _cause(row),
        )
    return matches


def alert_row(row: Row) -> AlertRow:
    """A row of the `alerts` view."""
    return AlertRow(**{**row, "cause": _cause(row)})


def open_alert(row: Row) -> OpenAlert:
    """A row of open_alert."""
    return OpenAlert(
        **{**row, "cause": _cause(row), "topic": Topic(row["topic"]) if row["topic"] else None}
    )


def _cause(row: Row) -> Cause | None:
    return Cause(row["cause"]) if row["cause"] else None


def dead_alerts(con: duckdb.DuckDBPyConnection, destination: str) -> tuple[AlertEvent, ...]:
    return tuple(
        AlertEvent(
            **{**row, "cause": _cause(row), "topic": Topic(row["topic"]) if row["topic"] else None}
        )
        for row in select(con, "dead_alerts", destination=destination)
    )


def append(
    con: duckdb.DuckDBPyConnection,
    events: Sequence[AlertEvent],
    counter: Counter,
    *,
    again: bool = False,
) -> None:
    """Add events and bring open_alert in step. What would owe an alert a second time is left out
    (see `_repeats`).
    """
    if not events:
        return
    stood = {
        row["alert_id"]: open_alert(row)
        for row in select(con, "open_alerts_of", ids={e.alert_id for e in events})
    }
    last = _last_events(
        con, {e.alert_id for e in events if e.event in _FIRST and e.alert_id not in stood}
    )
    now: dict[str, OpenAlert | None] = {}
    added = []
    for event in events:
        alert = now.get(event.alert_id, stood.get(event.alert_id))
        if _repeats(event, alert, last.get(event.alert_id)) and not (again and alert is None):
            continue
        kept = _as_first_said(event, alert) if alert or not again else _as_it_began(con, event)
        now[event.alert_id] = advance(alert, kept)
        last[event.alert_id] = event.event
        added.append(kept)
    insert(
        con,
        "alert_event",
        [_event_row(event, seq) for seq, event in enumerate(added, start=counter.events + 1)],
    )
    counter.events += len(added)
    _replace_open(con, now, stood)


def _event_row(event: AlertEvent, seq: int) -> Row:
    return {
        **as_row(event),
        "seq": seq,
        "key": key(event.alert_id),
        "listing_key": key(event.listing_id) if event.listing_id else None,
    }


def _repeats(event: AlertEvent, alert: OpenAlert | None, last: str | None) -> bool:
    """Whether an event would begin an alert that has begun already.

    A suppressed alert may still become owed or held (another feed brought the job; `rescan
    --alert`), and one that waits for review may become owed (`rescan --alert`). One that was sent
    or died may not: only a person brings such a one back (`again`). 'held' and 'suppressed' are
    also later events of an open alert (quiet hours; `alerts drop`).
    """
    if event.event == "owed":
        return not _waits_for_review(alert) if alert else last not in (None, "suppressed")
    if event.event == "held":
        return alert is None and last not in (None, "suppressed")
    if event.event == "suppressed":
        return alert is None and last not in (None, "dead")
    return False


def _waits_for_review(alert: OpenAlert) -> bool:
    return alert.last_event == "held" and alert.cause is Cause.REVIEW


def _as_first_said(event: AlertEvent, alert: OpenAlert | None) -> AlertEvent:
    """Later events repeat whom and what the first one named."""
    if alert is None:
        return event
    return replace(
        event,
        destination=alert.destination,
        kind=alert.kind,
        listing_id=alert.listing_id,
        subject=alert.subject,
        topic=alert.topic,
        about=alert.about,
        slot=alert.slot,
        recipient=event.recipient or alert.recipient,
    )


def _as_it_began(con: duckdb.DuckDBPyConnection, event: AlertEvent) -> AlertEvent:
    """A finished alert that a person brings back is what it was, with its score and subject; a
    digest's goes to the digest again.
    """
    for row in select(con, "first_events", keys=keys([event.alert_id])):
        began: AlertEventKind = "held" if row["event"] == "held" else "owed"
        topic = Topic(row["topic"]) if row["topic"] else None
        whom = {"slot": row["slot"], "recipient": event.recipient or row["recipient"]}
        return replace(
            event,
            event=began,
            subject=row["subject"],
            score=row["score"],
            topic=topic,
            about=row["about"],
            **whom,
        )
    return event


def _last_events(con: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, str]:
    return (
        {row["alert_id"]: row["event"] for row in select(con, "last_events", keys=keys(ids))}
        if ids
        else {}
    )


def _replace_open(
    con: duckdb.DuckDBPyConnection, now: dict[str, OpenAlert | None], stood: dict[str, OpenAlert]
) -> None:
    if stale := now.keys() & stood.keys():
        run(con, "forget_open_alerts", ids=stale)
    insert(con, "open_alert", [as_row(alert) for alert in now.values() if alert])
