"""A feed server on loopback that answers exactly as scripted, down to the bytes; and a tripwire,
which nobody may touch.

    with FeedServer() as server:
        server.script("/jobs", Answer(body=RSS, headers={"ETag": '"1"'}), Answer(304))     # first
        request, second and later requests
        settings = FetchSettings(allow_private=(server.place,))                            # the
        guard stays on
        ... FeedRequest("jobs", server.url("/jobs")) ...
        assert server.requests("/jobs")[1].headers["if-none-match"] == '"1"'

The n-th request to a path (without its query) gets the n-th answer, the last one for ever; an
unknown path gets 404. Instead of an Answer a script may hold a function from the Request to an
Answer. What an Answer can do:

    Answer(429, headers={"Retry-After": "120"})     any status and headers (a list of pairs, to
    repeat one)
    Answer(body=b"...", chunked=True)               chunked; length=1000 lies about the length,
    length=None sends none (and closes)
    Answer(body=b"...", sent=5)                     stops after 5 bytes of the body ...
    Answer(body=b"...", sent=5, ending="reset")     ... and ends with "close" (FIN, the default
    after `sent`), "reset" (RST) or "hang"
    Answer(wait=0.5)                                waits before the first byte; drip=0.1: that long
    between single bytes of the body,
                                                    drip_head: the same between header lines
    Answer(ending="hang", silent=True)              accepts, and says nothing at all
    Answer(raw=b"...")                              these bytes and nothing else, then closes

A FeedServer with `tls=context` speaks https. Several servers may run at once; each listens on a
free port of `host`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import responses
from typing import Literal, Self

Headers = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """A request as it came. `headers` has lower-case names; `lines` is the head, byte for byte;
    `at` is monotonic.
    """

    method: str
    target: str
    headers: dict[str, str]
    lines: bytes
    at: float

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Answer:
    """One scripted answer; the module's docstring says what each field does."""

    status: int = 200
    body: bytes = b""
    headers: Headers = field(default_factory=dict)
    length: int | Literal["true"] | None = "true"
    chunked: bool = False
    sent: int | None = None
    ending: Literal["keep", "close", "reset", "hang"] | None = None
    wait: float = 0.0
    drip: float = 0.0
    drip_head: float = 0.0
    silent: bool = False
    raw: bytes | None = None

    @property
    def how_it_ends(self) -> str:
        closes = (
            self.sent is not None
            or self.raw is not None
            or (self.length is None and not self.chunked and self.status != 304)
        )
        return self.ending or ("close" if closes else "keep")

    def head_lines(self) -> list[bytes]:
        reason = responses.get(self.status, "Whatever")
        pairs = list(self.headers.items() if isinstance(self.headers, Mapping) else self.headers)
        if self.chunked:
            pairs.append(("Transfer-Encoding", "chunked"))
        elif self.length is not None and self.status not in (204, 304):
            pairs.append(
                ("Content-Length", str(len(self.body) if self.length == "true" else self.length))
            )
        lines = [
            f"HTTP/1.1 {self.status} {reason}",
            *(f"{name}: {value}" for name, value in pairs),
            "",
        ]
        return [f"{line}\r\n".encode("latin-1") for line in lines]

    def payload(self) -> bytes:
        body = self.body if self.sent is None else self.body[: self.sent]
        if not self.chunked:
            return body
        chunk = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
        return chunk if self.sent is not None else chunk + b"0\r\n\r\n"


Script = Answer | Callable[[Request], Answer]
NOT_FOUND = Answer(404, b"nothing here")


