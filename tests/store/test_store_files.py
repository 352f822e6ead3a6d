"""The files of a history: their modes, and what happens when they are damaged, unreadable or
gone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldmine_ingest.errors import StoreError
from goldmine_ingest.runtime.locks import database_lock_path
from goldmine_ingest.store import connection
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, job_id
from tests.rig.blank_history import blank_history
from tests.rig.fault_table import fault

WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought
with open_store(Path(sys.argv[1]), now=NOON) as store:
    store.con.execute("PRAGMA wal_autocheckpoint = '1GB'")
    for number in range(2, 6):
        store.apply(brought(number, feed=f"f{number}"))
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A history with one job, checkpointed."""
    path = tmp_path / "data" / "goldmine.duckdb"
    with open_store(blank_history(path), now=NOON) as store:
        store.apply(brought(1))
    return path


def stored(path: Path) -> set[str]:
    with open_store(path, now=NOON) as store:
        return set(store.listings([job_id(number) for number in range(1, 6)]))


def die_after_four_commits(path: Path) -> Path:
    """kill -9 with four more commits in the WAL; gives the WAL."""
    subprocess.run(  # noqa: S603 - our own code above
        [sys.executable, "-c", WRITE_AND_DIE, str(path)], check=False, cwd=Path(__file__).parents[2]
    )
    return path.with_name(path.name + ".wal")


@fault("Z12", "umask 000", "files 0600, folders 0700")
def test_z12_files_are_the_owners_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "deep" / "data" / "goldmine.duckdb"
        with open_store(path, now=NOON) as store:
            store.apply(brought(1))
            modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
        assert os.umask(0) == 0
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(
        ("goldmine.duckdb", "goldmine.duckdb.wal", "goldmine.duckdb.lock"), "0o600"
    )
    assert [oct(folder.stat().st_mode & 0o777) for folder in (path.parent, path.parent.parent)] == [
        "0o700",
        "0o700",
    ]


def test_k5_what_was_committed_survives_a_kill(path: Path) -> None:
    assert die_after_four_commits(path).exists()
    assert len(stored(path)) == 5


def test_a_history_taken_away_while_it_is_open_begins_anew(path: Path) -> None:
    with open_store(path, now=NOON):
        path.unlink()
    assert stored(path) == set()


