"""The door of a project on a real loopback socket, and a plain HTTP client that does what it is
told.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection

from goldmine_ingest.alerts.tokens import Press, Token, door_mark, sign
from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.pipeline.delivery.buttons import DOOR_PATH, key_of_buttons
from goldmine_ingest.web.door import Door
from goldmine_ingest.web.serving import Serving, listening
from tests.rig.page import Got
from tests.rig.project import Home
from tests.rig.waiting import PATIENCE

ACTIONS = (
    '[actions]\nurl = "https://box.example.ts.net:8443"\nbuttons = ["pursue", "skip", "bad"]\n'
)


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """A running door. Its links are those of one destination."""

    home: Home
    door: Door
    port: int
    destination: str

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def key(self) -> bytes:
        return key_of_buttons(self.home.folder / "data/goldmine.duckdb")

    def token(self, press: Press, listing: str, expires_at: datetime) -> str:
        return sign(Token(press, listing, door_mark(self.destination), expires_at), self.key)

    def path(self, press: Press, listing: str, expires_at: datetime) -> str:
        return DOOR_PATH + self.token(press, listing, expires_at)

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Got:
        """One request; Host is the door's unless `headers` says otherwise."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        given: Mapping[str, str] = {"Host": self.host, **headers}
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            seen = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, seen, text)
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Got:
        return self.send("GET", path, **headers)

    def post(self, path: str) -> Got:
        return self.send("POST", path, b"")


@contextmanager
def open_door(home: Home, destination: str = "here") -> Iterator[OpenDoor]:
    """The door of a project, in a thread; its clock is the project's."""
    home.project()
    current = CurrentProject(home.folder / "config/goldmine.toml", env=home.env, cwd=home.folder)
    door = Door(current, home.clock)
    door.project()
    with listening("127.0.0.1", 0) as socket:
        server, stop = Serving(door, socket), threading.Event()
        thread = threading.Thread(target=server.run, args=(stop.is_set,), daemon=True)
        thread.start()
        try:
            yield OpenDoor(home, door, int(socket.getsockname()[1]), destination)
        finally:
            stop.set()
            thread.join(PATIENCE)
