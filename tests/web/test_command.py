"""`goldmine web` and `serve --web` as processes: from a fresh project to a page, one page a
project, and an end that leaves nothing behind.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

import goldmine_ingest
from goldmine_ingest.cli import main
from goldmine_ingest.errors import BusyError
from goldmine_ingest.store.history import open_store
from tests.rig.ports import free_port
from tests.rig.processes import command_line, session_of
from tests.rig.waiting import PATIENCE, wait_for

ROOT = Path(goldmine_ingest.__file__).parents[1]
PROGRAM = [sys.executable, "-m", "goldmine_ingest"]


def run(
    capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str
) -> tuple[int, list[str], str]:
    """A command's status, its lines and its complaints; in this process, which is cheaper."""
    status = main(["--config", str(folder / "config/goldmine.toml"), *arguments])
    said = capsys.readouterr()
    return status, said.out.splitlines(), said.err


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command in a session of its own; whatever is left of it is ended. Killed where it hangs:
    who reads what it says would wait for ever.
    """
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(  # noqa: S603 - our own
        [*PROGRAM, *arguments],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        umask=0,
        start_new_session=True,
    )
    watchdog = threading.Timer(5 * PATIENCE, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        for pid in session_of(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait(PATIENCE)
        if process.stdout:
            process.stdout.close()


def link_of(process: subprocess.Popen[str]) -> re.Match[str]:
    """Reads until the page has said where it is."""
    for line in process.stdout or ():
        if found := re.search(r"The page is at http://([^/:]+):(\d+)(/in/\S+)", line):
            return found
    raise AssertionError("no page")


def get(port: int, path: str, host: str, cookie: str = "") -> tuple[int, str, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers={"Host": f"{host}:{port}", "Cookie": cookie})
    answer = connection.getresponse()
    found = answer.status, answer.getheader("Set-Cookie") or "", answer.read().decode()
    connection.close()
    return found


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A fresh clone, as far as its configuration goes; the page takes any free port."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return tmp_path


def test_a_fresh_clone_shows_the_samples_matches(
    fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with started(fresh, "web", "--port", "0") as process:
        host, port, link = link_of(process).groups()
        status, cookie, _ = get(int(port), link, host)
        assert status == 303
        status, _, text = get(int(port), "/", host, cookie.partition(";")[0])
        assert status == 200
        assert "Automate our month-end bank reconciliation" in text
        assert "The sample feeds" in text
        ended, _, why = run(capsys, fresh, "web", "--port", "0")
        assert (ended, "the page of this project is running" in why) == (75, True)
        ended, links, _ = run(capsys, fresh, "web", "link")
        assert (ended, len(links)) == (0, 2)
        other = re.match(rf"http://{host}:{port}(/in/\S+)$", links[0])
        assert other
        assert get(int(port), other[1], host)[0] == 303
        assert run(capsys, fresh, "web", "link", "--host", "evil.example")[0] == 2
        assert run(capsys, fresh, "web", "sign-out")[0] == 0
        assert get(int(port), "/", host, cookie.partition(";")[0])[0] == 401
        modes = {p.name: p.stat().st_mode & 0o777 for p in (fresh / "data").iterdir()}
        assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert run(capsys, fresh, "web", "link")[0] == 2
    assert not (fresh / "data/web-open.html").exists()


def test_serve_web_starts_the_page_again(fresh: Path) -> None:
    """Its page is killed: it comes back, which is told once; it is gone when `serve` is, kill -9
    included.
    """
    toml = fresh / "config/goldmine.toml"
    toml.write_text(toml.read_text() + f'\n[web]\nlisten = "127.0.0.1:{free_port()}"\n')
    with started(fresh, "serve", "--no-prefect", "--web") as process:
        link_of(process)
        (page,) = pages_of(process.pid)
        os.kill(page, signal.SIGKILL)
        link_of(process)
        (other,) = pages_of(process.pid)
        assert other != page
        wait_for(lambda: notices(fresh) == 1)
        os.kill(other, signal.SIGKILL)
        link_of(process)
        wait_for(lambda: pages_of(process.pid) not in ([], [other]))
        process.kill()
        wait_for(lambda: not pages_of(process.pid))
    assert notices(fresh) == 1


def notices(folder: Path) -> int:
    """How many notices of the page's end were owed."""
    try:
        with open_store(folder / "data/goldmine.duckdb", now=datetime.now(UTC)) as store:
            return len(store.con.execute(_NOTICES).fetchall())
    except BusyError:
        return 0


_NOTICES = "SELECT DISTINCT alert_id FROM alert_event WHERE topic = 'page'"


def pages_of(session: int) -> list[int]:
    return [pid for pid in session_of(session) if " web " in f"{command_line(pid)} "]
