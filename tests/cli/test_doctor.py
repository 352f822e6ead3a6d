"""`goldmine doctor` and `goldmine check` as their users run them: what is broken is named, with
what to do; no secret in a bug report.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.cli import doctor, doctor_history
from goldmine_ingest.model.fetched import Fetched, Outcome
from goldmine_ingest.pipeline.polling.spool import Spool
from goldmine_ingest.runtime.locks import database_lock, serve_lock
from goldmine_ingest.store.history import open_store
from tests.cli.test_commands import document
from tests.histories import inside
from tests.rig.command import goldmine
from tests.rig.old_layout import as_before
from tests.rig.project import CRITERIA, upwork_feed, upwork_item

SETTINGS = """
[database]
path = "data/goldmine.duckdb"
publish = "data/history.duckdb"
[[feed]]
name = "f"
url = "file:feed.xml"
[[notify]]
name = "screen"
url = "terminal"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a history and a published copy, as a user has it."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "config").mkdir()
    for name, text in (("goldmine.toml", SETTINGS), ("criteria.toml", CRITERIA)):
        (folder / "config" / name).write_text(text)
        (folder / "config" / name).chmod(0o600)
    (folder / "feed.xml").write_bytes(upwork_feed(upwork_item(1), upwork_item(2)))
    done = goldmine("run", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    folder = tmp_path / "home"
    shutil.copytree(made, folder, symlinks=True)
    (folder / "data").chmod(0o700)
    return folder


def checks(home: Path, status: int) -> dict[str, dict[str, Any]]:
    """The doctor's checks by name; its exit status is `status`."""
    done = goldmine("doctor", "--json", cwd=home)
    assert done.returncode == status, done.stdout + done.stderr
    found = document(done)
    assert found["ok"] is (status == 0)
    return {check["name"]: check for check in found["checks"]}


def broken(home: Path) -> dict[str, str]:
    return {name: check["detail"] for name, check in checks(home, 1).items() if not check["ok"]}


def data(home: Path) -> Path:
    return home / "data" / "goldmine.duckdb"


def test_a_healthy_project_is_fine(made: Path) -> None:
    found = checks(made, 0)
    assert [name for name, check in found.items() if check["warning"]] == []
    assert {
        "schema",
        "counts",
        "qualified_in_ledger",
        "published copy",
        "disk space",
        "spool",
        "feeds are asked",
    } <= found.keys()


def test_a_broken_invariant_is_named_with_its_count_and_an_example_and_is_1(home: Path) -> None:
    with inside(data(home)) as con:
        con.execute("DELETE FROM decision")
    found = checks(home, 1)["listings_decided"]
    assert (found["ok"], found["count"]) == (False, 2)
    assert found["example"] in found["detail"]
    shown = goldmine("doctor", cwd=home)
    assert (
        shown.returncode,
        "BROKEN   listings_decided" in " ".join(shown.stdout.split("  ")),
    ) == (1, False)
    assert any(
        line.startswith("BROKEN") and "listings_decided" in line
        for line in shown.stdout.splitlines()
    )


def loosen(folder: Path, name: str, mode: int) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.touch()
    path.chmod(mode)


@pytest.mark.parametrize(
    ("name", "mode", "mend"),
    [
        ("data", 0o755, "chmod 700"),
        ("data", 0o777, "chmod 700"),
        ("data/goldmine.duckdb", 0o644, "chmod 600"),
        ("data/goldmine.duckdb.wal.corrupt-20261123T120000", 0o644, "chmod 600"),
        ("data/goldmine.before-20261123T120000.duckdb", 0o604, "chmod 600"),
        ("data/backups/goldmine-2026-11-23.duckdb", 0o640, "chmod 600"),
        ("data/spool/x.part", 0o644, "chmod 600"),
        ("data/.sql_history", 0o644, "chmod 600"),
        ("data/history.duckdb", 0o600, "chmod 400"),
        ("data/history.duckdb", 0o444, "chmod 400"),
        ("config/templates/screen.txt", 0o666, "chmod go-w"),
    ],
)
def test_z12_c1_what_others_may_read_or_change_is_named_with_how_to_mend_it(
    home: Path, name: str, mode: int, mend: str
) -> None:
    """By doctor, by check, and by every run."""
    loosen(home, name, mode)
    for folder in ("data/backups", "data/spool"):
        if (home / folder).is_dir():
            (home / folder).chmod(0o700)
    assert mend in broken(home)[f"private: {name}"]
    warned = goldmine("run", cwd=home)
    assert warned.returncode == 0
    assert f"warning: {name}" in warned.stderr
    assert mend in warned.stderr
    assert any(
        w["where"] == name for w in document(goldmine("check", "--json", cwd=home))["warnings"]
    )


def test_c1_config_and_secret_files_that_others_may_read_are_warnings(home: Path) -> None:
    (home / "token").write_text("json://127.0.0.1:9/")
    text = SETTINGS.replace('url = "terminal"', 'url = "secret:token"')
    (home / "config" / "goldmine.toml").write_text(text)
    (home / "token").chmod(0o644)
    (home / "config" / "criteria.toml").chmod(0o666)
    found = {name: check["detail"] for name, check in checks(home, 0).items() if check["warning"]}
    assert "chmod 600" in found["configuration: config/criteria.toml"]
    assert "chmod 600" in found["configuration: notify[0].url"]


def _a_file_for_the_folder(home: Path) -> None:
    shutil.rmtree(home / "data")
    (home / "data").write_text("not a folder")


def _a_folder_for_the_file(home: Path) -> None:
    data(home).unlink()
    data(home).mkdir(mode=0o700)


def _a_pipe(home: Path) -> None:
    data(home).unlink()
    os.mkfifo(data(home), 0o600)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_a_file_for_the_folder, "data is a file"),
        (_a_folder_for_the_file, "is a folder"),
        (_a_pipe, "not a regular file"),
    ],
)
def test_s7_a_place_where_no_history_can_be_is_named_by_check_doctor_and_run(
    home: Path, spoil: Callable[[Path], None], said: str
) -> None:
    """One line each and no traceback: check 3 (this machine), doctor and run 1."""
    spoil(home)
    checked = goldmine("check", "--json", cwd=home)
    assert checked.returncode == 3
    assert any(
        problem["where"] == "database.path" and said in problem["message"]
        for problem in document(checked)["problems"]
    )
    assert said in broken(home)["place of the history"]
    ran = goldmine("run", cwd=home)  # two lines: what is wrong, and what to do
    assert (ran.returncode, ran.stdout) == (1, "")
    assert len(ran.stderr.splitlines()) <= 2, ran.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_s7_a_folder_that_may_not_be_written_is_named(home: Path) -> None:
    (home / "data").chmod(0o500)
    assert goldmine("check", cwd=home).returncode == 3
    assert "can't be written" in broken(home)["place of the history"]


