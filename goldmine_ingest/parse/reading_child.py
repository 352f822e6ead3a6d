"""A child process in which bodies are read, because some input makes any parser run for ever or eat
all memory.

The child is started with the first body, killed at the deadline and replaced. The parent pays for
neither lxml nor bs4. Between bodies neither of them wakes.
"""

from __future__ import annotations

import pickle
import resource
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from types import TracebackType
from typing import TYPE_CHECKING, Any

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.reading import FeedRead, ReadJob, read_feed, reread
from goldmine_ingest.runtime.child_process import ChildProcess
from goldmine_ingest.runtime.signals import StoppedError

if TYPE_CHECKING:
    from goldmine_ingest.model.changes import StoredEntry
    from goldmine_ingest.model.posting import Posting

_TOO_MANY = "Has this machine too many processes or open files? `ulimit -a` shows its limits."
_ASK_EVERY = 0.2  # seconds between two looks at whether to end
_LARGE = 4 * 1024 * 1024  # bytes of an answer, some 3,000 entries
DEADLINE = 30.0  # seconds (docs/reliability.md "Limits")
MAX_MEMORY = 1536 * 1024 * 1024  # bytes of address space
_BEGUN = "begun"


class _DiedError(Exception):
    """The child ended with this status while it read, or before it began."""

    def __init__(self, status: int, *, begun: bool) -> None:
        super().__init__(status)
        self.status, self.begun = status, begun


class _TooLateError(Exception):
    """The child was killed at the deadline."""


class ReadingWorker:
    """Reads bodies in one child. A context manager; leaving it ends the child.

    `deadline` is in seconds of wall time per body, `max_memory` in bytes; both kill the child, and
    the next body gets a new one.
    """

    def __init__(self, *, deadline: float = DEADLINE, max_memory: int = MAX_MEMORY) -> None:
        self._deadline = deadline
        self._max_memory = max_memory
        self._child: ChildProcess | None = None

    def __enter__(self) -> ReadingWorker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child; the next body gets a new one."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()  # it holds nothing that would have to be put away
            child.close()

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return None if self._child is None else self._child.pid

    def read(self, job: ReadJob, *, stop: Callable[[], bool] = lambda: False) -> FeedRead:
        """`read_feed(job)` in the child. Too slow is PARSE_TIMEOUT, a child that died or an
        exception is ERROR; neither is raised.

        Once `stop` is true, the child is killed and StoppedError raised: an orderly end waits for
        no body that hangs the reader.
        """
        try:
            feed_read: FeedRead = self._ask(read_feed, job, stop)
        except StoppedError:
            raise
        except _TooLateError:
            return FeedRead(
                Outcome.PARSE_TIMEOUT, problem=f"reading it took longer than {self._deadline:g} s"
            )
        except UnavailableError as error:
            return FeedRead(Outcome.ERROR, problem=error.message)
        except _DiedError as error:
            return FeedRead(
                _outcome_of_death(error.status),
                problem=f"the reading process died ({_death(error.status)})",
            )
        except MemoryError:
            return FeedRead(
                Outcome.TOO_LARGE,
                problem=f"reading it needs more than {self._max_memory >> 20} MiB of memory",
            )
        except Exception as error:  # noqa: BLE001 - what the child raised came from the body, and belongs to that feed alone
            why = f" ({error})" if str(error) else ""
            return FeedRead(
                Outcome.ERROR,
                problem=f"reading it failed, which is a fault of the program{why}"[:300],
            )
        return feed_read

    def reread(self, entries: Sequence[StoredEntry]) -> tuple[Posting | str | None, ...]:
        """`reading.reread` in the child. Where entries kill it or take too long together, each
        is read by itself, and those are told.
        """
        try:
            postings: tuple[Posting | str | None, ...] = self._ask(reread, tuple(entries))
        except (_TooLateError, _DiedError, MemoryError):
            if len(entries) > 1:
                return tuple(posting for entry in entries for posting in self.reread([entry]))
            return ("reading it took too long or too much memory",)
        return postings

    def _ask(
        self, does: Callable[[Any], Any], about: object, stop: Callable[[], bool] = lambda: False
    ) -> Any:
        """What `does` makes of it in the child; what it raised is raised here. Of a child that died
        since the last body no body is to blame: it is replaced.
        """
        try:
            return self._answer(does, about, stop)
        except _DiedError as error:
            if error.begun:
                raise
        return self._answer(does, about, stop)

    def _answer(self, does: Callable[[Any], Any], about: object, stop: Callable[[], bool]) -> Any:
        child, begun, whole = self._running(), False, False
        until = float("inf")
        try:
            child.pipe.send((does, about, self._deadline))
            while (rest := until - time.monotonic()) > 0:
                if not child.pipe.poll(min(rest, _ASK_EVERY)):
                    _unless(stop)
                    continue
                data = child.pipe.recv_bytes()
                if len(data) >= _LARGE:
                    self.close()  # what it holds goes before this is unpacked: 140 MB for 50,000
                answer = pickle.loads(data)  # noqa: S301 - from our own child
                if answer != _BEGUN:
                    whole = True
                    return _given(*answer)
                begun, until = True, time.monotonic() + self._deadline
        except (EOFError, ConnectionError):
            _unless(stop)  # the same signal may have ended it
            raise _DiedError(child.close(), begun=begun) from None
        finally:
            if not whole:
                self.close()
        raise _TooLateError

    def _running(self) -> ChildProcess:
        """Raises UnavailableError where none can be started."""
        if self._child is not None and self._child.status is not None:
            self.close()
        if self._child is None:
            try:
                self._child = ChildProcess("goldmine-read", partial(serve, self._max_memory))
            except OSError as error:
                raise UnavailableError(
                    f"the process that reads feeds can't be started ({error.strerror})",
                    hint=_TOO_MANY,
                ) from error
        return self._child


def _unless(stop: Callable[[], bool]) -> None:
    if stop():
        raise StoppedError


def _given(good: bool, what: Any) -> Any:
    if not good:
        raise what
    return what


def serve(max_memory: int, pipe: Connection) -> None:
    """In the child: answers the parent until it closes the pipe.

    For each (function, argument, deadline): that it has begun, then whether it could, and what it
    gave or raised.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a closed terminal reaches the parent too
    _limit(max_memory)
    while True:
        does, about, deadline = pipe.recv()
        pipe.send(_BEGUN)
        # In case the parent that should kill it has died.
        _limit_cpu(deadline)
        try:
            answer = True, does(about)
        except Exception as error:  # noqa: BLE001 - whatever a body provokes is that feed's alone
            answer = False, error
        _tell(pipe, answer)


def _tell(pipe: Connection, answer: tuple[bool, object]) -> None:
    try:
        pipe.send(answer)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - it can't be handed over: too large, or not by pickle
        short = isinstance(error, MemoryError)
        pipe.send((False, MemoryError() if short else RuntimeError(type(error).__name__)))


def _limit_cpu(deadline: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    with suppress(ValueError, OSError):
        limit = int(used.ru_utime + used.ru_stime + deadline) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _limit(max_memory: int) -> None:
    """In the child: memory and core size, for good."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (max_memory, max_memory))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _outcome_of_death(exitcode: int) -> Outcome:
    return Outcome.PARSE_TIMEOUT if exitcode == -signal.SIGXCPU else Outcome.ERROR


def _death(exitcode: int) -> str:
    return f"signal {-exitcode}" if exitcode < 0 else f"status {exitcode}"
