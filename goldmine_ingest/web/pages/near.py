"""Near misses: what each criterion turns away alone, and the listings that it alone kept away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.actions import NOTHING_SEEN, last_event
from goldmine_ingest.analysis.near_misses import Cost, NearMiss, near_misses
from goldmine_ingest.web.finding_rows import NAMES, FindingRow, finding_row
from goldmine_ingest.web.listing_lookup import DONE, find_rows
from goldmine_ingest.web.page import Page, get
from goldmine_ingest.web.response import Answer

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Decision
    from goldmine_ingest.model.pursuit import RecordedEvent
    from goldmine_ingest.store.history import Store
    from goldmine_ingest.web.listing_facts import Row
    from goldmine_ingest.web.visit import Visit

_SINCE = timedelta(days=30)
_SHOWN = 50
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Miss:
    """A listing that one criterion kept away: `finding` is what it said, `trial` the setting and
    the value under which it would have passed ("": there is none).
    """

    row: Row
    finding: FindingRow | None
    trial: str
    seen: str
    answered: str


@dataclass(frozen=True, slots=True)
class CostRow:
    """What a criterion costs; `trial` is the change that lets its nearest listing in."""

    name: str
    alone: int
    with_others: int
    trial: str


def show(visit: Visit) -> Answer:
    """The last 30 days, the nearest first."""
    criteria = visit.project.criteria

    def question(store: Store) -> tuple[list[Cost], list[NearMiss]]:
        since, against = store.now - _SINCE, criteria.opinion_against
        return near_misses(store, criteria.decision, since, opinion_against=against)

    (costs, missed), as_of = visit.ask_copy(("near", criteria.criteria_hash), question)
    # What was just pressed here is shown at once: that is asked of the history itself.
    shown = visit.ask(lambda store: list(_misses(store, missed[:_SHOWN], visit.now)))
    return Answer(
        "near.html",
        {
            "costs": [_cost(cost, shown) for cost in costs],
            "misses": shown,
            "more": len(missed) - len(shown),
            "as_of": as_of,
        },
        name="near",
    )


def _misses(store: Store, missed: Sequence[NearMiss], now: datetime) -> Iterator[Miss]:
    ids = [miss.listing_id for miss in missed]
    rows, decisions = find_rows(store, ids, now), store.decisions(ids)
    events = _events(store, ids)
    for miss in missed:
        last = last_event(events.get(miss.listing_id, ()))
        finding = _finding(decisions.get(miss.listing_id), miss.criterion)
        yield Miss(
            rows[miss.listing_id],
            finding,
            _trial(miss, finding),
            last.event_id if last else NOTHING_SEEN,
            DONE.get(last.what, last.what) if last else "",
        )


def _events(store: Store, ids: Sequence[str]) -> Mapping[str, tuple[RecordedEvent, ...]]:
    events: dict[str, tuple[RecordedEvent, ...]] = {}
    for event in store.events(ids=ids):
        events[event.listing_id] = (*events.get(event.listing_id, ()), event)
    return events


def _finding(decision: Decision | None, criterion: str) -> FindingRow | None:
    findings = decision.findings if decision else ()
    return next((finding_row(each) for each in findings if each.criterion == criterion), None)


def _trial(miss: NearMiss, finding: FindingRow | None) -> str:
    """'budget.fixed_minimum=450'; of what isn't stated, that it may pass."""
    if finding is None:
        return ""
    if finding.verdict == "unknown" and miss.value is None:
        return f"decision.unknown.{miss.criterion}=pass"
    if not finding.setting or miss.value is None:
        return ""
    value = miss.value
    if 0 < value < 1:  # a fit or a share: nobody sets its fourth digit
        value = value.quantize(_HUNDREDTH, ROUND_FLOOR)
    # under a least of nothing everything would come
    return f"{finding.setting}={value.normalize():f}" if value else ""


def _cost(cost: Cost, shown: Sequence[Miss]) -> CostRow:
    trial = next(
        (m.trial for m in shown if m.trial and m.finding and m.finding.criterion == cost.criterion),
        "",
    )
    name = NAMES.get(cost.criterion, cost.criterion.replace("_", " ").replace("flag:", "flag "))
    return CostRow(name, cost.alone, cost.with_others, trial)


PAGE = Page("near", (get("/near", show),), "Near misses", "/near", "n")