def test_s7_a_missing_folder_is_made_by_the_next_run(home: Path) -> None:
    shutil.rmtree(home / "data")
    assert goldmine("check", cwd=home).returncode == 0
    assert checks(home, 0)["history"]["detail"].startswith("there is none yet")
    assert goldmine("run", cwd=home).returncode == 0


def test_s3_while_another_program_has_the_history_the_rest_is_checked_and_the_status_is_75(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One document on standard output, who is in the way on standard error."""
    monkeypatch.setattr(
        doctor_history, "open_store", partial(open_store, wait=timedelta(0))
    )  # a user's command waits 10 s
    with database_lock(data(home)):
        done = goldmine("doctor", "--json", cwd=home)
    assert done.returncode == 75
    found = document(done)
    assert found["ok"] is False
    assert [check["name"] for check in found["checks"] if not check["ok"]] == ["history"]
    assert "try again" in done.stderr


def test_s4_a_damaged_log_and_missing_rows_stay_known_whoever_opens_first(home: Path) -> None:
    """`goldmine sql` is the first to open the history; doctor and the next cycle still tell."""
    with database_lock(data(home)) as lock:
        lock.write({**lock.note, "commits": 99, "listings": 5})
    aside = data(home).with_name("goldmine.duckdb.wal.corrupt-20261123T120000")
    aside.touch(0o600)
    assert goldmine("sql", "SELECT 1", cwd=home).returncode == 0
    found = checks(home, 0)
    assert found["nothing was lost"]["warning"]
    assert "3 listings" in found["nothing was lost"]["example"]
    assert found["set aside: damaged log"]["example"] == aside.name
    told = goldmine("run", cwd=home)
    assert "lacks what was stored last" in told.stderr
    assert "lacks what was stored last" not in goldmine("run", cwd=home).stderr


def test_s5_a_damaged_history_is_refused_with_what_to_do_and_unchanged(home: Path) -> None:
    data(home).write_bytes(b"damaged" * 10_000)
    assert "goldmine restore FILE" in broken(home)["history"]
    assert data(home).read_bytes() == b"damaged" * 10_000


def test_s10_a_history_of_a_newer_program_is_named(home: Path) -> None:
    with inside(data(home)) as con:
        con.execute("INSERT INTO schema_version VALUES (99, 'later', now())")
    assert "schema version 99" in broken(home)["history"]


def test_copies_that_would_not_help_are_named(home: Path) -> None:
    backups = home / "data" / "backups"
    backups.mkdir(mode=0o700)
    shutil.copy(data(home), backups / "goldmine-2026-11-22.duckdb")
    (backups / "goldmine-2026-11-23.duckdb").write_bytes(data(home).read_bytes()[:300_000])
    for copy in backups.iterdir():
        copy.chmod(0o600)
    published = home / "data" / "history.duckdb"
    published.chmod(0o600)
    published.write_bytes(b"text")
    published.chmod(0o400)
    found = broken(home)
    assert set(found) == {"newest backup", "published copy"}
    assert "goldmine publish" in found["published copy"]
    assert "goldmine-2026-11-23" in found["newest backup"]


def test_what_waits_in_the_spool_is_said(home: Path) -> None:
    spool = Spool.beside(data(home))
    spool.save(Fetched("gone", Outcome.OK, datetime(2026, 11, 1, tzinfo=UTC), body=b"<rss/>"))
    found = checks(home, 0)["spool"]
    assert (found["warning"], found["count"]) == (True, 1)
    assert "gone" in found["detail"]
    next(spool.folder.glob("*.answer")).write_bytes(b"half")
    assert "can't be read" in broken(home)["spool"]


def test_what_waits_in_the_place_of_workers_and_what_was_set_aside_is_said(home: Path) -> None:
    assert not any(name.startswith("workers") for name in checks(home, 0))
    settings = home / "config/goldmine.toml"
    settings.write_text(settings.read_text() + '[workers]\nbatches = "shared"\nshards = 1\n')
    assert checks(home, 0)["workers: batches"]["detail"] == "no batch waits"
    for folder in ("batches", "damaged"):
        (home / "shared" / folder).mkdir(parents=True)
    (
        home / f"shared/batches/0-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-0000-0011.parquet"
    ).write_bytes(b"x")
    fresh = checks(home, 0)["workers: batches"]
    assert (fresh["count"], fresh["warning"]) == (1, False)
    (home / "shared/batches/1-20260101T000000.000000Z-0000-0022.parquet").write_bytes(b"x")
    (home / "shared/damaged/0-20260101T000000.000000Z-0000-0033.parquet").write_bytes(b"x")
    found = checks(home, 0)
    assert (found["workers: batches"]["count"], found["workers: batches"]["warning"]) == (2, True)
    assert (found["workers: set aside"]["count"], found["workers: set aside"]["warning"]) == (
        1,
        True,
    )
    (home / "shared/batches").rename(home / "shared/before")
    (home / "shared/batches").write_text("a file in the folder's place")
    assert "shared place can't be used" in broken(home)["workers: shared place"]


@pytest.mark.parametrize(
    ("free", "status", "warned"), [(10**9, 0, False), (50 * 10**6, 0, True), (10**6, 1, True)]
)
def test_low_disk_space_is_a_warning_and_then_broken(
    home: Path, free: int, status: int, warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 0, free))  # type: ignore[attr-defined]
    found = checks(home, status)["disk space"]
    assert (found["ok"], found["warning"]) == (status == 0, warned)


def test_tables_that_cant_be_moved_from_among_the_views_say_what_they_wait_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_before(data(home), home / "before.duckdb").replace(data(home))
    data(home).chmod(0o600)
    with monkeypatch.context() as full:
        usage = shutil._ntuple_diskusage(10**12, 0, 15 * 10**6)  # type: ignore[attr-defined]
        full.setattr(shutil, "disk_usage", lambda _: usage)
        found = checks(home, 0)["tables apart"]
        assert (found["ok"], found["warning"]) == (True, True)
        assert "MB of disk for a while, 15 MB are free" in found["detail"]
    with inside(data(home)) as con:
        con.execute("CREATE TABLE notes (note VARCHAR)")
    goldmine("publish", cwd=home)  # the copy that is there has no such table
    assert "isn't goldmine's: table notes" in checks(home, 0)["tables apart"]["detail"]
    with inside(data(home)) as con:
        con.execute("DROP TABLE notes")
    found = checks(home, 0)["tables apart"]
    assert (found["ok"], found["warning"]) == (True, False)


def test_z11_no_secret_in_a_traceback(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exceptions of libraries quote addresses, and --verbose shows them."""
    text = SETTINGS.replace("file:feed.xml", "env:FEED").replace('"terminal"', '"secret:token"')
    (home / "config" / "goldmine.toml").write_text(text)
    (home / "token").write_text("tgram://123456:CANARYtoken9876543210abc/42/")
    feed = "https://user:CANARYpass1@feeds.example/rss?token=CANARYquery1234567890"

    def fail(*_: object) -> int:
        raise RuntimeError(f"no route to {feed} nor to tgram://123456:CANARYtoken9876543210abc/42/")

    monkeypatch.setattr(doctor, "run", fail)
    for arguments in (
        ["doctor", "--verbose"],
        ["--config", "config/goldmine.toml", "--verbose", "doctor"],
    ):
        done = goldmine(*arguments, cwd=home, FEED=feed)
        assert done.returncode == 1
        assert "RuntimeError: no route to ***" in done.stderr
        assert "CANARY" not in done.stderr + done.stdout
    (home / "config" / "goldmine.toml").write_text("not toml")
    assert "CANARYquery" not in goldmine("doctor", "--verbose", cwd=home, FEED=feed).stderr


def test_alive_is_who_serves_and_has_shown_itself_lately(tmp_path: Path) -> None:
    assert goldmine("init", ".", cwd=tmp_path).returncode == 0
    asked = partial(goldmine, "doctor", "--alive", cwd=tmp_path)
    assert asked().returncode == 1, "nobody serves"
    with serve_lock(tmp_path / "data/goldmine.duckdb") as lock:
        lock.touch()
        assert asked().returncode == 0
        an_hour_ago = datetime.now(UTC).timestamp() - 3600
        os.utime(lock.fd, (an_hour_ago, an_hour_ago))
        hangs = asked()
    assert (hangs.returncode, "hangs" in hangs.stderr) == (1, True)
