"""2.5 Storage: histories of other versions. Damage, locks and kills: tests/test_store_files.py, test_locks.py, test_kill_drill.py."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from goldmine_ingest.errors import StoreError
from goldmine_ingest.migrate import migrations
from goldmine_ingest.store.connection import begun
from goldmine_ingest.store.history import open_store
from tests.faults.scene import Scene
from tests.histories import NOON, brought, job_id
from tests.rig.fault_table import fault


@pytest.mark.parametrize("version", range(1, len(migrations()) + 1))
@fault("S9", "a history of each schema that we released", "migrated; every row is there")
def test_s9_a_history_of_an_earlier_release(version: int, tmp_path: Path) -> None:
    """Rows that the release could write go in by its own tables, and come out by ours."""
    newest, older = tmp_path / "newest.duckdb", tmp_path / "older.duckdb"
    with open_store(newest, now=NOON) as store:
        store.apply(brought(1))
        listing, aliases = store.con.execute("FROM listing").fetchall(), store.con.execute("FROM alias").fetchall()
    with begun(older, version, NOON) as con:
        for table, rows in (("listing", listing), ("alias", aliases)):
            con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608 - our own table names
    with open_store(older, now=NOON) as store:
        assert store.con.execute("FROM listing").fetchall() == listing
        assert set(store.listings([job_id(1)])) == {job_id(1)}
        assert store.con.execute("SELECT max(version) FROM schema_version").fetchone() == (len(migrations()),)


@fault("S9", "a file written by a newer DuckDB", "refused with a clear sentence; not touched")
def test_s9_a_file_of_a_newer_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "goldmine.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
    whole = bytearray(path.read_bytes())
    assert whole[8:12] == b"DUCK"
    whole[12:20] = struct.pack("<Q", 999)  # the storage version, behind a checksum and the magic word
    path.write_bytes(whole)
    with pytest.raises(StoreError) as raised, open_store(path, now=NOON):
        pass
    assert raised.value.exit_status == 1
    assert "newer DuckDB" in raised.value.message or "damaged" in raised.value.message
    assert path.read_bytes() == bytes(whole)


@fault("S14", "a life with failures, retries, digests and a restart", "indexes agree with scans, and every other invariant holds")
def test_s14_the_invariants_hold_after_trouble(scene: Scene) -> None:
    """`goldmine doctor` asks them; each is broken by hand in tests/history/test_invariants.py. The kill drill asks them after each kill."""
    scene.phone.script = ["500", "429:5", "200"]
    scene.serve("/faulty", qualified=(11, 12), rejected=(13,))
    for _ in range(4):
        scene.run()
        scene.home.clock.forward(minutes=11)
    scene.settles()
