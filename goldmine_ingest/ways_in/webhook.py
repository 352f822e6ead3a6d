"""webhook:NAME: an HTTP receiver within `goldmine serve`. What it is sent lies safely in a folder before it answers 202.

    POST /NAME    Authorization: Bearer TOKEN (or Basic, the token as the password)    a JSON body of at most max_bytes

401 without the token · 404 for another name · 405 for another method · 411 without a length · 413 too large · 400 no JSON · 503 when it
can't be kept (the sender should try again) · 202 taken. Nothing is read from the body here; the next cycle does that.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

PATIENCE = 10.0  # seconds for a request's next bytes
MOST_WAITING = 10_000  # bodies that no cycle has taken yet; a full disk would help nobody
MOST_AT_ONCE = 32  # requests
_LOOK_FOR_END = 0.1  # seconds
_DRAINED = 16 * 1024 * 1024  # bytes of a refused body that are read away, so that the sender gets to see the answer


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One [webhook.NAME], its token revealed. `listen` is HOST:PORT; `folder` is where bodies go."""

    name: str
    listen: str
    token: str = field(repr=False)
    max_bytes: int
    folder: Path


class Receiver:
    """Listens for all endpoints, each address with a thread of its own. A context manager; leaving it stops listening.

    `taken` is called with the endpoint's name after each body, from another thread. `problems` are, once entered, the addresses that
    can't be had, as (webhook, sentence); the others work.
    """

    def __init__(self, endpoints: Sequence[Endpoint], *, taken: Callable[[str], None] = lambda _: None) -> None:
        self._by_address: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            self._by_address.setdefault(endpoint.listen, {})[endpoint.name] = endpoint
        self._taken = taken
        self._servers: list[_Server] = []
        self.problems: list[tuple[str, str]] = []

    def __enter__(self) -> Receiver:
        for address, endpoints in self._by_address.items():
            host, _, port = address.rpartition(":")
            try:
                self._servers.append(_Server((host.strip("[]"), int(port)), endpoints, self._taken))
            except OSError as error:
                why = f"can't listen on {address} ({error.strerror or error})"
                self.problems.extend((f"webhook {name}", why) for name in endpoints)
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(_LOOK_FOR_END,), name="goldmine-webhook", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def ports(self) -> Mapping[str, int]:
        """Endpoint name to the port that it listens on (which the system chose where `listen` says port 0)."""
        return {name: server.server_address[1] for server in self._servers for name in server.endpoints}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, place: tuple[str, int], endpoints: Mapping[str, Endpoint], taken: Callable[[str], None]) -> None:
        self.endpoints = endpoints
        self.taken = taken
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        if ":" in place[0]:
            import socket

            self.address_family = socket.AF_INET6
        super().__init__(place, _Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._room:
            super().process_request_thread(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that breaks off is no news; the base class prints a traceback."""


class _Refusal(Exception):  # noqa: N818 - an answer, not an error of ours
    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = PATIENCE
    server_version = "goldmine"
    sys_version = ""

    def do_POST(self) -> None:
        try:
            endpoint = self._endpoint()
            body = self._body(endpoint)
            _keep(body, endpoint.folder)
        except _Refusal as refusal:
            self._drain()
            self._answer(refusal.status, str(refusal))
            return
        except OSError as error:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, f"can't be kept ({error.strerror or type(error).__name__}); try again")
            return
        self._answer(HTTPStatus.ACCEPTED, "taken")
        self.server.taken(endpoint.name)

    def do_GET(self) -> None:
        self._answer(HTTPStatus.METHOD_NOT_ALLOWED, "POST a JSON body here")

    do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the base class's way to name methods

    def _endpoint(self) -> Endpoint:
        """The endpoint that the token opens; a wrong name is told to those only who have a token."""
        endpoints = self.server.endpoints
        given = _token(self.headers.get("Authorization", ""))
        opened = [each for each in endpoints.values() if hmac.compare_digest(given, each.token.encode())]
        if not opened:
            raise _Refusal(HTTPStatus.UNAUTHORIZED, "the bearer token is missing or wrong")
        name = unquote(urlsplit(self.path).path).strip("/").rpartition("/")[2]
        found = next((each for each in opened if each.name == name), None)
        if found is None and len(endpoints) > 1:
            raise _Refusal(HTTPStatus.NOT_FOUND, "several webhooks listen here: POST /NAME")
        return found or opened[0]

    def _body(self, endpoint: Endpoint) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or "Transfer-Encoding" in self.headers:
            raise _Refusal(HTTPStatus.LENGTH_REQUIRED, "a Content-Length is needed")
        if int(length[:12]) > endpoint.max_bytes or len(length) > 12:
            raise _Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {endpoint.max_bytes} bytes")
        self._left = 0
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise _Refusal(HTTPStatus.BAD_REQUEST, "the body broke off")
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            raise _Refusal(HTTPStatus.BAD_REQUEST, "not JSON") from None
        return body

    _left = _DRAINED

    def _drain(self) -> None:
        length = self.headers.get("Content-Length", "")
        left = min(self._left, int(length[:12])) if length.isascii() and length.isdigit() else 0
        with contextlib.suppress(OSError):
            while left > 0 and (piece := self.rfile.read(min(left, 65536))):
                left -= len(piece)

    def _answer(self, status: HTTPStatus, text: str) -> None:
        body = json.dumps({"ok": status is HTTPStatus.ACCEPTED, "message": text}).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            if status is HTTPStatus.UNAUTHORIZED:
                self.send_header("WWW-Authenticate", "Bearer")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing: the base class prints every request line, which may hold what a sender put into its URL."""


def _token(header: str) -> bytes:
    """The token of an Authorization header, b"" if there is none."""
    kind, _, value = header.strip().partition(" ")
    value = value.strip()
    if kind.lower() == "bearer":
        return value.encode("latin-1", "replace")
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).partition(b":")[2]
        except ValueError:
            return b""
    return b""


def _keep(body: bytes, folder: Path) -> None:
    """Writes a body so that it survives a power cut and no reader sees half of it. Raises OSError, _Refusal if too many wait."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.scandir(folder) as entries:
        if sum(1 for _ in entries) >= MOST_WAITING:
            raise _Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "too many bodies wait for a cycle")
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.json"
    unfinished = folder / f".{name}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / name)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
