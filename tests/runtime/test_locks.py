"""The two locks, against real other processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from goldmine_ingest.errors import BusyError
from goldmine_ingest.runtime.locks import (
    cycle_lock,
    cycle_lock_path,
    database_lock,
    database_lock_path,
)
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, job_id
from tests.rig.fault_table import fault
from tests.rig.waiting import PATIENCE

SHORT = timedelta(milliseconds=100)
LONG = timedelta(seconds=PATIENCE)
HOLD_LOCK = """
import sys
from pathlib import Path
from goldmine_ingest.runtime import locks
with getattr(locks, sys.argv[1])(Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""
HOLD_DATABASE = """
import sys, duckdb
con = duckdb.connect(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that runs the code until it says 'held', and ends with the block."""
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(  # noqa: S603 - our own code above
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "goldmine.duckdb"


@fault("S3", "a second cycle", "exit 75 at once, and who runs")
def test_s3_a_second_cycle_is_told_at_once_who_runs(path: Path) -> None:
    with (
        another_process(HOLD_LOCK, "cycle_lock", str(path)) as other,
        pytest.raises(BusyError) as raised,
        cycle_lock(path),
    ):
        pass
    assert raised.value.exit_status == 75
    assert f"process {other.pid}" in str(raised.value.hint)
    assert str(path) not in str(raised.value)


@fault("P1", "kill -9 of a cycle", "the system frees its lock")
def test_p1_a_killed_holder_frees_its_lock(path: Path) -> None:
    with another_process(HOLD_LOCK, "cycle_lock", str(path)) as other:
        other.kill()
        other.wait()
        with cycle_lock(path):
            pass


def test_the_two_locks_do_not_block_each_other(path: Path) -> None:
    with cycle_lock(path), database_lock(path):
        assert cycle_lock_path(path) != database_lock_path(path)


@fault("S3", "a command while the database is taken", "waits, then 75")
def test_s3_a_command_waits_for_the_database_and_then_gives_up(path: Path) -> None:
    with (
        another_process(HOLD_LOCK, "database_lock", str(path)),
        pytest.raises(BusyError, match="using the history"),
        open_store(path, wait=SHORT, now=NOON),
    ):
        pass


def test_a_command_that_waits_long_enough_gets_the_database(path: Path) -> None:
    with another_process(HOLD_LOCK, "database_lock", str(path)) as other:
        other.stdin.close()  # type: ignore[union-attr]
        with open_store(path, wait=LONG, now=NOON) as store:
            assert store.feed_states() == {}


@fault("S3", "another program's shell on the live file", "75, and which process it is")
def test_s3_another_programs_open_shell_is_busy_and_named(path: Path) -> None:
    """A DuckDB shell on the live file: exit 75, and who it is."""
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
    with another_process(HOLD_DATABASE, "", str(path)) as other:
        with pytest.raises(BusyError) as raised, open_store(path, wait=SHORT, now=NOON):
            pass
        assert (raised.value.exit_status, str(other.pid) in str(raised.value.hint)) == (75, True)
    with open_store(path, now=NOON) as store:
        assert set(store.listings([job_id(1)])) == {job_id(1)}


def test_the_note_stays_for_the_next_holder_and_garbage_is_no_note(path: Path) -> None:
    with database_lock(path) as lock:
        lock.write({"commits": 3})
    with database_lock(path) as lock:
        assert lock.note == {"commits": 3}
    database_lock_path(path).write_text('{"note": 5')
    with database_lock(path) as lock:
        assert lock.note == {}


@fault("S12", "4 threads that write", "no transaction fails")
def test_s12_threads_that_write_take_turns(path: Path) -> None:
    """Four threads, each with its own opening: every job is stored, no transaction fails."""
    from concurrent.futures import ThreadPoolExecutor

    def write(number: int) -> None:
        with open_store(path, wait=LONG, now=NOON) as store:
            store.apply(brought(number, feed=f"feed {number}"))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(8)))
    with open_store(path, now=NOON) as store:
        assert len(store.listings([job_id(number) for number in range(8)])) == 8
