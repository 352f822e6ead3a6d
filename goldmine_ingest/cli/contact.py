"""`goldmine contact`: second paths to clients outside the marketplaces, kept beside the
pursuits.
"""

from __future__ import annotations

import argparse
import uuid
from typing import get_args

from goldmine_ingest.cli.given import given_date, given_money, happened_at, in_base
from goldmine_ingest.cli.output import print_json, print_table, printable
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.session import Session
from goldmine_ingest.model.pursuit import Contact, ContactKind
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.trials import contacts


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        title="actions", metavar="ACTION", dest="action", required=True, parser_class=type(parser)
    )
    add = actions.add_parser("add", help="record one", allow_abbrev=False)
    add.add_argument(
        "kind", metavar="KIND", choices=get_args(ContactKind), help=" ".join(get_args(ContactKind))
    )
    add.add_argument("--note", metavar="TEXT", help="who, where, what about")
    add.add_argument(
        "--amount",
        metavar="N",
        type=given_money,
        help="what it brought or was offered for (default: in your base currency)",
    )
    add.add_argument(
        "--on",
        metavar="DATE",
        type=given_date,
        help="the day it happened: 2026-11-23, yesterday (default: now)",
    )
    listed = actions.add_parser("list", help="what is recorded", allow_abbrev=False)
    listed.add_argument("--json", action="store_true", help="one JSON document")
    for child in (add, listed):
        add_globals(child)


def run(args: argparse.Namespace, session: Session) -> int:
    """0; 2 for what makes no sense."""
    project = session.project()
    session.need_history(project)

    with open_store(project.database.path, now=session.now()) as store:
        if args.action == "add":
            at_time = happened_at(args.on, store.now)
            contact = Contact(
                uuid.uuid4().hex,
                at_time,
                args.kind,
                args.note or None,
                in_base(args.amount, project, at_time),
            )
            store.record_contact(contact)
            print(
                printable(
                    f"recorded: {contact.kind} on {contact.at_time:%Y-%m-%d} {contact.note or ''}"
                ).rstrip(),
                file=session.out,
            )
            return 0
        recorded = contacts(store.con)
    if args.json:
        print_json([*recorded], session.out)
    else:
        print_table(
            ("at_time", "kind", "amount", "note"),
            ((c.at_time, c.kind, c.amount, c.note) for c in recorded),
            session.out,
        )
    return 0
