"""Polite, bounded HTTP: many feeds at once, few requests per host, every answer within its
deadlines and limits.

    for fetched in fetch_all(requests, settings, now=clock):
        ...

The transfers are driven by a thread of their own, so that deadlines stay true while the caller
parses and stores: 30 s spent on one feed must not make the others look slow. Answers that wait for
the caller are bounded in number and size, so memory stays flat however many feeds there are.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from goldmine_ingest.fetch.inflate import size
from goldmine_ingest.fetch.loop import FetchLoop
from goldmine_ingest.fetch.name_lookup import Resolver, system_resolver
from goldmine_ingest.model.fetched import FeedRequest, Fetched, Outcome
from goldmine_ingest.runtime.threads import start

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FetchSettings

# Answers that may wait for the caller or be in its hands, and so twice the size of a batch. A batch
# is a transaction: of 8 feeds it costs a third more to store than of 32. Few of them if they are
# large: a body may have 10 MiB, and is worth several times that when read.
_AHEAD = 64
_AHEAD_BYTES = 8 * 1024 * 1024
_STOP_ASKED_EVERY = 0.25  # seconds


def fetch_all(
    requests: Iterable[FeedRequest],
    settings: FetchSettings,
    *,
    now: Callable[[], datetime],
    resolve: Resolver | None = None,
    proxy: str | None = None,
    gentle_hosts: Collection[str] = (),
    ca_file: str | None = None,
) -> Iterator[Fetched]:
    """Ask every feed and yield the answers as they complete, one for each request, in no particular
    order.

    `proxy` is the resolved [fetch] proxy (a URL; None or "": none, unless
    `settings.proxy_from_env`). Hosts in `gentle_hosts` ('host' or 'host:port') get one request at a
    time. `resolve` replaces the system's name resolution and `ca_file` the trusted certificates,
    both for tests and special networks. A failure is an answer with its class, never an exception.
    Closing the iterator stops what still runs.
    """
    for batch in fetch_batches(
        requests,
        settings,
        now=now,
        resolve=resolve,
        proxy=proxy,
        gentle_hosts=gentle_hosts,
        ca_file=ca_file,
    ):
        while batch:
            yield batch.pop(
                0
            )  # not kept here, so that its body is freed as soon as the caller lets it go


def fetch_batches(
    requests: Iterable[FeedRequest],
    settings: FetchSettings,
    *,
    now: Callable[[], datetime],
    resolve: Resolver | None = None,
    proxy: str | None = None,
    gentle_hosts: Collection[str] = (),
    ca_file: str | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[list[Fetched]]:
    """As `fetch_all`, in lists of what has come until now: a caller that opens a database for each
    list opens it less often.

    Once `stop` is true (it is asked a few times a second), requests that are under way are given
    up.
    """
    loop = FetchLoop(
        requests,
        settings,
        now=now,
        resolve=resolve or system_resolver,
        proxy=proxy or None,
        gentle_hosts=gentle_hosts,
        ca_file=ca_file,
    )
    driver = _Driver(loop, max(settings.concurrency, _AHEAD), stop)
    start(driver)
    try:
        yield from driver.batches()
    finally:
        driver.stop()


class _Driver(threading.Thread):
    """Runs a FetchLoop and hands its answers over, at most about `room` ahead of the caller."""

    def __init__(self, loop: FetchLoop, room: int, stop: Callable[[], bool]) -> None:
        super().__init__(name="goldmine-fetch", daemon=True)
        self._loop = loop
        self._room = room
        self._stop_asked = stop
        self._queue: SimpleQueue[list[Fetched] | BaseException | None] = SimpleQueue()
        self._handed_over = 0  # written by this thread only
        self._taken = 0  # written by the caller only
        self._bytes_over = 0
        self._bytes_taken = 0
        self._moved = threading.Event()
        self._stopping = False
        self._ended = False

    def batches(self) -> Iterator[list[Fetched]]:
        """All that has come, each time that something has; the caller owns the list."""
        while (batch := self._next(wait=True)) is not None:
            while len(batch) < _AHEAD and (more := self._next(wait=False)):
                batch += more
            count, held = len(batch), _bytes(batch)
            yield batch
            self._taken += count
            self._bytes_taken += held
            self._moved.set()

    def _next(self, *, wait: bool) -> list[Fetched] | None:
        """The next answers; None at the end, an empty list where none has come and `wait` is
        False.
        """
        if self._ended:
            return None
        try:
            came = self._wait() if wait else self._queue.get(block=False)
        except Empty:
            return []
        if isinstance(came, BaseException):
            raise came
        self._ended = came is None
        return came

    def _wait(self) -> list[Fetched] | BaseException | None:
        """What comes next; None, as at the end, where the caller is asked to stop before
        anything comes.
        """
        while True:
            try:
                return self._queue.get(timeout=_STOP_ASKED_EVERY)
            except Empty:
                if self._stop_asked():
                    return None

    def stop(self) -> None:
        self._stopping = True
        self._moved.set()
        self.join()

    def run(self) -> None:
        try:
            self._drive()
            self._queue.put(None)
        except BaseException as error:  # noqa: BLE001 - a bug in this thread is raised in the caller's
            self._queue.put(error)
        finally:
            self._loop.close()

    def _drive(self) -> None:
        loop = self._loop
        while loop.unfinished and not self._stopping:
            may_start = (
                self._handed_over - self._taken < self._room
                and self._bytes_over - self._bytes_taken < _AHEAD_BYTES
            )
            loop.step(may_start=may_start)
            if loop.finished:
                self._hand_over(loop)
            elif may_start or loop.running:
                loop.wait(may_start=may_start)
            else:
                self._moved.wait()
                self._moved.clear()

    def _hand_over(self, loop: FetchLoop) -> None:
        """Pass on what has come. (Holding answers back to pass on more at a time was measured:
        it saves nothing.)
        """
        batch, loop.finished = loop.finished, []
        self._handed_over += len(batch)
        self._bytes_over += _bytes(batch)
        self._queue.put(batch)


def _bytes(batch: Iterable[Fetched]) -> int:
    return sum(len(fetched.body) for fetched in batch)


def read_file(
    feed: str, path: Path, settings: FetchSettings, now: Callable[[], datetime]
) -> Fetched:
    """The content of a file: feed as if it had been fetched. Regular files only, of at most
    `settings.max_body` bytes.
    """
    started_at = now()
    try:
        # Not blocking: opening a pipe that nobody writes to would hang for ever, before its kind
        # can be looked at.
        descriptor = os.open(
            path,
            os.O_RDONLY
            | getattr(os, "O_NONBLOCK", 0)
            | getattr(os, "O_CLOEXEC", 0)
            | getattr(os, "O_BINARY", 0),
        )
    except OSError as error:
        return Fetched(feed, Outcome.ERROR, started_at, error=_why_not(path, error))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return Fetched(feed, Outcome.ERROR, started_at, error=f"{path} is not a regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            body = file.read(settings.max_body + 1)
    except OSError as error:
        return Fetched(feed, Outcome.ERROR, started_at, error=_why_not(path, error))
    finally:
        os.close(descriptor)
    if len(body) > settings.max_body:
        return Fetched(
            feed,
            Outcome.TOO_LARGE,
            started_at,
            error=f"{path} is larger than {size(settings.max_body)} (max_body)",
        )
    return Fetched(feed, Outcome.OK, started_at, body=body, wire_bytes=len(body))


def _why_not(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no file {path}"
    if isinstance(error, PermissionError):
        return f"{path} may not be read by this user"
    return f"{path} can't be read: {error.strerror or type(error).__name__}"
