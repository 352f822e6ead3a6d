"""The shared place in an object store: moto's S3 server on loopback, in a process of its own,
through s3fs. Needs both installed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.workers.shared_place import Place
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home
from tests.rig.receiver import Receiver
from tests.rig.waiting import PATIENCE
from tests.rig.watching import hook, item, listings, serve, watching
from tests.workers.spread import load, poll, round_of

NEEDS = "an object store on loopback: pip install -c constraints.txt s3fs 'moto[server]'"
s3fs = pytest.importorskip("s3fs", reason=NEEDS)
pytest.importorskip("moto.server", reason=NEEDS)

ROOT = Path(__file__).parent.parent.parent
KEYS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "canarysecret4711",
    "AWS_DEFAULT_REGION": "us-east-1",
}
URL = "s3://jobs/goldmine"
SERVER = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', '0'])"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", SERVER], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr
        try:
            yield next(
                found[0]
                for line in server.stderr
                if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
            )
        finally:
            server.kill()


@pytest.fixture
def store(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """An empty bucket `jobs`; the environment that leads to it."""
    env = {**KEYS, "AWS_ENDPOINT_URL": endpoint}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem()
    if files.exists("jobs"):
        files.rm("jobs", recursive=True)
    files.mkdir("jobs")
    yield env
    s3fs.S3FileSystem.clear_instance_cache()


def home_of(folder: Path, feeds: FeedServer, sink: Receiver, *paths: str) -> Home:
    home = watching(folder, feeds, *paths, to={"phone": hook(sink, "max_per_hour = 10000")})
    home.settings += f'[workers]\nbatches = "{URL}"\nshards = 2\n'
    return home


def test_a_file_in_the_store_is_whole_or_not_there(store: dict[str, str]) -> None:
    """One writes and replaces files while another reads them: it sees no part, and never half of
    one.
    """
    place, written, seen = Place(URL), threading.Event(), []

    def read() -> None:
        reader = Place(URL)
        while not written.is_set():
            seen.extend(reader.read(name) for name in reader.names("plans"))

    other = threading.Thread(target=read)
    other.start()
    for n in range(15):
        place.write("plans/a", bytes([n]) * 2_000_000)
    written.set()
    other.join()
    assert {(len(content or b""), len(set(content or b""))) for content in seen} == {(2_000_000, 1)}
    place.move("plans/a", "damaged/a")
    assert (place.names("plans"), place.names("damaged"), place.read("plans/a")) == (
        [],
        ["damaged/a"],
        None,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "point"),
    [
        ("poll", "part_written"),
        ("poll", "batch_written"),
        ("load", "batch_committed"),
        ("load", "batch_removed"),
        ("load", "part_written"),
    ],
)
def test_kills_lose_and_double_nothing_there_either(
    script: str,
    point: str,
    tmp_path: Path,
    feeds: FeedServer,
    sink: Receiver,
    store: dict[str, str],
) -> None:
    serve(feeds, "/a", item(1), item(2))
    home = home_of(tmp_path, feeds, sink, "/a")
    load(home)
    if script == "load":
        poll(home)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "FAULT_POINT": point, **store}
    command = [
        sys.executable,
        "-m",
        "tests.workers.one_step",
        script,
        str(tmp_path / "config/goldmine.toml"),
        home.clock().isoformat(),
    ]
    process = subprocess.run(  # noqa: S603 - our own
        command, cwd=ROOT, env=env, capture_output=True, timeout=PATIENCE, check=False
    )
    assert process.returncode == -signal.SIGKILL, process.stderr.decode()
    place = Place(URL)
    home.clock.forward(minutes=1)
    round_of(home)
    assert (place.names("batches"), place.names("damaged")) == ([], [])
    assert len(listings(sink)) == len(set(listings(sink))) == 2
    assert home.rows("SELECT count(*), count(DISTINCT listing_id) FROM listings") == [(2, 2)]
    for folder in ("batches", "plans"):
        place.sweep(folder, datetime.now(UTC) + timedelta(minutes=1))
    assert [path for path in s3fs.S3FileSystem().find("jobs") if path.endswith(".part")] == []


def test_a_store_that_cant_be_used_is_told_in_a_sentence_without_its_secrets(
    tmp_path: Path,
    feeds: FeedServer,
    sink: Receiver,
    store: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No bucket, nobody there, no credentials: a problem of the load, which does the rest of its
    work.
    """
    home = home_of(tmp_path, feeds, sink, "/a")
    serve(feeds, "/a", item(1))
    s3fs.S3FileSystem().rmdir("jobs")
    assert [sentence for _, sentence in load(home).problems] == [
        "the shared place can't be used (The specified bucket does not exist)"
    ]
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    s3fs.S3FileSystem.clear_instance_cache()
    report = home.run()
    assert (report.sent, report.exit_status) == (1, 3)
    assert all(
        "Could not connect" in sentence and KEYS["AWS_SECRET_ACCESS_KEY"] not in sentence
        for _, sentence in report.problems
    )
    for name in KEYS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(UnavailableError, match="credentials"):
        Place(URL).names("batches")
