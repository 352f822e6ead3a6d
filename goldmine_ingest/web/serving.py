"""The socket and the HTTP server: uvicorn on h11, with a deadline of ours for what a client takes
to send, and room for those who do.

uvicorn alone keeps an unfinished head open for as long as its sender likes; 64 such connections
would be all there are. Here a request's head and body must be there within ten seconds, and where
too many connections are open, the one that has been silent for longest makes room.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.web.guard import App

MOST_CONNECTIONS = 64
DEADLINE = 10.0  # seconds for a head and its body, in all
_LARGEST_HEAD = 32 * 1024
_GOODBYE = 2  # seconds for answers under way


class PatientProtocol(H11Protocol):
    """One connection. `_since` is when it began to send what isn't whole yet; it is closed then,
    without a word.
    """

    _timer: asyncio.TimerHandle | None = None
    _since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.access_log = False  # whatever listens to its logger: some addresses sign in
        self._since = time.monotonic()
        self._wait()
        there = [
            connection for connection in self.connections if isinstance(connection, PatientProtocol)
        ]
        if len(there) > MOST_CONNECTIONS:
            waiting = [
                connection
                for connection in there
                if connection.waits_for_client() and connection is not self
            ]
            if waiting:
                min(waiting, key=lambda connection: connection._since).drop()

    def data_received(self, data: bytes) -> None:
        if self._timer is None:
            self._since = time.monotonic()
            self._wait()
        super().data_received(data)
        if not self.waits_for_client():
            self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def waits_for_client(self) -> bool:
        """Whether what the client has to send isn't whole: no head, or a body without its end."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def drop(self) -> None:
        """Closes the connection at once."""
        self._rest()
        if not self.transport.is_closing():
            self.transport.abort()

    def _wait(self) -> None:
        self._timer = self.loop.call_later(DEADLINE, self.drop)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def listening(address: str, *ports: int) -> socket.socket:
    """A socket that listens on the first of these ports that is free; 0 is any. Raises
    GoldmineError.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    why = ""
    for wanted in ports:
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, wanted))
            listener.listen(256)
        except OSError as error:
            listener.close()
            why = error.strerror or str(error)
            continue
        return listener
    raise GoldmineError(f"can't listen on {address}, port {ports[0]}: {why}")


class Serving:
    """The server on a socket that listens already; runs in the calling thread until told to
    stop.
    """

    def __init__(self, app: App, listening: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http=PatientProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,  # believed from loopback by default
            server_header=False,
            h11_max_incomplete_event_size=_LARGEST_HEAD,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=_GOODBYE,
        )
        self._server = _Server(config)
        self._listening = listening

    def run(self, stop: Callable[[], bool]) -> None:
        """Answers until `stop` says so."""
        watcher = threading.Thread(target=self._watch, args=(stop,), daemon=True)
        watcher.start()
        self._server.run(sockets=[self._listening])

    def end(self) -> None:
        self._server.should_exit = True

    def _watch(self, stop: Callable[[], bool]) -> None:
        while not stop() and not self._server.should_exit:
            time.sleep(0.1)
        self.end()


class _Server(uvicorn.Server):
    """Signals are the command's (runtime/signals.py): uvicorn takes hold of none."""

    def capture_signals(self) -> Any:
        return nullcontext()


def without_umask() -> None:
    """Whatever the user's umask: what this process writes is theirs alone."""
    os.umask(0o077)
