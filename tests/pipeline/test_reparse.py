"""`goldmine reparse`: a better reader's facts become revisions, and no one is alerted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from goldmine_ingest.app import reparse
from goldmine_ingest.cli.reparse import summary
from goldmine_ingest.store.history import open_store
from tests.inputs.test_mail_outcomes import put as put_mail
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import NOON, Home, upwork_feed, upwork_item


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


def home(folder: Path, server: FeedServer) -> Home:
    return Home(
        folder,
        f'[fetch]\nallow_private = ["{server.place}"]\n[alerts]\nbacklog = "all"\n[[feed]]\nname ='
        f' "jobs"\nurl = "{server.url("/jobs")}"\n[[notify]]\nname = "here"\nurl = "terminal"\n',
    )


def plant(place: Home, statement: str) -> None:
    """What an older, wrong reader would have stored."""
    with open_store(place.folder / "data/goldmine.duckdb", now=place.clock()) as store:
        store.con.execute(statement)


def test_a_planted_parser_bug_is_corrected_and_alerts_no_one(
    tmp_path: Path, feeds: FeedServer
) -> None:
    feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1, budget="$50"), upwork_item(2))))
    place = home(tmp_path, feeds)
    place.run()
    ids = place.rows("SELECT listing_id FROM listings ORDER BY title")
    # The bug: budgets were read a tenth as high, and a country was invented for the second.
    plant(
        place,
        "UPDATE listing SET budget_min = 150, budget_max = 150, budget_min_base = 150,"
        " budget_max_base = 150 WHERE title LIKE '% 2'",
    )
    plant(place, "UPDATE listing SET category = NULL, company = 'Nobody' WHERE title LIKE '% 1'")
    before = place.rows("SELECT count(*) FROM alert_event")
    place.clock.forward(hours=1)

    report = reparse(place.project(), now=place.clock, since=None)
    assert (report.jobs, report.entries, report.changed, report.unreadable) == (2, 2, 2, {})
    assert dict(report.facts) == {"budget_min": 1, "budget_max": 1, "category": 1, "company": 1}
    found = place.rows(
        "SELECT budget_min::INT, budget_min_base::INT, category, company FROM listings ORDER BY"
        " title"
    )
    assert found == [(50, 50, "Data Extraction", None), (1500, 1500, "Data Extraction", None)]
    assert place.rows("SELECT listing_id FROM listings ORDER BY title") == ids
    changes = place.rows(
        "SELECT changes->'$.kind', changes->'$.budget_min' FROM revisions JOIN listings USING"
        " (listing_id) WHERE title LIKE '% 2'"
    )
    assert [tuple(str(value).replace(" ", "") for value in row) for row in changes] == [
        ('[null,"reparse"]', '["150","1500"]')
    ]
    assert place.rows("SELECT count(*) FROM alert_event WHERE event != 'suppressed'") == before
    assert place.rows(
        "SELECT decision FROM decisions JOIN listings USING (listing_id) ORDER BY title"
    ) == [("rejected",), ("qualified",)]
    assert "nobody was alerted" in summary(report)[0]

    place.clock.forward(minutes=10)
    assert place.run().sent == 0
    again = reparse(place.project(), now=place.clock, since=None)
    assert again.changed == 0


def test_a_job_that_qualifies_only_when_read_right_is_suppressed_with_the_reason(
    tmp_path: Path, feeds: FeedServer
) -> None:
    feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1))))
    place = home(tmp_path, feeds)
    place.criteria = place.criteria.replace("fixed_minimum = 500", "fixed_minimum = 5000")
    place.run()
    assert place.rows("SELECT state FROM alerts") == []
    place.criteria = place.criteria.replace("fixed_minimum = 5000", "fixed_minimum = 500")
    plant(place, "UPDATE listing SET budget_min = 15, budget_max = 15")
    reparse(place.project(), now=place.clock, since=None)
    assert [
        (state, "reparse" in str(reason))
        for state, reason in place.rows("SELECT state, reason FROM alerts")
    ] == [("suppressed", True)]
    place.clock.forward(minutes=10)
    assert place.run().sent == 0


def test_since_counts_the_first_sight_and_pruned_entries_change_nothing(
    tmp_path: Path, feeds: FeedServer
) -> None:
    feeds.script(
        "/jobs",
        Answer(body=upwork_feed(upwork_item(1))),
        Answer(body=upwork_feed(upwork_item(1), upwork_item(2))),
    )
    place = home(tmp_path, feeds)
    place.run()
    place.clock.forward(days=40)
    place.run()
    plant(place, "DELETE FROM raw_entry WHERE seen_at > '2026-12-01'")
    report = reparse(place.project(), now=place.clock, since=place.clock() - timedelta(days=30))
    assert (report.jobs, report.entries, report.changed, report.without_entries) == (1, 0, 0, 1)
    assert place.clock() > NOON


def test_edits_are_folded_as_the_cycle_folded_them(tmp_path: Path, feeds: FeedServer) -> None:
    feeds.script(
        "/jobs",
        Answer(body=upwork_feed(upwork_item(1))),
        Answer(body=upwork_feed(upwork_item(1, budget="$2,500"))),
    )
    place = home(tmp_path, feeds)
    place.run()
    place.clock.forward(minutes=10)
    place.run()
    assert place.rows("SELECT budget_min::INT FROM listings") == [(2500,)]
    assert reparse(place.project(), now=place.clock, since=None).changed == 0


def test_stored_mails_and_unit_prices_come_up_to_the_new_reading(tmp_path: Path) -> None:
    """What an older reader made of a mail of several jobs, and of a price per word, is put right;
    no one is alerted.
    """
    put_mail(
        tmp_path,
        "alert",
        "2 new projects for you",
        """Quay plan
