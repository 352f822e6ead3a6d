"""Deciding stored listings again: the present criteria, the newest facts, the same judge as a
cycle. Alerts only when asked to.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from goldmine_ingest.alerts import reasons
from goldmine_ingest.alerts.owing import owe
from goldmine_ingest.alerts.recipient_places import expanded
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.features import text_hash
from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.model.alert import AlertEvent, AlertEventKind, Cause
from goldmine_ingest.model.decision import Decision, DecisionKind, TextFeatures
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing, Observation
from goldmine_ingest.model.pursuit import Answer
from goldmine_ingest.runtime.locks import cycle_lock
from goldmine_ingest.settings.feeds import proofs_of
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store, open_store
from goldmine_ingest.store.ledger_rows import Matches

# Listings per opening of the history: a few MB of texts and features, and half a second in which no
# one else can use it.
_BATCH = 2000
_RANK: Mapping[DecisionKind | None, int] = {None: 0, "rejected": 0, "review": 1, "qualified": 2}


@dataclass(slots=True)
class RescanReport:
    """`judged` listings were decided again; `moves` counts (decision before, decision now) where
    they differ. `newly_qualified` are their ids; `alerts` counts what this brought to the ledger,
    by event. `unjudged` are listings of which the history holds something unreadable.
    """

    judged: int = 0
    stored: int = 0
    moves: Counter[tuple[DecisionKind | None, DecisionKind]] = field(default_factory=Counter)
    now: Counter[DecisionKind] = field(default_factory=Counter)
    newly_qualified: list[str] = field(default_factory=list)
    alerts: Counter[AlertEventKind] = field(default_factory=Counter)
    unjudged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Rescan:
    """One call: by what is judged, as at when, and what came of it so far."""

    project: Project
    judge: Judge
    now: datetime
    alert: bool
    run_id: str
    report: RescanReport = field(default_factory=RescanReport)

    def proofs(self, feeds: tuple[str, ...]) -> tuple[str, ...]:
        """The proofs that a listing's feeds restrict to; () is all."""
        return proofs_of(feed for feed in self.project.feeds if feed.name in feeds)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a batch needs of the history."""

    listings: Mapping[str, Listing]
    features: Mapping[str, TextFeatures]
    feeds: Mapping[str, tuple[str, ...]]
    decisions: Mapping[str, Decision]
    matches: Mapping[str, Matches]
    alerted: Mapping[str, datetime]
    answered: Mapping[str, Answer]
    opinions: Mapping[str, tuple[Opinion, ...]]


@dataclass(slots=True)
class _Changes:
    decisions: list[Decision] = field(default_factory=list)
    features: dict[str, TextFeatures] = field(default_factory=dict)
    events: list[AlertEvent] = field(default_factory=list)


def rescan(
    project: Project,
    *,
    now: Callable[[], datetime],
    since: datetime | None = None,
    alert: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> RescanReport:
    """Decides every listing first seen from `since` on (None: ever) as at now, and stores the
    decisions that differ.

    With `alert`, what has come to qualify (or to deserve a review) is owed as a match, unless it
    was alerted or answered before (what was held for review and qualifies now no longer waits for
    its digest); without, newly qualified listings get a suppressed row that says so. What another
    rule held back (backlog, age, a repost, a destination's filter) stays held back. The alerts
    themselves go out with the next cycle. `progress` is told how many of how many are done.

    Raises BusyError while a cycle runs, StoreError.
    """
    work = _Rescan(
        project, Judge(project.criteria), now(), alert, f"rescan-{uuid.uuid4().hex[:12]}"
    )
    path = project.database.path
    with cycle_lock(path):
        with open_store(path, now=work.now) as store:
            store.use_criteria(project.criteria.criteria_hash, project.criteria.text, work.now)
            ids = store.listing_ids(since)
            work = replace(
                work,
                project=replace(
                    project, destinations=expanded(project.destinations, store.recipients())
                ),
            )
        for batch in _batches(ids):
            with open_store(path, now=now()) as store:
                history = _load(store, batch, asked=project.criteria.opinion is not None)
            changes = _decide(batch, history, work)
            with open_store(path, now=work.now) as store:
                store.decide_again(
                    changes.decisions, tuple(changes.features.values()), changes.events
                )
            progress(work.report.judged, len(ids))
        with open_store(path, now=now()) as store:
            store.checkpoint()
    return work.report


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _load(store: Store, ids: Sequence[str], *, asked: bool) -> _Known:
    live = store.latest_observations(ids)
    listings = {i: _with_live(listing, live.get(i)) for i, listing in store.listings(ids).items()}
    features = store.features({text_hash(listing.posting) for listing in listings.values()})
    return _Known(
        listings,
        features,
        store.listing_feeds(ids),
        store.decisions(ids),
        store.match_causes(ids),
        store.alerted(ids),
        store.answered(ids),
        store.opinions(ids) if asked else {},
    )


def _with_live(listing: Listing, seen: Observation | None) -> Listing:
    """The listing with its newest live facts."""
    if seen is None:
        return listing
    posting = replace(
        listing.posting,
        proposals_min=seen.proposals_min,
        proposals_max=seen.proposals_max,
        interviewing=seen.interviewing,
        connects=seen.connects,
    )
    return replace(listing, posting=posting)


def _decide(ids: Sequence[str], history: _Known, work: _Rescan) -> _Changes:
    changes = _Changes()
    for listing_id in ids:
        try:
            _decide_one(history.listings[listing_id], history, work, changes)
        except PROVOKED:
            # a row that can't be judged stays as it was decided, and keeps no other from being
            # judged
            work.report.unjudged.append(listing_id)
    return changes


def _decide_one(listing: Listing, history: _Known, work: _Rescan, changes: _Changes) -> None:
    proofs = work.proofs(history.feeds.get(listing.listing_id, ()))
    decision, before = (
        _judged(listing, proofs, history, work, changes),
        history.decisions.get(listing.listing_id),
    )
    events = _owed(decision, history, work)
    _count(work.report, before, decision)
    if decision != before:
        work.report.stored += 1
        changes.decisions.append(decision)
    changes.events += events


def _judged(
    listing: Listing, proofs: tuple[str, ...], history: _Known, work: _Rescan, changes: _Changes
) -> Decision:
    """By the text's stored features; where there are none, or none that can be used, by features
    made anew.
    """
    key = text_hash(listing.posting)
    said = Opinions(history.opinions.get(listing.listing_id, ()))
    features = history.features.get(key) or changes.features.get(key)
    if features is not None:
        with suppress(*PROVOKED):
            return work.judge.decide(listing, features, now=work.now, proofs=proofs, opinions=said)
    made = work.judge.features(listing.posting)
    if key not in history.features:
        changes.features[key] = made
    return work.judge.decide(listing, made, now=work.now, proofs=proofs, opinions=said)


def _count(report: RescanReport, before: Decision | None, decision: Decision) -> None:
    report.judged += 1
    report.now[decision.decision] += 1
    was = before.decision if before else None
    if was != decision.decision:
        report.moves[was, decision.decision] += 1
        if decision.decision == "qualified":
            report.newly_qualified.append(decision.listing_id)


def _owed(decision: Decision, history: _Known, work: _Rescan) -> tuple[AlertEvent, ...]:
    """What this decision brings to the ledger; nothing for a listing that was alerted before."""
    listing_id, before = decision.listing_id, history.decisions.get(decision.listing_id)
    better = _RANK[decision.decision] > _RANK[before.decision if before else None]
    silent = not work.alert and not (better and decision.decision == "qualified")
    if silent or listing_id in history.alerted:
        return ()
    rows, answer = history.matches.get(listing_id, {}), history.answered.get(listing_id)
    events = owe(
        decision,
        history.listings[listing_id],
        work.project.destinations,
        feeds=history.feeds.get(listing_id, ()),
        now=work.now,
        run_id=work.run_id,
        hold_back=reasons.answered(answer) if answer else None if work.alert else reasons.RESCANNED,
    )
    wanted = (
        (lambda row: better or row == ("suppressed", Cause.RESCAN))
        if work.alert
        else (lambda row: row is None)
    )
    # A recipient without a row may have been one with its destination's first when that was owed
    # it.
    rows_of = {
        e.alert_id: rows.get((e.destination, e.slot)) or rows.get((e.destination, ""))
        for e in events
    }
    events = tuple(event for event in events if wanted(rows_of[event.alert_id]))
    work.report.alerts.update(event.event for event in events)
    return events
