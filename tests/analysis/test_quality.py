"""The quality of work by week, and the split market: histories and weeks worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.analysis import quality_sentences
from goldmine_ingest.analysis.floors import Floors
from goldmine_ingest.analysis.funnel import Window
from goldmine_ingest.analysis.quality import Quality, newcombe, read_quality, split
from goldmine_ingest.analysis.shares import share
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.decision import Decision, DecisionKind, Signal
from goldmine_ingest.model.posting import BaseAmounts
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, decision, job_id, listing

WEEK = timedelta(weeks=1)
FLOORS = Floors(Decimal(500), Decimal(40), "USD")


def week(number: int, over: int, of: int) -> Quality:
    nothing = share(0, 0)
    return Quality(
        NOON + number * WEEK,
        share(0, of),
        None,
        None,
        nothing,
        None,
        None,
        share(over, of),
        nothing,
        nothing,
    )


# Weeks as (over the floor, with stated pay), and what they say.
SPLITS = {
    # 59 listings are one too few, seven weeks one too few
    "not enough data": ([(4, 8)] * 7 + [(1, 3)], "not enough data", 59, None),
    "not enough weeks": ([(5, 10)] * 7, "not enough data", 70, None),
    # 8 of 40, then 24 of 40: +40 points; Wilson 0.105 to 0.348 and 0.446 to 0.736, so that the
    # interval is 0.4 - sqrt((0.6-0.446)² + (0.348-0.2)²) = 0.187 and 0.4 + sqrt((0.736-0.6)² +
    # (0.2-0.105)²) = 0.567
    "gains": ([(2, 10)] * 4 + [(6, 10)] * 4, "follows", 80, (0.4, 0.187, 0.567)),
    "loses": ([(6, 10)] * 4 + [(2, 10)] * 4, "opposite", 80, (-0.4, -0.567, -0.187)),
    "the same": ([(5, 10)] * 8, "not certain", 80, (0.0, -0.209, 0.209)),
}


@pytest.mark.parametrize("name", SPLITS)
def test_whether_a_niche_follows_the_split_market(name: str) -> None:
    weeks, answer, listings, interval = SPLITS[name]
    found = split([week(number, *counts) for number, counts in enumerate(weeks)])
    assert (found.answer, found.listings, found.weeks) == (answer, listings, len(weeks))
    pay = found.over_floor
    assert (pay is None) == (interval is None)
    if pay:
        assert (pay.difference, pay.low, pay.high) == pytest.approx(interval, abs=0.002)


def test_complex_work_and_ai_stand_beside_it() -> None:
    """In the later half 24 of 40 are complex, and 4 of 40 ask for AI, which nobody looked for
    before.
    """
    weeks = [
        replace(
            week(number, *counts),
            complex=share(counts[0], counts[1]),
            ai=share(1, 10) if number >= 4 else share(0, 0),
        )
        for number, counts in enumerate(SPLITS["gains"][0])
    ]
    found = split(weeks)
    assert [(trend.name, trend.difference) for trend in found.others] == [("complex work", 0.4)]
    assert quality_sentences.split_market(found).endswith(
        "; complex work +40 points (95 % interval +19 to +57)."
    )
    known = [replace(each, ai=share(1, 10)) for each in weeks]
    assert split(known).others[-1].difference == 0


def test_newcombes_own_example() -> None:
    """56 of 70 against 48 of 80 (Newcombe 1998, table II (a), method 10): 0.0524 to 0.3339."""
    assert newcombe(share(56, 70), share(48, 80)) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-4)


def test_the_sentence_refuses_what_is_too_thin_and_shows_its_interval() -> None:
    thin = split([week(0, 1, 3)])
    assert quality_sentences.split_market(thin) == (
        "Does this niche follow the split market? Not enough yet: 3 of 60 listings with stated"
        " pay, in 1 of 8 weeks."
    )
    gains = split([week(n, *counts) for n, counts in enumerate(SPLITS["gains"][0])])
    assert quality_sentences.split_market(gains) == (
        "This niche follows the split market: work over your floor gains; 60% (24 of 40) of what"
        " states its pay was at or over it in the later half of 8 weeks, 20% (8 of 40) in the"
        " earlier: +40 points (95 % interval +19 to +57)."
    )


JOBS = {
    # number: (days ago, what it says, base spent, decision)
    1: (3, {"pay": "fixed", "budget_max": Decimal(900), "proposals_min": 10}, 0, "qualified"),
    2: (3, {"pay": "fixed", "budget_max": Decimal(300), "proposals_min": 20}, 50, "rejected"),
    3: (2, {"pay": "hourly", "pay_period": "day", "budget_max": Decimal(400)}, None, "qualified"),
    4: (10, {"pay": "fixed", "budget_max": Decimal(700)}, None, "qualified"),
    5: (10, {}, None, "rejected"),
}


def judged(number: int, kind: DecisionKind) -> Decision:
    """Job 1 asks for AI; job 5 was judged before anyone looked for that."""
    asks = (Signal("ai", "ai", "Build us an agent."),) if number == 1 else ()
    return replace(decision(number, kind), signals=None if number == 5 else asks)


def test_a_window_beside_the_one_before(tmp_path: Path) -> None:
    """Five jobs after an old one, with which the feed was first read: this week 2 of 3 qualified
    (900 a job; 400 a day are 50 an hour), one of two clients has a history, 15 proposals in the
    median, three hours from posting; 2 of 3 are at the floor. The week before 1 of 2.
    """
    path = tmp_path / "h.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(9, at_time=NOON - timedelta(days=25), events=()))
        for number, (days, said, spent, kind) in JOBS.items():
            at = NOON - timedelta(days=days, minutes=-number)
            one = listing(number, seen=at, posted_at=at - timedelta(hours=number), **said)
            base = BaseAmounts(
                budget_max=one.posting.budget_max,
                client_spent=None if spent is None else Decimal(spent),
            )
            store.apply(
                replace(
                    brought(number, at_time=at, events=(), decisions=(judged(number, kind),)),
                    versions=(
                        ListingVersion(replace(one, base=base), at, f"text of {job_id(number)}"),
                    ),
                )
            )
        found = read_quality(store.con, Window(NOON - WEEK, NOON), FLOORS)
    here = found.now
    assert (here.listings, here.per_100) == (3, 66.7)
    assert (here.median_fixed, here.median_hourly) == (900, 50)
    assert (here.clients.count, here.clients.of) == (1, 2)
    assert (here.proposals, here.hours_to_sight) == (15, 2)
    assert (here.over_floor.count, here.over_floor.of) == (2, 3)
    assert (found.before.listings, found.before.per_100, found.before.median_fixed) == (2, 50, 700)
    assert [one.listings for one in found.weeks] == [1, 2, 3]
    assert quality_sentences.compared(found) == [
        "qualified per 100 listings: 66.7 (2 of 3), before 50 (1 of 2)",
        "median pay of the qualified, a job: 900 USD, before 700 USD",
        "median pay of the qualified, an hour: 50 USD",
        "clients with a known history: 50% (1 of 2)",
        "pay at or over your floor (500 USD a job, 40 USD an hour): 67% (2 of 3), before 100%"
        " (1 of 1)",
        "work that asks for AI: 33% (1 of 3), before 0% (0 of 1)",
        "median proposals at first sight: 15",
        "median hours from posting to first sight: 2, before 4.5",
    ]
