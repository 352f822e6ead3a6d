"""A run's process, and what it has started, when its `serve` is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.fault_table import fault
from tests.rig.processes import command_line
from tests.rig.waiting import wait_for

SERVE = """
import multiprocessing, os, signal, subprocess, time
from goldmine_ingest.flows import leaving

def run() -> None:
    leaving.FINISH_WITHIN = 1.0
    leaving.leave_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as stubborn as a run whose server has gone
    below = subprocess.Popen(["sleep", "600"])
    print(os.getpid(), below.pid, os.getpgrp(), flush=True)
    time.sleep(600)

if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=run)
    process.start()
    process.join()
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@fault("P9", "kill -9 of `goldmine serve` while a run hangs", "the run and its children end too")
def test_p9_a_run_ends_with_its_serve_and_takes_its_children_along(tmp_path: Path) -> None:
    script = tmp_path / "serve.py"
    script.write_text(SERVE, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as serve:  # noqa: S603
        assert serve.stdout is not None
        run, below, group = map(int, serve.stdout.readline().split())
        assert run == group, "a group of its own: Ctrl-C on the terminal is for serve"
        wait_for(lambda: bool(command_line(below)))  # empty for a moment while it begins
        serve.send_signal(signal.SIGKILL)
        wait_for(lambda: not command_line(run) and not command_line(below))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@fault(
    "P9",
    "kill -9 of `goldmine serve`, whose next start knows not its runs",
    "no traceback of theirs",
)
def test_p9_a_run_that_outlives_its_serve_says_nothing_of_the_server(tmp_path: Path) -> None:
    """Whatever Prefect's engine raises when it is asked to end and can't tell anyone."""
    script, said = tmp_path / "serve.py", tmp_path / "said.txt"
    raising = SERVE.replace("signal.SIG_IGN", "signal.default_int_handler").replace("sleep", "true")
    script.write_text(raising.replace("time.true", "time.sleep"), encoding="utf-8")
    with (
        said.open("wb") as errors,
        subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, script], stdout=subprocess.PIPE, stderr=errors, text=True
        ) as serve,
    ):
        assert serve.stdout is not None
        run = int(serve.stdout.readline().split()[0])
        serve.send_signal(signal.SIGKILL)
        wait_for(lambda: not command_line(run))
    assert "Traceback" not in said.read_text()