class FeedServer:
    """See the module's docstring."""

    def __init__(
        self, host: str = "127.0.0.1", *, port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        self._listener = socket.create_server(
            (host, port), backlog=64, family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
        self._tls = tls
        self._scripts: dict[str, tuple[Script, ...]] = {}
        self._seen: dict[str, list[Request]] = defaultdict(list)
        self._connections: list[socket.socket] = []
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._active = 0
        self.most_at_once = 0
        self.host, self.port = self._listener.getsockname()[:2]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for connection in (self._listener, *self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    @property
    def place(self) -> str:
        """'host:port', as `allow_private` wants it."""
        return f"{self.host}:{self.port}"

    @property
    def connections(self) -> int:
        return len(self._connections)

    def url(self, path: str = "/", *, host: str | None = None, userinfo: str = "") -> str:
        scheme = "https" if self._tls else "http"
        return (
            f"{scheme}://{userinfo}{'@' if userinfo else ''}{host or self.host}:{self.port}{path}"
        )

    def script(self, path: str, *answers: Script) -> None:
        """Replace what a path answers; its count of requests starts again."""
        with self._lock:
            self._scripts[path] = answers
            self._seen[path] = []

    def requests(self, path: str | None = None) -> list[Request]:
        """The requests so far, to one path or to all."""
        with self._lock:
            seen = (
                self._seen[path]
                if path is not None
                else [request for requests in self._seen.values() for request in requests]
            )
            return sorted(seen, key=lambda request: request.at)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._connections.append(connection)
            with connection:
                for request in _requests(connection):
                    if not self._answer(connection, request):
                        return
        except OSError:
            return  # the client went away, or the test ended

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        with self._lock:
            self._active += 1
            self.most_at_once = max(self.most_at_once, self._active)
            self._seen[request.path].append(request)
            answers = self._scripts.get(request.path, (NOT_FOUND,))
            chosen = answers[min(len(self._seen[request.path]), len(answers)) - 1]
        try:
            answer = chosen if isinstance(chosen, Answer) else chosen(request)
            self._stopped.wait(answer.wait)
        finally:
            # before it is sent: whoever has the answer may ask again before this thread goes on
            with self._lock:
                self._active -= 1
        self._send(connection, answer)
        return self._end(connection, answer.how_it_ends)

    def _send(self, connection: socket.socket, answer: Answer) -> None:
        if answer.silent:
            return
        if answer.raw is not None:
            connection.sendall(answer.raw)
            return
        head = answer.head_lines()
        if answer.drip_head or answer.drip:
            self._drip(connection, head, answer.drip_head)
            self._drip(connection, [bytes([byte]) for byte in answer.payload()], answer.drip)
        else:
            connection.sendall(b"".join(head) + answer.payload())

    def _drip(self, connection: socket.socket, pieces: Sequence[bytes], pause: float) -> None:
        for piece in pieces:
            if self._stopped.wait(pause):
                return
            connection.sendall(piece)

    def _end(self, connection: socket.socket, ending: str) -> bool:
        if ending == "hang":
            self._stopped.wait()
        elif ending == "reset":
            time.sleep(0.02)  # let the client read what came before: an RST may overtake it
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return ending == "keep"


def _requests(connection: socket.socket) -> Iterator[Request]:
    """The requests on a connection, one after the other; bodies aren't expected."""
    received = b""
    while True:
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65536)
            if not piece:
                return
            received += piece
        head, _, received = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        yield Request(
            method,
            target,
            {name.lower(): value.strip() for name, _, value in pairs},
            head,
            time.monotonic(),
        )


class Tripwire:
    """A listener that nobody may connect to. `hits` counts who did."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._listener = socket.create_server((host, port), backlog=64)
        self._listener.setblocking(False)
        self._hits = 0
        self.host, self.port = self._listener.getsockname()[:2]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        hits = self.hits
        self._listener.close()
        assert hits == 0, f"the tripwire on {self.host}:{self.port} was touched {hits} times"

    @property
    def hits(self) -> int:
        """Connections so far: the kernel completes them, so that looking is enough and no thread
        is needed.
        """
        while True:
            try:
                self._listener.accept()[0].close()
            except BlockingIOError:
                return self._hits
            self._hits += 1


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port on loopback where nobody listens, kept from others meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextlib.contextmanager
def full_backlog() -> Iterator[int]:
    """A port whose listener never accepts and whose queue is full: connecting gets no answer."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        time.sleep(0.05)
        yield listener.getsockname()[1]
