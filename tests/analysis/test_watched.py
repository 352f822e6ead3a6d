"""What a review counts as watched, as a feed and as a marketplace."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from goldmine_ingest.analysis.funnel import Window
from goldmine_ingest.analysis.review import read_facts
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.pursuit import Pursuit
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, decision, job_id, listing, poll, state
from tests.rig.blank_history import blank_history

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WINDOW = Window(NOON - 30 * DAY, NOON)
DAILY = tuple(NOON - number * DAY for number in range(30, -1, -1))


@pytest.mark.parametrize(
    ("good", "failed", "days"),
    [
        # ten minutes are ten minutes, also around midnight and also a month ago
        ((NOON - 12 * MINUTE, NOON - 2 * MINUTE), (), 10 / 1440),
        ((NOON - 20 * DAY, NOON - 20 * DAY + 10 * MINUTE), (), 10 / 1440),
        ((NOON - DAY / 2 - 5 * MINUTE, NOON - DAY / 2 + 5 * MINUTE), (), 10 / 1440),
        # once a day watches the day, after a longer pause a day is taken
        (DAILY, (), 30),
        ((NOON - 20 * DAY, NOON - 10 * DAY), (), 1),
        # a poll that fails watches nothing
        ((NOON - 3 * DAY,), (NOON - 2 * DAY, NOON - DAY), 0),
        ((NOON - 3 * DAY / 2, NOON - DAY), (NOON - 5 * DAY / 4,), 0.5),
        # the time before the window is left out
        ((NOON - 30.25 * DAY, NOON - 29.75 * DAY), (), 0.25),
        ((NOON - 2 * DAY,), (), 0),
    ],
)
def test_ten_minutes_are_no_watched_day(
    good: tuple, failed: tuple, days: float, tmp_path: Path
) -> None:
    polls = [(at_time, Outcome.OK) for at_time in good]
    polls += [(at_time, Outcome.TIMEOUT) for at_time in failed]
    with open_store(blank_history(tmp_path / "h.duckdb"), now=NOON) as store:
        store.save_unchanged(
            [(poll("f", at_time, outcome), state("f", at_time)) for at_time, outcome in polls]
        )
        found = read_facts(store.con, WINDOW, CriteriaSettings())
    assert found.observed_days == pytest.approx(days)
    if found.feeds:
        assert found.feeds[0].seen_days == pytest.approx(days)


LINKS = {
    1: ("generic", "https://www.contra.com/jobs/1"),
    2: ("generic", "https://contra.com/jobs/2"),
    3: ("jsonfeed", "https://jobs.example.org/3?from=rss"),
    4: ("generic", None),
    5: ("upwork", "https://www.upwork.com/jobs/~015"),
}


def test_a_marketplace_is_a_host_where_the_platform_is_only_a_format(tmp_path: Path) -> None:
    versions = tuple(
        ListingVersion(listing(number, platform=platform, url=url), NOON, f"text {number}")
        for number, (platform, url) in LINKS.items()
    )
    with open_store(blank_history(tmp_path / "h.duckdb"), now=NOON) as store:
        decisions = tuple(decision(number) for number in LINKS)
        store.apply(brought(*LINKS, versions=versions, decisions=decisions, events=()))
        store.record_pursuits([Pursuit(job_id(1), "pursued", NOON)])
        found = read_facts(store.con, Window(NOON - DAY, NOON + DAY), CriteriaSettings())
        sources = store.con.execute(
            "SELECT marketplace('generic', 'ftp://Me@Host:21/x')"
        ).fetchone()
    by = {name: part.listings for name, part in (found.by or {})["platform"].items()}
    assert by == {"contra.com": 2, "jobs.example.org": 1, "generic": 1, "upwork": 1}
    assert [each.platform for each in found.pursued] == ["contra.com"]
    assert found.feeds[0].platforms == ("contra.com", "generic", "jobs.example.org", "upwork")
    assert sources == ("host",)


def test_what_was_pasted_in_is_no_feed_and_no_market(tmp_path: Path) -> None:
    """Job 1 came by a feed, job 2 was pasted in, job 3 both ways."""
    with open_store(blank_history(tmp_path / "h.duckdb"), now=NOON) as store:
        store.apply(brought(1, 3))
        store.apply(brought(2, feed="judged", present={"e2": job_id(2), "e3": job_id(3)}))
        store.record_pursuits([Pursuit(job_id(2), "pursued", NOON)])
        found = read_facts(store.con, Window(NOON - DAY, NOON + DAY), CriteriaSettings())
        feeds = store.con.execute("SELECT feed FROM feeds").fetchall()
        polls = store.con.execute("SELECT DISTINCT feed FROM polls").fetchall()
        seen = store.con.execute("SELECT DISTINCT feed FROM sightings ORDER BY feed").fetchall()
    assert (feeds, polls, seen) == ([("f",)], [("f",)], [("f",), ("judged",)])
    assert found.brought.listings == 2
    assert list((found.by or {})["feed"]) == ["f"]
    assert [(each.listing_id, each.feeds) for each in found.pursued] == [(job_id(2), ())]
