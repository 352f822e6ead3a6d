"""Second paths, the trial's checklist, and the quality of work by week: hand-made histories with
worked answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.analysis.board import active, board
from goldmine_ingest.analysis.second_paths import by_next_date, due, path_debt
from goldmine_ingest.analysis.trial_checklist import checklist
from goldmine_ingest.model.pursuit import Contact, ContactUpdate, Pursuit, Stage, Trial
from goldmine_ingest.settings.declaration import declared
from goldmine_ingest.settings.review import ReviewSettings
from goldmine_ingest.store.history import Store, open_store
from tests.histories import NOON, brought, job_id
from tests.rig.blank_history import blank_history

DAY = timedelta(days=1)
TRIAL = Trial(
    "close", "a slow month-end", "a close in two days", NOON - 10 * DAY, 30, None, "c0", 2, 12
)


def contact(number: int, days_ago: float, kind: str = "referral", **said: object) -> Contact:
    return Contact(f"c{number}", NOON - days_ago * DAY, kind, **said)  # type: ignore[arg-type]


def test_each_active_pursuit_asks_for_one_path() -> None:
    """Six pursuits may still come to something; one has a contact of its own. A contact without a
    pursuit, or a second one for the same, pays no debt.
    """
    contacts = [
        contact(1, 1, listing_id="job-2"),
        contact(2, 1, "case_study", listing_id="job-2"),
        contact(3, 1, "offer"),
        contact(4, 1, listing_id="a job that is over"),
    ]
    debt = path_debt([f"job-{n}" for n in range(6)], contacts)
    assert (debt.active, debt.with_path, debt.without) == (
        6,
        1,
        ("job-0", "job-1", "job-3", "job-4", "job-5"),
    )
    assert debt.sentence.startswith("6 active pursuits, 1 path: choose one of five (a referral")
    assert path_debt(["job-2"], contacts).sentence == (
        "1 active pursuit, 1 path: each has its second path."
    )
    assert path_debt([], contacts).sentence.startswith("No active pursuit")


def test_the_next_date_that_is_due_comes_first() -> None:
    contacts = [
        contact(1, 9),
        contact(2, 8, next_on=date(2026, 12, 1)),
        contact(3, 7, next_on=date(2026, 11, 20)),
        contact(4, 6),
        contact(5, 5, next_on=date(2026, 11, 23)),
    ]
    assert [each.contact_id for each in by_next_date(contacts)] == ["c3", "c5", "c2", "c4", "c1"]
    assert [each.contact_id for each in due(contacts, NOON.date())] == ["c3", "c5"]


@pytest.fixture
def store(tmp_path: Path) -> object:
    with open_store(blank_history(tmp_path / "h.duckdb"), now=NOON) as opened:
        yield opened


def test_what_became_of_a_contact_stands_beside_it(store: Store) -> None:
    """The newest outcome and amount; the newest word says the next date, or that there is none."""
    store.record_contact(contact(1, 9, next_on=date(2026, 11, 20)))
    store.update_contact(
        ContactUpdate("c1", NOON - 2 * DAY, "wants to talk", date(2026, 11, 30), Decimal(800))
    )
    assert store.contacts()[0] == contact(
        1,
        9,
        next_on=date(2026, 11, 30),
        outcome="wants to talk",
        amount=Decimal(800),
        updated_at=NOON - 2 * DAY,
    )
    store.update_contact(ContactUpdate("c1", NOON - DAY))
    (last,) = store.contacts()
    assert (last.outcome, last.amount, last.next_on) == ("wants to talk", Decimal(800), None)


def pursue(store: Store, number: int, *stages: tuple[Stage, float]) -> None:
    store.record_pursuits(
        [Pursuit(job_id(number), stage, NOON - days * DAY) for stage, days in stages]
    )


def test_who_was_asked_again_is_silent_from_then_on(store: Store) -> None:
    """Of three pursuits of six days ago one was asked again yesterday: it stands where it stood,
    and is due in four days. What is over, or was only skipped, asks for nothing.
    """
    store.apply(brought(1, 2, 3, 4, 5, 6, at_time=NOON - 20 * DAY, events=()))
    pursue(store, 1, ("pursued", 6), ("followed_up", 1))
    pursue(store, 2, ("pursued", 6))
    pursue(store, 3, ("pursued", 9), ("interviewed", 6))
    pursue(store, 4, ("pursued", 9), ("declined", 6))
    pursue(store, 5, ("skipped", 6))
    pursue(store, 6, ("pursued", 12), ("hired", 6))
    stands = board(store.events(), NOON)
    assert {card.listing_id for card in stands.due} == {job_id(2), job_id(3)}
    (asked,) = [card for card in dict(stands.columns)["pursued"] if not card.is_due(NOON)]
    assert (asked.listing_id, asked.stage, asked.since) == (job_id(1), "pursued", NOON - DAY)
    assert stands.next_due == asked
    assert set(active(stands)) == {job_id(1), job_id(2), job_id(3)}


def test_silence_is_counted_by_stage(store: Store) -> None:
    """With 2 days for who replied, none for interviews: of three of three days ago only the reply
    is due. Ignored after two days: what was only sent is closed.
    """
    store.apply(brought(1, 2, 3, at_time=NOON - 20 * DAY, events=()))
    pursue(store, 1, ("pursued", 9), ("replied", 3))
    pursue(store, 2, ("pursued", 9), ("interviewed", 3))
    pursue(store, 3, ("pursued", 3))
    kind = declared(ReviewSettings)["follow_up"].kind
    settings = ReviewSettings(follow_up=kind({"replied": "2d", "interviewed": "none"}))
    stands = board(store.events(), NOON, settings)
    assert [card.listing_id for card in stands.due] == [job_id(1)]
    assert stands.next_due is not None
    assert stands.next_due.due_at == NOON + 2 * DAY
    closed = board(store.events(), NOON, ReviewSettings(ignored_after=2 * DAY)).closed
    assert [(card.listing_id, card.stage) for card in closed] == [(job_id(3), "ignored")]


# Contacts of a trial of ten days: 7 whole days make its first week.
LISTS = {
    "nothing yet": (
        [],
        0,
        [
            "proof assets: 0 of 2",
            "contacts this week: 0 of 2; enough in 0 of 1 week before",
            "pursuits: 0 of 12",
        ],
    ),
    "one asset made, one to be made, two contacts in the first week and one in this": (
        [
            contact(1, 9, "case_study", next_on=date(2026, 12, 1)),
            contact(2, 8, "publication", updated_at=NOON - DAY),
            contact(3, 9),
            contact(4, 4, "past_client"),
            contact(5, 2, "offer"),
            contact(6, 11),  # before the trial
        ],
        5,
        [
            "proof assets: 1 of 2 (case study due on 2026-12-01, publication on 2026-11-22)",
            "contacts this week: 1 of 2; enough in 1 of 1 week before",
            "pursuits: 5 of 12",
        ],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_trial_is_a_checklist(name: str) -> None:
    contacts, pursuits, expected = LISTS[name]
    begun = [NOON - 20 * DAY, *[NOON - DAY] * pursuits]
    assert checklist(TRIAL, contacts, begun, NOON).sentences == expected


def test_a_trial_without_numbers_only_counts() -> None:
    plain = replace(TRIAL, contacts_a_week=None, pursuits=None)
    assert checklist(plain, [contact(1, 1)], [NOON - DAY], NOON).sentences == [
        "proof assets: 0 of 2",
        "contacts this week: 1",
        "pursuits: 1",
    ]


def test_the_very_end_of_a_trial_belongs_to_its_last_week() -> None:
    """30 days are five weeks, of which the fifth has two days."""
    late = contact(1, -20)
    weeks = checklist(TRIAL, [late], [], NOON + 40 * DAY).contacts_by_week
    assert weeks == (0, 0, 0, 0, 1)
