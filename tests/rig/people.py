"""Services with several recipients, some of whom refuse: their logs are the truth about who got
what.

`Topics` answers as ntfy does: each message is a JSON document posted to the root, its answer
repeats it with an id, and a topic that may not be written to is a 403 with ntfy's error document
(server/errors.go and docs/publish.md of binwiederhier/ntfy). `PostOffice` is a mail server that
takes some addresses and refuses others at RCPT, as Postfix does an unknown user (550 5.1.1, RFC
3463).
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.rig.waiting import PATIENCE

_FORBIDDEN = {
    "code": 40301,
    "http": 403,
    "error": "forbidden",
    "link": "https://ntfy.sh/docs/publish/#authentication",
}
_BAD = {"code": 40024, "http": 400, "error": "invalid request: message must be UTF-8"}
_BUSY = {"code": 42901, "http": 429, "error": "limit reached: too many requests"}


@dataclass
class Topics:
    """See the module. `refusing` topics answer 403, `busy` ones 429; one that `hangs` none."""

    refusing: Collection[str] = ()
    busy: Collection[str] = ()
    hangs: Collection[str] = ()
    jobs_refused: Collection[str] = ()
    jobs_failing: Collection[str] = ()
    arrived: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
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
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, *topics: str) -> str:
        return f"ntfy://127.0.0.1:{self._server.server_address[1]}/{'/'.join(topics)}"

    def got(self, topic: str) -> list[str]:
        """The texts that a topic took, in order."""
        return [
            f"{message.get('title', '')}\n{message['message']}"
            for message in self.arrived
            if message["topic"] == topic
        ]

    def jobs(self, topic: str) -> Counter[str]:
        """How often each job was told to a topic, by its number in `item`."""
        return Counter(
            found
            for text in self.got(topic)
            for found in re.findall(r"^(?:\(may repeat\) )?Month-end .* (\d+)$", text, re.M)
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                """Keeps test output quiet."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                service._answer(self, json.loads(body))

            do_PUT = do_POST  # noqa: N815 - the base class calls it so

        return Handler

    def _about(self, message: dict[str, Any], jobs: Collection[str]) -> bool:
        title = str(message.get("title", ""))
        return any(title.endswith(f" {number}") for number in jobs)

    def _answer(self, handler: BaseHTTPRequestHandler, message: dict[str, Any]) -> None:
        topic = message["topic"]
        self.asked.append(topic)
        if topic in self.hangs:
            self._over.wait(PATIENCE)
        elif topic in self.refusing:
            _reply(handler, 403, _FORBIDDEN)
        elif topic in self.busy:
            _reply(handler, 429, _BUSY)
        elif self._about(message, self.jobs_refused):
            _reply(handler, 400, _BAD)
        elif self._about(message, self.jobs_failing):
            _reply(handler, 503, {})
        else:
            self.arrived.append(message)
            said = {"id": f"m{len(self.arrived)}", "time": int(time.time()), "event": "message"}
            _reply(handler, 200, {**said, **message})


def _reply(handler: BaseHTTPRequestHandler, status: int, document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    handler.close_connection = True
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@dataclass
class PostOffice:
    """See the module. `mails` are (recipients that were accepted, the mail)."""

    refusing: Collection[str] = ()
    mails: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)

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

    def to(self, address: str) -> int:
        """How many mails were accepted for an address."""
        return sum(address in recipients for recipients, _ in self.mails)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._welcome, args=(connection,), daemon=True).start()

    def _welcome(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb", buffering=0) as stream:
            self._talk(stream)

    def _talk(self, stream: Any) -> None:
        stream.write(b"220 office\r\n")
        accepted: list[str] = []
        while line := stream.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"QUIT":
                stream.write(b"221 bye\r\n")
                return
            if word == b"RCPT":
                address = re.findall(r"<([^>]*)>", line.decode())[0]
                unknown = address in self.refusing
                accepted += [] if unknown else [address]
                stream.write(b"550 5.1.1 User unknown\r\n" if unknown else b"250 2.1.5 Ok\r\n")
            elif word == b"DATA":
                stream.write(b"354 go on\r\n")
                lines = list(iter(stream.readline, b".\r\n"))
                self.mails.append((tuple(accepted), b"".join(lines)))
                stream.write(b"250 taken\r\n")
            else:
                accepted = [] if word in (b"MAIL", b"RSET") else accepted
                stream.write(b"250 ok\r\n")
