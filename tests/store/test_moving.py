"""The tables of a history move out from among its views: nothing of it changes, whatever happens
meanwhile; and where they can't, all works as before.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goldmine_ingest.exchange.invariants import Check, each_by_itself, each_invariant
from goldmine_ingest.exchange.sql import reading, run_sql
from goldmine_ingest.runtime.locks import database_lock_path
from goldmine_ingest.settings.project import DatabaseSettings
from goldmine_ingest.store import moving
from goldmine_ingest.store.backup import restore
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.migrations import migrate, migrations
from goldmine_ingest.store.publish import publish
from goldmine_ingest.store.schemas import TABLES, VIEWS, tables_in
from goldmine_ingest.store.whole import outline
from tests.histories import NOON, brought, inside, job_id, minutes
from tests.reports.market import make
from tests.rig.fault_table import fault
from tests.rig.old_layout import as_before
from tests.store.test_full_disk import mounts, needs_mounts

ROOT = Path(__file__).parents[2]
VALUES = {
    "VARCHAR": "'value ' || n",
    "JSON": "'{\"n\": ' || n || '}'",
    "UUID": "md5(n::VARCHAR)::UUID",
    "BOOLEAN": "n % 2 = 0",
    "DATE": "DATE '2026-11-23' + n::INTEGER",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ '2026-11-23 12:00:00+00' + to_seconds(n)",
}
COMPARED = ("listing", "presence", "poll", "rating")
DOCUMENTED = re.findall(r"^## (\w+)$", (ROOT / "docs/views.md").read_text(), re.MULTILINE)
OPEN = """
import sys
from datetime import timedelta
from pathlib import Path
from goldmine_ingest.store.history import open_store
from tests.histories import NOON
with open_store(Path(sys.argv[1]), wait=timedelta(minutes=3), now=NOON) as store:
    print(store.con.execute("SELECT count(*) FROM listings").fetchone()[0])
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history that was never anything but new, with something in each of its tables."""
    path = tmp_path_factory.mktemp("market") / "goldmine.duckdb"
    make(path)
    with inside(path) as con:
        con.execute(
            "INSERT INTO listing_edit SELECT * REPLACE (1 AS revision) FROM listing LIMIT 3"
        )
        for name, held in outline(con).items():
            if not held:
                fill(con, name)
    return path


def fill(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Rows of any kind, some values missing where they may."""
    columns = con.execute(
        "SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE table_name = ?"
        " ORDER BY column_index",
        [table],
    ).fetchall()
    values = [
        f"CASE WHEN {number} = 0 OR n % 3 > 0 THEN {value} END" if nullable else value
        for number, (_, kind, nullable) in enumerate(columns)
        if (value := VALUES.get(kind, "NULL" if kind.endswith("]") else "n"))
    ]
    con.execute(f"INSERT INTO {table} SELECT {', '.join(values)} FROM range(5) AS made(n)")  # noqa: S608 - our own names


