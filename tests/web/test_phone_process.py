"""The process that hears the phone, beside `serve`: it comes back when it is killed, and what it
was told before that is in the history once.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from goldmine_ingest.alerts.tokens import Token, door_mark, sign
from goldmine_ingest.pipeline.delivery.buttons import ButtonMaker, key_of_buttons, reply_topic
from goldmine_ingest.runtime.locks import database_lock, phone_is_heard
from tests.rig.ports import free_port
from tests.rig.processes import command_line, session_of
from tests.rig.project import Home
from tests.rig.services import Services
from tests.rig.waiting import PATIENCE, wait_for
from tests.web.conftest import copied
from tests.web.test_command import PROGRAM, started

EVENTS = "SELECT stage, way FROM pursuits"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def home(seeded: Home, tmp_path: Path, port: int) -> Home:
    made = copied(seeded, tmp_path)
    made.settings = made.settings.replace(
        '[[feed]]\nname = "jobs"', '[[feed]]\nname = "jobs"\nenabled = false'
    )
    made.settings += f'[actions]\nurl = "https://box.example"\nlisten = "127.0.0.1:{port}"\n'
    made.project()
    return made


def path_of(home: Home, press: str, destination: str = "here") -> str:
    listing = str(home.rows("SELECT listing_id FROM listings ORDER BY title LIMIT 1")[0][0])
    key = key_of_buttons(home.folder / "data/goldmine.duckdb")
    later = datetime.now(UTC) + timedelta(days=1)
    return "/a/" + sign(Token(press, listing, door_mark(destination), later), key)  # type: ignore[arg-type]


def ask(method: str, port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers={"Host": "box.example"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def is_open(port: int) -> bool:
    try:
        return ask("GET", port, "/a/x")[0] in (404, 429)
    except OSError:
        return False


def phones_of(session: int) -> list[int]:
    return [pid for pid in session_of(session) if " --phone" in f"{command_line(pid)} "]


def test_serve_keeps_the_door_open(home: Home, port: int) -> None:
    """Killed, it is there again; it ends with `serve`, kill -9 included. What is pressed is one
    event.
    """
    path = path_of(home, "pursue")
    with started(home.folder, "serve", "--no-prefect") as process:
        wait_for(lambda: is_open(port))
        assert phone_is_heard(home.folder / "data/goldmine.duckdb")
        assert "Pursue</button>" in ask("GET", port, path)[1]
        assert "✓ Pursued" in ask("POST", port, path)[1]
        (phone,) = phones_of(process.pid)
        os.kill(phone, signal.SIGKILL)
        wait_for(lambda: phones_of(process.pid) not in ([], [phone]) and is_open(port))
        assert "✓ Pursued" in ask("POST", port, path)[1]
        process.kill()
        wait_for(lambda: not phones_of(process.pid))
    assert home.rows(EVENTS) == [("pursued", "phone")]


@contextmanager
def phone(home: Home, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process alone, as `serve` starts it."""
    command = [*PROGRAM, "web", "--phone", "--leave-with-parent"]
    process = subprocess.Popen(  # noqa: S603 - our own
        command,
        cwd=home.folder,
        env={**os.environ, **env},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        assert process.stdin
        process.stdin.close()
        assert process.stderr
        said = process.stderr.read().decode()
        process.stderr.close()
        process.wait(PATIENCE)
    assert "Traceback" not in said
    assert "leaked" not in said  # a thread that is alive at the end has DuckDB complain
    wait_for(lambda: not session_of(process.pid))  # the tracker of its children ends after it


def test_killed_between_the_disk_and_the_history_it_is_one_event(home: Home, port: int) -> None:
    """The history is in use, the press is on the disk, and before anyone is told the process is
    killed: whoever presses again, and the cycle that takes it in, make it one.
    """
    path, database = path_of(home, "pursue"), home.folder / "data/goldmine.duckdb"
    with database_lock(database), phone(home, FAULT_POINT="set_aside:1") as process:
        wait_for(lambda: is_open(port))
        with pytest.raises((OSError, HTTPException)):
            ask("POST", port, path)
        assert process.wait(PATIENCE) == -signal.SIGKILL
    spooled = list((database.parent / "spool/actions").glob("*.json"))
    assert len(spooled) == 1
    assert spooled[0].stat().st_mode & 0o077 == 0
    with phone(home):
        wait_for(lambda: is_open(port))
        assert "✓ Pursued" in ask("POST", port, path)[1]
    assert home.rows(EVENTS) == [("pursued", "phone")]
    assert not list((database.parent / "spool/actions").glob("*.json"))


def test_what_is_pressed_in_ntfy_is_heard_at_once(home: Home) -> None:
    """By the process as it is shipped, from a topic on the destination's own server."""
    database = home.folder / "data/goldmine.duckdb"
    with Services() as services:
        url = services.url("ntfy", "jobs")
        home.settings += f'[[notify]]\nname = "push"\nurl = "{url}"\n'
        home.project()
        listing = str(home.rows("SELECT listing_id FROM listings ORDER BY title LIMIT 1")[0][0])
        maker = ButtonMaker(home.project(), "push", key_of_buttons(database))
        with phone(home):
            wait_for(lambda: services.streams)
            topic = f"http://x/{reply_topic('push', maker.key)}"
            token = maker.token("bad", listing, datetime.now(UTC))
            services.touch({"url": topic, "body": token})
            wait_for(lambda: services.streams > 1)
            assert home.rows("SELECT rating FROM ratings") == [("bad",)]


def test_it_waits_for_its_port_and_its_turn(home: Home, port: int) -> None:
    """Two of them: the second hears nothing until the first is gone."""
    with phone(home) as first:
        wait_for(lambda: is_open(port))
        with phone(home) as second:
            first.terminate()
            assert first.wait(PATIENCE) == 0
            wait_for(lambda: is_open(port))
            assert second.poll() is None


def test_it_loads_no_prefect_no_apprise_and_no_pandas(home: Home) -> None:
    """Apprise is in the child that asks, and only where there is one to ask."""
    code = (
        "import sys; import goldmine_ingest.cli.phone\n"
        "print([n for n in ('prefect', 'apprise', 'pandas', 'requests') if n in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code], cwd=home.folder, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
