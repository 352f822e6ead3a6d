"""Sources: how the feeds and the destinations are, and what can be done about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.analysis import alert_repair
from goldmine_ingest.analysis.feed_pace import span, why
from goldmine_ingest.analysis.inbox import day_of
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.alert import AlertState
from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.pipeline.polling.poll_result import accepted
from goldmine_ingest.runtime.locks import cycle_lock
from goldmine_ingest.store.watch_rows import FeedYield
from goldmine_ingest.web.page import Page, get, post
from goldmine_ingest.web.pages.polling import begun
from goldmine_ingest.web.response import Answer, see

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.store.history import AlertRow, Store
    from goldmine_ingest.web.visit import Visit

_YIELD_OF = timedelta(days=14)
_SENT_IN = timedelta(days=90)
_WAITING: tuple[AlertState, ...] = ("owed", "held", "retrying")
_STUCK: tuple[AlertState, ...] = ("uncertain", "dead")
_SHOWN = 50
_ALERT_ID = re.compile(r"[0-9a-f]{4,64}")
_NOTHING = FeedYield(0, 0)


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed as it is. `state` is the contract's word, `trouble` what went wrong last."""

    name: str
    state: str
    platform: str
    last_ok_at: datetime | None
    next_poll_at: datetime | None
    every: str
    why: str
    listings: int
    qualified: int
    trouble: str


@dataclass(frozen=True, slots=True)
class DestinationLine:
    """A destination: what waits for it, what may have arrived or is given up, the last success."""

    name: str
    waiting: int
    last_sent_at: datetime | None
    stuck: tuple[AlertRow, ...]
    more: int


@dataclass(frozen=True, slots=True)
class _Found:
    states: Mapping[str, FeedState]
    yields: Mapping[str, FeedYield]
    rows: tuple[AlertRow, ...]
    sent: Mapping[str, datetime]


def show(visit: Visit) -> Answer:
    """Every configured feed and destination."""

    def question(store: Store) -> _Found:
        rows = store.alert_rows(*_WAITING, *_STUCK)
        return _Found(
            store.feed_states(),
            store.feed_yields(day_of(visit.now - _YIELD_OF)),
            rows,
            store.last_sent_of(visit.now - _SENT_IN, visit.now),
        )

    history = visit.ask(question)
    project = visit.project
    return Answer(
        "sources.html",
        {
            "feeds": [
                feed_line(
                    feed, history.states.get(feed.name), history.yields.get(feed.name, _NOTHING)
                )
                for feed in project.feeds
            ],
            "destinations": [
                _destination(name, history.rows, history.sent.get(name))
                for name in dict.fromkeys(each.name for each in project.destinations)
            ],
        },
        name="sources",
    )


def feed_line(feed: FeedSettings, state: FeedState | None, brought: FeedYield) -> FeedLine:
    """What the history knows of a configured feed; of one that was never asked, its settings."""
    feed_state = state or FeedState(feed.name, interval_s=_seconds(feed))
    condition = feed_state.condition if feed.enabled else FeedCondition.DISABLED
    row = {
        "state": condition.value,
        "consecutive_failures": feed_state.consecutive_failures,
        "next_poll_at": feed_state.next_poll_at,
        "platform": feed_state.platform,
    }
    return FeedLine(
        feed.name,
        condition.value,
        feed_state.platform or feed.platform,
        feed_state.last_ok_at,
        feed_state.next_poll_at if feed.enabled else None,
        span(feed_state.interval_s) or "",
        why(row, feed),
        brought.listings,
        brought.qualified,
        feed_state.last_error or "" if feed_state.consecutive_failures else "",
    )


def _seconds(feed: FeedSettings) -> float:
    return feed.every.total_seconds() if feed.every else 0.0


def _destination(name: str, rows: Iterable[AlertRow], sent: datetime | None) -> DestinationLine:
    mine = [row for row in rows if row.destination == name]
    stuck = [row for row in mine if row.state in _STUCK]
    waiting = sum(row.state in _WAITING for row in mine)
    return DestinationLine(name, waiting, sent, tuple(stuck[:_SHOWN]), max(0, len(stuck) - _SHOWN))


def ask(visit: Visit) -> Answer:
    """Have this feed asked now, by a cycle in a child."""
    name = _configured(visit)
    return begun("ask", visit.site.poll((name,)))


def accept(visit: Visit) -> Answer:
    """Take the new content of a held feed for right."""
    name = _configured(visit)
    with cycle_lock(visit.project.database.path), visit.site.history() as store:
        state = store.feed_states().get(name)
        if state is None or state.condition is not FeedCondition.HELD:
            raise UsageError(f"{name} is not held: there is nothing to accept")
        store.save_state(accepted(state))
    return see("/sources")


def retry(visit: Visit) -> Answer:
    """Have this alert tried again in the next cycle."""
    with visit.site.history() as store:
        alert_repair.retry(store, [_alert(visit)], visit.now)
    return see("/sources")


def drop(visit: Visit) -> Answer:
    """Give this alert up."""
    why_not = visit.form.get("why", "").strip()[:200] or "given up on the page"
    with visit.site.history() as store:
        alert_repair.drop(store, _alert(visit), why_not, visit.now)
    return see("/sources")


def _configured(visit: Visit) -> str:
    name = visit.params["feed"]
    if name not in {feed.name for feed in visit.project.feeds}:
        raise UsageError("there is no such feed")
    return name


def _alert(visit: Visit) -> str:
    alert = visit.params["alert"]
    if not _ALERT_ID.fullmatch(alert):
        raise UsageError("there is no such alert")
    return alert


PAGE = Page(
    "sources",
    (
        get("/sources", show),
        post("/feeds/{feed}/ask", ask),
        post("/feeds/{feed}/accept", accept),
        post("/alerts/{alert}/retry", retry),
        post("/alerts/{alert}/drop", drop),
    ),
    "Sources",
    "/sources",
    "s",
)
