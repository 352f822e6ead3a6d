"""Small histories for tests: jobs, polls and alerts with telling defaults."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from goldmine_ingest.alerts.ledger import alert_id
from goldmine_ingest.identity.job_names import link_alias
from goldmine_ingest.model.alert import AlertEvent, AlertEventKind, Cause
from goldmine_ingest.model.changes import FeedChanges, ListingVersion, StoredEntry
from goldmine_ingest.model.decision import Decision, DecisionKind, Finding, TextFeatures
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.feed import FeedState, PollRecord
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.names import KnownAlias
from goldmine_ingest.model.posting import BaseAmounts, Listing, Observation, Posting
from goldmine_ingest.store.schemas import look_everywhere

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@contextmanager
def inside(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A history by a DuckDB of its own, which finds what is behind the views by its bare name."""
    with duckdb.connect(str(path), read_only=read_only) as con:
        look_everywhere(con)
        yield con


def minutes(count: float) -> datetime:
    """NOON and `count` minutes."""
    return NOON + timedelta(minutes=count)


def job_id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()[:20]


def link(number: int) -> str:
    return f"https://www.example.com/jobs/{number}"


def listing(
    number: int = 1,
    *,
    revision: int = 0,
    seen: datetime = NOON,
    repost_of: str | None = None,
    **said: Any,
) -> Listing:
    posting = Posting(
        **{
            "platform": "upwork",
            "title": f"Job {number}",
            "url": link(number),
            "description": "Do it.",
            **said,
        }
    )
    return Listing(
        job_id(number),
        posting,
        seen,
        BaseAmounts(posting.budget_min, posting.budget_max),
        revision,
        repost_of,
    )


def alias(number: int = 1) -> KnownAlias:
    return KnownAlias("link", link_alias(link(number)).digest, job_id(number), NOON)


def decision(
    number: int = 1, kind: DecisionKind = "qualified", *, criteria: str = "c1", score: str = "81.25"
) -> Decision:
    findings = (
        Finding("rules", "pass", Decimal(1), "no rule is against it"),
        Finding(
            "budget",
            "pass",
            Decimal("0.75"),
            "1000 is over 500",
            Decimal(1000),
            Decimal(500),
            "USD",
            ("$1,000", "fixed"),
            "budget.fixed_minimum",
        ),
    )
    return Decision(
        job_id(number),
        criteria,
        kind,
        Decimal(score),
        findings,
        "Finance",
        "Reconcile one month",
        "human-critical",
    )


def event(
    number: int = 1,
    kind: AlertEventKind = "owed",
    at_time: datetime = NOON,
    destination: str = "phone",
    *,
    attempt: int = 0,
    reason: str = "",
    cause: Cause | None = None,
) -> AlertEvent:
    listing_id = job_id(number)
    ident = alert_id(listing_id, "match", destination)
    return AlertEvent(
        ident,
        kind,
        at_time,
        destination,
        "match",
        listing_id=listing_id,
        score=Decimal("81.25"),
        attempt=attempt,
        reason=reason,
        cause=cause,
        message=ident if kind in ("attempt", "sent", "retry", "dead", "uncertain") else None,
    )


def state(feed: str = "f", at_time: datetime = NOON, **said: Any) -> FeedState:
    return FeedState(feed, **{"last_ok_at": at_time, "last_outcome": Outcome.OK, **said})


def poll(
    feed: str = "f", at_time: datetime = NOON, outcome: Outcome = Outcome.OK, **said: Any
) -> PollRecord:
    return PollRecord("run-1", feed, at_time, outcome, **said)


def brought(
    *numbers: int,
    feed: str = "f",
    at_time: datetime = NOON,
    present: Mapping[str, str] | None = None,
    **said: Any,
) -> FeedChanges:
    """A poll that brought new jobs, each qualified and owed to the phone."""
    listings = [listing(number, seen=at_time) for number in numbers]
    changes: dict[str, Any] = {
        "versions": tuple(
            ListingVersion(one, at_time, f"text of {one.listing_id}") for one in listings
        ),
        "aliases": tuple(alias(number) for number in numbers),
        "entries": tuple(
            StoredEntry(
                job_id(n), feed, at_time, f"entry {n}", RawEntry(guid=str(n), title=f"Job {n}")
            )
            for n in numbers
        ),
        "features": tuple(
            TextFeatures(f"text of {one.listing_id}", '{"words": 2}') for one in listings
        ),
        "decisions": tuple(decision(number) for number in numbers),
        "events": tuple(event(number, at_time=at_time) for number in numbers),
        "present": holds(*numbers) if present is None else present,
    }
    return FeedChanges(
        poll(feed, at_time, new_listings=len(numbers)), state(feed, at_time), **{**changes, **said}
    )


def shows(
    *numbers: int, feed: str = "f", at_time: datetime = NOON, last_ok_at: datetime | None = None
) -> FeedChanges:
    """A poll in which the feed held these known jobs and nothing else happened."""
    return FeedChanges(
        poll(feed, at_time), state(feed, last_ok_at or at_time), present=holds(*numbers)
    )


def holds(*numbers: int) -> dict[str, str]:
    return {f"entry {number}": job_id(number) for number in numbers}


def observation(number: int, at_time: datetime, proposals: int | None) -> Observation:
    return Observation(job_id(number), at_time, proposals, None, None, 12)
