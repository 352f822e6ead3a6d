"""`goldmine alerts`: the ledger; `retry` and `drop` act on what could not be delivered."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, get_args

from goldmine_ingest.analysis.alert_repair import drop, retry
from goldmine_ingest.cli.named_listings import named
from goldmine_ingest.cli.output import print_json, print_table
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.session import Session
from goldmine_ingest.model.alert import AlertState
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from goldmine_ingest.store.history import AlertRow, Store

_STATES: tuple[AlertState, ...] = get_args(AlertState)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", choices=_STATES, help="only alerts in this state")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    actions = parser.add_subparsers(
        dest="action", metavar="retry | drop", parser_class=type(parser)
    )
    again = actions.add_parser(
        "retry",
        epilog="Example: goldmine alerts retry 4f2a",
        help="try dead, uncertain or waiting alerts again in the next cycle",
        allow_abbrev=False,
    )
    again.add_argument(
        "ids",
        metavar="ID",
        nargs="*",
        help="alert ids or their beginnings; none: everything that is dead or uncertain",
    )
    give_up = actions.add_parser(
        "drop",
        epilog="Example: goldmine alerts drop 4f2a --why 'answered by mail'",
        help="give an alert up",
        allow_abbrev=False,
    )
    give_up.add_argument("id", metavar="ID", help="the alert's id or its beginning")
    give_up.add_argument(
        "--why", metavar="TEXT", required=True, help="the reason, kept in the ledger"
    )
    for action in (again, give_up):
        add_globals(action)


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()
    if args.action:
        session.need_history(project)
    elif not project.database.path.exists():
        _show((), {}, args, session)
        return 0

    with open_store(project.database.path, now=session.now()) as store:
        if args.action == "retry":
            return _retry(args.ids, store, session)
        if args.action == "drop":
            return _drop(args.id, args.why, store, session)
        rows = store.alert_rows(*filter(None, [args.state]))
        ids = {} if args.json else dict.fromkeys(row.listing_id for row in rows if row.listing_id)
        names = named(store, [*ids])
    _show(rows, names, args, session)
    return 0


def _show(
    rows: tuple[AlertRow, ...],
    names: Mapping[str, tuple[str, str]],
    args: argparse.Namespace,
    session: Session,
) -> None:
    """`names` are pay and title by listing."""
    if args.json:
        print_json([asdict(row) | {"reason": row.reason or None} for row in rows], session.out)
        return
    headings = (
        *("alert", "listing", "kind", "destination", "state", "since", "attempts", "reason"),
        *("pay", "title"),
    )
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
            *names.get(r.listing_id or "", ("", "")),
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
    rows = retry(store, ids, session.now())
    session.say(
        "1 alert is tried again in the next cycle"
        if len(rows) == 1
        else f"{len(rows)} alerts are tried again in the next cycle"
    )
    return 0


def _drop(wanted: str, why: str, store: Store, session: Session) -> int:
    rows = drop(store, wanted, why, session.now())
    session.say(f"dropped: {', '.join(f'{row.alert_id[:8]} to {row.called}' for row in rows)}")
    return 0
