"""Clients across their jobs: known for sure by id, or by company and country; perhaps by rare
facts, with hardly a false one among 10,000 made clients.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.model.pursuit import Pursuit, Rating
from goldmine_ingest.store.history import Store, open_store
from goldmine_ingest.store.insertion import insert
from tests.histories import NOON, brought, job_id, listing
from tests.rig.blank_history import blank_history

NORTHWIND = {"company": "Northwind", "country": "GB"}
RARE: dict[str, Any] = {
    "country": "GB",
    "client_hires": 27,
    "client_reviews": 19,
    "client_spent": Decimal(17300),
    "client_currency": "USD",
    "client_avg_hourly": Decimal("31.42"),
    "client_rating": Decimal("4.92"),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(blank_history(tmp_path / "h.duckdb"), now=NOON) as opened:
        yield opened


def bring(store: Store, *jobs: dict[str, Any]) -> list[Listing]:
    """The jobs in their order, an hour apart."""
    made = [
        listing(number, seen=NOON + timedelta(hours=number), **said)
        for number, said in enumerate(jobs)
    ]
    store.apply(brought(*range(len(jobs)), versions=tuple(map(_version, made))))
    return made


def _version(made: Listing) -> ListingVersion:
    return ListingVersion(made, made.first_seen_at, f"text{made.listing_id}")


# Two jobs, and whether they are of one client: how that is known, or None.
PAIRS = (
    ({"client_id": "~01a"}, {"client_id": "~01a"}, "id"),
    ({"client_id": "~01a"}, {"client_id": "~01b"}, None),
    ({"client_id": "7", "platform": "freelancer"}, {"client_id": "7"}, None),
    (
        {"company": "Northwind", "country": "GB"},
        {"company": " northwind", "country": "GB"},
        "company",
    ),
    ({"company": "Northwind", "country": "GB"}, {"company": "Northwind", "country": "US"}, None),
    ({"company": "Northwind"}, {"company": "Northwind"}, None),  # no country: not sure
    (
        {"company": "Confidential", "country": "GB"},
        {"company": "Confidential", "country": "GB"},
        None,
    ),
    (RARE, RARE, "facts"),
    (RARE, RARE | {"client_posted_jobs": 41}, "facts"),
    (RARE, RARE | {"platform": "guru"}, None),
    (RARE, RARE | {"country": "US"}, None),
    (RARE, RARE | {"client_hires": 28}, None),
    (RARE, RARE | {"client_rating": Decimal("4.91")}, None),
    (RARE, RARE | {"client_reviews": None}, None),  # two facts aren't three
    *(
        (both, both, None)  # nothing rare about them
        for both in (
            RARE | {"client_hires": 3, "client_reviews": 2},
            RARE | {"client_avg_hourly": None},
            RARE | {"client_avg_hourly": Decimal(30)},
        )
    ),
)


@pytest.mark.parametrize(("one", "other", "how"), PAIRS)
def test_two_jobs_of_one_client(
    store: Store, one: dict[str, Any], other: dict[str, Any], how: str | None
) -> None:
    jobs = bring(store, one, other)
    histories = store.client_histories(jobs)
    history = histories.get(job_id(1))
    earlier = [job.listing_id for job in history.earlier] if history else []
    assert earlier == ([job_id(0)] if how else [])
    rows = store.con.execute("SELECT how_known, listings FROM clients ORDER BY 2 DESC").fetchall()
    if how:
        assert history
        assert (history.how_known, rows) == (how, [(how, 2)])
        assert not histories[job_id(0)].earlier  # what came later is no memory
    else:
        assert {count for _, count in rows} <= {1}


def test_a_client_in_the_view(store: Store) -> None:
    """`hires` is what the newest job states; times are those of first and last sight."""
    bring(store, *({"client_id": "a", "client_hires": hires} for hires in (12, None, 14)))
    row = store.con.execute(
        "SELECT platform, how_known, listings, hires, first_seen_at, last_seen_at FROM clients"
    ).fetchall()
    last = NOON + timedelta(hours=2)
    assert row == [("upwork", "id", 3, 14, NOON, last)]


def test_a_history_has_reposts_hires_and_what_was_done(store: Store) -> None:
    said = {"client_id": "a", "client_hires": 4}
    jobs = bring(store, said, said, said)
    store.con.execute(
        "UPDATE listing SET repost_of = ? WHERE listing_id = ?", [job_id(0), job_id(2)]
    )
    store.record_pursuits([Pursuit(job_id(0), "declined", NOON)])
    store.record_rating(Rating(job_id(1), "good", None, NOON))
    history = store.client_histories(jobs)[job_id(2)]
    assert [
        (job.title, job.first_posted_as == job_id(0), job.answer.how if job.answer else None)
        for job in history.jobs
    ] == [("Job 0", True, "declined"), ("Job 1", False, None), ("Job 2", True, None)]
    assert [job.hires for job in history.jobs] == [4, 4, 4]


def test_an_edited_job_counts_as_it_is_now(store: Store) -> None:
    """The client was told of later; the old version is no other client."""
    bring(store, {"client_id": "a"}, {})
    edited = listing(1, revision=1, seen=NOON + timedelta(hours=1), client_id="a")
    store.apply(brought(1, versions=(_version(edited),)))
    assert len(store.client_histories([edited])[job_id(1)].earlier) == 1


_FACTS = st.fixed_dictionaries(
    {
        "platform": st.sampled_from(["upwork", "guru"]),
        "client_id": st.sampled_from([None, "a", "b"]),
        "company": st.sampled_from([None, "Northwind", "northwind", "Private"]),
        "country": st.sampled_from([None, "GB", "US"]),
        "client_hires": st.sampled_from([None, 9, 27]),
        "client_reviews": st.sampled_from([None, 19]),
        "client_spent": st.sampled_from([None, Decimal(17300)]),
        "client_avg_hourly": st.sampled_from([None, Decimal("31.42")]),
    }
)


@settings(max_examples=30)
@given(jobs=st.lists(_FACTS, min_size=2, max_size=12))
def test_what_is_asked_of_few_jobs_is_what_the_view_says(
    one_store: Store, jobs: list[dict[str, Any]]
) -> None:
    one_store.con.execute("DELETE FROM listing")
    made = [listing(n, seen=NOON + timedelta(hours=n), **said) for n, said in enumerate(jobs)]
    one_store.apply(brought(versions=tuple(map(_version, made))))
    keys = dict(
        one_store.con.execute("SELECT listing_id, client_key FROM client_listings").fetchall()
    )
    histories = one_store.client_histories(made)
    for at, job in enumerate(made):
        history = histories.get(job.listing_id)
        shown = [each.listing_id for each in history.jobs] if history else []
        key = keys.get(job.listing_id)
        same = [j.listing_id for j in made[: at + 1] if key and keys.get(j.listing_id) == key]
        assert shown == same


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("clients") / "h.duckdb", now=NOON) as opened:
        yield opened


def rounded(amount: float) -> Decimal:
    """As boards shorten it: 3.3k, 166k."""
    step = 1 if amount < 1_000 else 100 if amount < 10_000 else 1_000
    return Decimal(int(amount / step) * step)


def made_client(rng: random.Random, client: int, *, exact: bool) -> Iterator[dict[str, Any]]:
    """One to four jobs of a client, who in half of the times hired and paid in between. Half of the
    clients share a country; hires are lognormal about 5, a quarter has none; reviews of three
    hires in four; money spent 400 a hire in the median.
    """
    country = rng.choices(
        ["US", "GB", "CA", "AU", "DE", "IN", "NL", "FR"], [50, 10, 9, 8, 6, 9, 4, 4]
    )[0]
    hires = 0 if rng.random() < 0.25 else int(rng.lognormvariate(1.6, 1.3))
    reviews = sum(rng.random() < 0.75 for _ in range(min(hires, 2_000)))
    spent = hires * rng.lognormvariate(6.0, 1.0)
    average = rng.lognormvariate(3.0, 0.5)
    rating = 5.0 if rng.random() < 0.35 else rng.triangular(3.8, 5, 4.95)
    for turn in range(rng.choice([1, 1, 1, 2, 3, 4])):
        if turn and rng.random() < 0.5:
            hired = rng.choice([1, 1, 2])
            hires, reviews = hires + hired, reviews + rng.choice([0, hired])
            spent, average = spent + hired * rng.lognormvariate(6.0, 1.0), average * 1.01
        yield {
            "category": str(client),  # who it really is; no rule looks at it
            "country": country,
            "client_hires": hires,
            "client_reviews": reviews,
            "client_spent": Decimal(str(round(spent, 2))) if exact else rounded(spent),
            "client_currency": "USD",
            "client_avg_hourly": None if exact else Decimal(str(round(average, 2))),
            "client_rating": Decimal(str(round(rating, 2))) if reviews else None,
        }


@pytest.mark.parametrize("exact", [True, False])
def test_hardly_a_false_join_among_ten_thousand_made_clients(store: Store, exact: bool) -> None:
    """Of feeds that state the money to the cent, and of those that shorten it and state the average
    rate. A join is a job told as of perhaps the same client as the one before it.
    """
    rng = random.Random(11)  # noqa: S311 - made clients
    jobs = [job for client in range(10_000) for job in made_client(rng, client, exact=exact)]
    rng.shuffle(jobs)
    fixed = {"revision": 0, "platform": "upwork", "title": "A job", "description": "Do it."}
    lists = {"skills": [], "open_to": [], "timezones": [], "truncated": False}
    rows = [
        {"listing_id": job_id(n), "text_hash": str(n), **fixed, **lists, **job}
        | {"seen_at": NOON, "first_seen_at": NOON + timedelta(minutes=n)}
        for n, job in enumerate(jobs)
    ]
    insert(store.con, "listing", rows)
    groups = store.con.execute(
        "SELECT list(category ORDER BY first_seen_at) FROM client_listings JOIN listing"
        " USING (listing_id) WHERE how_known = 'facts' GROUP BY client_key"
    ).fetchall()
    joins = [one == other for (members,) in groups for one, other in pairwise(members)]
    assert len(joins) > 1_000
    assert joins.count(False) * 1_000 < len(joins)  # and so much fewer than 1 in 1,000 clients
