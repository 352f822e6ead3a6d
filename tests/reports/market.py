"""A small market of eleven jobs whose reports can be worked out by hand. Two moments: RECENT, two
days ago, and EARLIER, forty days ago.

    job  feed  seen     pay          skills         country  platform   decision (fails)
    proof    exposure
    1    a     recent   fixed 1000   Python, SQL    DE       upwork     qualified
    Finance  human-critical
    2    a     recent   fixed 400    Python         DE       upwork     rejected (budget)
    Finance  automatable
    3    a     recent   fixed 200    python, Excel  DE       upwork     rejected (budget, rules)
    4    b     recent   hourly 60                   US       himalayas  qualified
    Data     ai-assisted
    5    b     recent   hourly, no rate                      upwork     review
    6    a     earlier  fixed 300    SQL            DE       upwork     rejected (budget)
    Finance  automatable
    7    a     earlier  fixed 900    SQL            DE       upwork     qualified
    Finance  automatable
    8    b     recent   fixed 1100   (repost of 7)           guru       qualified
    9    b     earlier  hourly 25    Python                  upwork     rejected (budget)
    10   a     recent   fixed 600    Python         US       upwork     rejected (rules)
    11   a     recent   fixed 800    PYTHON         US       upwork     rejected (rules)

Finance is declared human-critical, Data ai-assisted. Jobs 1, 2 and 6 (and 8) name less cost, 2 and
10 less risk, 4 more speed; 1, 2 and 7 ask for the task Reconciliation, 3 and 6 for Data entry.

Jobs 1, 2 and 6 are of the client Maple, 9 of another one; 2 states 3 hires.

Feed c never brought anything. Jobs 1 and 4 were alerted (after 2 and 4 minutes), 5 is held, 7 and 8
suppressed. Job 1 was pursued (12 connects) and won (900); job 2 pursued (8 connects), interviewed,
then declined; job 4 skipped.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from goldmine_ingest.alerts import reasons
from goldmine_ingest.model.alert import AlertEvent
from goldmine_ingest.model.changes import FeedChanges, ListingVersion
from goldmine_ingest.model.decision import Decision, Finding, Signal
from goldmine_ingest.model.posting import BaseAmounts, Listing
from goldmine_ingest.model.pursuit import Pursuit
from goldmine_ingest.store.history import open_store
from tests.histories import brought, decision, event, holds, job_id, listing, poll, state
from tests.rig.blank_history import blank_history

NOW = datetime.now(UTC).replace(microsecond=0)  # the reports ask for the last 30 days as of now
RECENT = NOW - timedelta(days=2)
EARLIER = NOW - timedelta(days=40)

_FAILS = {
    2: ("budget",),
    3: ("budget", "rules"),
    6: ("budget",),
    9: ("budget",),
    10: ("rules",),
    11: ("rules",),
}
_PROOFS = {
    1: ("Finance", "human-critical"),
    2: ("Finance", "automatable"),
    6: ("Finance", "automatable"),
    7: ("Finance", "automatable"),
}
_DECLARED = {"Finance": "human-critical", "Data": "ai-assisted"}
_SIGNS = {
    1: ("job.cost", "task.Reconciliation"),
    2: ("job.cost", "job.risk", "task.Reconciliation"),
    3: ("task.Data entry",),
    4: ("job.speed",),
    6: ("job.cost", "task.Data entry"),
    7: ("task.Reconciliation",),
    8: ("job.cost",),
    10: ("job.risk",),
}


def make(path: Path) -> None:
    """Writes the market's history at `path`."""
    with open_store(blank_history(path), now=NOW) as store:
        store.apply([_polled("a", EARLIER, 6, 7), _polled("b", EARLIER, 9)])
        store.apply(
            [
                _polled("a", RECENT, 1, 2, 3, 10, 11, before=(6, 7)),
                _polled("b", RECENT, 4, 5, 8, before=(9,)),
            ]
        )
        store.save_unchanged([(poll("c", RECENT), state("c", RECENT))])
        store.append_events(_alerts())
        store.record_pursuits(_pursuits())


def _polled(feed: str, at: datetime, *numbers: int, before: tuple[int, ...] = ()) -> FeedChanges:
    changes = brought(*numbers, feed=feed, at_time=at, events=(), present=holds(*before, *numbers))
    versions = tuple(
        ListingVersion(one, at, f"text of {one.listing_id}")
        for one in (_job(number, at) for number in numbers)
    )
    return replace(
        changes, versions=versions, decisions=tuple(_decision(number) for number in numbers)
    )


