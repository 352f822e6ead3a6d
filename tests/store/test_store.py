"""The store on real DuckDB files: what goes in comes out, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldmine_ingest.alerts.ledger import fold
from goldmine_ingest.errors import StoreError, UsageError
from goldmine_ingest.identity.near_duplicates import facts_differ
from goldmine_ingest.model.changes import ListingVersion, StoredEntry
from goldmine_ingest.model.decision import Part
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.feed import CycleRecord, FeedCondition
from goldmine_ingest.model.fetched import Outcome, Validators
from goldmine_ingest.store import decisions
from goldmine_ingest.store.history import Store, open_store
from goldmine_ingest.store.rows import Row
from tests.histories import (
    NOON,
    alias,
    brought,
    decision,
    event,
    job_id,
    link,
    listing,
    minutes,
    observation,
    poll,
    shows,
    state,
)
from tests.rig.blank_history import blank_history
from tests.rig.fault_table import fault


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "goldmine.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(blank_history(path), now=NOON) as opened:
        yield opened


def test_a_listing_comes_back_as_it_went_in(store: Store) -> None:
    """Every field, money to the last digit, times in UTC, lists in order."""
    full = listing(
        1,
        platform_job_id="~01",
        guid="g",
        posted_at=minutes(-5),
        expires_at=minutes(500),
        pay="hourly",
        pay_period="hour",
        budget_min=Decimal("25.50"),
        budget_max=Decimal("35.1250"),
        currency="EUR",
        skills=("Python", "SQL"),
        country="ES",
        open_to=("US",),
        timezones=("+01:00",),
        language="en",
        truncated=True,
        company="Ada & Söhne",
        experience_level="expert",
        hours_per_week=Decimal(30),
        connects=12,
        proposals_min=20,
        client_payment_verified=False,
        client_spent=Decimal(166000),
        client_hire_rate=Decimal("0.83"),
        client_rating=Decimal("4.82"),
        client_currency="USD",
    )
    change = brought(1)
    store.apply(replace(change, versions=(replace(change.versions[0], listing=full),)))
    assert store.listings([full.listing_id]) == {full.listing_id: full}


def test_unknown_stays_unknown(store: Store) -> None:
    """What a listing doesn't say is NULL, never 0, '' or a default."""
    store.apply(brought(1))
    posting = store.listings([job_id(1)])[job_id(1)].posting
    assert (
        posting.budget_min,
        posting.pay,
        posting.connects,
        posting.client_payment_verified,
        posting.language,
    ) == (None,) * 5


def test_an_absurd_amount_is_unknown_and_loses_nothing(store: Store) -> None:
    """I14: a budget of 10^30 fits no column; the job is stored all the same."""
    change = brought(1)
    huge = listing(1, budget_min=Decimal(10) ** 30, connects=10**20)
    store.apply(replace(change, versions=(replace(change.versions[0], listing=huge),)))
    posting = store.listings([job_id(1)])[job_id(1)].posting
    assert (posting.budget_min, posting.connects, posting.title) == (None, None, "Job 1")


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE listing;--", "$1", "a\x00b", "\x1b[2J", "é😀", '"', "\\", "{{x}}"]
)
@fault("Z8", "'; DROP TABLE, $1, NUL", "bound values; tables intact")
def test_z8_hostile_text_is_only_text(store: Store, text: str) -> None:
    change = brought(1, feed=text)
    store.apply(
        replace(change, versions=(replace(change.versions[0], listing=listing(1, title=text)),))
    )
    assert store.listings([job_id(1)])[job_id(1)].posting.title == text
    assert set(store.feed_states()) == {text}


def test_half_a_character_and_nan_are_stored_as_something_harmless(store: Store) -> None:
    """A JSON feed may hold a lone surrogate and NaN: DuckDB takes neither, and a feed must not
    be lost to them.
    """
    odd = StoredEntry(
        job_id(1),
        "f",
        NOON,
        "entry 1",
        RawEntry(title="a\ud800b", extra={"score": [float("nan"), 1.5]}),
    )
    store.apply(brought(1, entries=(odd,)))
    raw = store.con.execute(
        "SELECT raw->>'title', raw->'extra'->'score' FROM raw_entries"
    ).fetchone()
    assert raw == ("a?b", "[null,1.5]")


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(amount=st.decimals(0, 10**13, places=4), text=st.text(max_size=30))
def test_money_and_text_survive_the_way_in_and_out(
    store: Store, amount: Decimal, text: str
) -> None:
    """Any amount of up to four decimals and any text comes back equal."""
    store.con.execute("DELETE FROM listing_edit")
    change = brought(1)
    one = listing(1, revision=1, title=text, budget_max=amount)
    store.apply(
        replace(
            change,
            versions=(replace(change.versions[0], listing=one),),
            aliases=(),
            entries=(),
            decisions=(),
            events=(),
        )
    )
    posting = store.listings([job_id(1)])[job_id(1)].posting
    assert (posting.title, posting.budget_max) == (text, amount)


