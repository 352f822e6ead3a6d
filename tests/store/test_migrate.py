"""Migrations: once, in one transaction each, never on what isn't ours or is newer."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from goldmine_ingest.errors import GoldmineError, StoreError
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.migrations import migrate, migrations, view_scripts
from goldmine_ingest.store.queries import query
from tests.histories import NOON, brought, inside, job_id
from tests.rig.fault_table import fault


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(tmp_path / "one.duckdb"))


def versions(con: duckdb.DuckDBPyConnection) -> list[tuple[int]]:
    return con.execute("SELECT version FROM schema_version ORDER BY version").fetchall()


def test_a_new_database_gets_every_migration_once(con: duckdb.DuckDBPyConnection) -> None:
    assert migrate(con, NOON) is True
    assert migrate(con, NOON) is False
    assert versions(con) == [(number,) for number in range(1, len(migrations()) + 1)]


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in migrations()] == list(range(1, len(migrations()) + 1))


@fault("S11", "a migration that dies half-way", "the database is as it was")
def test_s11_a_migration_that_fails_halfway_leaves_the_database_as_it_was(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The second step breaks after its first statement: version 1 stands, and mending the step
    is enough.
    """
    migrate(con, NOON)
    step = tmp_path / "0002_more.sql"
    step.write_text("CREATE TABLE more (a INTEGER); SELECT nonsense;")
    with pytest.raises(duckdb.BinderException):
        migrate(con, NOON, steps=[*migrations(), step])
    assert con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'more'"
    ).fetchone() == (0,)
    step.write_text("CREATE TABLE more (a INTEGER)")
    assert migrate(con, NOON, steps=[*migrations(), step]) is True
    assert versions(con)[-1] == (len(migrations()) + 1,)


@fault("S10", "a schema newer than the program", "refused, nothing written")
def test_s10_a_newer_schema_is_refused_without_a_write(tmp_path: Path) -> None:
    path = tmp_path / "goldmine.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
    with inside(path) as con:
        con.execute("INSERT INTO schema_version VALUES (99, 'from the future', now())")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="schema version 99") as raised, open_store(path, now=NOON):
        pass
    assert raised.value.exit_status == 1
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE theirs (a INTEGER)")
    with pytest.raises(StoreError, match="belongs to another program"), open_store(path, now=NOON):
        pass
    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("SHOW TABLES").fetchall() == [("theirs",)]


def test_changed_views_are_made_anew_and_the_data_stays(tmp_path: Path) -> None:
    path = tmp_path / "goldmine.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
    with inside(path) as con:
        con.execute("CREATE OR REPLACE VIEW ratings AS SELECT 1 AS old")
        con.execute("UPDATE meta SET value = 'of an older program' WHERE key = 'views'")
    with open_store(path, now=NOON) as store:
        assert store.con.execute("SELECT listing_id FROM ratings").fetchall() == []
        assert set(store.listings([job_id(1)])) == {job_id(1)}


def test_every_statement_and_view_says_on_top_what_it_answers() -> None:
    files = [
        path
        for folder in ("queries", "views", "migrations")
        for path in (shipped("sql") / folder).glob("*.sql")
    ]
    assert [path.name for path in files if not path.read_text().startswith("-- ")] == []
    assert len(view_scripts()) == len(list((shipped("sql") / "views").glob("*.sql")))


def test_an_unknown_statement_names_the_file_that_is_missing() -> None:
    with pytest.raises(GoldmineError, match="no_such_statement"):
        query("no_such_statement")
