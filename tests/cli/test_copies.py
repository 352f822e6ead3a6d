"""`goldmine backup`, `restore`, `export`, `import` and `publish` as a person meets them:
sentences and exit statuses.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import duckdb
import pytest

from goldmine_ingest.runtime.locks import cycle_lock, database_lock
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, inside
from tests.rig.command import goldmine
from tests.rig.feed_server import FeedServer
from tests.rig.receiver import Receiver
from tests.rig.watching import headlines, hook, item, listings, serve, watching

ROOT = Path(__file__).parents[2]
NEXT = "The next cycle asks every feed, stores what it holds, and alerts no one of it.\n"
SETTINGS = """
[database]
path = "data/goldmine.duckdb"
publish = "data/history.duckdb"
[[feed]]
name = "f"
url = "file:f.xml"
[[notify]]
name = "here"
url = "terminal"
"""


def project(folder: Path) -> Path:
    """A project that has never run."""
    (folder / "config").mkdir(parents=True)
    (folder / "config/goldmine.toml").write_text(SETTINGS)
    (folder / "config/criteria.toml").write_text("")
    return folder


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two jobs in its history."""
    home = project(tmp_path_factory.mktemp("lived"))
    with open_store(home / "data/goldmine.duckdb", now=NOON) as store:
        store.apply(brought(1, 2))
    return home


@pytest.fixture
def home(lived: Path, tmp_path: Path) -> Path:
    shutil.copytree(lived, tmp_path / "home")
    return tmp_path / "home"


def said(home: Path, *words: str, status: int = 0) -> str:
    """What the command says on standard error, with the project's folder as HOME; it prints
    nothing to standard output.
    """
    done = goldmine(*words, cwd=home)
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    return done.stderr.replace(str(home), "HOME")


def count(file: Path) -> int:
    with duckdb.connect(str(file), read_only=True) as con:
        return int(con.execute("SELECT count(*) FROM listings").fetchall()[0][0])


def test_a_backup_is_made_and_an_existing_file_is_replaced_by_force_only(home: Path) -> None:
    assert re.fullmatch(
        r"backed up: HOME/kept/monday.duckdb \(\d+\.\d MB\)\n",
        said(home, "backup", "kept/monday.duckdb"),
    )
    assert count(home / "kept/monday.duckdb") == 2
    refused = (
        "goldmine: monday.duckdb is there already\nName another file, or add --force to replace"
        " it.\n"
    )
    assert said(home, "backup", "kept/monday.duckdb", status=2) == refused
    assert said(home, "backup", "--force", "--quiet", "kept/monday.duckdb") == ""
    assert (
        said(home, "backup", "--force", "data/goldmine.duckdb", status=2)
        == "goldmine: that is the history itself\nName another file.\n"
    )


def test_the_lines_of_timer_and_cron_make_a_copy_every_week_again(home: Path) -> None:
    files = ("systemd/goldmine-backup.service", "cron/crontab")
    lines = [
        line
        for file in files
        for line in (ROOT / "deploy" / file).read_text().splitlines()
        if "goldmine backup" in line and "date +" in line
    ]
    assert len(lines) == len(files)
    for line in lines:
        words = shlex.split(
            re.sub(r"\$?\$\(date \+[\\%]%u\)", "2", line.split("bin/goldmine ")[1].rstrip("'"))
        )
        for _ in range(2):
            assert said(home, *words) == ""
    assert count(home / "data/backups/day-2.duckdb") == 2


@pytest.mark.parametrize("command", [["backup", "b.duckdb"], ["export", "out"], ["publish"]])
def test_without_a_history_there_is_nothing_to_copy(tmp_path: Path, command: list[str]) -> None:
    home = project(tmp_path / "new")
    assert (
        said(home, *command, status=2)
        == "goldmine: there is no history yet\ngoldmine run makes one\n"
    )
    assert not (home / "data").exists()


def test_a_restore_over_a_history_needs_force_and_sets_it_aside(home: Path) -> None:
    said(home, "backup", "b.duckdb")
    refused = said(home, "restore", "b.duckdb", status=2)
    assert (
        refused == "goldmine: HOME/data/goldmine.duckdb: there is a history already: 2 listings\n"
        "With --force it is set aside beside its place, not deleted.\n"
    )
    done = said(home, "restore", "b.duckdb", "--force")
    assert re.fullmatch(
        r"restored: 2 listings\nthe history that stood there is now"
        r" goldmine\.before-\d{8}T\d{6}\.duckdb\n"
        r"alerts that were waiting then, and may have been sent since: 2; sent again, marked \(may"
        r" repeat\)\n" + re.escape(NEXT),
        done,
    )
    (aside,) = (home / "data").glob("goldmine.before-*.duckdb")
    assert count(aside) == count(home / "data/history.duckdb") == 2


def test_a_restore_into_a_new_project_needs_no_force(home: Path, tmp_path: Path) -> None:
    said(home, "backup", "b.duckdb")
    new = project(tmp_path / "new")
    assert said(new, "restore", str(home / "b.duckdb")).startswith(
        "restored: 2 listings\nalerts that were waiting then"
    )
    assert count(new / "data/goldmine.duckdb") == 2


