"""Backup and restore: whole, private, nothing overwritten or deleted, and no alert for what was
there before.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from goldmine_ingest.errors import BusyError, StoreError, UsageError
from goldmine_ingest.model.feed import FeedCondition
from goldmine_ingest.runtime.locks import cycle_lock
from goldmine_ingest.settings.project import DatabaseSettings
from goldmine_ingest.store.backup import back_up, restore
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, event, inside, minutes, poll, state
from tests.rig.blank_history import blank_history
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.receiver import Receiver
from tests.rig.watching import headlines, hook, item, serve, told, watching
from tests.rig.watching import listings as alerted


@pytest.fixture
def settings(tmp_path: Path) -> DatabaseSettings:
    database = DatabaseSettings(tmp_path / "data" / "goldmine.duckdb")
    with open_store(blank_history(database.path), now=NOON) as store:
        store.apply(brought(1))
    return database


@pytest.fixture
def backup(settings: DatabaseSettings, tmp_path: Path) -> Path:
    target = tmp_path / "kept" / "monday.duckdb"
    back_up(settings.path, target, NOON)
    return target


def listings(path: Path) -> int:
    with open_store(path, now=minutes(9)) as store:
        assert store.warnings == ()
        return len(store.listing_ids())


def grow(settings: DatabaseSettings) -> None:
    with open_store(settings.path, now=minutes(5)) as store:
        store.apply(brought(2, 3, at_time=minutes(5)))


def test_a_backup_is_private_and_whole(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert listings(backup) == 1


def test_a_backup_overwrites_only_by_force_and_never_the_history(
    settings: DatabaseSettings, backup: Path
) -> None:
    grow(settings)
    with pytest.raises(UsageError, match="is there already"):
        back_up(settings.path, backup, NOON)
    with pytest.raises(UsageError, match="the history itself"):
        back_up(settings.path, settings.path.parent / "." / "goldmine.duckdb", NOON, force=True)
    assert (listings(backup), listings(settings.path)) == (1, 3)
    back_up(settings.path, backup, NOON, force=True)
    assert listings(backup) == 3


def test_a_restore_needs_force_where_there_is_a_history_and_sets_that_aside(
    settings: DatabaseSettings, backup: Path
) -> None:
    grow(settings)
    with pytest.raises(UsageError, match="3 listings"):
        restore(settings, backup, minutes(6), uncertain="resend")
    assert listings(settings.path) == 3
    done = restore(settings, backup, minutes(6), uncertain="resend", force=True)
    assert done.set_aside is not None
    assert (done.listings, listings(settings.path), listings(done.set_aside)) == (1, 1, 3)
    assert done.set_aside.name == "goldmine.before-20261123T120600.duckdb"
    assert settings.path.stat().st_mode & 0o777 == 0o600
    again = restore(settings, backup, minutes(6), uncertain="resend", force=True)
    assert again.set_aside is not None
    assert again.set_aside.name == "goldmine.before-20261123T120600-2.duckdb"
    assert [file.name for file in settings.path.parent.glob(".*")] == []


def test_a_restore_where_nothing_or_nothing_of_use_stands_needs_no_force(
    settings: DatabaseSettings, backup: Path, tmp_path: Path
) -> None:
    fresh = DatabaseSettings(tmp_path / "elsewhere" / "goldmine.duckdb")
    assert restore(fresh, backup, NOON, uncertain="resend").set_aside is None
    assert listings(fresh.path) == 1
    empty = DatabaseSettings(tmp_path / "empty" / "goldmine.duckdb")
    with open_store(empty.path, now=NOON):
        pass
    assert restore(empty, backup, NOON, uncertain="resend").listings == 1


def test_a_restore_after_the_history_is_lost_warns_of_nothing(
    settings: DatabaseSettings, backup: Path
) -> None:
    """The lock file still notes more commits than the backup holds."""
    grow(settings)
    settings.path.unlink()
    restore(settings, backup, minutes(6), uncertain="resend")
    assert listings(settings.path) == 1


def test_a_damaged_history_is_set_aside_with_its_log(
    settings: DatabaseSettings, backup: Path
) -> None:
    settings.path.write_bytes(b"damaged" * 1000)
    settings.path.with_name("goldmine.duckdb.wal").write_bytes(b"log")
    with pytest.raises(UsageError, match="can't be opened"):
        restore(settings, backup, NOON, uncertain="resend")
    done = restore(settings, backup, NOON, uncertain="resend", force=True)
    assert done.set_aside is not None
    assert done.set_aside.read_bytes() == b"damaged" * 1000
    assert done.set_aside.with_name(done.set_aside.name + ".wal").read_bytes() == b"log"
    assert listings(settings.path) == 1


def _foreign(file: Path) -> None:
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE TABLE recipes (a INTEGER)")


def _newer(file: Path) -> None:
    with inside(file) as con:
        con.execute("INSERT INTO schema_version VALUES (99, 'later', now())")


def _lacking(file: Path) -> None:
    with inside(file) as con:
        con.execute("DELETE FROM decision")


@pytest.mark.parametrize(
    "spoil", ["text", "empty", "half", "foreign", "newer", "lacking", "missing"]
)
def test_what_is_no_usable_backup_is_refused_and_nothing_changes(
    settings: DatabaseSettings, backup: Path, tmp_path: Path, spoil: str
) -> None:
    bad = tmp_path / "bad.duckdb"
    if spoil in ("newer", "lacking"):
        shutil.copy(backup, bad)
    {
        "text": lambda: bad.write_text("not a database"),
        "empty": lambda: bad.write_bytes(b""),
        "half": lambda: bad.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2]),
        "foreign": lambda: _foreign(bad),
        "newer": lambda: _newer(bad),
        "lacking": lambda: _lacking(bad),
        "missing": lambda: None,
    }[spoil]()
    before = bad.read_bytes() if bad.exists() else b""
    with pytest.raises((StoreError, UsageError)) as raised:
        restore(settings, bad, NOON, uncertain="resend", force=True)
    assert "bad.duckdb" in str(raised.value)
    assert listings(settings.path) == 1
    assert (bad.read_bytes() if bad.exists() else b"") == before
    left = {file.name for file in settings.path.parent.iterdir()}
    assert left - {"goldmine.duckdb.cycle", "goldmine.duckdb.meta"} == {
        "goldmine.duckdb",
        "goldmine.duckdb.lock",
    }


def test_a_restore_waits_for_no_cycle(settings: DatabaseSettings, backup: Path) -> None:
    with cycle_lock(settings.path), pytest.raises(BusyError):
        restore(settings, backup, NOON, uncertain="resend", force=True)


@pytest.mark.parametrize(("policy", "again"), [("resend", minutes(9)), ("hold", None)])
def test_what_was_owed_at_backup_time_goes_as_a_message_that_may_have_arrived(
    settings: DatabaseSettings, policy: str, again: object
) -> None:
    with open_store(settings.path, now=NOON) as store:
        store.append_events([event(2, "held")])
        store.append_events([event(1, "attempt", attempt=1), event(1, "sent", attempt=1)])
    kept = settings.path.with_name("kept.duckdb")
    back_up(settings.path, kept, NOON)
    done = restore(settings, kept, minutes(9), uncertain=policy, force=True)  # type: ignore[arg-type]
    assert done.open_alerts == 1
    with open_store(settings.path, now=minutes(9)) as store:
        (alert,) = store.open_alerts()
        assert {row.state for row in store.alert_rows()} == {"sent", "uncertain"}
    assert (alert.last_event, alert.may_repeat, alert.for_digest, alert.next_try_at) == (
        "uncertain",
        True,
        True,
        again,
    )


def test_feeds_are_due_after_a_restore_but_for_those_that_wait_for_a_person(
    settings: DatabaseSettings,
) -> None:
    with open_store(settings.path, now=NOON) as store:
        store.save_unchanged([(poll("f"), state("f", next_poll_at=minutes(600)))])
        store.save_unchanged(
            [
                (
                    poll("gone"),
                    state("gone", condition=FeedCondition.PAUSED, next_poll_at=minutes(600)),
                )
            ]
        )
    kept = settings.path.with_name("kept.duckdb")
    back_up(settings.path, kept, NOON)
    restore(settings, kept, minutes(9), uncertain="resend", force=True)
    with open_store(settings.path, now=minutes(9)) as store:
        assert {name: s.next_poll_at for name, s in store.feed_states().items()} == {
            "f": None,
            "gone": minutes(600),
        }


def test_after_a_restore_the_first_cycle_alerts_nothing_of_what_the_feeds_hold(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Job 1 is in the backup, job 2 was alerted after it, job 3 is new in the baseline cycle;
    job 4 comes later and is news.
    """
    serve(feeds, "/a", item(1))
    place = watching(tmp_path, feeds, "/a", to={"phone": hook(sink)})
    place.run()
    settings, kept = place.project().database, tmp_path / "kept.duckdb"
    back_up(settings.path, kept, place.clock())
    serve(feeds, "/a", item(1), item(2))
    place.clock.forward(minutes=10)
    place.run()
    assert len(alerted(sink)) == 2
    restore(settings, kept, place.clock(), uncertain="resend", force=True)
    serve(feeds, "/a", item(1), item(2), item(3))
    place.clock.forward(minutes=1)
    report = place.run(all_feeds=False)
    assert (report.new_listings, report.problems) == (2, ())
    assert any("restored from a backup" in note for note in report.notes)
    assert (len(alerted(sink)), headlines(sink)) == (2, ["first cycle after a restore or import"])
    serve(feeds, "/a", item(1), item(2), item(3), item(4))
    place.clock.forward(minutes=10)
    place.run()
    assert len(alerted(sink)) == 3


