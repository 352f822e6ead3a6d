"""A person's SQL: sees everything, can touch nothing."""

from __future__ import annotations

import fcntl
import io
import json
import os
from pathlib import Path

import duckdb
import pytest

from goldmine_ingest.errors import UsageError
from goldmine_ingest.exchange.sql import (
    reading,
    run_sql,
    snapshot,
    to_json,
    write_csv,
    write_parquet,
)
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.publish import copy_history
from tests.histories import NOON, brought, job_id, minutes
from tests.rig.blank_history import blank_history
from tests.rig.fault_table import fault


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history that no test changes, with an up-to-date copy published.duckdb beside it."""
    path = tmp_path_factory.mktemp("lived") / "goldmine.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
    copy_history(path, path.with_name("published.duckdb"), NOON, mode=0o400)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "goldmine.duckdb"
    with open_store(blank_history(path), now=NOON) as store:
        store.apply(brought(1))
    return path


@pytest.mark.parametrize(
    "query",
    [
        "COPY listings TO '{folder}/out.csv'",
        "COPY (FROM listings) TO '{folder}/out.parquet'",
        "EXPLAIN ANALYZE COPY listings TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('{folder}/secret')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('{folder}/*')",
        "ATTACH '{folder}/out.duckdb'",
        "SELECT * FROM sqlite_scan('{folder}/out', 't')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET ALL",
        "PRAGMA enable_external_access = true",
        "PRAGMA database_list",
        "SET memory_limit = '64GB'",
        "SET VARIABLE timezone = 'UTC'",
        "CALL pragma_version()",
        "SELECT getenv('HOME')",
        "SELECT * FROM read_parquet('{folder}/secret')",
        "SELECT * FROM read_json('{folder}/secret')",
        "SELECT * FROM parquet_metadata('{folder}/secret')",
        "SELECT * FROM query('SELECT * FROM read_text(''{folder}/secret'')')",
        "SELECT * FROM 'https://127.0.0.1:9/x.csv'",
        "IMPORT DATABASE '{folder}'",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "BEGIN",
        "VACUUM",
        "CREATE TABLE t (a INTEGER)",
        "CREATE SECRET s (TYPE s3)",
        "DELETE FROM listing",
        "UPDATE listing SET title = ''",
        "INSERT INTO meta VALUES ('a', 'b')",
        "WITH gone AS (SELECT 1) DELETE FROM listing",
        "SELECT 1; DELETE FROM listing",
        "CHECKPOINT",
        "DETACH history",
        "",
        "-- nothing",
        "selec nonsense",
        "SELECT * FROM nowhere",
    ],
)
@fault("Z9", "COPY TO, read_csv, ATTACH, INSTALL", "refused")
def test_z9_all_but_a_question_is_refused_and_nothing_changes(
    lived: Path, tmp_path: Path, query: str
) -> None:
    (tmp_path / "secret").write_text("canary")
    before = lived.read_bytes()
    with pytest.raises(UsageError) as raised:
        run_sql(
            lived,
            query.format(folder=tmp_path),
            now=NOON,
            published=lived.with_name("published.duckdb"),
        )
    assert raised.value.exit_status == 2
    assert "canary" not in str(raised.value)
    assert list(tmp_path.glob("out*")) == []
    assert lived.read_bytes() == before


def test_the_place_of_a_private_copy_is_not_told(lived: Path) -> None:
    for query in ("SELECT * FROM glob('.snapshot-*')", "FROM '.snapshot-x'"):
        with pytest.raises(UsageError) as raised:
            run_sql(lived, query, now=NOON)
        assert str(raised.value) == "SQL: this is not allowed here"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1",
        "FROM listings",
        "WITH a AS (SELECT 1) FROM a",
        "SHOW TABLES",
        "DESCRIBE alerts",
        "SUMMARIZE polls",
        "EXPLAIN FROM listings",
    ],
)
def test_questions_of_every_kind_are_answered(lived: Path, query: str) -> None:
    assert run_sql(lived, query, now=NOON, published=lived.with_name("published.duckdb")).rows


def test_it_sees_what_was_committed_before_even_beside_an_older_published_copy(
    path: Path, tmp_path: Path
) -> None:
    published = tmp_path / "history.duckdb"
    copy_history(path, published, NOON, mode=0o400)
    with snapshot(path, NOON, published) as copy:
        assert copy == published
    with open_store(path, now=minutes(1)) as store:
        store.apply(brought(2))
    assert run_sql(path, "SELECT count(*) FROM listings", now=NOON, published=published).rows == [
        (2,)
    ]


def test_a_running_query_is_in_no_cycles_way_and_leaves_no_file(path: Path, tmp_path: Path) -> None:
    with snapshot(path, NOON) as copy, duckdb.connect(str(copy), read_only=True):
        with open_store(path, now=NOON) as store:
            store.apply(brought(2))
        assert oct(copy.stat().st_mode & 0o777) == "0o600"
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "goldmine.duckdb",
        "goldmine.duckdb.lock",
        "goldmine.duckdb.meta",
    ]


def test_what_a_killed_reader_left_is_gone_with_the_next_and_what_another_one_uses_stays(
    path: Path, tmp_path: Path
) -> None:
    left, held, young = (tmp_path / f".snapshot-{name}" for name in ("left", "held", "young"))
    for room in (left, held, young):
        room.mkdir()
        (room / "history.duckdb").write_bytes(b"copy")
    for room in (left, held):
        os.utime(room, (0, 0))
    fd = os.open(held, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        assert run_sql(path, "SELECT 1", now=NOON).rows == [(1,)]
    finally:
        os.close(fd)
    assert sorted(room.name for room in tmp_path.glob(".snapshot-*")) == [
        ".snapshot-held",
        ".snapshot-young",
    ]


def test_without_a_history_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no history yet"):
        run_sql(tmp_path / "goldmine.duckdb", "SELECT 1", now=NOON)


def test_json_is_an_array_of_objects(path: Path) -> None:
    query = "SELECT listing_id, score, decided_at, proof, NULL AS nothing FROM decisions"
    assert json.loads(to_json(run_sql(path, query, now=NOON))) == [
        {
            "listing_id": job_id(1),
            "score": 81.25,
            "decided_at": "2026-11-23T12:00:00Z",
            "proof": "Finance",
            "nothing": None,
        }
    ]


def test_two_readers_of_the_published_copy_in_one_process_are_apart(
    path: Path, tmp_path: Path
) -> None:
    """The second one sees the copy that was published after the first one had opened the old."""
    published = tmp_path / "history.duckdb"
    copy_history(path, published, NOON, mode=0o400)
    with reading(path, NOON, published) as first:
        with open_store(path, now=minutes(1)) as store:
            store.apply(brought(2))
        copy_history(path, published, minutes(1), mode=0o400)
        with reading(path, NOON, published) as second:
            assert second.execute("SELECT count(*) FROM listings").fetchall() == [(2,)]
        assert first.execute("SELECT count(*) FROM listings").fetchall() == [(1,)]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\tx", "=1"])
@fault("Z13", "=HYPERLINK(...), @, +, - in an export", "the cell is text")
def test_z13_csv_text_is_no_formula(lived: Path, text: str) -> None:
    out = io.StringIO()
    quoted = text.replace("'", "''")
    write_csv(
        run_sql(lived, f"SELECT '{quoted}' AS title, -5.5 AS amount, ['a'] AS skills", now=NOON),
        out,
    )
    assert out.getvalue() == f"title,amount,skills\n'{text},-5.5,a\n"


def test_parquet_is_written_by_us_and_the_query_can_write_nothing_else(
    path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "it's.parquet"
    write_parquet(path, "FROM listings -- all", target, now=NOON)
    assert duckdb.read_parquet(str(target)).fetchall()[0][0] == job_id(1)
    with pytest.raises(UsageError):
        write_parquet(path, f"COPY listings TO '{tmp_path}/out.csv'", target, now=NOON)
    assert list(tmp_path.glob("out*")) == []
