"""Cycles in processes of their own, which a test may kill, without the start of Python each time.

One process loads the program and then forks for each cycle, before anything of DuckDB is in use:
importing costs two seconds of CPU on the machine that this was written on, forking ten
milliseconds. A forked cycle reads bodies itself instead of in a child, which has no side effect
that a kill could leave; the child that sends is a process of its own, and outlives the kill as it
would, but forked too (nest.py).

    with Nursery() as nursery:
        status = nursery.run(toml, moment)                              # a whole cycle
        status = nursery.run(toml, moment, fault="accepted:2")          # killed at the second pass
        of that crash point: -9
        status = nursery.run(toml, moment, kill_after=0.3)              # killed after so many
        seconds, if it still runs: -9
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from goldmine_ingest.criteria import Judge

ROOT = Path(__file__).parent.parent.parent


class Nursery:
    """The test's end of it. Raises AssertionError for a cycle that ended badly by itself.

    `services` is the port of tests/rig/services.py, through which the cycles then send; some of
    those may refuse, which a cycle says by its status.
    """

    def __init__(self, services: int = 0) -> None:
        self._services = services

    def __enter__(self) -> Self:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.rig.nursery", str(self._services)]
        self._process = subprocess.Popen(  # noqa: S603 - our own
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(
        self,
        config_path: Path,
        now: datetime,
        *,
        fault: str = "",
        kill_after: float | None = None,
        ends: int = 0,
        step: str = "cycle",
    ) -> int:
        """One cycle over all feeds, to the end (with the status `ends`, or 3 where a service refused)
        or to its death (-9). `step`: in place of a cycle what tests/workers/one_step.py knows.
        """
        assert self._process.stdin
        assert self._process.stdout
        print(
            json.dumps(
                {"path": str(config_path), "now": now.isoformat(), "fault": fault, "step": step}
            ),
            file=self._process.stdin,
            flush=True,
        )
        pid = int(self._process.stdout.readline())
        if (
            kill_after is not None
            and not select.select([self._process.stdout], [], [], kill_after)[0]
        ):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        status = int(self._process.stdout.readline())
        ended = (ends, 3) if self._services else (ends,)
        assert status in (*ended, -signal.SIGKILL), f"the cycle ended with {status}"
        return status


def main() -> None:
    """In the process that forks: for each line of input, the number of the cycle's process, and
    how it ended.
    """
    from goldmine_ingest import config
    from goldmine_ingest.app import Resources, run_cycle
    from goldmine_ingest.notify import Notifier, sending_child
    from goldmine_ingest.parse.reading import FeedRead, ReadJob, read_feed
    from goldmine_ingest.parse.reading_child import ReadingWorker
    from goldmine_ingest.runtime import crash_points
    from goldmine_ingest.settings.project import Project
    from tests.rig.nest import Nest
    from tests.rig.services import serve_through
    from tests.workers.one_step import one_step

    class ReadsHere(ReadingWorker):
        def read(self, job: ReadJob, *, stop: Callable[[], bool] = lambda: False) -> FeedRead:  # noqa: ARG002 - the one that it stands for asks it
            return read_feed(job)

    for name in (
        "goldmine_ingest.pipeline.delivery.deliver",
        "goldmine_ingest.pipeline.delivery.sender",
        "goldmine_ingest.pipeline.ingest.ingest_context",
        "goldmine_ingest.pipeline.ingest.storing",
        "goldmine_ingest.pipeline.polling.read_answer",
        "goldmine_ingest.pipeline.work",
        "pytz",  # with which DuckDB gives times
    ):
        importlib.import_module(name)
    resource_tracker.ensure_running()  # one for all cycles
    port = int(sys.argv[1])
    notifier = Notifier(partial(serve_through, port)) if port else None
    with Nest() as nest, Resources(worker=ReadsHere(), notifier=notifier) as resources:
        sending_child.ChildProcess = nest.child  # type: ignore[misc]
        resources.rates()
        for line in sys.stdin:
            order = json.loads(line)
            path, moment = Path(order["path"]), datetime.fromisoformat(order["now"])
            project = config.load(path, env={}, cwd=path.parent)
            _warm(resources.judge(project.criteria), moment)

            def cycle(
                project: Project = project,
                moment: datetime = moment,
                fault: str = order["fault"],
                order: dict[str, str] = order,
            ) -> int:
                os.environ["FAULT_POINT"] = fault
                importlib.reload(crash_points)
                if order["step"] != "cycle":
                    one_step(order["step"], project, moment, resources)
                    return 0
                return run_cycle(
                    project,
                    env={},
                    now=lambda: moment,
                    out=sys.stderr,
                    all_feeds=True,
                    resources=resources,
                ).exit_status

            assert len(list(Path("/proc/self/task").iterdir())) == 1, (
                "a fork would not take the other threads along"
            )
            pid = os.fork()
            if pid == 0:
                _be(cycle)
            print(pid, flush=True)
            _, status = os.waitpid(pid, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


def _warm(judge: Judge, now: datetime) -> None:
    """What its first listing has a process load: a platform's grammar, patterns, lists of words."""
    from goldmine_ingest.model.posting import Listing
    from goldmine_ingest.parse.reading import ReadJob, read_feed
    from tests.rig.project import upwork_feed, upwork_item

    feed = upwork_feed(upwork_item(1))
    for entry in read_feed(ReadJob("", feed, "", "", "auto", frozenset(), now)).entries:
        assert entry.posting
        judge.decide(Listing("", entry.posting, now), judge.features(entry.posting), now=now)


def _be(cycle: Callable[[], int]) -> None:
    """In the forked process: the cycle and nothing else. Its output is not the nursery's, or a
    child that sends would hold it open.
    """
    status = 1
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        status = cycle()
    except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on as a second nursery
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
