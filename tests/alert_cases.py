"""Builders that the alert tests share: one listing, one decision, one open alert, each with what
a test wants to be different.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from goldmine_ingest.alerts import ledger, owing
from goldmine_ingest.model.alert import OpenAlert
from goldmine_ingest.model.decision import Decision, DecisionKind, Finding
from goldmine_ingest.model.posting import BaseAmounts, Listing, Posting
from goldmine_ingest.render.match import match_alert
from goldmine_ingest.render.message import MatchAlert
from goldmine_ingest.settings.criteria import ProofSettings
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.reference import Reference

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LINK = "https://www.upwork.com/jobs/~01abcdef"
ASK = (
    "At every month-end close two accountants spend four days matching the bank statements with the"
    " ledger in Xero. We need one closed month reconciled from the exports, with an exception"
    " report."
)
PROOFS = (
    ProofSettings(
        name="Finance reconciliation",
        result="month-end close from six days to two",
        offer="a reconciled close with a report",
    ),
)


def destination(name: str = "phone", **settings: object) -> DestinationSettings:
    return DestinationSettings(name, Reference("env:PHONE"), **{"timezone": "UTC", **settings})  # type: ignore[arg-type]


def listing(
    number: int = 1,
    *,
    title: str = "Reconcile two years of month-end close in Xero",
    url: str | None = LINK,
) -> Listing:
    posting = Posting(
        "upwork",
        title,
        url=url,
        posted_at=NOW - timedelta(hours=2),
        expires_at=NOW + timedelta(days=3),
        pay="fixed",
        budget_min=Decimal(500),
        budget_max=Decimal(1000),
        currency="USD",
        country="CA",
        company="Maple Ledger Ltd",
        connects=12,
        proposals_min=5,
        proposals_max=10,
        client_payment_verified=True,
        client_rating=Decimal("4.90"),
    )
    base = BaseAmounts(Decimal("461.54"), Decimal("923.08"))
    return Listing(f"{number:08x}5e6f7a8b9c0d", posting, NOW, base)


def decision(job: Listing, kind: DecisionKind = "qualified", score: str = "87.50") -> Decision:
    findings = (
        Finding(
            "proof",
            "pass",
            Decimal("0.8"),
            "matches",
            evidence=("month-end close", "bank reconciliation"),
        ),
        Finding(
            "client", "unknown", Decimal(0), "the listing doesn't say what the client has spent"
        ),
        Finding("flag:offsite", "fail", Decimal(0), "asks to talk outside the platform"),
    )
    return Decision(
        job.listing_id,
        "hash",
        kind,
        Decimal(score),
        findings,
        proof="Finance reconciliation",
        first_step="Reconcile one closed month from exports and list every exception",
        ask=ASK,
    )


def match(
    job: Listing | None = None, kind: DecisionKind = "qualified", **more: object
) -> MatchAlert:
    job = job or listing()
    return match_alert(
        job,
        decision(job, kind),
        feeds=("finance", "xero"),
        base_currency="EUR",
        now=NOW,
        proofs=PROOFS,
        **more,  # type: ignore[arg-type]
    )


def owed(
    number: int = 1,
    *,
    score: str = "50",
    at: datetime = NOW,
    kind: DecisionKind = "qualified",
    to: DestinationSettings | None = None,
) -> OpenAlert:
    """An alert as it stands right after `owe`."""
    job = listing(number)
    events = owing.owe(
        decision(job, kind, score),
        job,
        [to or destination()],
        feeds=("finance",),
        now=at,
        run_id="r1",
    )
    alert = ledger.fold(events)
    assert alert is not None
    return alert
