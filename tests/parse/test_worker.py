"""The reading child: same answers as in-process, killed at its deadline, replaced after death,
cheap for the parent.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.reading import ReadJob, read_feed
from goldmine_ingest.parse.reading_child import DEADLINE, MAX_MEMORY, ReadingWorker
from tests.corpus_cases import CORPUS, NOW
from tests.rig.waiting import PATIENCE, wait_for

GOOD = ReadJob(
    "good",
    (CORPUS / "freelancer-2026" / "input.xml").read_bytes(),
    "text/xml",
    "127.0.0.1",
    "auto",
    frozenset(),
    NOW,
)


@pytest.fixture(scope="module")
def worker() -> Iterator[ReadingWorker]:
    """One child for the tests that don't kill it."""
    with ReadingWorker() as worker:
        yield worker


def test_the_child_reads_what_the_parent_would(worker: ReadingWorker) -> None:
    """A reading is the same in the child, and entries that are known come back as their digest."""
    first = worker.read(GOOD)
    again = worker.read(replace(GOOD, known=frozenset(entry.digest for entry in first.entries)))
    assert first == read_feed(GOOD)
    assert [entry.digest for entry in again.entries] == [entry.digest for entry in first.entries]
    assert all(entry.raw is None and entry.posting is None for entry in again.entries)


def test_x4_a_body_that_never_ends_is_killed_and_the_next_one_read() -> None:
    """The deadline kills the child; a new one serves the next feed."""
    with ReadingWorker(deadline=0.001) as worker:
        assert worker.read(replace(GOOD, body=GOOD.body * 2000)).outcome is Outcome.PARSE_TIMEOUT
        worker._deadline = 30
        assert worker.read(GOOD).outcome is Outcome.OK


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnhandledThreadExceptionWarning"
)  # that thread's death is the case
def test_no_file_descriptor_left_is_an_error_of_that_feed() -> None:
    """A killed child can't be replaced, by which the whole pool breaks; once there are
    descriptors again, so is a pool.
    """
    had = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ReadingWorker(deadline=0.001) as worker:
        pool = worker._started()
        assert pool.active
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (0, had[1]))
            assert worker.read(replace(GOOD, body=GOOD.body * 2000)).outcome is not Outcome.OK
            wait_for(lambda: not pool.active)
            assert worker.read(GOOD).outcome is Outcome.ERROR
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, had)
        worker._deadline = 30
        assert worker.read(GOOD).outcome is Outcome.OK


def test_too_little_memory_is_an_error_of_that_feed() -> None:
    """A body that needs more memory than allowed is an error, and the worker lives on."""
    with ReadingWorker(max_memory=300 * 1024 * 1024) as worker:
        found = worker.read(
            replace(GOOD, body=b"<rss><channel>" + b"<item><title>x</title></item>" * 150_000)
        )
        assert found.outcome in (Outcome.TOO_LARGE, Outcome.PARTIAL)
        assert worker.read(GOOD).outcome is Outcome.OK


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="asks /proc for the limits")
def test_the_child_is_limited(worker: ReadingWorker) -> None:
    """1.5 GiB of address space, its deadline of CPU time, no core files: as the system itself
    says of the child.
    """
    worker.read(GOOD)
    (child,) = worker._started()._pool_manager.worker_manager.workers
    told = {
        line[:26].strip(): line[26:].split()[:2]
        for line in Path(f"/proc/{child}/limits").read_text().splitlines()
    }
    assert told["Max address space"] == [str(MAX_MEMORY)] * 2 == ["1610612736"] * 2
    assert told["Max core file size"] == ["0", "0"]
    assert int(told["Max cpu time"][0]) <= DEADLINE + 10


def test_an_unknown_platform_is_an_error_of_that_feed(worker: ReadingWorker) -> None:
    """An exception in the child is told, not raised."""
    found = worker.read(replace(GOOD, platform="nonsense"))
    assert found.outcome is Outcome.ERROR
    assert "nonsense" in (found.problem or "")


def test_the_parent_stays_light() -> None:
    """Importing the worker costs the parent no parser; neither does reading, and no child starts
    before there is something to read.
    """
    script = (
        "import sys\nfrom goldmine_ingest.parse.reading_child import DEADLINE, MAX_MEMORY,"
        " ReadingWorker\nwith ReadingWorker() as worker: pass\nheavy = ('bs4', 'feedparser',"
        " 'lxml', 'duckdb', 'pycurl', 'apprise', 'ftfy', 'babel')\nprint([m for m in"
        " heavy if m in sys.modules])\n"
    )
    assert _run(script) == "[]"


@pytest.mark.parametrize("how", ["-c", "file"])
def test_the_child_does_not_import_the_main_module(how: str, tmp_path: Path) -> None:
    """A script without a main guard can read feeds, and its module isn't run again in the child."""
    script = (
        "print('main')\n"
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from goldmine_ingest.parse.reading import ReadJob\n"
        "from goldmine_ingest.parse.reading_child import DEADLINE, MAX_MEMORY, ReadingWorker\n"
        "body = b'<rss><channel><item><title>a</title></item></channel></rss>'\n"
        "job = ReadJob('f', body, '', '', 'auto', frozenset(), datetime.now(UTC))\n"
        "with ReadingWorker() as worker: print(worker.read(job).entries[0].posting.title)\n"
    )
    path = tmp_path / "script.py"
    path.write_text(script)
    assert _run(script if how == "-c" else str(path), inline=how == "-c") == "main\na"


def _run(script: str, *, inline: bool = True) -> str:
    command = [sys.executable, "-c", script] if inline else [sys.executable, script]
    return subprocess.run(  # noqa: S603 - our own script
        command, capture_output=True, text=True, check=True, timeout=PATIENCE
    ).stdout.strip()
