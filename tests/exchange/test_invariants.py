"""Every invariant holds after a long life, and each is named when a hand breaks it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldmine_ingest.analysis.rescan import rescan
from goldmine_ingest.exchange import copy_checks as copies
from goldmine_ingest.exchange.invariants import Check, invariants, read_only
from goldmine_ingest.model.pursuit import Pursuit, Rating
from goldmine_ingest.pipeline.ingest.pasted_listing import judge
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.store.backup import back_up, restore
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.publish import publish
from tests.histories import inside
from tests.rig.feed_server import FeedServer
from tests.rig.project import CRITERIA, Home
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, item, serve, watching

PICKIER = CRITERIA.replace("fixed_minimum = 500", "fixed_minimum = 2000")


def live(folder: Path, feeds: FeedServer, phone: Receiver, chat: Receiver) -> Home:
    """A history that saw retries, digests, filters, edits, a destination that left and came
    back, a restore, rescans, retention.
    """
    serve(feeds, "/a", item(1), item(2, budget=None), item(3, budget="$100"))
    both = {
        "phone": hook(phone),
        "chat": hook(chat, 'mode = "digest"\ndigest_at = ["18:00"]\nminimum_score = 50'),
    }
    home = watching(folder, feeds, "/a", to=both)
    settings = home.settings
    home.run()  # the phone refuses the first message
    home.clock.forward(minutes=5)
    serve(feeds, "/a", item(1), item(2, budget="$3,000"), item(3, budget="$100"), item(4))
    home.run()  # an edit made one qualify
    home.clock.forward(hours=8)
    home.run()  # the digest
    home.settings = settings.replace('name = "chat"', 'name = "renamed"')
    serve(feeds, "/a", item(5), item(6))
    home.clock.forward(hours=1)
    home.run()
    judge(
        b"Month-end reconciliation\nBudget: $900\nSkills: Python, SQL\nWe need a month-end close.",
        home.project(),
        home.clock(),
        save=True,
    )
    home.settings = settings
    home.clock.forward(hours=1)
    home.run()  # the chat is back
    project = home.project()
    back_up(project.database.path, folder / "kept.duckdb", home.clock())
    serve(feeds, "/a", item(6), item(7))
    home.clock.forward(hours=1)
    home.run()
    home.criteria = PICKIER
    rescan(home.project(), now=home.clock)
    home.criteria = CRITERIA
    rescan(home.project(), now=home.clock, alert=True)
    restore(project.database, folder / "kept.duckdb", home.clock(), uncertain="resend", force=True)
    home.clock.forward(hours=1)
    serve(feeds, "/a", item(6), item(7), item(8))
    home.run()  # the baseline
    home.clock.forward(days=200)
    serve(feeds, "/a", item(8), item(9))
    home.run()  # old entries and polls go
    record(home)
    return home


def record(home: Home) -> None:
    with open_store(home.project().database.path, now=home.clock()) as store:
        first = store.listing_ids()[0]
        store.record_pursuits([Pursuit(first, "pursued", home.clock())])
        store.record_rating(Rating(first, "good", None, home.clock()))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The history's file."""
    folder = tmp_path_factory.mktemp("lived")
    with FeedServer() as feeds, Receiver(["500", "200"]) as phone, Receiver() as chat:
        yield live(folder, feeds, phone, chat).project().database.path


@pytest.fixture
def history(lived: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copy(lived, tmp_path / "history.duckdb"))


def broken(history: Path) -> dict[str, Check]:
    with read_only(history) as con:
        return {check.name: check for check in invariants(con) if not check.ok}


def test_every_invariant_holds_after_a_long_life(lived: Path) -> None:
    assert broken(lived) == {}
    with inside(lived, read_only=True) as con:
        seen = {row[0] for row in con.execute("SELECT DISTINCT event FROM alert_event").fetchall()}
        (absences,) = con.execute("SELECT count(*) FROM absence").fetchone() or (0,)
    assert seen >= {"owed", "held", "attempt", "sent", "retry", "suppressed", "uncertain"}
    assert absences


