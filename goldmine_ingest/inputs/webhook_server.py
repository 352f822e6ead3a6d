"""The webhook's sockets: one thread, as many places as the descriptor limit bears, a total deadline
for each step of a request.

A sender without the token can keep nobody out: when all places are taken, the newest connection
gets that of the oldest one that has not shown a token. Places are an eighth of the process's
descriptors at most, so that polling, the history and the children keep theirs.
"""

from __future__ import annotations

import contextlib
import logging
import resource
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus

from goldmine_ingest.inputs.webhook_request import (
    Answer,
    Endpoint,
    Exchange,
    Gone,
    Received,
    Refusal,
)

HEAD_WITHIN, BODY_WITHIN, ANSWER_WITHIN, LINGER = (
    5.0,
    30.0,
    5.0,
    2.0,
)  # seconds in all, however often a byte comes
MOST_PLACES, FEWEST_PLACES = 64, 2
SHARE = 8  # of the descriptor limit, one in so many
MOST_HELD = 128 * 1024 * 1024  # bytes of bodies in memory at once
_DRAINED = (
    16 * 1024 * 1024
)  # bytes of a refused body that are read away, so that the sender gets to see the answer
_PIECE = 64 * 1024
_KEEPERS = 4  # threads that write bodies to the disk
_ACCEPT_PAUSE = 0.5  # seconds, after the process ran out of descriptors
_BACKLOG = 128

_log = logging.getLogger(__name__)


class _Step(Enum):
    HEAD = auto()
    BODY = auto()
    KEEPING = auto()  # with a keeper; no deadline
    ANSWER = auto()
    # answered; what still comes is thrown away, for a reset would take the answer from the sender
    LINGER = auto()


_WITHIN = {
    _Step.HEAD: HEAD_WITHIN,
    _Step.BODY: BODY_WITHIN,
    _Step.ANSWER: ANSWER_WITHIN,
    _Step.LINGER: LINGER,
}


@dataclass(slots=True, eq=False)
class _Connection:
    """One sender. `until` is when its step must be done, on the monotonic clock."""

    sock: socket.socket
    exchange: Exchange
    step: _Step = _Step.HEAD
    until: float = 0.0
    out: bytes = b""
    drained: int = 0

    def enter(self, step: _Step) -> None:
        self.step = step
        self.until = time.monotonic() + _WITHIN.get(step, float("inf"))

    @property
    def trusted(self) -> bool:
        """It has shown the token, and its request is still worth something."""
        return self.exchange.endpoint is not None and self.step is not _Step.LINGER


