"""`goldmine serve` with a real Prefect server: it polls at once, a kill takes the server with
it, a restart polls once. Slow: a minute.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goldmine_ingest.flows.local_server import server_env, sweep
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer, closed_port
from tests.rig.project import upwork_feed, upwork_item
from tests.rig.receiver import Receiver
from tests.rig.waiting import PATIENCE
from tests.runtime.test_signals import goldmine, home_of, wait_for


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]
    except (ProcessLookupError, FileNotFoundError):
        return False


def runs(folder: Path) -> list[tuple[str, str]]:
    """Name and state of Prefect's flow runs that have begun or ended."""
    with sqlite3.connect(
        f"file:{folder / 'data/prefect/prefect.db'}?mode=ro", uri=True
    ) as database:
        return database.execute(
            "SELECT name, state_name FROM flow_run WHERE state_type != 'SCHEDULED' ORDER BY created"
        ).fetchall()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for leftover processes in /proc")
@fault("P9", "kill -9 of `goldmine serve`", "no server is left; started again, it polls once")
def test_p1_p9_killed_and_started_again_serve_leaves_nothing_behind_and_polls_once(
    tmp_path: Path,
) -> None:
    now = datetime.now(UTC)
    with FeedServer() as feeds, Receiver() as sink:
        feeds.script(
            "/jobs",
            Answer(body=upwork_feed(upwork_item(1, posted=now))),
            Answer(silent=True, ending="hang"),
        )
        home = home_of(tmp_path, feeds, sink, every="30m")
        lock = tmp_path / "data/prefect/server.lock"

        with goldmine(home, "serve") as first:
            wait_for(lambda: sink.accepted)
            server = int(lock.read_text())
            assert is_alive(server)
            done = "poll: 1 feeds", "Completed"
            wait_for(lambda: any((name[:13], state) == done for name, state in runs(tmp_path)))
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
        wait_for(lambda: not is_alive(server))

        # What the kill left in the way: a run that is "Running" for ever, and a feed that has
        # become due long ago.
        with sqlite3.connect(tmp_path / "data/prefect/prefect.db") as database:
            database.execute(
                "UPDATE flow_run SET state_type = 'RUNNING', state_name = 'Running' WHERE name LIKE"
                " 'poll: 1 feeds%'"
            )
        home.rows(
            "UPDATE feed_state SET next_poll_at = now() - INTERVAL 8 HOURS, last_ok_at = now() -"
            " INTERVAL 9 HOURS RETURNING 1"
        )
        before = len(feeds.requests("/jobs"))
        feeds.script(
            "/jobs",
            Answer(body=upwork_feed(upwork_item(2, posted=now), upwork_item(1, posted=now))),
        )

        with goldmine(home, "serve") as second:
            wait_for(lambda: len(sink.accepted) == 2)
            wait_for(lambda: runs(tmp_path)[-1][1] == "Completed")
            server = int(lock.read_text())
            second.terminate()
            assert second.wait(PATIENCE) == 0
        assert not is_alive(server)
        assert len(feeds.requests("/jobs")) - before <= 1
    assert "Crashed" in {state for _, state in runs(tmp_path)}
    said = (tmp_path / "said.txt").read_text()
    assert "Prefect's page: http://127.0.0.1:" in said
    assert "Traceback" not in said


def test_the_server_gets_no_secret_and_does_not_call_home(tmp_path: Path) -> None:
    found = server_env(
        tmp_path, 4200, {"PATH": "/bin", "TELEGRAM_URL": "canary", "PREFECT_API_KEY": "canary"}
    )
    assert "canary" not in found.values()
    assert (found["PREFECT_SERVER_ANALYTICS_ENABLED"], found["DO_NOT_TRACK"]) == ("false", "1")


def test_a_folder_without_a_leftover_server_is_swept_in_silence(tmp_path: Path) -> None:
    assert not sweep(tmp_path)
    (tmp_path / "server.lock").write_text(
        "1"
    )  # a process id that is not ours to end: nobody holds the lock
    assert not sweep(tmp_path)


def test_an_api_that_does_not_answer_is_said_in_two_lines(tmp_path: Path) -> None:
    with FeedServer() as feeds, Receiver() as sink, closed_port() as port:
        home = home_of(tmp_path, feeds, sink)
        with goldmine(
            home,
            "serve",
            PREFECT_API_URL=f"http://127.0.0.1:{port}/api",
            PREFECT_HOME=str(tmp_path / "prefect"),
        ) as served:
            assert served.wait(PATIENCE) == 1
    said = (tmp_path / "said.txt").read_text(encoding="utf-8")
    assert "Prefect's API doesn't answer" in said
    assert "bug" not in said
