"""`goldmine notify test`: a test message to one or every destination, and what each answered."""

from __future__ import annotations

import argparse
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from goldmine_ingest.cli.output import print_table
from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config import reveal_address
from goldmine_ingest.errors import UnavailableError, UsageError
from goldmine_ingest.model.alert import Verdict
from goldmine_ingest.notify import Notifier
from goldmine_ingest.notify.recipients import Whom
from goldmine_ingest.pipeline.delivery.buttons import buttons_of
from goldmine_ingest.pipeline.delivery.pressing import TEST_LISTING
from goldmine_ingest.pipeline.delivery.user_templates import worded
from goldmine_ingest.pipeline.proxy import proxy_of
from goldmine_ingest.render.message import MatchAlert, TestAlert
from goldmine_ingest.render.pay import amount_range
from goldmine_ingest.render.targets import target_of
from goldmine_ingest.settings.criteria import ProofSettings

if TYPE_CHECKING:
    from goldmine_ingest.model.alert import SendResult
    from goldmine_ingest.render.message import Rendered
    from goldmine_ingest.render.targets import Target
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.project import Project

_ASK = (
    "At every month-end close two accountants spend four days matching the bank statements with the"
    " ledger. We need one closed month reconciled from exports, with an exception report."
)
_PROOF = ProofSettings(
    name="Finance reconciliation",
    result="month-end close from six days to two",
    offer="a reconciled close with an exception report",
    first_step="Reconcile one closed month from exports and list every exception",
)
_WORDS = {
    Verdict.SENT: "sent",
    Verdict.MESSAGE: "refused",
    Verdict.RECIPIENT: "down",
    Verdict.RATE: "not now",
    Verdict.ACCOUNT: "not now",
    Verdict.SERVICE: "failed",
    Verdict.UNCERTAIN: "uncertain",
    Verdict.UNCONFIRMED: "uncertain",
    Verdict.NOT_BEGUN: "failed",
}


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", metavar="test", required=True, parser_class=type(parser)
    )
    test = actions.add_parser(
        "test",
        epilog="Example: goldmine notify test phone",
        help="send a test message",
        allow_abbrev=False,
    )
    test.add_argument("name", metavar="NAME", nargs="?", help="only this destination")
    add_globals(test)


def run(args: argparse.Namespace, session: Session) -> int:
    """0 if every destination took the message, else 3."""
    project = session.project()
    chosen = [
        destination for destination in project.destinations if args.name in (None, destination.name)
    ]
    if not chosen:
        names = ", ".join(destination.name for destination in project.destinations)
        message = (
            "there is no destination"
            if args.name is None
            else f"no destination is called {args.name!r}"
        )
        raise UsageError(
            message, hint=f"there are: {names}" if names else "add a [[notify]] to goldmine.toml"
        )

    rows = []
    with Notifier() as notifier:
        for destination in chosen:
            rows += _test(destination, project, notifier, session)
    print_table(("", "destination", "answer"), rows, session.out)
    return 0 if all(state == "sent" for state, _, _ in rows) else UnavailableError.exit_status


def _test(
    destination: DestinationSettings, project: Project, notifier: Notifier, session: Session
) -> list[tuple[str, str, str]]:
    """The state of the send to each recipient, whom it was for, and what was answered. No URL is
    in it.
    """
    alert = TestAlert(destination.name, example_match(project.criteria))
    try:
        url = reveal_address(destination, project.home, session.env)
        if destination.is_terminal:
            made = _rendered(alert, target_of("terminal"), project, session)
            print(f"{made.title}\n{made.body}", file=session.out)
            return [("sent", destination.name, "printed above")]
        redactor = session.redactor()
        redactor.learn_url(url)
        if maker := buttons_of(project, destination, url, session.env, redactor):
            now = datetime.now(UTC)
            links, below = maker.links(TEST_LISTING, now), maker.below(TEST_LISTING, now)
            alert = replace(alert, match=replace(alert.match, links=links))
        else:
            below = None
        rendered, proxy = (
            _rendered(alert, target_of(url), project, session),
            proxy_of(project, session.env),
        )
        rendered = replace(rendered, buttons=below)
        return [
            _row(called, notifier.send(destination.name, url, rendered, proxy=proxy, whom=whom))
            for called, whom in _recipients(destination.name, url, notifier)
        ]
    except UnavailableError as error:
        return [("failed", destination.name, error.message)]


def _recipients(destination: str, url: str, notifier: Notifier) -> list[tuple[str, Whom | None]]:
    """Each recipient of a URL, as it is called; the destination where it is the only one."""
    secret = secrets.token_bytes(32)
    recipients = notifier.recipients(url, secret)
    if recipients is None or len(recipients) < 2:
        return [(destination, None)]
    return [(f"{destination} ({named.label})", Whom(named.key, secret)) for named in recipients]


def _row(called: str, result: SendResult) -> tuple[str, str, str]:
    answer = (
        result.in_full
        or result.reason
        or ("accepted" if result.verdict is Verdict.SENT else "no reason given")
    )
    status = f" (HTTP {result.http_status})" if result.http_status else ""
    return _WORDS[result.verdict], called, f"{answer}{status}, {result.took:.1f} s"


def _rendered(alert: TestAlert, target: Target, project: Project, session: Session) -> Rendered:
    rendered, note = worded(project, alert, alert.destination, target)
    if note:
        session.complain(note)
    return rendered


def example_match(criteria: CriteriaSettings | None = None) -> MatchAlert:
    """A match that looks real, with everything that a message can say: the owner's first proof and
    currency, where there are any.
    """
    proof = next(iter(criteria.proofs if criteria else ()), _PROOF)
    currency = criteria.base_currency if criteria else "USD"
    return MatchAlert(
        listing_id=TEST_LISTING,
        title="Reconcile one closed month (example)",
        decision="qualified",
        score=Decimal("87.50"),
        platform="example",
        pay=f"{amount_range(Decimal(1500), Decimal(2000), currency)} fixed",
        proof=proof.name,
        result=proof.result or "",
        offer=proof.offer or "",
        quotes=("reconciliation", "month-end close"),
        first_step=proof.first_step or "",
        ask=_ASK,
        excerpt=_ASK,
        lead=". ".join(part for part in (proof.name, proof.first_step) if part),
        check=("the listing doesn't say whether payment is verified",),
        flags=("asks to talk outside the platform",),
        age="2 min",
        expires="expires in 3 d",
        competition="5–10 proposals",
        connects="12 connects",
        country="CA",
        company="Maple Ledger Ltd",
        client="Maple Ledger Ltd, CA, verified, 4.9",
        host="example.com",
        feeds=("example",),
        link="https://example.com/",
        link_text="https://example.com/",
    )