def test_an_edit_is_the_newest_version_and_the_first_stays(store: Store) -> None:
    store.apply(brought(1))
    change = brought(1, at_time=minutes(5), aliases=(), decisions=(), events=(), features=())
    edited = replace(
        change.versions[0],
        listing=listing(1, revision=1, title="Job 1, more money"),
        changes={"title": ("Job 1", "Job 1, more money")},
    )
    store.apply(replace(change, versions=(edited,)))
    assert store.listings([job_id(1)])[job_id(1)].posting.title == "Job 1, more money"
    assert store.con.execute("SELECT title FROM listing").fetchall() == [("Job 1",)]
    assert store.edits_since({job_id(1): NOON, job_id(2): NOON}) == {
        job_id(1): {"title": ("Job 1", "Job 1, more money")}
    }
    assert store.con.execute(
        "SELECT revision, changes->>'$.title[1]' FROM revisions"
    ).fetchall() == [(1, "Job 1, more money")]


def test_a_change_is_stored_whole_or_not_at_all(store: Store) -> None:
    """S1/K3: a failure in the last statement takes everything back, and the ledger with it."""
    store.apply(brought(1))
    with pytest.raises(duckdb.ConstraintException):
        store.apply([brought(2), brought(1, at_time=minutes(5))])
    assert set(store.listings([job_id(1), job_id(2)])) == {job_id(1)}
    assert [alert.listing_id for alert in store.open_alerts()] == [job_id(1)]
    store.apply(brought(2))
    assert set(store.listings([job_id(1), job_id(2)])) == {job_id(1), job_id(2)}


def test_the_same_job_stored_twice_is_refused_as_a_store_error(path: Path) -> None:
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
    with pytest.raises(StoreError, match="store a row twice"), open_store(path, now=NOON) as store:
        store.apply(brought(1))


def test_feed_states_come_back_and_the_newer_one_replaces(store: Store) -> None:
    first = state(
        "f",
        platform="upwork",
        validators=Validators('W/"é"', "Tue"),
        body_hash="b",
        consecutive_failures=2,
        not_found=1,
        interval_s=187.5,
        ttl=3600.0,
    )
    second = replace(
        first,
        condition=FeedCondition.BACKOFF,
        last_outcome=Outcome.TIMEOUT,
        retry_after_until=minutes(9),
    )
    store.save_unchanged([(poll("f"), first), (poll("g"), state("g"))])
    assert store.feed_states()["f"] == first
    store.save_unchanged([(poll("f", minutes(5), Outcome.TIMEOUT, error="took too long"), second)])
    assert store.feed_states() == {"f": second, "g": state("g")}
    assert store.con.execute("SELECT count(*) FROM feed_state").fetchone() == (2,)


def test_nothing_to_save_writes_nothing(store: Store) -> None:
    store.save_unchanged([])
    store.apply([])
    store.append_events([])
    assert store.con.execute("SELECT commits FROM counter").fetchone() == (0,)


def test_aliases_are_found_by_digest_and_one_may_mean_two_jobs(store: Store) -> None:
    """A reused guid: both listings, the oldest first."""
    shared = replace(alias(1), kind="guid")
    later = replace(shared, listing_id=job_id(2), first_seen_at=minutes(1))
    store.apply([brought(1, aliases=(shared,)), brought(2, aliases=(later,))])
    assert store.known_aliases([shared.digest, alias(9).digest]) == (shared, later)
    assert store.known_aliases([]) == ()


def test_decisions_are_the_newest_with_their_findings(store: Store) -> None:
    store.apply(brought(1))
    rejected = replace(decision(1, "rejected", criteria="c2", score="12.5"), reason="too small")
    store.apply(
        brought(
            1, versions=(), aliases=(), entries=(), features=(), events=(), decisions=(rejected,)
        )
    )
    assert store.decisions([job_id(1), job_id(2)]) == {job_id(1): rejected}


