"""The whole of it: a real Prefect server, two real workers, 2,000 feeds; a worker and the loader
are killed midway. Prints figures.

Each kill has its moment for certain. The feed server holds its answers until both runs of the
worker wait for one; then the worker and its runs are killed. The loader kills itself at a named
point (crash_points.py), once in the middle of a transaction and once between a batch's commit and
the removal of its file; then its worker is killed.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goldmine_ingest.flows.local_server import LocalServer
from goldmine_ingest.workers.shard_of_feed import shard_of
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home
from tests.rig.receiver import Receiver
from tests.rig.waiting import PATIENCE
from tests.rig.watching import listings
from tests.workers.site import Site

ROOT = Path(__file__).parent.parent.parent
FEEDS, JOBS, HOSTS, SHARDS = 2000, 3, 40, 4
# The runs of these shards are killed; the others are done by then.
KILLED = (2, 3)
CANARY = "canarytoken4711abcdef00"
ELSEWHERE = (
    "prefect",
    "worker",
    "start",
    "--pool",
    "goldmine",
    "--work-queue",
    "shards",
    "--limit",
    "2",
)
HERE = ("goldmine_ingest", "deploy", "--workers")


class Gate:
    """Lets some requests to each of these shards through and holds the others until it is
    opened.
    """

    def __init__(self, shards: Collection[int], *, after: int) -> None:
        self._shards, self._after = shards, after
        self._opened = threading.Event()
        self._asked: Counter[int] = Counter()
        self.holds: set[int] = set()

    @property
    def asked(self) -> int:
        """Requests so far, those that wait among them."""
        return self._asked.total()

    def pass_through(self, shard: int) -> None:
        self._asked[shard] += 1
        if shard in self._shards and self._asked[shard] > self._after and not self._opened.is_set():
            self.holds.add(shard)
            self._opened.wait(PATIENCE)

    def open(self) -> None:
        self._opened.set()


@contextmanager
def prefect_worker(
    env: Mapping[str, str], folder: Path, arguments: tuple[str, ...]
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker; gone with the test, and its runs with it, whatever happens."""
    with (folder / "workers.txt").open("ab") as said:
        process = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env=env,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 for a worker and every process that it started."""
    for pid in (process.pid, *descendants(process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def descendants(pid: int) -> list[int]:
    parents = {int(stat.parent.name): parent_of(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    found, more = [], [pid]
    while more:
        more = [child for child, parent in parents.items() if parent in more]
        found += more
    return found


def parent_of(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits for its parent to hear of its end doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def runs_of(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """The flow runs that a worker is carrying out, with the processes that do."""
    found = {}
    for pid in descendants(process.pid):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                if line.startswith(b"PREFECT__FLOW_RUN_ID="):
                    found[line.partition(b"=")[2].decode()] = pid
    return found


class Api:
    """The little of Prefect's API that the drill needs, asked as the server's owner."""

    def __init__(self, server: LocalServer) -> None:
        self._url = server.api_url
        known = server.client_env["PREFECT_API_AUTH_STRING"].encode()
        self._headers = {
            "Content-Type": "application/json",
            "Authorization": f"Basic {base64.b64encode(known).decode()}",
        }

    def ask(self, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self._url}{path}", data, self._headers
        )
        for pause in (
            1.0,
            3.0,
            9.0,
            0.0,
        ):  # a busy server on SQLite answers 503: the same again is right
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - loopback
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
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.NOT_FOUND:  # whatever else it says, waiting doesn't help
                raise
            return False

    def state(self, run: str) -> str:
        return str(self.ask(f"/flow_runs/{run}")["state_type"])

    def count(self, flow: str, *states: str) -> int:
        """The flow's runs that are in one of these states."""
        wanted = {
            "flows": {"name": {"any_": [flow]}},
            "flow_runs": {"state": {"type": {"any_": list(states)}}},
        }
        return int(self.ask("/flow_runs/count", wanted))


def wait_until(
    found: Callable[[], object],
    what: str,
    moves: Callable[[], object] = lambda: None,
    patience: float = PATIENCE,
) -> None:
    """Waits as long as something moves on the way there: a busy machine is no failure, however
    slow, and one where nothing moves for so long is.
    """
    seen, since = moves(), time.monotonic()
    while not found():
        if (now := moves()) != seen:
            seen, since = now, time.monotonic()
        stood_still = time.monotonic() - since
        assert stood_still < patience, f"waited for {what}: nothing moved for {stood_still:.0f} s"
        time.sleep(0.3)