@dataclass(eq=False)
class Server:
    """`listen` first, then `run` in a thread; `stop` ends it from another. `take` keeps a request
    (it may wait for the disk and raises Refusal), `taken` is told the endpoint's name after it.
    """

    take: Callable[[Received], Answer]
    taken: Callable[[str], None]
    _listeners: list[tuple[socket.socket, Mapping[str, Endpoint]]] = field(default_factory=list)
    _connections: dict[_Connection, None] = field(default_factory=dict)  # the oldest first
    _kept: deque[tuple[_Connection, Answer]] = field(default_factory=deque)  # from the keepers
    _accepting: bool = False
    _accept_again: float = 0.0

    def __post_init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._stopping = threading.Event()
        self._ear, self._bell = socket.socketpair()  # whoever has something for the loop rings
        self._ear.setblocking(False)
        self._bell.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ, None)
        self._keepers = ThreadPoolExecutor(_KEEPERS, "goldmine-webhook-keeper")
        self.places = places(resource.getrlimit(resource.RLIMIT_NOFILE)[0])

    def listen(self, host: str, port: int, endpoints: Mapping[str, Endpoint]) -> int:
        """Listens on an address, for these endpoints; gives the port. Raises OSError."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        listener.setblocking(False)
        self._listeners.append((listener, endpoints))
        return int(listener.getsockname()[1])

    def run(self) -> None:
        """Serves until asked to stop."""
        try:
            while not self._stopping.is_set():
                self._listen_or_not()
                for key, _ in self._selector.select(self._rest()):
                    self._happened(key)
                self._take_over()
                self._expire()
        finally:
            self._close()

    def stop(self) -> None:
        self._stopping.set()
        self._ring()

    def _ring(self) -> None:
        with contextlib.suppress(
            OSError
        ):  # full: it rings already; closed: nobody is left to hear it
            self._bell.send(b"!")

    def _happened(self, key: selectors.SelectorKey) -> None:
        if key.fileobj is self._ear:
            with contextlib.suppress(BlockingIOError):
                self._ear.recv(_PIECE)
        elif isinstance(key.data, _Connection):
            if key.data in self._connections:  # it may have had to go for a newer one meanwhile
                self._go_on(key.data)
        elif isinstance(key.fileobj, socket.socket):
            self._accept(key.fileobj, key.data)

    # Places

    def _listen_or_not(self) -> None:
        """New connections wait in the system's queue while every place has a sender with the
        token, or no descriptor is left.
        """
        full = len(self._connections) >= self.places and all(
            each.trusted for each in self._connections
        )
        wanted = not full and time.monotonic() >= self._accept_again
        if wanted == self._accepting:
            return
        for listener, endpoints in self._listeners:
            if wanted:
                self._selector.register(listener, selectors.EVENT_READ, endpoints)
            else:
                self._selector.unregister(listener)
        self._accepting = wanted

    def _accept(self, listener: socket.socket, endpoints: Mapping[str, Endpoint]) -> None:
        if len(self._connections) >= self.places and not self._make_room():
            return
        try:
            sock, _ = listener.accept()
        except BlockingIOError:
            return
        except OSError:  # no descriptor is left, or the sender has gone already
            self._make_room()
            self._accept_again = time.monotonic() + _ACCEPT_PAUSE
            return
        sock.setblocking(False)
        connection = _Connection(sock, Exchange(endpoints))
        connection.enter(_Step.HEAD)
        self._connections[connection] = None
        self._selector.register(sock, selectors.EVENT_READ, connection)

    def _make_room(self) -> bool:
        """Ends the oldest connection that hasn't shown a token; False if there is none."""
        oldest = next((each for each in self._connections if not each.trusted), None)
        if oldest is None:
            return False
        self._drop(oldest)
        return True

    # One connection

    def _go_on(self, connection: _Connection) -> None:
        try:
            if connection.step is _Step.ANSWER:
                self._write(connection)
            else:
                self._read(connection)
        except (OSError, Gone):
            self._drop(connection)
        except Refusal as refusal:
            self._answer(connection, refusal.answer)
        except Exception as error:  # noqa: BLE001 - one request's bug must not end the receiver for all
            _log.warning("webhook: a request failed (%s)", type(error).__name__)
            self._drop(connection)

    def _read(self, connection: _Connection) -> None:
        try:
            data = connection.sock.recv(_PIECE)
        except BlockingIOError:
            return
        if connection.step is _Step.LINGER:
            connection.drained += len(data)
            if not data or connection.drained > _DRAINED:
                self._drop(connection)
            return
        if sum(each.exchange.size for each in self._connections) + len(data) > MOST_HELD:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "too much comes at once; try again")
        received = connection.exchange.receive(data)
        if received is not None:
            self._keep(connection, received)
        elif connection.step is _Step.HEAD and connection.exchange.endpoint is not None:
            connection.enter(_Step.BODY)
            connection.sock.send(
                connection.exchange.interim()
            )  # some 25 bytes, into an empty buffer

    def _keep(self, connection: _Connection, received: Received) -> None:
        self._selector.unregister(connection.sock)
        connection.enter(_Step.KEEPING)
        done = self._keepers.submit(self.take, received)
        done.add_done_callback(
            lambda future: self._hand_over(connection, received.endpoint.name, future)
        )

    def _hand_over(self, connection: _Connection, name: str, done: Future[Answer]) -> None:
        """In a keeper's thread: what came of it goes to the loop."""
        error = None if done.cancelled() else done.exception()
        if done.cancelled():
            answer = Answer(HTTPStatus.SERVICE_UNAVAILABLE, "goldmine serve is ending; try again")
        elif isinstance(error, Refusal):
            answer = error.answer
        elif error is not None:
            _log.warning("webhook: a body could not be kept (%s)", type(error).__name__)
            answer = Answer(HTTPStatus.INTERNAL_SERVER_ERROR, "an error of the receiver; try again")
        else:
            answer = done.result()
            self.taken(name)
        self._kept.append((connection, answer))
        self._ring()

    def _take_over(self) -> None:
        while self._kept:
            connection, answer = self._kept.popleft()
            if connection in self._connections:
                connection.exchange.size = 0
                self._selector.register(connection.sock, selectors.EVENT_READ, connection)
                self._answer(connection, answer)

    def _answer(self, connection: _Connection, answer: Answer) -> None:
        connection.out = connection.exchange.answer(answer)
        connection.exchange.size = 0
        connection.enter(_Step.ANSWER)
        self._selector.modify(connection.sock, selectors.EVENT_WRITE, connection)

    def _write(self, connection: _Connection) -> None:
        try:
            sent = connection.sock.send(connection.out) if connection.out else 0
        except BlockingIOError:
            return
        connection.out = connection.out[sent:]
        if not connection.out:
            connection.sock.shutdown(socket.SHUT_WR)
            connection.enter(_Step.LINGER)
            self._selector.modify(connection.sock, selectors.EVENT_READ, connection)

    # Time

    def _rest(self) -> float | None:
        """Seconds until a step's time is over."""
        times = [each.until for each in self._connections]
        if not self._accepting:
            times.append(max(self._accept_again, time.monotonic() + _ACCEPT_PAUSE))
        nearest = min(times, default=float("inf"))
        return None if nearest == float("inf") else max(0.0, nearest - time.monotonic())

    def _expire(self) -> None:
        now = time.monotonic()
        for connection in [each for each in self._connections if each.until <= now]:
            if connection.step in (_Step.HEAD, _Step.BODY):
                what = "head" if connection.step is _Step.HEAD else "body"
                late = Answer(
                    HTTPStatus.REQUEST_TIMEOUT,
                    f"the {what} was not there within {_WITHIN[connection.step]:.0f} s",
                )
                self._answer(connection, late)
            else:
                self._drop(connection)

    def _drop(self, connection: _Connection) -> None:
        self._connections.pop(connection, None)
        with contextlib.suppress(KeyError, ValueError):  # not while a keeper has it
            self._selector.unregister(connection.sock)
        connection.sock.close()

    def _close(self) -> None:
        """What keepers have in hand is finished and answered if the sender still listens;
        nothing else is.
        """
        for listener, _ in self._listeners:
            listener.close()
        self._keepers.shutdown(wait=True, cancel_futures=True)
        for connection, answer in self._kept:
            with contextlib.suppress(OSError):
                connection.sock.send(connection.exchange.answer(answer))
        for connection in list(self._connections):
            self._drop(connection)
        self._selector.close()
        self._ear.close()
        self._bell.close()


def places(descriptors: int) -> int:
    """How many senders are served at once in a process that may have so many descriptors (-1: no
    limit).
    """
    if descriptors < 0:
        return MOST_PLACES
    return max(FEWEST_PLACES, min(MOST_PLACES, descriptors // SHARE))
