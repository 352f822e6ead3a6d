"""2.5 Storage: histories of other versions. Damage, locks and kills:
tests/store/test_store_files.py, test_locks.py, test_kill_drill.py.
"""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from goldmine_ingest.errors import StoreError
from goldmine_ingest.store.connection import begun
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.migrations import migrations
from tests.faults.scene import Scene
from tests.histories import NOON, brought, job_id
from tests.rig.blank_history import blank_history
from tests.rig.fault_table import fault

ROOT = Path(__file__).parents[2]


Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """Of these tables, what a history of today holds of a listing."""
    path = blank_history(tmp_path_factory.mktemp("newest") / "newest.duckdb")
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
        return {
            table: store.con.execute(f"FROM {table}").fetchall() for table in ("listing", "alias")
        }


@pytest.mark.parametrize("version", range(1, len(migrations()) + 1))
@fault("S9", "a history of each schema that we released", "migrated; every row is there")
def test_s9_a_history_of_an_earlier_release(
    version: int, newest: dict[str, Rows], tmp_path: Path
) -> None:
    """Rows that the release could write go in by its own tables, and come out by ours."""
    older = tmp_path / "older.duckdb"
    with begun(older, version, NOON) as con:
        for table, rows in newest.items():
            had = len(con.execute(f"SELECT * FROM {table} LIMIT 0").description)  # noqa: S608 - our own table names
            con.executemany(
                f"INSERT INTO {table} VALUES ({', '.join('?' * had)})",  # noqa: S608 - as above
                [row[:had] for row in rows],  # later migrations only add columns at the end
            )
    with open_store(older, now=NOON) as store:
        assert store.con.execute("FROM listing").fetchall() == newest["listing"]
        assert set(store.listings([job_id(1)])) == {job_id(1)}
        assert store.con.execute("SELECT max(version) FROM schema_version").fetchone() == (
            len(migrations()),
        )


@fault("S9", "a file written by a newer DuckDB", "refused with a clear sentence; not touched")
def test_s9_a_file_of_a_newer_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "goldmine.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
    whole = bytearray(path.read_bytes())
    assert whole[8:12] == b"DUCK"
    whole[12:20] = struct.pack(
        "<Q", 999
    )  # the storage version, behind a checksum and the magic word
    path.write_bytes(whole)
    with pytest.raises(StoreError) as raised, open_store(path, now=NOON):
        pass
    assert raised.value.exit_status == 1
    assert "newer DuckDB" in raised.value.message or "damaged" in raised.value.message
    assert path.read_bytes() == bytes(whole)


def _cut(wal: bytes) -> bytes:
    return wal[: len(wal) // 2]


def _zeroed(wal: bytes) -> bytes:
    return wal[: len(wal) // 3] + bytes(len(wal) - len(wal) // 3)


def _flipped(wal: bytes) -> bytes:
    return bytes(byte ^ 0xFF if place % 97 == 50 else byte for place, byte in enumerate(wal))


@fault(
    "S4",
    "killed with new jobs in the WAL alone, which then is cut, zeroed, flipped",
    "each loss is said; the next poll brings the jobs again",
)
def test_s4_what_a_damaged_wal_held_comes_with_the_next_poll(scene: Scene) -> None:
    """The feed's validators are lost with its jobs, so that nothing is "not modified"; and no
    one was told of them yet.
    """
    scene.serve("/faulty", qualified=(11, 12), rejected=(13,), review=(14,))
    database = scene.home.folder / "data/goldmine.duckdb"
    wal = database.with_name(database.name + ".wal")
    scene.home.project()
    for damage in (_cut, _zeroed, _flipped):
        env = {**os.environ, **scene.home.env, "FAULT_POINT": "in_wal:1"}
        command = [
            sys.executable,
            "-m",
            "goldmine_ingest",
            "--config",
            str(scene.folder / "config/goldmine.toml"),
            "run",
            "--all",
        ]
        assert (
            subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False).returncode  # noqa: S603 - ours
            == -signal.SIGKILL
        )
        wal.write_bytes(damage(wal.read_bytes()))
        assert scene.rows("SELECT count(*) FROM listings") == [(0,)]
        assert not scene.sent(scene.phone)
    told = [said for subject, said in scene.run().problems if subject == "database"]
    assert any("lacks what was stored last: " in said and "7 listings" in said for said in told), (
        told
    )
    scene.settles()
    assert [subject for subject, _ in scene.reports[-1].problems] == []


@fault(
    "S14",
    "a life with failures, retries, digests and a restart",
    "indexes agree with scans, and every other invariant holds",
)
def test_s14_the_invariants_hold_after_trouble(scene: Scene) -> None:
    """`goldmine doctor` asks them; each is broken by hand in tests/exchange/test_invariants.py.
    The kill drill asks them after each kill.
    """
    scene.phone.script = ["500", "429:5", "200"]
    scene.serve("/faulty", qualified=(11, 12), rejected=(13,))
    for _ in range(4):
        scene.run()
        scene.home.clock.forward(minutes=11)
    scene.settles()