Budget: $900
Plan a quay.
https://www.peopleperhour.com/freelance-jobs/a/b/quay-plan-4101234

Ten short texts
Budget: $0.08 per word
Write ten texts.
https://www.peopleperhour.com/freelance-jobs/a/b/ten-texts-4101235
""",
        "PeoplePerHour <noreply@peopleperhour.com>",
    )
    place = Home(
        tmp_path,
        '[alerts]\nbacklog = "all"\n[[feed]]\nname = "box"\nurl = "eml:mails"\n'
        '[[notify]]\nname = "here"\nurl = "terminal"\n',
    )
    place.run()
    good = place.rows(
        "SELECT title, budget_max::INT, unit_price::DOUBLE, unit, country FROM listings"
        " ORDER BY title"
    )
    assert good == [("Quay plan", 900, None, None, None),
                    ("Ten short texts", None, 0.08, "word", None)]  # fmt: skip
    # The older reader took the price per word for a total, and a neighbour's country for its own.
    plant(
        place,
        "UPDATE listing SET budget_min = 0.08, budget_max = 0.08, pay_period = 'project',"
        " unit_price = NULL, unit = NULL WHERE title LIKE 'Ten%'",
    )
    plant(place, "UPDATE listing SET country = 'PE', budget_max = 90 WHERE title LIKE 'Quay%'")
    before = place.rows("SELECT count(*) FROM alert_event WHERE event != 'suppressed'")
    place.clock.forward(hours=1)
    report = reparse(place.project(), now=place.clock, since=None)
    assert (report.changed, report.unreadable) == (2, {})
    assert (
        place.rows(
            "SELECT title, budget_max::INT, unit_price::DOUBLE, unit, country FROM listings"
            " ORDER BY title"
        )
        == good
    )
    assert place.rows("SELECT count(*) FROM alert_event WHERE event != 'suppressed'") == before
    place.clock.forward(minutes=10)
    assert place.run().sent == 0
    assert reparse(place.project(), now=place.clock, since=None).changed == 0
