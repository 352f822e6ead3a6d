"""S6 and S8: a disk that fills up in the middle of a step, and little memory for a large log.
Nothing is lost or goes out unrecorded.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from goldmine_ingest.store import connection
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, listing
from tests.rig.fault_table import fault
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home
from tests.rig.receiver import Receiver
from tests.rig.waiting import PATIENCE
from tests.rig.watching import hook, item, listings, serve, watching


def goldmine(home: Home, *arguments: str, largest: int) -> subprocess.CompletedProcess[str]:
    """The command where no file may grow beyond `largest` bytes: writing on fails as on a full
    disk.
    """
    limit = f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({largest}, {largest}))"
    code = f"{limit}; from goldmine_ingest.cli import main; raise SystemExit(main())"
    return subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code, *arguments],
        cwd=home.folder,
        env={"PATH": os.environ["PATH"], "HOME": str(home.folder), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def size(home: Home) -> int:
    return (home.folder / "data" / "goldmine.duckdb").stat().st_size


@pytest.mark.parametrize("when", ["insert", "checkpoint"])
@fault(
    "S6",
    "a full disk in an insert, a checkpoint",
    "0 sends without a ledger row; everything comes once there is room",
)
def test_s6_a_full_disk_in_a_cycle_sends_nothing_that_is_not_in_the_ledger(
    tmp_path: Path, feeds: FeedServer, when: str
) -> None:
    """Status 1 and what to do; once there is room again, everything comes exactly once."""
    serve(feeds, "/a", item(1))
    with Receiver() as sink:
        home = watching(tmp_path, feeds, "/a", to={"phone": hook(sink, "max_per_hour = 100")})
        home.run()
        serve(
            feeds,
            "/a",
            *(
                item(
                    n,
                    body=f"Month-end close {n}: reconciliation in Python and SQL. "
                    + os.urandom(3000).hex(),
                )
                for n in range(2, 42)
            ),
        )
        largest = 100_000 if when == "insert" else size(home)
        done = goldmine(home, "run", "--all", largest=largest)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "the disk is full" in done.stderr
        assert "Traceback" not in done.stderr
        owed = {
            str(row[0])
            for row in home.rows("SELECT listing_id FROM alert_event WHERE event = 'attempt'")
        }
        assert set(listings(sink)) <= owed
        home.clock.forward(hours=2)
        home.run()
        home.clock.forward(hours=2)
        home.run()
        assert home.rows("SELECT count(*) FROM listings") == [(41,)]
        assert sorted(set(listings(sink))) == sorted(
            str(row[0]) for row in home.rows("SELECT listing_id FROM alerts WHERE state = 'sent'")
        )
        repeated = len(listings(sink)) - len(set(listings(sink)))
        assert repeated <= len(home.rows("SELECT 1 FROM alert_event WHERE event = 'uncertain'"))


def mounts(options: str, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A shell script in a mount namespace of its own, where the folder $1 is a tmpfs with these
    options. Needs root.
    """
    mount = f'mount -t tmpfs -o {options} none "$1" || exit 99; '
    return subprocess.run(  # noqa: S603 - our own
        [  # noqa: S607 - where it lies differs
            "unshare",
            "--mount",
            "sh",
            "-c",
            mount + script,
            "sh",
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def can_mount() -> bool:
    if shutil.which("unshare") is None or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        return mounts("size=1m", "true", folder).returncode == 0


needs_mounts = pytest.mark.skipif(
    not can_mount(),
    reason="needs root and a mount namespace; RLIMIT_FSIZE shows the same elsewhere",
)
# Runs goldmine in the folder $1/home, which is a copy of $2, and copies it back.
IN_A_COPY = (
    'cp -a "$2" "$1/home" && {before} cd "$1/home" && "$3" -m goldmine_ingest run --all; status=$?;'
    ' cp -a "$1/home/." "$2"; exit $status'
)


@needs_mounts
@fault(
    "S6",
    "a tmpfs of 16 MiB that is full",
    "0 sends without a ledger row; everything comes once there is room",
)
def test_s6_a_file_system_that_is_full(tmp_path: Path, feeds: FeedServer) -> None:
    serve(feeds, "/a", item(1))
    with Receiver() as sink:
        home = watching(
            tmp_path / "home", feeds, "/a", to={"phone": hook(sink, "max_per_hour = 100")}
        )
        home.run()
        serve(
            feeds,
            "/a",
            *(
                item(
                    n,
                    body=(
                        f"Month-end close {n}: we need a reconciliation of bank exports against the"
                        " ledger in Python and SQL."
                        f" {os.urandom(9000).hex()}"
                    ),
                )
                for n in range(2, 42)
            ),
        )
        (tmp_path / "disk").mkdir()
        script = IN_A_COPY.format(before='head -c 15500000 /dev/zero 2> /dev/null > "$1/else";')
        done = mounts("size=16m", script, str(tmp_path / "disk"), str(home.folder), sys.executable)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "the disk is full" in done.stderr
        assert "Traceback" not in done.stderr
        owed = {
            str(row[0])
            for row in home.rows("SELECT listing_id FROM alert_event WHERE event = 'attempt'")
        }
        assert set(listings(sink)) <= owed
        home.clock.forward(hours=2)
        home.run()
        assert home.rows("SELECT count(*) FROM listings") == [(41,)]
        assert len(listings(sink)) == len(set(listings(sink))) == 41


@needs_mounts
@fault("S7", "a file system that is read-only", "one line, exit 1")
def test_s7_a_read_only_file_system(tmp_path: Path, feeds: FeedServer) -> None:
    serve(feeds, "/a", item(1))
    with Receiver() as sink:
        home = watching(tmp_path / "home", feeds, "/a", to={"phone": hook(sink)})
        home.project()
        (tmp_path / "disk").mkdir()
        script = (
            'cp -a "$2" "$1/home" && mount -o remount,ro "$1" && cd "$1/home" && "$3" -m'
            " goldmine_ingest run --all"
        )
        done = mounts("size=16m", script, str(tmp_path / "disk"), str(home.folder), sys.executable)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Read-only file system" in done.stderr
        assert "Traceback" not in done.stderr
        assert sink.arrived == []


@fault("S6", "a full disk in a backup", "no half copy")
def test_s6_a_full_disk_in_a_backup_leaves_no_half_copy(tmp_path: Path, feeds: FeedServer) -> None:
    serve(feeds, "/a", item(1))
    home = watching(tmp_path, feeds, "/a", to={"here": 'url = "terminal"'})
    home.settings = 'publish = "data/history.duckdb"\n' + home.settings
    home.run()
    before = (home.folder / "data" / "history.duckdb").read_bytes()
    for command in (["backup", "kept.duckdb"], ["publish"]):
        done = goldmine(home, *command, largest=size(home) // 2)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
        assert "File too large" in done.stderr or "disk is full" in done.stderr
    assert not (home.folder / "kept.duckdb").exists()
    assert not list(home.folder.rglob("*.part"))
    assert (home.folder / "data" / "history.duckdb").read_bytes() == before
    assert home.rows("SELECT count(*) FROM listings") == [(1,)]


@fault("S8", "little memory, a large log to read", "256 MB at least; opened")
def test_s8_the_memory_limit_is_256_mb_at_least_and_a_large_log_is_read(tmp_path: Path) -> None:
    """A process that died before its checkpoint leaves a WAL of tens of MB; the next one opens
    it within its limit.
    """
    path = tmp_path / "goldmine.duckdb"
    code = (
        "import os, sys; from pathlib import Path; from goldmine_ingest.store.history import"
        " open_store; from tests.histories import *\n"
        "with open_store(Path(sys.argv[1]), now=NOON) as store:\n"
        "    store.con.execute(\"SET checkpoint_threshold = '1GB'\")\n"
        "    store.apply(brought(1))\n"
        "    for n in range(0, 30000, 5000):\n"  # more at once would go past the log, into the file
        "        rows = f'SELECT i, md5(i::VARCHAR), repeat(md5(i::VARCHAR), 40) FROM range({n}, {n"
        " + 5000}) r(i)'\n"
        "        store.con.execute(f'INSERT INTO text_features {rows}')\n"
        "    os._exit(9)\n"
    )
    subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code, str(path)], check=False, cwd=Path(__file__).parents[2]
    )
    assert path.with_name("goldmine.duckdb.wal").stat().st_size > 20_000_000
    with open_store(path, now=NOON) as store:
        (limit,) = store.con.execute("SELECT current_setting('memory_limit')").fetchone() or ("",)
        assert store.listing_ids() == [listing(1).listing_id]
        assert store.con.execute("SELECT count(*) FROM text_features").fetchall() == [(30001,)]
        store.apply(brought(2))
    assert (connection.MEMORY_LIMIT, limit) == ("1GB", "953.6 MiB")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000
