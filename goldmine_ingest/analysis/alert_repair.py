"""What a person does with an alert that wasn't delivered: have it tried again, or give it up. One
way for the command and the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.alerts.reasons import ASKED_FOR
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.alert import AlertEvent, AlertEventKind, Cause, Why

if TYPE_CHECKING:
    from goldmine_ingest.store.history import AlertRow, Store

_SHORTEST_ID = 4
_FINISHED = ("sent", "suppressed")
_STUCK = ("dead", "uncertain")


def retry(store: Store, ids: Sequence[str], now: datetime) -> list[AlertRow]:
    """Have these alerts tried again in the next cycle; without ids, everything that is dead or
    uncertain. Raises UsageError for one that isn't there or is finished.
    """
    rows = [row for wanted in ids for row in _find(wanted, store)]
    rows = rows or [row for row in store.alert_rows() if row.state in _STUCK]
    done = [row for row in rows if row.state in _FINISHED]
    if done:
        raise UsageError(
            f"the alert {done[0].alert_id[:8]} is {done[0].state}; there is nothing to retry"
        )
    store.append_events([_event(row, "retry", ASKED_FOR, now) for row in rows], again=True)
    return rows


def drop(store: Store, wanted: str, why: str, now: datetime) -> list[AlertRow]:
    """Give an alert up, for a reason that the ledger keeps. Raises UsageError for one that isn't
    there or is finished, and without a reason.
    """
    if not why.strip():
        raise UsageError("--why is empty", hint="say in a few words why the alert is given up")
    rows = _find(wanted, store)
    done = [row for row in rows if row.state in _FINISHED]
    if done:
        raise UsageError(f"the alert {done[0].alert_id[:8]} is {done[0].state} already")
    store.append_events([_event(row, "suppressed", Why(Cause.BY_HAND, why), now) for row in rows])
    return rows


def _event(row: AlertRow, event: AlertEventKind, why: Why, now: datetime) -> AlertEvent:
    """What a person does with an alert; a retry is due at once."""
    again = now if event == "retry" else None
    return AlertEvent(
        row.alert_id,
        event,
        now,
        row.destination,
        row.kind,
        row.listing_id,
        reason=why.reason,
        next_try_at=again,
        cause=why.cause,
    )


def _find(wanted: str, store: Store) -> list[AlertRow]:
    """The alert whose id begins so, or the unfinished one of the listing whose id does (that is the
    id in a message): of a destination with several recipients, each one's.

    Raises UsageError where there is none, or more than one.
    """
    rows, begins = (store.alert_rows() if len(wanted) >= _SHORTEST_ID else ()), wanted.lower()
    matching = [row for row in rows if row.alert_id.startswith(begins)]
    if not matching:
        matching = [
            row
            for row in rows
            if row.listing_id and row.listing_id.startswith(begins) and row.state not in _FINISHED
        ]
    same = {(row.listing_id, row.kind, row.destination) for row in matching}
    if len(matching) != 1 and not (
        len(same) == 1 and matching[0].listing_id and matching[0].listing_id.startswith(begins)
    ):
        problem = "more than one alert begins with" if matching else "no alert begins with"
        raise UsageError(
            f"{problem} {wanted!r}",
            hint="goldmine alerts lists them; at least 4 characters are needed",
        )
    return matching
