"""Measures G9 (what Prefect adds to a poll) and G11 (how fast an alert is): `python -m
tools.bench.flows`. Takes about three minutes.

CPU seconds are those of whole processes with their children, imports included; figures are medians
of alternated runs.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from goldmine_ingest.app import Resources, run_cycle
from goldmine_ingest.flows.local_server import LocalServer
from tests.rig.feed_server import Answer, FeedServer, Request
from tests.rig.project import Home, upwork_feed, upwork_item
from tests.rig.receiver import Receiver

ROUNDS = 5
TRIVIAL = (
    "from prefect import flow\n@flow(name='trivial', persist_result=False)\ndef trivial():\n   "
    " pass\ntrivial()\n"
)
POLL = "from goldmine_ingest.flows.poll import poll\npoll()\n"


def now() -> datetime:
    return datetime.now(UTC)


def growing() -> Callable[[Request], Answer]:
    """A feed that has one job more each time that it is asked."""
    items: list[str] = []

    def answer(_: Request) -> Answer:
        items.insert(0, upwork_item(len(items) + 1, posted=now()))
        return Answer(body=upwork_feed(*items))

    return answer


def home_of(folder: Path, feeds: FeedServer, sink: Receiver) -> Home:
    home = Home(
        folder,
        f'[fetch]\nallow_private = ["{feeds.place}"]\n[alerts]\nbacklog = "all"\n[[feed]]\nname ='
        f' "jobs"\nurl = "{feeds.url("/jobs")}"\n[[notify]]\nname = "phone"\nurl ='
        f' "json://127.0.0.1:{sink.port}/hook"\nmax_per_hour = 1000\n',
    )
    home.project()
    return home


def cpu(command: list[str], env: dict[str, str], cwd: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *command], env=env, cwd=cwd, check=True, capture_output=True)  # noqa: S603 - our own
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def g9(folder: Path) -> None:
    with (
        FeedServer() as feeds,
        Receiver() as sink,
        LocalServer(folder / "prefect", os.environ) as server,
    ):
        feeds.script("/jobs", growing())
        home = home_of(folder / "project", feeds, sink)
        env = {
            **os.environ,
            **server.client_env,
            "PYTHONPATH": os.getcwd(),  # noqa: PTH109 - as the shell has it
        }
        env["GOLDMINE_CONFIG"] = str(home.folder / "config/goldmine.toml")
        commands = {
            "bare": ["-m", "goldmine_ingest", "run", "--all"],
            "trivial": ["-c", TRIVIAL],
            "poll": ["-c", POLL],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                if sink.arrived:
                    home.rows("UPDATE feed_state SET next_poll_at = NULL RETURNING 1")
                seconds[name].append(cpu(command, env, home.folder))
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    ratio = (medians["poll"] - medians["bare"]) / medians["trivial"]
    print(
        "G9 CPU s:",
        ", ".join(f"{name} {value:.2f}" for name, value in medians.items()),
        f"-> (poll - bare) / trivial = {ratio:.2f}",
    )


def g11(folder: Path) -> None:
    with FeedServer() as feeds, Receiver() as sink:
        feeds.script("/jobs", growing())
        home = home_of(folder / "alerts", feeds, sink)
        fresh, warm_delays = [], []
        for _ in range(ROUNDS):
            began = time.time()
            subprocess.run(
                [sys.executable, "-m", "goldmine_ingest", "run", "--all"],
                cwd=home.folder,
                check=True,
                capture_output=True,
            )
            fresh.append(sink.arrived[-1].at - began)
        project = home.project()
        with Resources() as resources:
            resources.up(project.criteria, now())
            resources.notifier.check_url("phone", f"json://127.0.0.1:{sink.port}/hook")
            for _ in range(ROUNDS):
                began = time.time()
                run_cycle(
                    project, env={}, now=now, out=sys.stderr, all_feeds=True, resources=resources
                )
                warm_delays.append(sink.arrived[-1].at - began)
    print(
        "G11 s from the start of the poll to the alert: fresh process"
        f" {statistics.median(fresh):.2f} (worst {max(fresh):.2f}),",
        end=" ",
    )
    print(f"resident {statistics.median(warm_delays):.2f} (worst {max(warm_delays):.2f})")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        g11(Path(name))
        g9(Path(name))