def test_a_feed_that_fails_in_the_baseline_cycle_has_its_baseline_when_it_works_again(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Feed b fails twice after the restore; what it held by then alerts nothing, what comes
    after does. Feed a isn't held back by it.
    """
    serve(feeds, "/a", item(1))
    serve(feeds, "/b", item(2))
    place = watching(tmp_path, feeds, "/a", "/b", to={"phone": hook(sink)})
    place.run()
    settings, kept = place.project().database, tmp_path / "kept.duckdb"
    back_up(settings.path, kept, place.clock())
    restore(settings, kept, place.clock(), uncertain="resend", force=True)
    feeds.script("/b", Answer(status=500))
    place.clock.forward(minutes=10)
    report = place.run()
    assert any("first good poll of b" in note for note in report.notes)
    serve(feeds, "/a", item(1), item(3))
    place.clock.forward(minutes=10)
    place.run()
    assert len(alerted(sink)) == 3
    serve(feeds, "/b", item(2), item(4))
    place.clock.forward(minutes=10)
    report = place.run()
    assert any(note.startswith("b: restored from a backup") for note in report.notes)
    assert len(alerted(sink)) == 3
    serve(feeds, "/b", item(2), item(4), item(5))
    place.clock.forward(minutes=10)
    assert place.run().notes == ()
    assert len(alerted(sink)) == 4


def test_what_was_owed_at_backup_time_comes_once_more_and_marked(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """The review listing waited for the digest when the backup was made, and went out in it
    before the restore.
    """
    serve(feeds, "/a", item(1, budget=None))
    place = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, 'digest_at = ["13:00"]')})
    place.run()
    settings, kept = place.project().database, tmp_path / "kept.duckdb"
    back_up(settings.path, kept, place.clock())
    place.clock.forward(hours=1)
    place.run()
    assert len(alerted(sink)) == 1
    assert restore(settings, kept, place.clock(), uncertain="resend", force=True).open_alerts == 1
    for _ in range(3):
        place.clock.forward(hours=25)
        place.run()
    assert len(alerted(sink)) == 2
    assert [
        m["listings"][0]["may_repeat"]
        for m in told(sink)
        if m["kind"] == "digest" and m["listings"]
    ] == [False, True]