def run_through(api: Api, deployment: str) -> str:
    """Starts a run and gives the state that it ends in. One that the server cancelled met
    another of its own: that one is at work.
    """
    run = api.start(deployment)
    ends = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
    wait_until(lambda: api.state(run) in ends, deployment, lambda: api.state(run))
    return api.state(run)


def waiting(home: Home) -> list[Path]:
    return sorted((home.folder / "shared/batches").glob("*.parquet"))


def counts(home: Home) -> tuple[int, int]:
    home.clock.at = datetime.now(UTC)
    ((stored, distinct),) = home.rows("SELECT count(*), count(DISTINCT listing_id) FROM listings")
    return int(str(stored)), int(str(distinct))


def unfinished(home: Home) -> int:
    """Alerts that are still to be sent."""
    ((count,),) = home.rows("SELECT count(*) FROM alerts WHERE kind = 'match' AND state <> 'sent'")
    return int(str(count))


@pytest.mark.drill
def test_two_workers_a_worker_and_the_loader_killed_midway_and_every_job_stored_and_told_once(
    tmp_path: Path,
) -> None:
    with (
        FeedServer("0.0.0.0") as feeds,  # noqa: S104 - all of loopback
        Receiver() as sink,
        LocalServer(tmp_path / "prefect", os.environ) as server,
    ):
        gate = Gate(KILLED, after=100)
        site = Site(
            feeds,
            feeds=FEEDS,
            jobs=JOBS,
            hosts=HOSTS,
            one_in=20,
            token=CANARY,
            before=lambda host: gate.pass_through(shard_of(host, SHARDS)),
        )
        home = site.home(tmp_path, f"json://127.0.0.1:{sink.port}/hook", shards=SHARDS, every="24h")
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            **server.client_env,
            "PREFECT_HOME": str(tmp_path / "prefect-home"),
            "GOLDMINE_CONFIG": str(home.project().config_path),
        }
        api, began, steps = Api(server), time.monotonic(), []

        def said(what: str) -> None:
            steps.append(f"{time.monotonic() - began:.0f} s {what}")
            print(f"\n  {steps[-1]}", end="", flush=True)

        with prefect_worker(env, tmp_path, HERE):
            set_up(api, home)
        said("deployed and planned")
        with prefect_worker(env, tmp_path, ELSEWHERE) as worker:
            lose_a_worker(api, home, gate, worker)
        said(
            f"a worker and its {len(KILLED)} runs killed, {len(waiting(home))} batches written by"
            " then"
        )
        for point in ("mid_transaction", "batch_committed"):
            with prefect_worker(env | {"FAULT_POINT": point}, tmp_path, HERE):
                lose_a_loader(api, home, point)
            said(f"the loader killed at {point}, {counts(home)[0]} jobs stored by then")
        assert counts(home)[0] < FEEDS * JOBS
        with prefect_worker(env, tmp_path, HERE), prefect_worker(env, tmp_path, ELSEWHERE):
            finish(api, home)
        said("done")
        check(home, sink, site)
        check_no_secret(tmp_path)
        print(
            f"\n  {FEEDS} feeds, {FEEDS * JOBS} jobs: {len(feeds.requests())} requests,"
            f" {len(sink.accepted)} messages, no secret written"
        )


def set_up(api: Api, home: Home) -> None:
    """The deployments are made, the schedule makes runs, and the first load has written the
    plans.
    """
    wait_until(
        lambda: api.is_deployed(f"shard/goldmine-{SHARDS - 1:04d}"),
        "the deployments",
        lambda: api.ask("/deployments/count", {}),
    )
    wait_until(lambda: api.ask("/flow_runs/count", {}), "runs that the schedule makes")
    plans = home.folder / "shared/plans"
    wait_until(
        lambda: run_through(api, "load/goldmine") and len(list(plans.glob("*.parquet"))) == SHARDS,
        "the plans",
        lambda: len(list(plans.glob("*.parquet"))),
    )
    wait_until(lambda: not api.count("load", "PENDING", "RUNNING"), "the loader to be idle")


