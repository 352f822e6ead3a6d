"""The views of the contract: their columns, and what they say of small histories worked out by
hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.model.feed import FeedCondition
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.posting import BaseAmounts
from goldmine_ingest.store.history import Store, open_store
from tests.histories import (
    NOON,
    brought,
    decision,
    event,
    job_id,
    listing,
    minutes,
    observation,
    poll,
    shows,
    state,
)
from tests.rig.blank_history import blank_history

COLUMNS = {
    "listings": (
        """listing_id platform platform_job_id url title description posted_at expires_at first_seen_at last_seen_at pay pay_period
        budget_min budget_max currency budget_min_base budget_max_base unit_price unit skills category country open_to timezones language truncated company
        experience_level duration hours_per_week connects proposals_min proposals_max interviewing client_payment_verified client_spent
        client_hires client_posted_jobs client_hire_rate client_rating client_reviews client_avg_hourly repost_of"""
    ),
    "sightings": "listing_id feed first_seen_at last_seen_at present",
    "observations": "listing_id seen_at proposals_min proposals_max interviewing connects",
    "revisions": "listing_id revision seen_at changes",
    "decisions": (
        "listing_id criteria_hash decision score decided_at proof first_step ask exposure"
        " proof_exposure"
    ),
    "signals": "listing_id kind name quote",
    "findings": (
        "listing_id criteria_hash criterion verdict score value threshold unit reason evidence"
        " setting"
    ),
    "alerts": (
        "alert_id listing_id kind destination recipient state cause reason attempts enqueued_at"
        " sent_at"
    ),
    "polls": "run_id feed started_at outcome http_status bytes entries new_listings skipped error",
    "feeds": (
        """feed platform last_ok_at last_error consecutive_failures state interval_s next_poll_at listings qualified last_new_at"""
    ),
    "runs": "run_id started_at finished_at polled failed new_listings qualified sent",
    "pursuits": "listing_id stage at_time connects amount objection note source title hours led way",
    "ratings": "listing_id rating because at_time",
    "contacts": "contact_id at_time kind note amount listing_id next_on outcome updated_at",
    "trials": "name problem offer started_at days ended_at criteria_hash contacts_a_week pursuits",
    "clients": "client_key how_known platform listings hires first_seen_at last_seen_at",
    "client_listings": "listing_id how_known client_key",
    "criteria_versions": "criteria_hash first_used_at text",
    "raw_entries": "listing_id feed seen_at raw",
    "opinions": "listing_id key model asked_at ms tokens state why answer",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(blank_history(tmp_path / "goldmine.duckdb"), now=NOON) as opened:
        yield opened


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return store.con.execute(sql).fetchall()


@pytest.mark.parametrize("view", COLUMNS)
def test_the_columns_are_the_contracts_in_its_order(store: Store, view: str) -> None:
    described = store.con.execute(f"DESCRIBE {view}").fetchall()
    assert [row[0] for row in described] == COLUMNS[view].split()
    types = {row[0]: row[1] for row in described}
    assert all(
        kind == "TIMESTAMP WITH TIME ZONE"
        for name, kind in types.items()
        if name.endswith(("_at", "at_time"))
    )
    assert all(
        types[name].startswith("DECIMAL")
        for name in types
        if name.startswith(("budget", "score", "amount", "client_rating"))
    )
    assert all(
        types[name] == "VARCHAR[]"
        for name in types
        if name in ("skills", "open_to", "timezones", "evidence")
    )
    assert all(types[name] == "JSON" for name in types if name in ("changes", "raw", "answer"))


def test_a_listing_is_one_row_with_its_newest_text_and_live_facts(store: Store) -> None:
    one = listing(1, budget_max=Decimal(1000), currency="EUR", proposals_min=1, connects=8)
    one = replace(one, base=BaseAmounts(budget_max=Decimal("1080.50"), client_spent=Decimal(5)))
    change = brought(1, observations=(observation(1, NOON, 1), observation(1, minutes(10), 20)))
    store.apply(replace(change, versions=(replace(change.versions[0], listing=one),)))
    edited = replace(
        one, revision=1, posting=replace(one.posting, title="New title", budget_max=Decimal(900))
    )
    store.apply(
        brought(
            versions=(replace(change.versions[0], listing=edited, seen_at=minutes(5)),),
            present=change.present,
        )
    )
    found = rows(
        store,
        "SELECT title, budget_max, budget_max_base, client_spent, proposals_min, connects,"
        " first_seen_at FROM listings",
    )
    assert found == [("New title", Decimal(900), Decimal("1080.5"), Decimal(5), 20, 12, NOON)]


def test_live_facts_that_were_withdrawn_are_unknown_again(store: Store) -> None:
    change = brought(1, observations=(observation(1, minutes(1), None),))
    store.apply(
        replace(
            change, versions=(replace(change.versions[0], listing=listing(1, proposals_min=4)),)
        )
    )
    assert rows(store, "SELECT proposals_min FROM listings") == [(None,)]


def test_sightings_follow_presence_and_an_unchanged_feed_needs_no_row(store: Store) -> None:
    """Seen at 12:00; a 304 at 12:05 counts; gone at 12:10; back at 12:20; a failed poll at 12:25
    isn't a sighting.
    """
    store.apply(brought(1, 2))
    store.save_unchanged([(poll("f", minutes(5), Outcome.NOT_MODIFIED), state("f", minutes(5)))])
    assert rows(store, "SELECT DISTINCT first_seen_at, last_seen_at, present FROM sightings") == [
        (NOON, minutes(5), True)
    ]
    store.apply(shows(2, at_time=minutes(10)))
    sighting = f"SELECT first_seen_at, last_seen_at, present FROM sightings WHERE listing_id = '{job_id(1)}'"  # noqa: S608 - our own id
    assert rows(store, sighting) == [(NOON, minutes(5), False)]
    assert rows(store, "SELECT last_seen_at FROM listings ORDER BY last_seen_at") == [
        (minutes(5),),
        (minutes(10),),
    ]
    store.apply(shows(1, 2, at_time=minutes(20)))
    store.save_unchanged(
        [(poll("f", minutes(25), Outcome.TIMEOUT), state("f", minutes(20), consecutive_failures=1))]
    )
    assert rows(store, sighting) == [(NOON, minutes(20), True)]
    assert rows(store, "SELECT count(*) FROM presence") == [(4,)]


def test_a_job_in_two_feeds_has_two_sightings_and_is_one_listing(store: Store) -> None:
    store.apply([brought(1), shows(1, feed="g", at_time=minutes(3))])
    assert rows(store, "SELECT feed, first_seen_at FROM sightings ORDER BY feed") == [
        ("f", NOON),
        ("g", minutes(3)),
    ]
    assert rows(store, "SELECT count(*), max(last_seen_at) FROM listings") == [(1, minutes(3))]


def test_the_latest_decision_counts_with_its_findings_alone(store: Store) -> None:
    store.apply(brought(1))
    again = replace(decision(1, "rejected", criteria="c2"), findings=decision().findings[:1])
    store.apply(replace(shows(1, at_time=minutes(5)), decisions=(again,)))
    assert rows(store, "SELECT criteria_hash, decision, score FROM decisions") == [
        ("c2", "rejected", Decimal("81.25"))
    ]
    assert rows(store, "SELECT criteria_hash, criterion FROM findings") == [("c2", "rules")]


def test_findings_carry_value_threshold_unit_and_evidence(store: Store) -> None:
    store.apply(brought(1))
    found = rows(
        store,
        "SELECT verdict, score, value, threshold, unit, evidence, setting FROM findings WHERE"
        " criterion = 'budget'",
    )
    assert found == [
        (
            "pass",
            Decimal("0.75"),
            Decimal(1000),
            Decimal(500),
            "USD",
            ["$1,000", "fixed"],
            "budget.fixed_minimum",
        )
    ]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["owed"], "owed"),
        (["held"], "held"),
        (["owed", "held"], "held"),
        (["owed", "attempt"], "uncertain"),
        (["owed", "attempt", "uncertain"], "uncertain"),
        (["owed", "attempt", "retry"], "retrying"),
        (["owed", "attempt", "sent"], "sent"),
        (["owed", "attempt", "dead"], "dead"),
        (["suppressed"], "suppressed"),
        (["owed", "suppressed"], "suppressed"),
    ],
)
def test_the_state_of_an_alert_is_that_of_its_newest_event(
    store: Store, kinds: list[Any], expected: str
) -> None:
    store.append_events(
        [event(1, kind, minutes(n), reason=f"why {n}") for n, kind in enumerate(kinds)]
    )
    assert rows(store, "SELECT state, reason, enqueued_at, attempts FROM alerts") == [
        (expected, f"why {len(kinds) - 1}", NOON, kinds.count("attempt"))
    ]


def test_feeds_show_state_and_what_they_brought(store: Store) -> None:
    store.apply(brought(1, 2, decisions=(decision(1), decision(2, "rejected"))))
    store.save_unchanged(
        [
            (
                poll("off"),
                state(
                    "off",
                    None,
                    condition=FeedCondition.DISABLED,
                    last_error="x",
                    consecutive_failures=3,
                ),
            )
        ]
    )
    assert rows(
        store,
        "SELECT feed, state, listings, qualified, consecutive_failures, interval_s FROM feeds ORDER"
        " BY feed",
    ) == [
        ("f", "ok", 2, 1, 0, 300),
        ("off", "disabled", 0, 0, 3, 300),
    ]


def test_what_was_undone_is_no_pursuit_and_a_trial_ends_once(store: Store) -> None:
    store.con.execute(
        "INSERT INTO pursuit BY NAME SELECT 'p1' AS pursuit_id, 'x' AS listing_id, 'pursued' AS stage, now() AS at_time, now() AS recorded_at"
    )
    store.con.execute(
        "INSERT INTO pursuit BY NAME SELECT 'p2' AS pursuit_id, 'x' AS listing_id, 'hired' AS stage, now() AS at_time, now() AS recorded_at"
    )
    store.con.execute("INSERT INTO pursuit_undo VALUES ('p2', now())")
    store.con.execute(
        "INSERT INTO trial VALUES ('t', 'problem', 'offer', $now, 30, 'c1', 3, 12)", {"now": NOON}
    )
    assert rows(store, "SELECT stage FROM pursuits") == [("pursued",)]
    assert rows(store, "SELECT name, ended_at FROM trials") == [("t", None)]
    store.con.execute("INSERT INTO trial_end VALUES ('t', $now)", {"now": minutes(1)})
    assert rows(store, "SELECT name, ended_at FROM trials") == [("t", minutes(1))]