def test_a_decisions_row_has_only_what_the_table_takes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes in as JSON and has no column is written, taken apart and dropped without a word."""
    written: list[Row] = []
    monkeypatch.setattr(decisions, "insert", lambda _con, _table, rows: written.extend(rows))
    rests_on = replace(decision(1), parts=(Part("craft", 1.5),))
    store.apply(brought(1, decisions=(rests_on,), features=()))
    columns = {name for name, *_ in store.con.execute("DESCRIBE decision").fetchall()}
    assert written
    assert {name for row in written for name in row} <= columns


def test_features_are_stored_once_per_text(store: Store) -> None:
    store.apply(brought(1))
    store.apply(brought(2, features=brought(1).features))
    assert set(store.features([f"text of {job_id(1)}", "other"])) == {f"text of {job_id(1)}"}
    assert store.con.execute("SELECT count(*) FROM text_features").fetchone() == (1,)


def test_observations_and_feeds_of_a_listing(store: Store) -> None:
    store.apply(brought(1, observations=(observation(1, NOON, 3), observation(1, minutes(5), 7))))
    store.apply(shows(1, feed="a", at_time=minutes(1)))
    assert store.latest_observations([job_id(1)])[job_id(1)].proposals_min == 7
    assert store.listing_feeds([job_id(1)]) == {job_id(1): ("f", "a")}


def test_the_entries_now_in_a_feed(store: Store) -> None:
    """Only the difference is written; a poll that read no entries leaves them."""
    store.apply(brought(1, 2))
    store.apply(shows(2, 3, at_time=minutes(5)))
    store.apply(replace(shows(feed="f", at_time=minutes(6)), present=None))
    assert store.current_entries(["f", "g"]) == {"f": {"entry 2": job_id(2), "entry 3": job_id(3)}}


def test_an_alert_is_never_owed_twice(store: Store) -> None:
    """Not in one batch, not while it is open, not after it was sent, not after it died; the same
    for a suppressed one.
    """
    store.append_events([event(), event(), event(2, "suppressed", reason="filtered")])
    store.append_events([event(1, at_time=minutes(1)), event(2, "suppressed")])
    store.append_events(
        [
            event(1, "attempt", attempt=1),
            event(1, "sent", attempt=1),
            event(1),
            event(1, "held"),
            event(1, "suppressed"),
        ]
    )
    assert store.con.execute("SELECT seq, event FROM alert_event ORDER BY seq").fetchall() == [
        (1, "owed"),
        (2, "suppressed"),
        (3, "attempt"),
        (4, "sent"),
    ]
    assert store.open_alerts() == ()


def test_a_suppressed_alert_may_become_owed(store: Store) -> None:
    """Another feed brings the job to a destination that is for that feed."""
    store.append_events([event(1, "suppressed")])
    store.append_events([event(1, "owed", minutes(1))])
    assert [alert.last_event for alert in store.open_alerts()] == ["owed"]


def test_a_person_brings_a_dead_alert_back(store: Store) -> None:
    store.append_events(
        [event(), event(1, "attempt", attempt=1), event(1, "dead", attempt=1, reason="refused")]
    )
    store.append_events([event(1, at_time=minutes(1))])
    assert store.open_alerts() == ()
    store.append_events([event(1, at_time=minutes(1))], again=True)
    assert len(store.open_alerts()) == 1


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kinds=st.lists(
        st.sampled_from(["held", "attempt", "retry", "uncertain", "sent", "dead", "suppressed"]),
        max_size=6,
    )
)
def test_open_alerts_are_what_the_events_fold_to(store: Store, kinds: list[str]) -> None:
    """The small table says the same as the ledger itself, after any sequence, split over any
    number of transactions.
    """
    store.con.execute("DELETE FROM alert_event")
    store.con.execute("DELETE FROM open_alert")
    events = [
        event(),
        *(event(1, kind, minutes(n), attempt=n) for n, kind in enumerate(kinds, start=1)),
    ]  # type: ignore[arg-type]
    for one in events:
        store.append_events([one])
    kept = {row[0] for row in store.con.execute("SELECT event_at FROM alert_event").fetchall()}
    expected = fold(e for e in events if e.event_at in kept)
    assert store.open_alerts() == ((expected,) if expected else ())


_STATED: list[dict[str, Any]] = [
    {},
    {"pay": "fixed", "budget_min": Decimal(500), "budget_max": Decimal(500), "currency": "USD"},
    {
        "pay": "hourly",
        "budget_min": Decimal("40.5"),
        "budget_max": Decimal(60),
        "currency": "USD",
        "pay_period": "hour",
    },
    {"country": "DE", "open_to": ("DE", "AT"), "timezones": ("Europe/Berlin",)},
    {"language": "de", "experience_level": "expert", "company": "Ledger & Sons"},
    {"country": "US", "company": "Another Inc."},
]


def test_facts_tell_jobs_apart_as_whole_listings_do(store: Store) -> None:
    """Where very many jobs may be the same, their texts are loaded only of those that their
    facts don't keep apart.
    """
    stored = [listing(number, **said) for number, said in enumerate(_STATED, start=1)]
    store.apply(
        replace(brought(), versions=tuple(ListingVersion(one, NOON, "text") for one in stored))
    )
    facts = store.facts([one.listing_id for one in stored])
    for one in stored:
        for other in stored:
            assert facts_differ(one.posting, facts[other.listing_id]) == facts_differ(
                one.posting, other.posting
            )
    assert store.facts([]) == {}


def test_sent_times_and_alert_rows(store: Store) -> None:
    store.append_events(
        [
            event(1),
            event(2),
            event(1, "attempt", minutes(1), attempt=1),
            event(1, "sent", minutes(2), attempt=1),
        ]
    )
    assert store.sent_times("phone", "", NOON, minutes(9)) == (minutes(2),)
    assert store.last_sent("phone", "", NOON, minutes(9)) == minutes(2)
    assert (
        store.last_sent("phone", "", minutes(3), minutes(9))
        is store.last_sent("chat", "", NOON, minutes(9))
        is None
    )
    assert (
        store.last_sent("phone", "", NOON, minutes(1))
        is store.last_sent("phone", "x", NOON, minutes(9))
        is None
    )
    assert (
        store.sent_times("phone", "", minutes(3), minutes(9))
        == store.sent_times("chat", "", NOON, minutes(9))
        == ()
    )
    (sent,) = store.alert_rows("sent")
    assert (sent.listing_id, sent.attempts, sent.enqueued_at, sent.sent_at) == (
        job_id(1),
        1,
        NOON,
        minutes(2),
    )
    assert len(store.alert_rows()) == 2
    assert store.alerted([job_id(1), job_id(3)]) == {job_id(1): NOON}


def test_small_facts(store: Store) -> None:
    """Meta values, the first cycle of a destination, criteria texts and runs."""
    store.set_meta("baseline", "restored")
    store.set_meta("baseline", "")
    assert (store.get_meta("baseline"), store.get_meta("other")) == ("", None)
    assert (
        store.destination_began("phone", NOON)
        == store.destination_began("phone", minutes(5))
        == NOON
    )
    store.use_criteria("c1", "text", NOON)
    store.use_criteria("c1", "text", minutes(5))
    assert store.con.execute("SELECT criteria_hash, text FROM criteria_versions").fetchall() == [
        ("c1", "text")
    ]
    store.beginning.untold = CycleRecord("r1", NOON)
    store.set_meta("any", "thing")
    store.set_meta("any", "other")
    assert store.con.execute("SELECT finished_at FROM runs").fetchall() == [(None,)]
    store.finish_run(CycleRecord("r1", NOON, minutes(1), polled=3, sent=2))
    assert store.con.execute("SELECT run_id, finished_at, polled, sent FROM runs").fetchall() == [
        ("r1", minutes(1), 3, 2)
    ]


def test_a_listing_by_id_prefix_and_url(store: Store) -> None:
    store.apply(brought(1, 2))
    assert (
        store.resolve_listing(job_id(1))
        == store.resolve_listing(job_id(1)[:4].upper())
        == job_id(1)
    )
    assert store.resolve_listing(link(2) + "/?utm_source=rss#top") == job_id(2)


@pytest.mark.parametrize(
    "text", ["", "abc", "zzzz", "https://nowhere.example/", "http://[", "x" * 400, "%", "____"]
)
def test_an_unknown_listing_is_a_usage_error(store: Store, text: str) -> None:
    store.apply(brought(1))
    with pytest.raises(UsageError):
        store.resolve_listing(text)


def test_a_prefix_of_two_listings_is_a_usage_error(store: Store) -> None:
    change = brought(1)
    twin = replace(listing(1), listing_id=job_id(1)[:6] + "0" * 14)
    store.apply(
        replace(change, versions=(*change.versions, replace(change.versions[0], listing=twin)))
    )
    with pytest.raises(UsageError, match="more than one"):
        store.resolve_listing(job_id(1)[:6])