def _job(number: int, at: datetime) -> Listing:
    said: dict[int, dict[str, Any]] = {
        1: {
            **_fixed(1000, "Python", "SQL"),
            **_client("DE", True, "0.8", "4.9"),
            "posted_at": at - timedelta(minutes=30),
        },
        2: {**_fixed(400, "Python"), **_client("DE", False, "0.4", "4.5")},
        3: {**_fixed(200, "python", "Excel"), "country": "DE"},
        4: {
            **_hourly(60),
            "country": "US",
            "platform": "himalayas",
            "posted_at": at - timedelta(minutes=10),
        },
        5: {"pay": "hourly"},
        6: {**_fixed(300, "SQL"), "country": "DE"},
        7: {**_fixed(900, "SQL"), "country": "DE"},
        8: {**_fixed(1100), "platform": "guru"},
        9: _hourly(25, "Python"),
        10: {**_fixed(600, "Python"), "country": "US"},
        11: {**_fixed(800, "PYTHON"), "country": "US"},
    }
    clients: dict[int, dict[str, Any]] = {
        1: {"client_id": "maple", "company": "Maple"},
        2: {"client_id": "maple", "client_hires": 3},
        6: {"client_id": "maple"},
        9: {"client_id": "other"},
    }
    facts = said[number] | clients.get(number, {})
    made = listing(number, seen=at, repost_of=job_id(7) if number == 8 else None, **facts)
    spent = {1: Decimal(5000), 2: Decimal(1000)}.get(number)
    return replace(
        made, base=BaseAmounts(made.posting.budget_min, made.posting.budget_max, client_spent=spent)
    )


def _fixed(amount: int, *skills: str) -> dict[str, Any]:
    return {
        "pay": "fixed",
        "pay_period": "project",
        "budget_min": Decimal(amount),
        "budget_max": Decimal(amount),
        "skills": skills,
    }


def _hourly(rate: int, *skills: str) -> dict[str, Any]:
    return {
        "pay": "hourly",
        "pay_period": "hour",
        "budget_min": Decimal(rate - 10),
        "budget_max": Decimal(rate),
        "skills": skills,
    }


def _client(country: str, verified: bool, hire_rate: str, rating: str) -> dict[str, Any]:
    facts = {
        "client_payment_verified": verified,
        "client_hire_rate": Decimal(hire_rate),
        "client_rating": Decimal(rating),
    }
    return {"country": country, **facts}


def _decision(number: int) -> Decision:
    fails = _FAILS.get(number, ())
    kind = "review" if number == 5 else "rejected" if fails else "qualified"
    proof, exposure = {**_PROOFS, 4: ("Data", "ai-assisted")}.get(number, (None, None))
    findings = [_failed(name, number) for name in fails] + [
        Finding("scope", "pass", Decimal(1), "whole work")
    ]
    if number == 2:  # a red flag is no criterion
        findings.append(Finding("flag:free_work", "fail", Decimal(0), "asks for free work"))
    return replace(  # type: ignore[arg-type]
        decision(number),
        decision=kind,
        findings=tuple(findings),
        proof=proof,
        exposure=exposure,
        proof_exposure=_DECLARED.get(proof or ""),
        signals=tuple(
            Signal(kind, kind.partition(".")[2], "its words") for kind in _SIGNS.get(number, ())
        ),
    )


def _failed(criterion: str, number: int) -> Finding:
    if criterion == "rules":
        return Finding("rules", "fail", Decimal(0), "an excluded phrase")
    value, least = {2: (400, 500), 3: (200, 500), 6: (300, 500), 9: (25, 40)}[number]
    return Finding(
        "budget",
        "fail",
        Decimal(0),
        f"{value} is under {least}",
        Decimal(value),
        Decimal(least),
        "USD",
    )


def _alerts() -> list[AlertEvent]:
    events = []
    for number, minutes in ((1, 2), (4, 4)):
        accepted = RECENT + timedelta(minutes=minutes)
        events += [
            event(number, "owed", RECENT),
            event(number, "attempt", RECENT, attempt=1),
            event(number, "sent", accepted, attempt=1),
        ]
    waits, there_before = asdict(reasons.REVIEW), asdict(reasons.backlog("f"))
    return [
        *events,
        event(5, "held", RECENT, **waits),
        event(8, "suppressed", RECENT, **there_before),
        event(7, "suppressed", EARLIER, **there_before),
    ]


def _pursuits() -> list[Pursuit]:
    begun = RECENT + timedelta(minutes=1)
    later = [begun + timedelta(minutes=n) for n in range(5)]
    return [
        Pursuit(job_id(1), "pursued", begun, 12),
        Pursuit(job_id(1), "viewed", later[1]),
        Pursuit(job_id(1), "replied", later[2]),
        Pursuit(job_id(1), "interviewed", later[3]),
        Pursuit(job_id(1), "hired", later[4], amount=Decimal(900)),
        Pursuit(job_id(2), "pursued", begun, 8),
        Pursuit(job_id(2), "interviewed", later[2]),
        Pursuit(job_id(2), "declined", later[3]),
        Pursuit(job_id(4), "skipped", begun),
    ]
