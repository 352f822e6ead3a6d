"""Recording what came of listings: events, exports, undoing, ratings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.analysis.outcome_events import (
    Agreement,
    agreement,
    import_export,
    rate,
    record,
)
from goldmine_ingest.analysis.proposal_csv import read_export
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.pursuit import Pursuit, Rating
from goldmine_ingest.store.history import Store, open_store
from tests.histories import NOON, brought, decision, job_id, link
from tests.rig.blank_history import blank_history

DAY = NOON - timedelta(days=2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A history with three jobs; the third was rejected."""
    with open_store(blank_history(tmp_path / "h.duckdb"), now=NOON) as opened:
        opened.apply(
            brought(1, 2, 3, decisions=(decision(1), decision(2), decision(3, "rejected")))
        )
        yield opened


def pursued(number: int = 1, stage: Any = "pursued", **said: Any) -> Pursuit:
    return Pursuit(**{"listing_id": job_id(number), "stage": stage, "at_time": DAY, **said})


def test_an_event_is_kept_once(store: Store) -> None:
    """The same event again on the same day is known; another detail or another day is another
    event.
    """
    first = pursued(connects=12)
    assert record(store, first).known is False
    assert record(store, replace(first, at_time=DAY + timedelta(hours=3))).known is True
    assert record(store, replace(first, connects=8)).remarks == (
        (
            "pursued was recorded for that day before, with other details; both stand (--undo takes"
            " this one back)"
        ),
    )
    assert record(store, replace(first, at_time=NOON)).remarks == ()
    assert len(store.pursuits([job_id(1)])[job_id(1)]) == 3


def test_an_odd_order_is_recorded_and_said(store: Store) -> None:
    assert record(store, pursued(stage="hired")).remarks == (
        "no pursued was recorded before this hired",
    )
    assert record(store, pursued(stage="replied", at_time=NOON)).remarks == (
        "no pursued was recorded before this replied",
        "it was recorded as hired before",
    )


def test_undo_takes_back_the_last_recorded_first(store: Store) -> None:
    """By the order of recording, not by the day on which something happened."""
    late, early = pursued(at_time=NOON), pursued(2, at_time=DAY)
    record(store, late)
    record(store, early)
    assert [store.undo_pursuit(), store.undo_pursuit(), store.undo_pursuit()] == [early, late, None]
    assert store.pursuits([job_id(1), job_id(2)]) == {}
    assert record(store, late).known is False


EXPORT = f"""\ufeffJob Title;Link;Date submitted;Status;Connects spent;Bid
job 1 ;;2026-11-20;Hired;12;"1.500,00 €"
Whatever;{link(2)}?utm_source=mail;21 November 2026;Submitted;8;
No such job;;2026-11-20;Declined;6;
Job 3;;2026-11-20;Frobnicated;6;
Job 3;;soon;Viewed;6;
;;2026-11-20;Viewed;6;
"""


def test_an_export_is_matched_row_by_row(store: Store) -> None:
    """By URL or title; a later stage implies the proposal; what can't be used is named with its
    line.
    """
    done = import_export(store, read_export(EXPORT, NOON))
    assert [(p.listing_id, p.stage, p.connects, p.amount) for p in done.recorded] == [
        (job_id(1), "pursued", 12, None),
        (job_id(1), "hired", None, Decimal(1500)),
        (job_id(2), "pursued", 8, None),
    ]
    assert (done.implied, done.known) == (1, 0)
    assert [(line, named) for line, named, _ in done.unmatched] == [
        (4, "No such job"),
        (5, "Job 3"),
        (6, "Job 3"),
        (7, "(nothing)"),
    ]
    assert [why.split(" ")[0:2] for _, _, why in done.unmatched] == [
        ["no", "stored"],
        ["its", "status"],
        ["its", "date"],
        ["it", "names"],
    ]


def test_the_same_export_again_records_nothing(store: Store) -> None:
    import_export(store, read_export(EXPORT, NOON))
    again = import_export(store, read_export(EXPORT, NOON))
    assert (again.recorded, again.known) == ((), 2)


def test_our_own_export_comes_back_as_it_was(store: Store) -> None:
    """listing_id, stage, at_time … as `goldmine sql` writes them."""
    rows = (
        f"listing_id,stage,at_time,connects,amount,objection,note\n{job_id(1)},replied,2026-11-21T10:00:00Z,,,price,asked"
        " for less\n"
    )
    done = import_export(
        store, read_export(f"{rows}{job_id(1)},pursued,2026-11-20T10:00:00Z,12,,,\n", NOON)
    )
    assert {(p.stage, p.objection) for p in done.recorded} >= {
        ("replied", "price"),
        ("pursued", None),
    }


def test_a_title_that_several_jobs_bear_is_no_match(store: Store) -> None:
    store.apply(brought(4, feed="g"))
    store.con.execute("UPDATE listing SET title = 'Job 1' WHERE listing_id = ?", [job_id(4)])
    done = import_export(store, read_export("title,date\nJob 1,2026-11-20\n", NOON))
    assert (done.recorded, done.unmatched[0][2].startswith("2 listings bear this title")) == (
        (),
        True,
    )


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "date,status\n2026-11-20,hired\n", '"\x00'])
def test_a_file_that_names_no_listing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_export(text, NOON)


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("", "pursued"),
        ("Submitted", "pursued"),
        ("Active candidacy - interviewing", "interviewed"),
        ("Offer accepted", "hired"),
        ("Archived: job closed", "declined"),
        ("Withdrawn by you", "withdrawn"),
        ("Viewed by client", "viewed"),
        ("unsent?", None),
    ],
)
def test_the_words_of_an_export_for_a_stage(status: str, stage: str | None) -> None:
    (row,) = read_export(f'title,date,status\nx,2026-11-20,"{status}"\n', NOON)
    assert row.stage == stage


def test_the_newest_rating_counts(store: Store) -> None:
    assert rate(store, Rating(job_id(1), "bad", "budget", DAY)) is True
    assert rate(store, Rating(job_id(1), "bad", "budget", NOON)) is False
    assert rate(store, Rating(job_id(1), "good", None, NOON)) is True
    rate(store, Rating(job_id(3), "good", None, NOON))
    rate(store, Rating(job_id(2), "bad", "client", NOON))
    assert store.ratings()[job_id(1)].rating == "good"
    assert agreement(store) == Agreement(good=2, good_qualified=1, bad=1, bad_qualified=1)
