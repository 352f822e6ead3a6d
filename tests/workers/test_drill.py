"""The whole of it: a real Prefect server, two real workers, 2,000 feeds; a worker and the loader are killed midway. Prints figures."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.local_server import LocalServer
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home
from tests.rig.receiver import Receiver
from tests.rig.watching import listings
from tests.workers.site import Site

ROOT = Path(__file__).parent.parent.parent
FEEDS, JOBS, HOSTS, SHARDS = 2000, 3, 40, 4


@contextmanager
def prefect_worker(env: Mapping[str, str], folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, with its runs in one process group; gone with the test whatever happens."""
    with (folder / "workers.txt").open("ab") as said:
        process = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-m", *arguments], cwd=folder, env=env, stdout=said, stderr=said, start_new_session=True
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """The worker and the runs that it started, each of which has a session of its own."""
    runs = [int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if parent_of(stat) == process.pid]
    for pid in (process.pid, *runs):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def parent_of(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return None


class Api:
    """The little of Prefect's API that the drill needs."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self._url}{path}", data, {"Content-Type": "application/json"})  # noqa: S310 - loopback
        for pause in (1.0, 3.0, 9.0, 0.0):  # a busy server on SQLite answers 503: the same again is right
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                if error.code != 503 or not pause:
                    raise
                time.sleep(pause)
        raise AssertionError(path)

    def start(self, deployment: str) -> str:
        found = self.ask(f"/deployments/name/{deployment}")["id"]
        return str(self.ask(f"/deployments/{found}/create_flow_run", {})["id"])

    def is_deployed(self, deployment: str) -> bool:
        try:
            return bool(self.ask(f"/deployments/name/{deployment}"))
        except urllib.error.HTTPError:
            return False

    def state(self, run: str) -> str:
        return str(self.ask(f"/flow_runs/{run}")["state_type"])


def process_of(run: str) -> int | None:
    """The process that carries out a run."""
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"PREFECT__FLOW_RUN_ID={run}".encode() in environ.read_bytes():
                return int(environ.parent.name)
        except OSError:
            continue
    return None


def wait_until(found: Callable[[], object], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.3)


def run_through(api: Api, deployment: str) -> str:
    """Starts a run and gives the state that it ends in. One that the server cancelled met another of its own: that one is at work."""
    run = api.start(deployment)
    ends = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
    wait_until(lambda: api.state(run) in ends, 240, deployment)
    return api.state(run)


def waiting(home: Home) -> list[Path]:
    return list((home.folder / "shared/batches").glob("*.parquet"))


def counts(home: Home) -> tuple[int, int]:
    home.clock.at = datetime.now(UTC)
    ((stored, distinct),) = home.rows("SELECT count(*), count(DISTINCT listing_id) FROM listings")
    return int(str(stored)), int(str(distinct))


def unfinished(home: Home) -> bool:
    """Alerts are still to be sent. (Prefect keeps the place of a run that was killed for up to five minutes.)"""
    return bool(home.rows("SELECT 1 FROM alerts WHERE kind = 'match' AND state <> 'sent' LIMIT 1"))


@pytest.mark.drill
def test_two_workers_a_worker_and_the_loader_killed_midway_and_every_job_stored_and_told_once(tmp_path: Path) -> None:
    with FeedServer("0.0.0.0") as feeds, Receiver() as sink, LocalServer(tmp_path / "prefect", os.environ) as server:  # noqa: S104 - all of loopback
        site = Site(feeds, feeds=FEEDS, jobs=JOBS, hosts=HOSTS, one_in=20)
        home = site.home(tmp_path, f"json://127.0.0.1:{sink.port}/hook", shards=SHARDS, every="24h")
        config = str(home.project().config_path)
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "PREFECT_API_URL": server.api_url,
            "PREFECT_HOME": str(tmp_path / "prefect-home"),
            "GOLDMINE_CONFIG": config,
        }
        api, began = Api(server.api_url), time.monotonic()
        shards = [f"shard/shard-{number:04d}" for number in range(SHARDS)]
        elsewhere = ("prefect", "worker", "start", "--pool", "goldmine", "--work-queue", "shards", "--limit", "2")
        with prefect_worker(env, tmp_path, "goldmine_ingest", "deploy", "--workers"):
            wait_until(lambda: api.is_deployed(shards[-1]), 240, "the deployments")
            run_through(api, "load/goldmine")
            assert len(list((tmp_path / "shared/plans").iterdir())) == SHARDS
            wait_until(lambda: api.ask("/flow_runs/count", {}) > 1, 120, "runs that the schedule makes")
            with prefect_worker(env, tmp_path, *elsewhere) as second:
                for shard in shards:
                    api.start(shard)
                wait_until(lambda: waiting(home), 240, "the first batch")
                kill(second)
            killed_at = time.monotonic() - began
            with prefect_worker(env, tmp_path, *elsewhere):
                killed = kill_a_loader(api, home)
                while counts(home)[1] < FEEDS * JOBS or waiting(home) or unfinished(home):
                    assert time.monotonic() - began < 1200, counts(home)
                    for shard in shards:
                        run_through(api, shard)
                    run_through(api, "load/goldmine")
        check(home, sink, site)
        requests = len(feeds.requests())
        print(
            f"\n{FEEDS} feeds, {FEEDS * JOBS} jobs: a worker killed after {killed_at:.0f} s, the loader {'mid-load' if killed else 'not'}",
            end="; ",
        )
        print(f"done after {time.monotonic() - began:.0f} s, {requests} requests, {len(sink.accepted)} messages")


def kill_a_loader(api: Api, home: Home) -> bool:
    """Kills a loader that has taken at least one batch in and not all."""
    for _ in range(10):
        before = len(waiting(home))
        run = api.start("load/goldmine")
        wait_until(lambda run=run: api.state(run) != "SCHEDULED", 120, "the load")
        while before and api.state(run) in ("PENDING", "RUNNING"):
            if 0 < len(waiting(home)) < before and (pid := process_of(run)):
                os.kill(pid, signal.SIGKILL)
                return True
            time.sleep(0.05)
        time.sleep(1)
    return False


def check(home: Home, sink: Receiver, site: Site) -> None:
    """Every job stored once, every qualified one accepted once."""
    stored, distinct = counts(home)
    assert stored == distinct == FEEDS * JOBS
    told = listings(sink)
    qualified = {str(row[0]) for row in home.rows("SELECT listing_id FROM decisions WHERE decision = 'qualified'")}
    expected = sum(site.qualifies(feed * 1000 + at) for feed in range(FEEDS) for at in range(JOBS))
    assert len(qualified) == expected
    assert len(told) == len(set(told)), "a job was told twice"
    assert set(told) == qualified
    assert home.rows("SELECT DISTINCT state FROM alerts WHERE kind = 'match'") == [("sent",)]