# What a hand does to the history, and the invariant that names it. $listing stands for one that
# qualified and was sent.
LISTING = (
    "listing_id = (SELECT min(listing_id) FROM alert_event WHERE event = 'sent' AND kind = 'match')"
)
BY_HAND = {
    "qualified_in_ledger": "DELETE FROM alert_event WHERE destination = 'phone' AND $listing",
    "ledger_without_gaps": "DELETE FROM alert_event WHERE seq = 3",
    "decisions_without_gaps": "UPDATE decision SET seq = seq + 1 WHERE seq >= 2",
    "counts": "UPDATE counter SET decisions = decisions + 1",
    "open_alerts_agree": (
        "DELETE FROM alert_event WHERE seq = (SELECT max(seq) FROM alert_event WHERE event ="
        " 'sent')"
    ),
    "alerts_begin_and_end": "UPDATE alert_event SET event = 'sent' WHERE event = 'attempt'",
    "alerts_of_listings": "UPDATE alert_event SET listing_id = 'nobody' WHERE seq = 1",
    "listings_once": (
        "CREATE TABLE other AS FROM listing; INSERT INTO other FROM listing LIMIT 1; DROP TABLE"
        " listing CASCADE; ALTER TABLE other RENAME TO listing"
    ),
    "edits_in_order": "UPDATE listing_edit SET revision = revision + 1",
    "listings_decided": "DELETE FROM decision WHERE $listing",
    "decisions_explained": "UPDATE decision SET findings = [] WHERE seq = 1",
    "aliases_of_listings": (
        "UPDATE alias SET listing_id = 'nobody' WHERE key = (SELECT min(key) FROM alias)"
    ),
    "rows_of_listings": "UPDATE rating SET listing_id = 'nobody'",
    "one_row_each": "INSERT INTO feed_state FROM feed_state LIMIT 1",
    "features_once": "DELETE FROM text_features WHERE key = (SELECT min(key) FROM text_features)",
    "recipients_in_ledger": (
        "INSERT INTO recipient SELECT destination, 'joined', '2026-11-01', 'new', 'new', 'chat …1',"
        " '2026-11-01' FROM recipient LIMIT 1"
    ),
    "alerts_of_recipients": (
        "INSERT INTO open_alert BY NAME SELECT alert_id, destination, kind, listing_id, event_at AS"
        " enqueued_at, 'owed' AS last_event, event_at AS last_event_at, 0 AS attempts, '' AS"
        " reason, false AS for_digest, false AS may_repeat, 'gone' AS slot FROM alert_event LIMIT 1"
    ),
    "runs_begin": "DELETE FROM run WHERE finished_at IS NULL",
}


@pytest.mark.parametrize("name", BY_HAND)
def test_an_invariant_that_a_hand_breaks_is_named_with_its_count_and_an_example(
    history: Path, name: str
) -> None:
    with inside(history) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(BY_HAND[name].replace("$listing", LISTING))
    found = broken(history)
    assert found[name].count >= 1
    assert found[name].example
    assert found[name].example in found[name].detail


def test_every_invariant_has_its_way_of_breaking() -> None:
    assert {file.stem for file in (shipped("sql") / "invariants").glob("*.sql")} == set(BY_HAND)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE alert_event SET event = 'dead' WHERE seq = 2", "alert_event rows are not"),
        ("UPDATE decision SET score = 1 WHERE seq = 1", "decision rows are not"),
        (
            "INSERT INTO contact (contact_id, at_time, kind) VALUES ('c', '2026-01-01', 'offer')",
            "table contact",
        ),
        ("UPDATE counter SET commits = commits + 5", "holds more than the history"),
        ("DROP VIEW sightings; DROP TABLE current_entry", "can't be read"),
    ],
)
def test_a_published_copy_that_isnt_the_history_of_its_time_is_named(
    lived: Path, history: Path, damage: str, said: str
) -> None:
    with inside(history) as con:
        con.execute(damage)
    with read_only(lived) as con:
        found = copies.published(con, history)
    assert (found.ok, said in found.detail) == (False, True), found


def test_a_published_copy_is_good_while_the_history_goes_on(lived: Path, history: Path) -> None:
    """What was published before is a beginning of the history, whatever was added or dropped by
    age since.
    """
    with read_only(lived) as con:
        assert copies.published(con, history).ok
    with inside(history) as con:
        con.execute("UPDATE counter SET commits = commits + 1")
        con.execute("INSERT INTO run SELECT 'later', now(), NULL, 0, 0, 0, 0, 0")
        con.execute("DELETE FROM poll")
    with read_only(history) as con:
        assert copies.published(con, lived).ok


@pytest.mark.parametrize("spoil", ["text", "half", "lacking"])
def test_a_backup_that_would_not_help_is_named(history: Path, spoil: str) -> None:
    assert copies.backup(history).ok
    if spoil == "lacking":
        with inside(history) as con:
            con.execute("DELETE FROM listing_edit; DELETE FROM decision")
    else:
        history.write_bytes(
            b"text" if spoil == "text" else history.read_bytes()[: history.stat().st_size // 2]
        )
    assert not copies.backup(history).ok


def test_publishing_and_checking_is_one_round(tmp_path: Path) -> None:
    """A fresh history with a published copy: the whole way, as a user has it."""
    with FeedServer() as feeds:
        serve(feeds, "/a", item(1))
        home = watching(tmp_path, feeds, "/a", to={"here": 'url = "terminal"'})
        home.settings = 'publish = "data/history.duckdb"\n' + home.settings
        home.run()
        settings = home.project().database
        assert settings.publish is not None
        home.clock.forward(hours=1)
        publish(settings, home.clock(), force=True)
        serve(feeds, "/a", item(1), item(2))
        home.run()
    with read_only(settings.path) as con:
        assert copies.published(con, settings.publish).ok