def lose_a_worker(api: Api, home: Home, gate: Gate, worker: subprocess.Popen[bytes]) -> None:
    """It has polled two shards, and waits for answers in the middle of two others when it and
    its runs are killed.
    """
    started = [api.start(f"shard/goldmine-{number:04d}") for number in range(SHARDS)]
    wait_until(
        lambda: gate.holds == set(KILLED),
        "two runs in the middle of their shards",
        lambda: (gate.asked, [api.state(run) for run in started]),
    )
    killed = runs_of(worker)
    assert {started.index(run) for run in killed} == set(KILLED)
    assert waiting(home)
    assert not [path for path in waiting(home) if int(path.name.split("-")[2]) in KILLED]
    kill(worker)
    wait_until(
        lambda: not any(is_alive(pid) for pid in killed.values()),
        "the runs to die with their worker",
    )
    assert {api.state(run) for run in killed} == {"RUNNING"}
    gate.open()


def lose_a_loader(api: Api, home: Home, point: str) -> None:
    """A run of the loader ends itself at this point; its worker, which lives on, is killed by
    the caller.
    """
    files, stored, before = waiting(home), counts(home)[0], api.count("load", "CRASHED")
    run = api.start("load/goldmine")
    wait_until(
        lambda: api.count("load", "CRASHED") > before,
        f"the loader's death at {point}",
        lambda: api.state(run),
    )
    noted = {
        str(batch) for (batch,) in home.rows("SELECT batch_id FROM taken_batch WHERE feed = ''")
    }
    if point == "mid_transaction":
        assert (waiting(home), counts(home)[0]) == (files, stored)
    else:
        assert [path for path in files if path.stem in noted and path.exists()], (
            "no batch is taken whose file is still there"
        )
        assert counts(home)[0] > stored


def finish(api: Api, home: Home) -> None:
    """The rest, again and again: Prefect keeps the place of a run that was killed with its worker
    for up to five minutes, in which nothing moves.
    """

    def moves() -> object:
        return counts(home), waiting(home), unfinished(home)

    def done() -> bool:
        for number in KILLED:
            run_through(api, f"shard/goldmine-{number:04d}")
        run_through(api, "load/goldmine")
        return moves() == ((FEEDS * JOBS, FEEDS * JOBS), [], 0)

    wait_until(done, "all jobs to be stored and told", moves, patience=300 + PATIENCE)


def check(home: Home, sink: Receiver, site: Site) -> None:
    """Every job stored once, every qualified one accepted once, every feed's validators those of
    what is stored.
    """
    stored, distinct = counts(home)
    assert stored == distinct == FEEDS * JOBS
    told = listings(sink)
    qualified = {
        str(row[0])
        for row in home.rows("SELECT listing_id FROM decisions WHERE decision = 'qualified'")
    }
    expected = sum(site.qualifies(feed * 1000 + at) for feed in range(FEEDS) for at in range(JOBS))
    assert len(qualified) == expected
    assert len(told) == len(set(told)), "a job was told twice"
    assert set(told) == qualified
    assert home.rows("SELECT DISTINCT state FROM alerts WHERE kind = 'match'") == [("sent",)]
    assert home.rows("SELECT count(*), min(etag), max(etag), count(body_hash) FROM feed_state") == [
        (FEEDS, '"0"', '"0"', FEEDS)
    ]
    assert home.rows("SELECT count(*), count(DISTINCT listing_id) FROM current_entry") == [
        (FEEDS * JOBS, FEEDS * JOBS)
    ]
    doctor = subprocess.run(  # noqa: S603 - our own
        [
            sys.executable,
            "-m",
            "goldmine_ingest",
            "--config",
            str(home.project().config_path),
            "doctor",
            "--json",
        ],
        cwd=ROOT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    found = json.loads(doctor.stdout)
    assert found["ok"], [each for each in found["checks"] if not each["ok"]]


def check_no_secret(folder: Path) -> None:
    """The token that is in every feed's address is in the configuration and its copy, which are
    their owner's alone, and nowhere else: not in plans, batches, the history, Prefect.
    """
    for path in folder.rglob("*"):
        if path.suffix == ".last-good":
            assert path.stat().st_mode & 0o077 == 0, path
        elif path.is_file() and path.parent != folder / "config":
            assert CANARY.encode() not in path.read_bytes(), path
    for path in (folder / "shared").rglob("*.parquet"):  # compressed
        assert CANARY not in str(
            duckdb.connect().execute("FROM read_parquet(?)", [str(path)]).fetchall()
        ), path
