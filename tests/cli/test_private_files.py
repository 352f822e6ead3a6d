"""Whatever a command writes is its owner's alone: what stands in it is the history, feeds'
addresses, or what was thought of them.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.project import CRITERIA, upwork_feed
from tests.rig.watching import item

ROOT = Path(__file__).parent.parent.parent
COMMANDS = [
    ("run",),
    ("publish",),
    ("report", "--html", "out/report.html"),
    ("review", "--html", "out/review.html"),
    ("feeds", "export", "out/feeds.opml"),
    ("feeds", "export", "--with-secrets", "out/feeds.opml"),
    ("sql", "FROM listings", "--output", "out/listings.csv"),
    ("sql", "FROM listings", "--output", "out/listings.json"),
    ("sql", "FROM listings", "--output", "out/listings.parquet"),
    ("backup", "out/backup.duckdb"),
    ("export", "out/export"),
    ("tune", "--terms"),
    ("near-misses",),
    ("backtest", "--set", "budget.fixed_minimum=600"),
]


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return project(tmp_path)


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after its first cycle, to be copied."""
    home = project(tmp_path_factory.mktemp("polled"))
    assert goldmine("run", cwd=home).returncode == 0
    return home


def project(tmp_path: Path) -> Path:
    with umask(0o022):
        (tmp_path / "config").mkdir()
        (tmp_path / "out").mkdir()
        (tmp_path / "feed.xml").write_bytes(upwork_feed(item(1), item(2)))
        (tmp_path / "config" / "goldmine.toml").write_text(
            '[database]\npublish = "data/history.duckdb"\n'
            '[[feed]]\nname = "f"\nurl = "file:feed.xml"\nbacklog = "all"\nmax_age = "none"\n'
            '[[feed]]\nname = "far"\nurl = "https://feeds.example/rss"\nenabled = false\n'
            '[[notify]]\nname = "screen"\nurl = "terminal"\n'
        )
        (tmp_path / "config" / "criteria.toml").write_text(CRITERIA)
    return tmp_path


def modes(folder: Path) -> dict[str, int]:
    """Every file and folder below, with its mode."""
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode)
        for path in folder.rglob("*")
    }


def run_all(home: Path) -> None:
    for arguments in COMMANDS:
        ran = goldmine(*arguments, cwd=home)
        assert ran.returncode == 0, (arguments, ran.stderr)


@fault(
    "C9", "a umask that gives all, or takes even the owner's rights", "every file written is 0600"
)
@pytest.mark.parametrize("mask", [0o000, 0o777])
def test_files_are_the_owners_whatever_the_umask(home: Path, mask: int) -> None:
    before = modes(home)
    with umask(mask):
        run_all(home)
        assert os.umask(mask) == mask  # as it was, for whoever called
    made = {name: mode for name, mode in modes(home).items() if name not in before}
    assert {
        "out/report.html",
        "out/feeds.opml",
        "out/backup.duckdb",
        "data/history.duckdb",
    } <= made.keys()
    assert any(name.endswith(".parquet") and name.startswith("out/export") for name in made)
    for name, mode in made.items():
        wanted = (
            0o700 if (home / name).is_dir() else 0o400 if name == "data/history.duckdb" else 0o600
        )
        assert mode == wanted, (name, oct(mode))


def test_a_file_that_others_could_read_is_theirs_no_more_when_written_anew(
    polled: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(polled, tmp_path / "project")
    for name in ("report.html", "feeds.opml", "listings.csv"):
        (home / "out" / name).write_text("old")
        (home / "out" / name).chmod(0o644)
    goldmine("report", "--html", "out/report.html", cwd=home)
    goldmine("feeds", "export", "out/feeds.opml", cwd=home)
    goldmine("sql", "FROM listings", "--output", "out/listings.csv", cwd=home)
    assert set(modes(home / "out").values()) == {0o600}


@pytest.mark.parametrize("mask", [0o000, 0o777])
def test_a_new_project_is_private(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        assert goldmine("init", "project", cwd=tmp_path).returncode == 0
    found = modes(tmp_path)
    assert {mode for name, mode in found.items() if (tmp_path / name).is_file()} == {0o600}
    assert {mode for name, mode in found.items() if (tmp_path / name).is_dir()} == {0o700}


@pytest.mark.parametrize(
    "path",
    [
        "config/secrets/token",
        "goldmine.env",
        ".env",
        "deep/er/x.env",
        "data/goldmine.duckdb",
        ".venv/bin/python",
    ],
)
def test_secrets_and_history_never_get_into_git_or_an_image(path: str) -> None:
    named = {
        line.strip() for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    }
    assert {"config/secrets/", "*.env", "**/*.env", "data/", ".venv"} <= named
    assert {"config/secrets/", "*.env", "data/", ".venv"} <= set(
        (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    )
    if (ROOT / ".git").exists():
        ask = ["git", "check-ignore", "--quiet", "--no-index", path]
        assert subprocess.run(ask, cwd=ROOT, check=False).returncode == 0  # noqa: S603 - our own
        ours = [
            "git",
            "check-ignore",
            "--quiet",
            "--no-index",
            "goldmine_ingest/data/territories.json",
        ]
        assert subprocess.run(ours, cwd=ROOT, check=False).returncode == 1  # noqa: S603 - our own


RUBBISH = [
    b"[" * 60_000,
    b'{"note": ' * 20_000,
    b'{"note": {"commits": [[1]]}}',
    b'{"note": {"commits": "many"}}',
    b'{"note": {"commits": null}, "holder": {"a": []}}',
    b'{"note": [1]}',
    b"\xff\xfe\x00" * 100,
    b"5",
]


@fault("S15", "lock files of nested rubbish", "a cycle runs, and says what it can't tell")
@pytest.mark.parametrize("rubbish", RUBBISH)
def test_lock_files_of_rubbish_stop_nothing(polled: Path, tmp_path: Path, rubbish: bytes) -> None:
    home = shutil.copytree(polled, tmp_path / "project")
    for kind in ("lock", "cycle", "serve"):
        (home / "data" / f"goldmine.duckdb.{kind}").write_bytes(rubbish)
    ran = goldmine("run", "--all", cwd=home)
    assert ran.returncode in (0, 3), ran.stderr
    assert "bug in goldmine" not in ran.stderr
    assert ".lock file held rubbish" in ran.stderr
    assert "rubbish" not in goldmine("run", "--all", cwd=home).stderr  # said once