def test_what_is_missing_or_no_history_is_not_restored(home: Path) -> None:
    missing = said(home, "restore", "nowhere.duckdb", "--force", status=2)
    assert (
        missing == "goldmine: HOME/nowhere.duckdb: there is no such file\n"
        "goldmine backup FILE makes one; serve keeps some in backups/ beside the history.\n"
    )
    (home / "notes.txt").write_text("milk, bread")
    no_history = said(home, "restore", "notes.txt", "--force", status=1)
    assert no_history.startswith(
        "goldmine: HOME/notes.txt: isn't a usable backup: it is damaged or can't be used"
    )
    assert no_history.endswith("\nThe history is as it was.\n")
    assert count(home / "data/goldmine.duckdb") == 2
    assert not list((home / "data").glob("*.before-*"))


def test_a_running_cycle_puts_off_what_would_replace_the_history_and_nothing_else(
    home: Path, tmp_path: Path
) -> None:
    new = project(tmp_path / "new")
    with cycle_lock(home / "data/goldmine.duckdb"), cycle_lock(new / "data/goldmine.duckdb"):
        for command in (["backup", "b.duckdb"], ["export", "out"], ["publish"]):
            said(home, *command)
        for where, command in (
            (home, ["restore", "b.duckdb", "--force"]),
            (new, ["import", str(home / "out")]),
        ):
            busy = said(where, *command, status=75)
            assert re.fullmatch(
                r"goldmine: another cycle is running\nIt is .+ \(process \d+\); try again when it"
                r" is done\.\n",
                busy,
            )
    assert not (new / "data/goldmine.duckdb").exists()


@pytest.mark.drill
def test_who_keeps_the_database_is_named(home: Path) -> None:
    """After ten seconds of waiting."""
    with database_lock(home / "data/goldmine.duckdb"):
        assert "another goldmine command is using the history" in said(
            home, "backup", "b.duckdb", status=75
        )


def test_publish_says_where_the_copy_is_or_how_to_have_one(home: Path) -> None:
    assert said(home, "publish") == "published: HOME/data/history.duckdb\n"
    file = home / "config/goldmine.toml"
    file.write_text(file.read_text().replace("publish =", "# publish ="))
    assert said(home, "publish", status=2).startswith(
        "goldmine: there is no published copy to refresh\nset [database] publish = "
    )


def test_an_export_says_what_is_in_it_and_replaces_nothing_but_an_export(home: Path) -> None:
    for _ in range(2):
        assert said(home, "export", "out").startswith(
            "exported: 2 listings, 2 decisions, 2 alerts to HOME/out\n"
        )
    assert "there is something else" in said(home, "export", "config", status=2)
    assert sorted(file.name for file in (home / "config").iterdir()) == [
        "criteria.toml",
        "goldmine.toml",
    ]


def test_an_import_goes_into_a_project_without_a_history_only(home: Path, tmp_path: Path) -> None:
    said(home, "export", "out")
    refused = said(home, "import", "out", status=2)
    assert (
        refused == "goldmine: HOME/data/goldmine.duckdb: there is a history already: 2 listings\n"
        "Name another project by --config, or move that file away first.\n"
    )
    new = project(tmp_path / "new")
    assert (
        said(new, "import", str(home / "out"))
        == "imported: 2 listings, 2 decisions, 2 alerts\n" + NEXT
    )
    assert count(new / "data/history.duckdb") == 2
    for folder in ("config", "nowhere"):
        no_export = (
            f"goldmine: HOME/{folder}: there is no manifest.json in it\ngoldmine export DIR makes"
            " an export.\n"
        )
        assert said(home, "import", folder, status=2) == no_export


def views(home: Path) -> dict[str, list[str]]:
    """Every row of every documented view; `feeds` but for when it is due, since that is what an
    import changes.
    """
    with inside(home / "data/goldmine.duckdb", read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        names = con.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL"
        ).fetchall()
        asked = {name: "* EXCLUDE (next_poll_at)" if name == "feeds" else "*" for (name,) in names}
        return {
            name: sorted(map(str, con.execute(f"SELECT {what} FROM {name}").fetchall()))  # noqa: S608 - our own views
            for name, what in asked.items()
        }


def test_a_history_moves_to_another_project_and_no_one_is_told_twice(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """Job 1 was alerted in the old project, job 2 is new in the new one's first cycle, job 3
    comes after it and is news.
    """
    serve(feeds, "/a", item(1))
    old = watching(tmp_path / "old", feeds, "/a", to={"phone": hook(sink)})
    old.run()
    alerted = listings(sink)
    assert len(alerted) == 1
    said(old.folder, "export", str(tmp_path / "moved"))
    new = watching(tmp_path / "new", feeds, "/a", to={"phone": hook(sink)})
    new.project()
    said(new.folder, "import", str(tmp_path / "moved"))
    assert views(new.folder) == views(old.folder)
    serve(feeds, "/a", item(1), item(2))
    new.clock.forward(minutes=10)
    report = new.run(all_feeds=False)
    assert (report.exit_status, report.new_listings) == (0, 1)
    assert (listings(sink), headlines(sink)) == (alerted, ["first cycle after a restore or import"])
    serve(feeds, "/a", item(1), item(2), item(3))
    new.clock.forward(minutes=10)
    assert new.run().new_listings == 1
    assert len(listings(sink)) == 2
