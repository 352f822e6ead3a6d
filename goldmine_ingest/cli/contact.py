"""`goldmine contact`: second paths to clients outside the marketplaces, kept beside the
pursuits.
"""

from __future__ import annotations

import argparse
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.board import active, board
from goldmine_ingest.analysis.second_paths import KINDS, by_next_date, path_debt
from goldmine_ingest.cli.given import (
    coming_day,
    given_coming_day,
    given_date,
    given_money,
    happened_at,
    in_base,
)
from goldmine_ingest.cli.output import print_json, print_table, printable
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.pursuit import Contact, ContactUpdate
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.store.history import Store

_ID = 8  # characters of a contact's id that are shown
_LEAST_ID = 4  # … and that must be given


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        title="actions", metavar="ACTION", dest="action", required=True, parser_class=type(parser)
    )
    add = actions.add_parser(
        "add",
        epilog="Example: goldmine contact add referral --for e43dac7e --next 7d",
        help="record one",
        allow_abbrev=False,
    )
    add.add_argument("kind", metavar="KIND", choices=KINDS, help=" ".join(KINDS))
    add.add_argument(
        "--for", dest="listing", metavar="LISTING", help="the pursuit that it belongs to"
    )
    add.add_argument("--note", metavar="TEXT", help="who, where, what about")
    add.add_argument(
        "--on",
        metavar="DATE",
        type=given_date,
        help="the day it happened: 2026-11-23, yesterday (default: now)",
    )
    update = actions.add_parser(
        "update",
        epilog="Example: goldmine contact update 7b1c --outcome 'they wrote back'",
        help="record what became of one, and when to ask again",
        allow_abbrev=False,
    )
    update.add_argument(
        "contact", metavar="CONTACT", help="its id, or its beginning (4 or more characters)"
    )
    update.add_argument("--outcome", metavar="TEXT", help="what became of it")
    for child in (add, update):
        child.add_argument(
            "--amount",
            metavar="N",
            type=given_money,
            help="what it brought or was offered for (default: in your base currency)",
        )
        child.add_argument(
            "--next",
            metavar="DATE",
            type=given_coming_day,
            help="when it asks for something next: 2026-12-10, tomorrow, 7d",
        )
    listed = actions.add_parser(
        "list",
        epilog="Example: goldmine contact list",
        help="what is recorded, the next that is due first",
        allow_abbrev=False,
    )
    listed.add_argument("--json", action="store_true", help="one JSON document")
    for child in (add, update, listed):
        add_globals(child)


def run(args: argparse.Namespace, session: Session) -> int:
    """0; 2 for what makes no sense."""
    project = session.project()
    session.need_history(project)

    with open_store(project.database.path, now=session.now()) as store:
        if args.action == "add":
            _add(args, store, project, session)
        elif args.action == "update":
            _update(args, store, project, session)
        else:
            _list(args, store, session)
    return 0


def _add(args: argparse.Namespace, store: Store, project: Project, session: Session) -> None:
    at_time = happened_at(args.on, store.now)
    contact = Contact(
        uuid.uuid4().hex,
        at_time,
        args.kind,
        args.note or None,
        in_base(args.amount, project, at_time),
        store.resolve_pursued(args.listing).listing_id if args.listing else None,
        coming_day(args.next, store.now),
    )
    store.record_contact(contact)
    print(printable(f"recorded: {_told(contact)}"), file=session.out)
    stands = board(store.events(), store.now, project.review)
    session.say(path_debt(active(stands), store.contacts()).sentence)


def _update(args: argparse.Namespace, store: Store, project: Project, session: Session) -> None:
    if args.outcome is None and args.next is None and args.amount is None:
        raise UsageError("say what became of it", hint="--outcome TEXT, --next DATE or --amount N")
    contact = _named(args.contact, store.contacts())
    store.update_contact(
        ContactUpdate(
            contact.contact_id,
            store.now,
            args.outcome or None,
            coming_day(args.next, store.now),
            in_base(args.amount, project, store.now),
        )
    )
    updated = _named(contact.contact_id, store.contacts())
    print(printable(f"recorded: {_told(updated)}"), file=session.out)


def _named(text: str, contacts: tuple[Contact, ...]) -> Contact:
    """Raises UsageError unless exactly one contact has such an id."""
    meant = [each for each in contacts if each.contact_id.startswith(text.lower())]
    if len(text) < _LEAST_ID or len(meant) != 1:
        why = "several contacts have" if len(meant) > 1 else "no contact has"
        raise UsageError(
            f"{why} an id that begins with {text!r}", hint="`goldmine contact list` shows the ids."
        )
    return meant[0]


def _told(contact: Contact) -> str:
    """'referral on 2026-11-23, a client of last year; next on 2026-12-10 (1a2b3c4d)'."""
    parts = [f"{contact.kind} on {contact.at_time:%Y-%m-%d}", contact.note or ""]
    said = ", ".join(filter(None, parts))
    outcome = f"; {contact.outcome}" if contact.outcome else ""
    again = f"; next on {contact.next_on}" if contact.next_on else ""
    return f"{said}{outcome}{again} ({contact.contact_id[:_ID]})"


def _list(args: argparse.Namespace, store: Store, session: Session) -> None:
    contacts = by_next_date(store.contacts())
    if args.json:
        print_json([asdict(each) for each in contacts], session.out)
        return
    titles = store.titles({each.listing_id for each in contacts if each.listing_id})
    print_table(
        ("contact", "next_on", "", "kind", "at_time", "note", "outcome", "amount", "for"),
        (
            (
                each.contact_id[:_ID],
                each.next_on,
                "due" if each.next_on and each.next_on <= store.now.date() else "",
                each.kind,
                each.at_time,
                each.note,
                each.outcome,
                each.amount,
                titles.get(each.listing_id or "", each.listing_id),
            )
            for each in contacts
        ),
        session.out,
    )
