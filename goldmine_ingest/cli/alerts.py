"""`goldmine alerts`: the ledger; `retry` and `drop` act on what could not be delivered."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, get_args

from goldmine_ingest.alerts.reasons import ASKED_FOR
from goldmine_ingest.cli.output import print_json, print_table
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.alert import AlertEvent, AlertEventKind, AlertState, Cause, Why
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from goldmine_ingest.store.history import AlertRow, Store

_STATES: tuple[AlertState, ...] = get_args(AlertState)
_SHORTEST_ID = 4
_FINISHED = ("sent", "suppressed")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", choices=_STATES, help="only alerts in this state")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    actions = parser.add_subparsers(
        dest="action", metavar="retry | drop", parser_class=type(parser)
    )
    retry = actions.add_parser(
        "retry",
        help="try dead, uncertain or waiting alerts again in the next cycle",
        allow_abbrev=False,
    )
    retry.add_argument(
        "ids",
        metavar="ID",
        nargs="*",
        help="alert ids or their beginnings; none: everything that is dead or uncertain",
    )
    drop = actions.add_parser("drop", help="give an alert up", allow_abbrev=False)
    drop.add_argument("id", metavar="ID", help="the alert's id or its beginning")
    drop.add_argument("--why", metavar="TEXT", required=True, help="the reason, kept in the ledger")
    for action in (retry, drop):
        add_globals(action)


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()
    if args.action:
        session.need_history(project)
    elif not project.database.path.exists():
        _show((), args, session)
        return 0

    with open_store(project.database.path, now=session.now()) as store:
        if args.action == "retry":
            return _retry(args.ids, store, session)
        if args.action == "drop":
            return _drop(args.id, args.why, store, session)
        rows = store.alert_rows(args.state)
    _show(rows, args, session)
    return 0


def _show(rows: tuple[AlertRow, ...], args: argparse.Namespace, session: Session) -> None:
    if args.json:
        print_json([asdict(row) | {"reason": row.reason or None} for row in rows], session.out)
        return
    headings = ("alert", "listing", "kind", "destination", "state", "since", "attempts", "reason")
    lines = [
        (
            r.alert_id[:8],
            (r.listing_id or "")[:8],
            r.kind,
            r.called,
            r.state,
            f"{r.enqueued_at:%Y-%m-%d %H:%M}",
            r.attempts,
            _why(r),
        )
        for r in rows
    ]
    if lines:
        print_table(headings, lines, session.out)
    else:
        session.say("no alerts")


def _why(row: AlertRow) -> str:
    """The reason in one line: of a notice that waits, its headline."""
    return row.reason.partition("\n")[0]


def _retry(ids: list[str], store: Store, session: Session) -> int:
    rows = [row for wanted in ids for row in _find(wanted, store)]
    rows = rows or [row for row in store.alert_rows() if row.state in ("dead", "uncertain")]
    done = [row for row in rows if row.state in _FINISHED]
    if done:
        raise UsageError(
            f"the alert {done[0].alert_id[:8]} is {done[0].state}; there is nothing to retry"
        )
    store.append_events(
        [_event(row, "retry", ASKED_FOR, session.now()) for row in rows], again=True
    )
    session.say(
        "1 alert is tried again in the next cycle"
        if len(rows) == 1
        else f"{len(rows)} alerts are tried again in the next cycle"
    )
    return 0


def _drop(wanted: str, why: str, store: Store, session: Session) -> int:
    if not why.strip():
        raise UsageError("--why is empty", hint="say in a few words why the alert is given up")
    rows = _find(wanted, store)
    done = [row for row in rows if row.state in _FINISHED]
    if done:
        raise UsageError(f"the alert {done[0].alert_id[:8]} is {done[0].state} already")
    store.append_events(
        [_event(row, "suppressed", Why(Cause.BY_HAND, why), session.now()) for row in rows]
    )
    session.say(f"dropped: {', '.join(f'{row.alert_id[:8]} to {row.called}' for row in rows)}")
    return 0


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
