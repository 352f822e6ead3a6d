"""The published copy: whole, read-only, not too often, and never in anyone's way."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from goldmine_ingest.errors import StoreError
from goldmine_ingest.settings.project import DatabaseSettings
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.publish import copy_history, publish
from tests.histories import NOON, brought, job_id, minutes


@pytest.fixture
def settings(tmp_path: Path) -> DatabaseSettings:
    database = DatabaseSettings(
        tmp_path / "data" / "goldmine.duckdb",
        tmp_path / "public" / "history.duckdb",
        timedelta(minutes=15),
    )
    with open_store(database.path, now=NOON) as store:
        store.apply(brought(1))
    return database


def jobs_in(copy: Path) -> set[str]:
    with duckdb.connect(str(copy), read_only=True) as con:
        return {row[0] for row in con.execute("SELECT listing_id FROM listings").fetchall()}


def test_the_copy_has_the_views_and_is_read_only(settings: DatabaseSettings) -> None:
    assert settings.publish is not None
    assert publish(settings, NOON) is True
    assert jobs_in(settings.publish) == {job_id(1)}
    assert oct(settings.publish.stat().st_mode & 0o777) == "0o400"
    assert [file.name for file in settings.publish.parent.iterdir()] == ["history.duckdb"]


def test_not_more_often_than_wanted_unless_forced(settings: DatabaseSettings) -> None:
    assert [publish(settings, minutes(m)) for m in (0, 14, 15, 20)] == [True, False, True, False]
    assert publish(settings, minutes(20), force=True) is True


def test_a_clock_set_back_does_not_stop_publishing(settings: DatabaseSettings) -> None:
    publish(settings, minutes(600))
    assert publish(settings, NOON) is True


def test_no_copy_is_made_where_none_is_wanted(tmp_path: Path) -> None:
    assert publish(DatabaseSettings(tmp_path / "goldmine.duckdb"), NOON, force=True) is False
    assert list(tmp_path.iterdir()) == []


def test_an_open_reader_neither_blocks_nor_notices(settings: DatabaseSettings) -> None:
    """A person's shell on the copy keeps the old file; who opens it next gets the new one."""
    assert settings.publish is not None
    publish(settings, NOON)
    with duckdb.connect(str(settings.publish), read_only=True) as shell:
        with open_store(settings.path, now=minutes(1)) as store:
            store.apply(brought(2, at_time=minutes(1)))
        assert publish(settings, minutes(1), force=True) is True
        assert shell.execute("SELECT count(*) FROM listings").fetchone() == (1,)
    assert jobs_in(settings.publish) == {job_id(1), job_id(2)}


def test_a_stray_wal_beside_the_copy_is_moved_aside(settings: DatabaseSettings) -> None:
    assert settings.publish is not None
    publish(settings, NOON)
    settings.publish.with_name("history.duckdb.wal").write_bytes(b"stray")
    publish(settings, minutes(1), force=True)
    assert jobs_in(settings.publish) == {job_id(1)}
    assert [file.read_bytes() for file in settings.publish.parent.glob("*.wal.stray-*")] == [
        b"stray"
    ]


def test_a_copy_that_cannot_be_written_is_said_and_leaves_nothing(
    settings: DatabaseSettings, tmp_path: Path
) -> None:
    target = tmp_path / "taken"
    (target / "inside").mkdir(parents=True)
    with pytest.raises(StoreError, match="can't write the copy"):
        copy_history(settings.path, target, NOON)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["data", "taken"]


def test_the_copy_is_the_owners_only_while_it_is_made(
    settings: DatabaseSettings, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        copy_history(settings.path, tmp_path / "copy.duckdb", NOON)
    finally:
        os.umask(before)
    assert oct((tmp_path / "copy.duckdb").stat().st_mode & 0o777) == "0o600"
