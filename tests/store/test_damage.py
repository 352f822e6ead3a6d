"""A history with flipped bits, bytes, holes and a lost end: every command says it in a line or
two, and what can be saved is saved.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from goldmine_ingest.errors import StoreError, UsageError
from goldmine_ingest.exchange.export import export
from goldmine_ingest.settings.project import DatabaseSettings
from goldmine_ingest.store import connection
from goldmine_ingest.store.daily_copy import copy_daily, copy_path
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.salvage import salvage
from goldmine_ingest.store.whole import read_through
from tests.histories import NOON, brought, inside
from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.feed_server import FeedServer
from tests.rig.watching import item, serve, watching

COMMANDS = (
    ("doctor",),
    ("backup", "kept.duckdb"),
    ("sql", "SELECT count(hash(listings)) FROM listings"),
    ("find", "reconciliation"),
    ("explain", "ID"),
    ("review",),
    ("report",),
    ("export", "out"),
    ("export", "saved", "--readable"),
    ("alerts",),
    ("feeds",),
    ("near-misses",),
    ("run", "--all"),
)
SETTINGS = """
[database]
path = "data/goldmine.duckdb"
[[feed]]
name = "a"
url = "file:feed.xml"
[[notify]]
name = "here"
url = "terminal"
"""
FEED = (
    b'<rss version="2.0"><channel><title>x</title><item><title>A'
    b" job</title><link>https://x.example/1</link></item></channel></rss>"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project with a history of two cycles, and the id of one of its listings."""
    folder = tmp_path_factory.mktemp("whole")
    with FeedServer() as server:
        serve(server, "/a", *(item(n) for n in range(1, 60)))
        home = watching(folder, server, "/a", to={"here": 'url = "terminal"\nmax_per_hour = 5'})
        home.run()
        home.clock.forward(hours=1)
        home.run()
        ((listing_id,),) = home.rows("SELECT min(listing_id) FROM listing")
    (folder / "feed.xml").write_bytes(FEED)
    (folder / "config/goldmine.toml").write_text(SETTINGS)
    return folder, str(listing_id)


def _bit(data: bytearray, at: int, chance: random.Random) -> None:
    data[at] ^= 1 << chance.randrange(8)


def _bytes(data: bytearray, at: int, chance: random.Random) -> None:
    data[at : at + 64] = chance.randbytes(len(data[at : at + 64]))


def _hole(data: bytearray, at: int, _: random.Random) -> None:
    data[at : at + 4096] = bytes(len(data[at : at + 4096]))


def _cut(data: bytearray, at: int, _: random.Random) -> None:
    del data[at:]


INJURIES: dict[str, Callable[[bytearray, int, random.Random], None]] = {
    "bit": _bit,
    "bytes": _bytes,
    "hole": _hole,
    "cut": _cut,
}
_HEADERS = (
    3 * 4096
)  # of a DuckDB file: the main one and two of the database; then blocks of 256 KiB
_BLOCK = 262_144


def injure(folder: Path, how: str, seed: int) -> Path:
    """One injury at a place that the seed gives: one in four in the headers."""
    file, chance = folder / "data/goldmine.duckdb", random.Random(f"{how}{seed}")  # noqa: S311 - repeatable chance
    data = bytearray(file.read_bytes())
    INJURIES[how](data, chance.randrange(_HEADERS if seed % 4 == 0 else len(data)), chance)
    file.write_bytes(data)
    return file


@fault("S16", "flipped bits, random bytes, holes, a lost end", "every command says it; no bug")
@pytest.mark.parametrize("how", INJURIES)
def test_no_command_takes_damage_for_a_bug(
    made: tuple[Path, str], tmp_path: Path, how: str
) -> None:
    """At seeded places. A backup that says so is one: all of it can be read. What can be read is
    exported.
    """
    whole, listing_id = made
    for seed in range(2):
        home = tmp_path / str(seed)
        shutil.copytree(whole, home)
        injure(home, how, seed)
        for command in COMMANDS:
            connection._engine.cache_clear()  # each command is a process of its own
            done = goldmine(*(listing_id if word == "ID" else word for word in command), cwd=home)
            told = (how, seed, command, done.stderr)
            assert "bug" not in done.stderr, told
            assert "Traceback" not in done.stderr + done.stdout, told
            assert done.returncode in (0, 1, 3), told
            assert (
                done.returncode != 1 or command == ("doctor",) or len(done.stderr.splitlines()) <= 2
            ), told
        if (home / "kept.duckdb").exists():
            with inside(home / "kept.duckdb", read_only=True) as con:
                assert read_through(con)["listing"] >= 59
        shutil.rmtree(home)


def damaged_table(folder: Path, table: str) -> None:
    """A flipped bit in a block of this table."""
    file = folder / "data/goldmine.duckdb"
    with inside(file, read_only=True) as con:
        found = con.execute(
            "SELECT max(block_id) FROM pragma_storage_info(?) WHERE persistent", [table]
        ).fetchall()
    data = bytearray(file.read_bytes())
    data[_HEADERS + found[0][0] * _BLOCK + 1000] ^= 1
    file.write_bytes(data)


