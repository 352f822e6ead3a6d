"""What an opinion makes of a listing's decision and of its alerts. Pure.

A listing that comes to qualify in the cycle that brought it rings as a match; one that waited since
an earlier cycle rings once as changed, as after an edit. One that doesn't qualify any more goes to
the digest, if nothing was sent yet: an alert that went out is never taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.ledger import event_of
from goldmine_ingest.alerts.owing import owe
from goldmine_ingest.model.alert import AlertEvent, AlertKind, Cause, OpenAlert, Why
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.model.pursuit import Answer
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.store.ledger_rows import Matches

# Why a match never rang that no opinion brings to ring.
_STAYS_SILENT = frozenset(
    {
        *(Cause.BACKLOG, Cause.TOO_OLD, Cause.REPOST, Cause.BASELINE, Cause.ANSWERED),
        *(Cause.JUDGED, Cause.RESCAN, Cause.RESTORED, Cause.BY_HAND),
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a listing stands before it is decided again: `decided_at` its decision so far, `matches`
    what its match alerts came to, `alerts` those that are open; `alerted`: something was owed.
    """

    listing: Listing
    feeds: tuple[str, ...]
    decision: Decision
    decided_at: datetime
    matches: Matches
    alerts: Sequence[OpenAlert]
    alerted: bool
    answered: Answer | None


@dataclass(frozen=True, slots=True)
class Owing:
    """To whom, as of when, in which run. `began` is when the cycle did."""

    destinations: Sequence[DestinationSettings]
    now: datetime
    began: datetime
    run_id: str


def is_silent(matches: Matches) -> bool:
    """Whether a listing alerts no one, whatever an opinion says (a backlog, a repost …)."""
    return any(
        event == "suppressed" and cause in _STAYS_SILENT for event, cause in matches.values()
    )


def is_judged_by_hand(matches: Matches) -> bool:
    """Whether a listing came from `goldmine judge --save`, which asks for itself."""
    return any(cause is Cause.JUDGED for _, cause in matches.values())


def owed(standing: Standing, decision: Decision, owing: Owing) -> Iterator[AlertEvent]:
    """What the new decision brings to the ledger."""
    before = standing.decision.decision
    if decision.decision == "qualified" and before != "qualified":
        yield from _rings(standing, decision, owing)
    elif before == "qualified" and decision.decision == "review":
        for alert in standing.alerts:
            yield from _to_the_digest(alert, standing, decision, owing)


def _rings(standing: Standing, decision: Decision, owing: Owing) -> Iterator[AlertEvent]:
    if standing.alerted or is_silent(standing.matches):
        return
    why_silent = reasons.answered(standing.answered) if standing.answered else None
    kind: AlertKind = "match" if standing.decided_at >= owing.began else "changed"
    yield from _events(standing, decision, owing, kind, hold_back=why_silent)


def _to_the_digest(
    alert: OpenAlert, standing: Standing, decision: Decision, owing: Owing
) -> Iterator[AlertEvent]:
    """Only what was never tried: the rest may have arrived."""
    untouched = alert.last_event in ("owed", "held") and not alert.attempts and not alert.may_repeat
    if not untouched or alert.cause is Cause.REVIEW:
        return
    why = reasons.turned_away(decision.reason, may_repeat=False)
    yield event_of(alert, "suppressed", owing.now, why=why, run_id=owing.run_id)
    for event in _events(standing, decision, owing, alert.kind):
        if event.alert_id == alert.alert_id and event.event == "held":
            yield event


def _events(
    standing: Standing,
    decision: Decision,
    owing: Owing,
    kind: AlertKind,
    hold_back: Why | None = None,
) -> tuple[AlertEvent, ...]:
    return owe(
        decision,
        standing.listing,
        owing.destinations,
        feeds=standing.feeds,
        now=owing.now,
        run_id=owing.run_id,
        kind=kind,
        hold_back=hold_back,
    )


def open_alerts_of(
    alerts: Sequence[OpenAlert], ids: Sequence[str]
) -> Mapping[str, list[OpenAlert]]:
    """The open alerts of these listings."""
    of: dict[str, list[OpenAlert]] = {listing_id: [] for listing_id in ids}
    for alert in alerts:
        if alert.listing_id in of:
            of[alert.listing_id].append(alert)
    return of
