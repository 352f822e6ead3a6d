"""Histories that earlier versions wrote, one of each schema version: brought up to date, their
texts read once and never again.
"""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest

from goldmine_ingest.exchange.invariants import invariants
from goldmine_ingest.model.absence import Absence, Origin
from goldmine_ingest.model.alert import Cause, Topic
from goldmine_ingest.store.history import Store, open_store
from goldmine_ingest.store.migrations import migrations
from tests.histories import NOON, decision, job_id
from tests.store.test_comments import WITHOUT_WORDS

OLD = Path(__file__).parent / "old_histories"
CASES = json.loads((OLD / "cases.json").read_text())


@pytest.fixture(scope="module", params=sorted(path.name for path in OLD.glob("*.gz")))
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Brought up to date once; the tests only read it."""
    opened = tmp_path_factory.mktemp("old") / request.param.removesuffix(".gz")
    opened.write_bytes(gzip.decompress((OLD / request.param).read_bytes()))
    with open_store(opened, now=NOON):
        pass
    return opened


def causes(store: Store) -> dict[str | None, str | None]:
    return dict(
        store.con.execute(
            "SELECT listing_id, cause FROM alerts WHERE listing_id IS NOT NULL"
        ).fetchall()
    )


def test_there_is_one_of_every_schema_version() -> None:
    """But of the newest, which other tests write: it is kept by `python -m tools.make_old_history`
    before the next migration is added. 4 and 5 are migrations alone; of each other one the file
    was written by that version's program.
    """
    kept = {int(path.name.split("_")[1].split(".")[0]) for path in OLD.glob("schema_*.gz")}
    newest = len(migrations())
    assert kept - {newest} == set(range(1, newest))


def test_what_each_version_wrote_is_read_as_it_was(path: Path) -> None:
    """A job, its decision, its text's features and its alert, by the program of each version."""
    with open_store(path, now=NOON) as store:
        stored = dict(
            store.con.execute(
                "SELECT feed, listing_id FROM current_entry WHERE feed LIKE 'v%'"
            ).fetchall()
        )
        listings = store.listings(stored.values())
        decisions = store.decisions(stored.values())
        owed = {alert.listing_id for alert in store.open_alerts()}
    version = int(path.stem.removeprefix("schema_"))
    assert stored.keys() == {f"v{n}" for n in range(6, version + 1)}
    for feed, listing_id in stored.items():
        number = 950 + int(feed.removeprefix("v"))
        assert listing_id == job_id(number)
        assert listings[listing_id].posting.title == f"Job {number}"
        assert decisions[listing_id].score == decision(number).score
        assert decisions[listing_id].findings == decision(number).findings
        assert listing_id in owed


def test_each_view_and_column_has_its_words(path: Path) -> None:
    """Making a view anew drops what was said of it."""
    with open_store(path, now=NOON) as store:
        assert store.con.execute(WITHOUT_WORDS).fetchall() == []
        (version,) = store.con.execute("SELECT max(version) FROM schema_version").fetchone() or ()
        assert version == len(migrations())


def test_each_text_is_placed_once_and_what_a_person_typed_means_nothing(path: Path) -> None:
    with open_store(path, now=NOON) as store:
        found = causes(store)
        open_ones = {alert.listing_id: alert.cause for alert in store.open_alerts()}
        in_the_ledger = dict(
            store.con.execute(
                "SELECT listing_id, last(cause ORDER BY seq) FROM alert_event GROUP BY ALL"
            ).fetchall()
        )
    for number, (cause, said) in enumerate(CASES, start=1):
        assert found[job_id(number)] == cause, said
        if job_id(number) in open_ones:
            assert open_ones[job_id(number)] == in_the_ledger[job_id(number)], said
    assert {Cause(cause) for cause in found.values() if cause} >= {
        Cause(cause) for cause, _ in CASES if cause
    }


def test_notices_digests_and_facts_come_along(path: Path) -> None:
    with open_store(path, now=NOON) as store:
        told = store.notices_since(NOON - timedelta(days=1), NOON)
        assert {(topic, about) for topic, about, _ in told} == {
            (Topic.FEED, "f"),
            (Topic.FEED_RECOVERED, "f"),
            (Topic.FEED_SILENT, "f"),
            (Topic.STORM, "f"),
            (Topic.DESTINATION, "mail"),
            (Topic.DESTINATION_RECOVERED, "mail"),
            (Topic.DEAD_MAN, ""),
            (Topic.RESTORED, ""),
            (Topic.SUMMARY, ""),
        }
        # A match, the digest of two, and three that may have arrived.
        assert len(store.sent_times("phone", "", NOON, NOON + timedelta(minutes=9))) == 5
        assert [
            alert.for_digest for alert in store.open_alerts() if alert.topic is Topic.SUMMARY
        ] == [True]
        assert store.absences() == (Absence("mail", NOON),)
        assert store.baselines() == {"f1": Origin.RESTORED, "f2": Origin.RESTORED}
        assert not {"away", "baseline", "baseline_feeds"} & store.meta().keys()


def test_nothing_is_lost_or_added(path: Path) -> None:
    """As many rows as before, in their order, and every invariant that the version's own
    hand-made rows can hold.
    """
    with open_store(path, now=NOON) as store:
        counted = store.con.execute("SELECT events FROM counter").fetchone()
        assert (
            store.con.execute("SELECT count(*), max(seq) FROM alert_event").fetchone()
            == (counted or (0,)) * 2
        )
        assert store.con.execute("SELECT seq FROM alert_event ORDER BY rowid").fetchall() == [
            (n,) for n in range(1, (counted or (0,))[0] + 1)
        ]
        broken = [check.name for check in invariants(store.con) if not check.ok]
    assert not {"open_alerts_agree", "ledger_without_gaps", "counts", "alerts_begin_and_end"} & set(
        broken
    )
