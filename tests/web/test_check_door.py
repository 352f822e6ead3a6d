"""`goldmine check --online` knocks at the door: whether the public address leads to this one, and
what to do where it doesn't. Nothing is pressed by it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from goldmine_ingest.runtime.web_key import new_key
from tests.rig.command import goldmine
from tests.rig.door import ACTIONS, OpenDoor, open_door
from tests.rig.ports import free_port
from tests.rig.project import Home
from tests.rig.receiver import Receiver
from tests.rig.waiting import PATIENCE
from tests.web.conftest import copied


@pytest.fixture
def sink() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


@pytest.fixture
def home(seeded: Home, tmp_path: Path, sink: Receiver) -> Home:
    """A project with a webhook, whose messages have links."""
    made = copied(seeded, tmp_path)
    made.settings = made.settings.replace(
        '[[feed]]\nname = "jobs"', '[[feed]]\nname = "jobs"\nenabled = false'
    )
    made.settings += f'[[notify]]\nname = "hook"\nurl = "{sink.url()}"\n'
    made.clock.at = datetime.now(UTC)
    return made


@pytest.fixture
def door(home: Home) -> Iterator[OpenDoor]:
    without = home.settings
    home.settings += ACTIONS
    with open_door(home, "hook") as opened:
        home.settings = without
        yield opened


@contextmanager
def passing(port: int, path: str = "", host: str | None = None) -> Iterator[str]:
    """A proxy before the door: it keeps path and Host, or puts others in their place."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            headers = {"Host": host or self.headers["Host"]}
            connection.request("GET", path or self.path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def checked(home: Home, url: str, listen: int) -> tuple[int, str]:
    """The status, and what was said of the door."""
    without = home.settings
    home.settings += f'[actions]\nurl = "{url}"\nlisten = "127.0.0.1:{listen}"\n'
    home.project()
    home.settings = without
    done = goldmine("check", "--online", "--json", cwd=home.folder)
    report = json.loads(done.stdout)
    assert report["ok"] is (done.returncode == 0)
    said = [one["message"] for one in report["warnings"] if one["where"] == "actions.url"]
    return done.returncode, report["door"]["detail"] if "door" in report else said[-1]


def test_an_address_that_leads_to_this_door(door: OpenDoor) -> None:
    with passing(door.port) as url:
        assert checked(door.home, url, door.port) == (0, "leads to this door")
        shown = goldmine("check", "--online", cwd=door.home.folder).stdout
    (line,) = [line for line in shown.splitlines() if "leads to this door" in line]
    assert line.split()[:2] == ["ok", url]
    assert door.home.rows("SELECT count(*) FROM pursuits") == [(0,)]
    assert door.home.rows("SELECT count(*) FROM ratings") == [(0,)]


def test_a_proxy_that_changes_the_path_or_the_name(door: OpenDoor) -> None:
    with passing(door.port, path="/") as url:
        status, why = checked(door.home, url, door.port)
    place = f"127.0.0.1:{door.port}"
    said = f"leads elsewhere (HTTP 404): the proxy must pass every path on to {place} as it is"
    assert (status, why) == (3, said)
    with passing(door.port, host="inside.example") as url:
        status, why = checked(door.home, url, door.port)
    said = f"leads to a door, under another name: the proxy before {place} must keep the Host"
    assert (status, why) == (3, said)


def test_the_door_of_another_project_is_not_ours(
    door: OpenDoor, seeded: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = copied(seeded, tmp_path_factory.mktemp("other"))
    other.settings += ACTIONS
    new_key(other.folder / "data")
    with open_door(other) as theirs, passing(theirs.port) as url:
        status, why = checked(door.home, url, door.port)
        assert (status, why.partition(":")[0]) == (3, "leads elsewhere (HTTP 404)")
        status, why = checked(door.home, url, theirs.port)
    said = f"another program listens on 127.0.0.1:{theirs.port}: give [actions] listen another port"
    assert (status, why) == (3, said)


def test_an_address_that_nobody_answers(door: OpenDoor) -> None:
    status, why = checked(door.home, f"http://127.0.0.1:{free_port()}", door.port)
    assert status == 3
    assert "can't be reached from this computer" in why
    assert f"the door itself is open on 127.0.0.1:{door.port}" in why


def test_before_there_is_a_door_it_only_says_so(home: Home) -> None:
    """No failure: `check` is asked before `serve` is started."""
    port = free_port()
    status, why = checked(home, f"http://127.0.0.1:{port}", port)
    said = f"no door is open on 127.0.0.1:{port} now: start goldmine serve or goldmine web"
    assert (status, why.partition(",")[0]) == (0, said)
    (home.folder / "data/goldmine.duckdb").unlink()
    status, why = checked(home, f"http://127.0.0.1:{port}", port)
    assert (status, why.partition(":")[0]) == (0, "not asked")