def test_doctor_goes_on_and_says_what_can_be_saved_and_how(
    made: tuple[Path, str], tmp_path: Path
) -> None:
    whole, _ = made
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    assert goldmine("backup", "data/backups/monday.duckdb", cwd=home).returncode == 0
    damaged_table(home, "raw_entry")
    lines = goldmine("doctor", cwd=home).stdout.splitlines()
    found = {line.split()[1]: line for line in lines if line.startswith("BROKEN")}
    assert "raw_entry" in found["tables"]
    assert any(line.startswith("ok") and "ledger_without_gaps" in line for line in lines)
    (saving,) = (line for line in lines if "what can be saved" in line)
    assert "goldmine restore data/backups/monday.duckdb --force brings back 59 listings" in saving
    assert "goldmine export DIR --readable" in saving
    assert goldmine("restore", "data/backups/monday.duckdb", "--force", cwd=home).returncode == 0
    assert "BROKEN" not in goldmine("doctor", cwd=home).stdout


@fault("S17", "a backup of a history that can't be read", "read back: refused, replaces nothing")
def test_a_backup_of_what_cannot_be_read_is_none_and_replaces_nothing(
    made: tuple[Path, str], tmp_path: Path
) -> None:
    whole, _ = made
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    assert goldmine("backup", "good.duckdb", cwd=home).returncode == 0
    good = (home / "good.duckdb").read_bytes()
    damaged_table(home, "raw_entry")
    for target in ("good.duckdb", "other.duckdb"):
        done = goldmine("backup", target, "--force", cwd=home)
        assert (done.returncode, "raw_entry" in done.stderr, len(done.stderr.splitlines())) == (
            1,
            True,
            2,
        ), done.stderr
    assert (home / "good.duckdb").read_bytes() == good
    assert not (home / "other.duckdb").exists()
    assert list(home.glob(".*.part")) == []


def test_the_daily_copy_rotates_nothing_away_for_a_copy_that_cannot_be_read(
    made: tuple[Path, str], tmp_path: Path
) -> None:
    whole, _ = made
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    settings = DatabaseSettings(home / "data/goldmine.duckdb", backups=1)
    yesterday = copy_daily(settings, NOON)
    assert yesterday
    damaged_table(home, "raw_entry")
    with pytest.raises(StoreError, match="raw_entry"):
        copy_daily(settings, NOON + timedelta(days=1))
    assert yesterday.exists()
    assert not copy_path(settings, NOON + timedelta(days=1)).exists()


def test_a_copy_of_a_day_ahead_is_the_first_to_go(made: tuple[Path, str], tmp_path: Path) -> None:
    """A clock was ahead: today's copy stays, although its name is the older one."""
    whole, _ = made
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    settings = DatabaseSettings(home / "data/goldmine.duckdb", backups=1)
    ahead = copy_daily(settings, NOON + timedelta(days=2))
    today = copy_daily(settings, NOON)
    assert ahead
    assert today
    assert (ahead.exists(), today.exists()) == (False, True)


def test_what_can_be_read_becomes_a_history_again(made: tuple[Path, str], tmp_path: Path) -> None:
    """All but the damaged rows, numbered without gaps, so that the next cycle goes on."""
    whole, _ = made
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    damaged_table(home, "raw_entry")
    plain = goldmine("export", "out", cwd=home)
    assert (plain.returncode, "--readable" in plain.stderr) == (1, True)
    saved = goldmine("export", "saved", "--readable", cwd=home)
    assert (saved.returncode, "raw_entry: all but" in saved.stderr) == (0, True), saved.stderr
    (home / "data/goldmine.duckdb").rename(home / "damaged.duckdb")
    assert goldmine("import", "saved", cwd=home).returncode == 0
    assert "BROKEN" not in goldmine("doctor", cwd=home).stdout
    assert (
        goldmine("run", "--all", cwd=home).returncode == 3
    )  # the feed holds something else now, and is held for that


def test_what_can_be_read_never_replaces_an_earlier_export(
    made: tuple[Path, str], tmp_path: Path
) -> None:
    whole, _ = made
    export(whole / "data/goldmine.duckdb", tmp_path / "out", NOON)
    with pytest.raises(UsageError, match="an earlier export"):
        export(whole / "data/goldmine.duckdb", tmp_path / "out", NOON, readable=True)


def test_of_many_row_groups_only_the_damaged_ones_are_lost(tmp_path: Path) -> None:
    path = tmp_path / "data" / "goldmine.duckdb"
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
        store.con.execute(
            "INSERT INTO poll SELECT 'run', md5(n::VARCHAR) || md5((n + 1)::VARCHAR) AS feed,"
            " now(), 'ok', 200, n, n, 0, 0, NULL FROM range(100000) AS t(n)"
        )
        store.checkpoint()
    damaged_table(tmp_path, "poll")
    lost = salvage(path, tmp_path / "saved.duckdb", NOON)
    assert lost.keys() == {"poll"}
    assert 0 < lost["poll"] <= 5 * connection.ROW_GROUP
    with open_store(tmp_path / "saved.duckdb", now=NOON) as store:
        assert store.warnings == ()
        assert (
            store.con.execute("SELECT count(*) FROM poll").fetchall()[0][0]
            == 100_001 - lost["poll"]
        )
        assert len(store.listing_ids()) == 1