@fault("S4", "a WAL cut in half", "opened; the missing rows are counted and said")
def test_s4_a_wal_that_lost_its_end_is_noticed(path: Path) -> None:
    """DuckDB opens it without an error; the count beside the database knows better, and says so
    once.
    """
    wal = die_after_four_commits(path)
    wal.write_bytes(wal.read_bytes()[: wal.stat().st_size // 2])
    with open_store(path, now=NOON) as store:
        found = len(store.listings([job_id(number) for number in range(1, 6)]))
        warnings = " ".join(store.warnings)
    assert found < 5
    assert "lacks what was stored last" in warnings
    assert f"{5 - found} listings" in warnings
    with open_store(path, now=NOON) as store:
        assert store.warnings == ()


@fault(
    "S4",
    "bytes flipped in the WAL, 60 times; its tail zeroed",
    "opened, or the WAL is set aside and the last checkpoint opened; never deleted",
)
def test_s4_a_damaged_wal_never_stops_the_history_and_is_never_deleted(
    path: Path, tmp_path: Path
) -> None:
    """The first job is there, and either all is, or a warning says what happened; the next start
    has nothing more to say.

    The WAL holds one session at most, because closing the history is a checkpoint: jobs that nobody
    was told of yet, or the result of one send, whose attempt then stands without a result, as after
    a kill (K7). So a lost WAL tells no one a second time; the feed brings the rest.
    """
    wal = die_after_four_commits(path)
    main, whole, note = path.read_bytes(), wal.read_bytes(), database_lock_path(path).read_bytes()
    for number, damaged in enumerate(_damages(whole)):
        copy = tmp_path / str(number) / path.name
        copy.parent.mkdir()
        copy.write_bytes(main)
        copy.with_name(wal.name).write_bytes(damaged)
        database_lock_path(copy).write_bytes(note)
        with open_store(copy, now=NOON) as store:
            found = store.listings([job_id(number) for number in range(1, 6)])
            assert job_id(1) in found
            assert len(found) == 5 or store.warnings
            set_aside = list(copy.parent.glob("*.wal.corrupt-*"))
        assert [file.read_bytes() for file in set_aside] in ([], [damaged])
        with open_store(copy, now=NOON) as store:
            assert store.warnings == ()
            assert job_id(1) in store.listings([job_id(1)])


def _damages(wal: bytes) -> Iterator[bytes]:
    for seed in range(60):
        damaged = bytearray(wal)
        for place in range(seed * 97 % len(wal), len(wal), max(1, len(wal) // (1 + seed % 6))):
            damaged[place] ^= 0xFF
        yield bytes(damaged)
    for zeros in (1, 100, 4096, len(wal) // 2, len(wal)):
        yield wal[: len(wal) - zeros] + bytes(zeros)


@pytest.mark.parametrize(("first", "size"), [(0, 4096), (12288, 2_000_000), (12288, 10_000_000)])
@fault(
    "S5",
    "the main file damaged in its header, at its start, behind it",
    "exit 1, the file is left alone, the way to restore is told",
)
def test_s5_a_damaged_main_file_is_refused_and_left_alone(
    path: Path, first: int, size: int
) -> None:
    """The header, the first blocks, everything behind the headers."""
    whole = bytearray(path.read_bytes())
    whole[first : first + size] = b"\xa5" * len(whole[first : first + size])
    path.write_bytes(whole)
    with pytest.raises(StoreError) as raised, open_store(path, now=NOON) as store:
        store.listings([job_id(1)])
    assert raised.value.exit_status == 1
    assert "restore" in str(raised.value.hint)
    assert path.read_bytes() == bytes(whole)


@fault("S7", "a folder as database, a file as folder", "one line, exit 1")
def test_s7_a_folder_in_the_way_and_a_file_as_folder(tmp_path: Path) -> None:
    folder = tmp_path / "goldmine.duckdb"
    folder.mkdir()
    with pytest.raises(StoreError), open_store(folder, now=NOON):
        pass
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreError, match="can't"),
        open_store(tmp_path / "file" / "goldmine.duckdb", now=NOON),
    ):
        pass


@fault("S7", "a file that is no database", "refused and left alone")
def test_s7_something_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "goldmine.duckdb"
    path.write_text("dear diary")
    with pytest.raises(StoreError), open_store(path, now=NOON):
        pass
    assert path.read_text() == "dear diary"


def test_a_new_history_in_place_of_a_lost_one_warns_of_nothing(path: Path) -> None:
    path.unlink()
    with open_store(path, now=NOON) as store:
        assert store.warnings == ()
    assert database_lock_path(path).exists()


def test_a_path_with_a_quote_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "it's" / "gold'mine.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
    assert stored(path) == {job_id(1)}


def test_after_an_error_the_history_can_be_opened_again(path: Path) -> None:
    with pytest.raises(StoreError), open_store(path, now=NOON) as store:
        store.apply(brought(1))
    assert stored(path) == {job_id(1)}


def test_the_file_is_written_for_older_tools(path: Path) -> None:
    with open_store(path, now=NOON) as store:
        row = store.con.execute(
            "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name ="
            " current_database()"
        ).fetchone()
    assert row == ("v1.4.0+",)


def test_the_engine_is_made_anew_now_and_then(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB keeps some memory of each database that was attached to it. What is open at that
    moment goes on in the old one.
    """
    monkeypatch.setattr(connection, "ENGINE_LIFE", 3)
    engines = []
    with open_store(tmp_path / "other.duckdb", now=NOON) as other:
        for number in range(7):
            with open_store(path, now=NOON) as store:
                store.set_meta("round", str(number))
            engines.append(connection._engine())
        other.set_meta("round", "of the other")
        assert other.get_meta("round") == "of the other"
    assert len({id(engine) for engine in engines}) == 3
    with (
        open_store(path, now=NOON) as store,
        open_store(tmp_path / "other.duckdb", now=NOON) as other,
    ):
        assert (store.get_meta("round"), other.get_meta("round")) == ("6", "of the other")
