"""A loopback receiver whose log is the truth about what arrived, scripted per message; and a tiny
mail server.

    with Receiver(["500", "429:120", "200"]) as sink:
        ... send to f"json://127.0.0.1:{sink.port}/hook" ...
        sink.accepted -> the requests that were answered with 2xx

Steps, one per request, the last one repeated: '200', '204', '500', any status; '429:120' with
Retry-After; '302:/elsewhere' with Location; '200={"ok":false}' with that body; 'rst' takes the body
and resets the connection; 'hang' takes it and never answers; 'drip' answers one byte every 0.5 s,
so that its status takes half a minute; 'slow' answers 200 after 1.5 s; 'close' closes at once
without reading.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.rig.waiting import PATIENCE


@dataclass(frozen=True)
class Arrived:
    """One request as it came. `step` is what the script answered."""

    at: float
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    step: str

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.body)

    @property
    def message(self) -> dict[str, object]:
        """The document in the message of an Apprise json:// envelope."""
        return json.loads(str(self.json["message"]))


@dataclass
class Receiver:
    """See the module. `default_body` is what a plain status answers with; `bind` a port to
    listen on, 0 a free one.
    """

    script: Sequence[str] = ("200",)
    default_body: bytes = b"ok"
    bind: int = 0
    arrived: list[Arrived] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", self.bind), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def accepted(self) -> list[Arrived]:
        """Those that the service took: answered 2xx, or taken in whole before the connection
        broke.
        """
        return [
            a
            for a in self.arrived
            if a.step.startswith("2") or a.step in ("rst", "hang", "drip", "slow")
        ]

    def url(self, scheme: str = "json", path: str = "hook") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{path}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                """Keeps test output quiet."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with lock:
                    step = receiver.script[min(len(receiver.arrived), len(receiver.script) - 1)]
                    receiver.arrived.append(
                        Arrived(
                            time.time(), self.command, self.path, dict(self.headers), body, step
                        )
                    )
                receiver._answer(self, step)

            do_PUT = do_GET = do_POST  # noqa: N815 - the base class calls them so

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, step: str) -> None:
        handler.close_connection = True
        match step:
            case "rst":
                handler.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                handler.connection.close()
            case "close":
                handler.connection.close()
            case "hang":
                self._released.wait(PATIENCE)
            case "drip":
                self._drip(handler)
            case "slow":
                self._released.wait(1.5)
                _reply(handler, "200", self.default_body)
            case _:
                _reply(handler, step, self.default_body)

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
        for byte in head + b"x" * 100_000:
            try:
                handler.wfile.write(bytes([byte]))
            except OSError:
                return
            if self._released.wait(0.5):
                return


def _reply(handler: BaseHTTPRequestHandler, step: str, default_body: bytes) -> None:
    step, equals, given = step.partition("=")
    status, _, extra = step.partition(":")
    body = given.encode() if equals else b"" if status == "204" else default_body
    handler.send_response(int(status))
    if extra:
        handler.send_header("Location" if status.startswith("3") else "Retry-After", extra)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@dataclass
class MailSink:
    """A mail server that takes everything, or answers DATA with `refuse` (e.g. b'554 no') once
    it took `takes`.

    `answers` are its answers at other steps, by what the client says ('EHLO', 'MAIL', 'RCPT',
    'DATA'), at first ('greeting') or after the mail ('end'); an empty one breaks the connection.
    """

    refuse: bytes | None = None
    mails: list[bytes] = field(default_factory=list)
    takes: int = 0  # so many mails before it refuses
    answers: Mapping[str, bytes] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb", buffering=0) as stream, suppress(OSError):
                self._talk(stream)  # type: ignore[arg-type]

    def _talk(self, stream: socket.SocketIO) -> None:
        if not self._say(stream, "greeting", b"220 sink"):
            return
        while line := stream.readline():
            word = line.split(b" ")[0].strip().decode("ascii", "replace").upper()
            if (
                not self._say(
                    stream, word, {"DATA": b"354 go on", "QUIT": b"221 bye"}.get(word, b"250 ok")
                )
                or word == "QUIT"
            ):
                return
            if word == "DATA" and not self._take(stream):
                return

    def _take(self, stream: socket.SocketIO) -> bool:
        lines = []
        while (line := stream.readline()) not in (b".\r\n", b""):
            lines.append(line)
        refused = self.refuse is not None and len(self.mails) >= self.takes
        usual = self.refuse if refused and self.refuse else b"250 taken"
        answer = self.answers.get("end", usual)
        if answer[:1] in (b"2", b""):
            self.mails.append(b"".join(lines))
        return self._say(stream, "end", answer)

    def _say(self, stream: socket.SocketIO, at: str, usual: bytes) -> bool:
        """Whether there was something to say."""
        answer = self.answers.get(at, usual)
        if answer:
            stream.write(answer + b"\r\n")
        return bool(answer)