@pytest.fixture(scope="module")
def kept(market: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_before(market, tmp_path_factory.mktemp("kept") / "before.duckdb")


@pytest.fixture
def before(kept: Path, tmp_path: Path) -> Path:
    """The same as an earlier program kept it."""
    return Path(shutil.copy(kept, tmp_path / "goldmine.duckdb"))


def small_disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = shutil._ntuple_diskusage(10**12, 0, free)  # type: ignore[attr-defined]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)


def layout(path: Path) -> str:
    with duckdb.connect(str(path), read_only=True) as con:
        (name,) = con.execute("SELECT current_database()").fetchall()[0]
        return tables_in(con, name)


def shown(path: Path) -> list[str]:
    """What a person's own DuckDB lists."""
    with duckdb.connect(str(path), read_only=True) as con:
        return [name for (name,) in con.execute("SHOW TABLES").fetchall()]


def rows(path: Path) -> dict[str, list[Any]]:
    """What every documented view answers, asked as a person's script asks."""
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        return {
            name: sorted(map(str, con.execute(f"FROM {name}").fetchall())) for name in DOCUMENTED
        }


def tables(path: Path) -> dict[str, list[Any]]:
    """Every row of every table, in order, but for what says which views were made."""
    with inside(path, read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        names = con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        return {
            name: list(map(str, con.execute(f"FROM {name}").fetchall()))
            for (name,) in names
            if name not in ("meta", "schema_version")
        }


def checks(path: Path) -> list[Check]:
    return list(each_by_itself(path, each_invariant()))


def beside(path: Path) -> set[str]:
    return {entry.name for entry in path.parent.iterdir()}


def opens(path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Opens the history in a process of its own."""
    return subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", OPEN, str(path)],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


# What there is to see


@pytest.mark.parametrize(("large", "heard"), [(moving.LARGE, False), (100_000, True)])
def test_a_person_hears_of_a_long_move_and_not_of_a_short_one(
    before: Path,
    large: int,
    heard: bool,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(moving, "LARGE", large)
    with open_store(before, now=NOON):
        pass
    assert layout(before) == TABLES
    said = [one.message for one in caplog.records if one.name == "goldmine_ingest.store"]
    assert len(said) == heard
    assert all("written anew, once" in message for message in said)


def test_show_tables_lists_the_documented_views_alone(market: Path, before: Path) -> None:
    assert shown(market) == sorted(DOCUMENTED)
    assert len(shown(before)) > len(DOCUMENTED)
    with open_store(before, now=NOON):
        pass
    assert shown(before) == sorted(DOCUMENTED)


def test_so_does_the_published_copy_and_goldmine_sql(before: Path, tmp_path: Path) -> None:
    settings = DatabaseSettings(before, tmp_path / "history.duckdb")
    publish(settings, NOON, force=True)
    assert settings.publish
    assert shown(settings.publish) == sorted(DOCUMENTED)
    for copy in (None, settings.publish):
        answer = run_sql(before, "SHOW TABLES", now=NOON, published=copy)
        assert [name for (name,) in answer.rows] == sorted(DOCUMENTED)
        with reading(before, NOON, copy) as con:  # our own questions go behind the views
            assert con.execute("SELECT count(*) FROM listing").fetchone() == (11,)


def test_views_answer_under_any_name_that_the_history_is_attached_by(market: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{market}' AS mine (READ_ONLY)")
        for name in DOCUMENTED:
            con.execute(f"FROM mine.{name}").fetchall()
        con.execute("USE mine")
        assert con.execute("SELECT count(*) FROM listings").fetchone() == (11,)


# Nothing changes


def test_every_view_and_table_is_the_same_before_and_after(
    market: Path, before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As made new, as kept among the views (no room), and moved."""
    expected, expected_tables = rows(market), tables(market)
    with monkeypatch.context() as full:
        small_disk(full, 10**6)
        with open_store(before, now=NOON):
            pass
        assert layout(before) == VIEWS
        assert rows(before) == expected
        assert tables(before) == expected_tables
    with open_store(before, now=NOON):
        pass
    assert layout(before) == TABLES
    assert rows(before) == expected
    assert tables(before) == expected_tables
    assert checks(before) == checks(market)


def test_its_mode_its_link_and_the_key_of_its_listings_stay(before: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    real = tmp_path / "disk" / "real.duckdb"
    before.rename(real)
    before.symlink_to(real)
    real.chmod(0o640)
    with open_store(before, now=NOON) as store:
        store.apply(brought(77))
        with pytest.raises(duckdb.ConstraintException):
            store.con.execute("INSERT INTO listing FROM listing")
    assert before.is_symlink()
    assert layout(real) == TABLES
    assert real.stat().st_mode & 0o777 == 0o640
    assert beside(real) == {"real.duckdb"}


def test_what_was_stored_before_is_known_after(before: Path) -> None:
    """The same job again is no new one; a new one is."""
    with open_store(before, now=NOON) as store:
        held = set(store.listing_ids())
        store.apply(brought(900))
        assert set(store.listing_ids()) == held | {job_id(900)}


def test_a_backup_of_before_is_restored_into_the_present_form(kept: Path, tmp_path: Path) -> None:
    settings = DatabaseSettings(tmp_path / "data" / "goldmine.duckdb", None)
    settings.path.parent.mkdir()
    untouched = kept.read_bytes()
    assert restore(settings, kept, NOON, uncertain="hold").listings == 11
    assert layout(settings.path) == TABLES
    assert kept.read_bytes() == untouched
    assert not [name for name in beside(settings.path) if moving.SUFFIX in name]


# What it is written by later


@pytest.mark.parametrize("room", [True, False])
def test_later_migrations_go_where_the_tables_are(
    before: Path, tmp_path: Path, room: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not room:
        small_disk(monkeypatch, 10**6)
    with open_store(before, now=NOON):
        pass
    step = tmp_path / "later.sql"
    step.write_text(
        "CREATE TABLE more AS FROM rating; ALTER TABLE rating ADD COLUMN stars INTEGER;"
        " UPDATE rating SET stars = 5"
    )
    with duckdb.connect(str(before)) as con:
        assert migrate(con, NOON, steps=[*migrations(), step])
        assert con.execute(
            "SELECT schema_name FROM duckdb_tables() WHERE table_name = 'more'"
        ).fetchall() == [(TABLES if room else VIEWS,)]
        assert con.execute("SELECT DISTINCT stars FROM rating").fetchall() in ([(5,)], [])
    with duckdb.connect(str(before), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM listings").fetchone() == (11,)


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE presence SET event_at = event_at + INTERVAL 1 MICROSECOND WHERE rowid = 0",
        "CREATE TEMP TABLE turned AS FROM poll ORDER BY rowid DESC; DELETE FROM poll;"
        " INSERT INTO poll FROM turned",
        "DELETE FROM rating WHERE rowid = 0",
        "UPDATE listing SET country = NULL WHERE listing_id = (SELECT min(listing_id) FROM listing"
        " WHERE country IS NOT NULL)",
    ],
)
def test_a_file_that_differs_by_a_value_an_order_or_a_row_is_no_copy(
    before: Path, market: Path, tmp_path: Path, changed: str
) -> None:
    made = Path(shutil.copy(market, tmp_path / "made.duckdb"))
    with inside(market, read_only=True) as con:
        held = outline(con)
    with moving._opened(before, made) as con:
        moving._compare(con, made, {name: held[name] for name in held if name in COMPARED})
    with inside(made) as con:
        con.execute(changed)
    with (
        moving._opened(before, made) as con,
        pytest.raises(moving._UnmovableError, match="came out differently"),
    ):
        moving._compare(con, made, {name: held[name] for name in held if name in COMPARED})


# What is in the way


def test_without_room_it_stays_as_it_is_until_there_is_some(
    before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cycles go on, copies too; nothing is written aside. With room, the next opening moves."""
    with monkeypatch.context() as full:
        small_disk(full, 10**6)
        for number in (501, 502):
            with open_store(before, now=minutes(number)) as store:
                store.apply(brought(number))
        assert layout(before) == VIEWS
        assert run_sql(before, "SELECT count(*) FROM listings", now=NOON).rows == [(13,)]
        assert not [name for name in beside(before) if moving.SUFFIX in name]
        before.with_name(before.name + moving.SUFFIX).write_bytes(b"left by a kill")
    with open_store(before, now=NOON):
        pass
    assert layout(before) == TABLES
    assert len(rows(before)["listings"]) == 13
    assert not [name for name in beside(before) if moving.SUFFIX in name]


def test_somebodys_own_table_is_never_lost(before: Path) -> None:
    """It keeps the tables where they are; once it is gone they move."""
    with duckdb.connect(str(before)) as con:
        con.execute("CREATE TABLE notes AS SELECT 'call Ana' AS note")
    for _ in range(2):
        with open_store(before, now=NOON) as store:
            assert moving.hindrance(store.con, *database(store.con)) == (
                "it holds what isn't goldmine's: table notes"
            )
    with duckdb.connect(str(before)) as con:
        assert con.execute("FROM notes").fetchall() == [("call Ana",)]
        assert tables_in(con) == VIEWS
        con.execute("DROP TABLE notes")
    with open_store(before, now=NOON):
        pass
    assert layout(before) == TABLES


@pytest.mark.parametrize(
    "made",
    [
        "CREATE VIEW mine AS FROM listing",
        "CREATE MACRO mine(a) AS a + 1",
        "CREATE SEQUENCE mine",
        "CREATE TYPE mine AS ENUM ('a')",
        "CREATE SCHEMA mine",
        "CREATE INDEX mine ON rating (listing_id)",
        "ALTER TABLE rating ADD COLUMN mine VARCHAR",
    ],
)
def test_nor_is_anything_else_that_somebody_made(before: Path, made: str) -> None:
    with duckdb.connect(str(before)) as con:
        con.execute(made)
    with open_store(before, now=NOON) as store:
        assert tables_in(store.con) == VIEWS
        assert store.con.execute("SELECT count(*) FROM listings").fetchone() == (11,)


def database(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in con.execute("SELECT current_database()").fetchall()]


def test_what_cant_be_read_stays_where_it_is(before: Path) -> None:
    """The other tables are read as before, and the same program doesn't try again."""
    with duckdb.connect(str(before)) as con:
        con.execute(
            "INSERT INTO observation SELECT hash(n), md5(n::VARCHAR), now(), n, n, n, n FROM"
            " range(100_000) AS made(n)"
        )
        con.execute("CHECKPOINT")
        (block,) = con.execute(
            "SELECT max(block_id) FROM pragma_storage_info('observation') WHERE persistent"
        ).fetchall()[0]
    data = bytearray(before.read_bytes())
    data[3 * 4096 + block * 262_144 + 1000] ^= 1
    before.write_bytes(data)
    for _ in range(2):
        with open_store(before, now=NOON) as store:
            assert moving.hindrance(store.con, *database(store.con)).startswith("DuckDB says")
            assert tables_in(store.con) == VIEWS
            assert store.con.execute("SELECT count(*) FROM listing").fetchone() == (11,)
    assert not [name for name in beside(before) if moving.SUFFIX in name]


LYING = "import shutil; shutil.disk_usage = lambda _: shutil._ntuple_diskusage(10**12, 0, 10**12)\n"


@needs_mounts
@fault("S11", "a disk that fills up while the tables are moved", "the history stays as it was")
def test_s11_a_disk_that_fills_up_on_the_way(before: Path, market: Path, tmp_path: Path) -> None:
    """A tmpfs whose free space is told wrongly, as under a quota. It is tried once."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = before.stat().st_size + 3_000_000
    script = (
        'cp -a "$2" "$1/goldmine.duckdb" && cd "$5" && "$3" -c "$4" "$1/goldmine.duckdb" && "$3" -c'
        ' "$4" "$1/goldmine.duckdb" && ls -A "$1"; status=$?; cp -a "$1/goldmine.duckdb" "$2"; exit'
        " $status"
    )
    done = mounts(
        f"size={size}", script, str(disk), str(before), sys.executable, LYING + OPEN, str(ROOT)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split()[:2] == ["11", "11"]
    assert moving.SUFFIX not in done.stdout
    with inside(before, read_only=True) as con:
        assert tables_in(con) == VIEWS
        why = con.execute("SELECT value FROM meta WHERE key = ?", [moving.UNMOVED]).fetchall()
        assert len(why) == 1
    assert rows(before) == rows(market)


# Kills

POINTS = [("migrating", 1), ("moving", 1), ("moving", 17), ("compared", 1), ("moved", 1)]


@pytest.mark.parametrize(("point", "turn"), POINTS)
@fault("S11", "killed while the tables are moved", "the old or the new history; then moved")
def test_s11_a_kill_at_each_step(before: Path, market: Path, point: str, turn: int) -> None:
    expected = rows(market)
    assert opens(before, FAULT_POINT=f"{point}:{turn}").returncode == -signal.SIGKILL
    assert layout(before) == VIEWS
    done = opens(before)
    assert done.stdout == "11\n", done.stderr
    assert layout(before) == TABLES
    assert rows(before) == expected
    assert not [name for name in beside(before) if moving.SUFFIX in name]


def test_who_is_killed_each_time_is_left_alone(before: Path, market: Path) -> None:
    """Where memory is too small, say. The next version tries again."""
    for _ in range(3):
        assert opens(before, FAULT_POINT="moving:1").returncode == -signal.SIGKILL
    done = opens(before, FAULT_POINT="moving:1")
    assert done.stdout == "11\n", done
    assert not [name for name in beside(before) if moving.SUFFIX in name]
    assert rows(before) == rows(market)
    with open_store(before, now=NOON) as store:
        assert "broken off 3 times" in moving.hindrance(store.con, *database(store.con))
        store.con.execute("UPDATE meta SET value = 'another 3' WHERE key = 'moving'")
        store.con.execute("UPDATE meta SET value = 'of another program' WHERE key = 'views'")
    with open_store(before, now=minutes(1)) as store:
        store.apply(brought(900))
    database_lock_path(before).unlink()
    with open_store(before, now=NOON) as store:
        assert tables_in(store.con) == TABLES
        assert not {"moving", moving.UNMOVED} & store.meta().keys()


def killed_at_random(kept: Path, folder: Path, rounds: int) -> None:
    """Kills an opening after some of the time that it takes; the history is whole each time."""
    chance = random.Random(18)  # noqa: S311 - repeatable chance
    path = folder / "goldmine.duckdb"
    folder.mkdir()
    shutil.copy(kept, path)
    began = time.monotonic()
    assert opens(path).returncode == 0
    takes = time.monotonic() - began
    expected, layouts = rows(path), set()
    for _ in range(rounds):
        shutil.rmtree(folder)
        folder.mkdir()
        shutil.copy(kept, path)
        process = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-c", OPEN, str(path)], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, takes))
        process.kill()
        process.wait()
        with inside(path, read_only=True) as con:
            assert con.execute("SELECT count(*) FROM listing").fetchone() == (11,)
        layouts.add(layout(path))
        with open_store(path, now=NOON) as store:
            assert tables_in(store.con) == TABLES
            assert store.warnings == ()
        assert rows(path) == expected
        assert not [name for name in beside(path) if moving.SUFFIX in name]
    assert VIEWS in layouts


@fault("S11", "killed at random moments while the tables are moved", "no row is lost")
def test_s11_kills_at_random_moments(kept: Path, tmp_path: Path) -> None:
    killed_at_random(kept, tmp_path / "data", 4)


@pytest.mark.drill
@fault("S11", "killed at 150 random moments while the tables are moved", "no row is lost")
def test_s11_many_kills_at_random_moments(kept: Path, tmp_path: Path) -> None:
    killed_at_random(kept, tmp_path / "data", 150)


def test_of_several_that_open_it_at_once_one_moves_and_all_can_use_it(before: Path) -> None:
    processes = [
        subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-c", OPEN, str(before)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = [process.communicate() for process in processes]
    assert [out for out, _ in told] == ["11\n"] * 3, told
    assert layout(before) == TABLES
