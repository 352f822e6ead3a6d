"""A child process in which bodies are read, because some input makes any parser run for ever or eat
all memory.

The child is spawned (a child forked from a process that has DuckDB loaded hung), started with the
first body, killed at the deadline and replaced. The parent pays for neither lxml nor bs4, and
pebble only once there is something to read.
"""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import wait
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired, ProcessPool

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.reading import FeedRead, ReadJob, read_feed, reread
from goldmine_ingest.runtime.lean_process import LeanContext
from goldmine_ingest.runtime.signals import StoppedError

if TYPE_CHECKING:
    from pebble import ProcessFuture

    from goldmine_ingest.model.changes import StoredEntry
    from goldmine_ingest.model.posting import Posting

_TOO_MANY = "Has this machine too many processes or open files? `ulimit -a` shows its limits."
_Read = TypeVar("_Read")
_ASK_EVERY = 0.2  # seconds between two looks at whether to end
_MANY = 5_000  # entries
DEADLINE = 30.0  # seconds (docs/reliability.md "Limits")
MAX_MEMORY = 1536 * 1024 * 1024  # bytes of address space


class ReadingWorker:
    """Reads bodies in one child. A context manager; leaving it ends the child.

    `deadline` is in seconds of wall time per body, `max_memory` in bytes; both kill the child, and
    the next body gets a new one.
    """

    def __init__(self, *, deadline: float = DEADLINE, max_memory: int = MAX_MEMORY) -> None:
        self._deadline = deadline
        self._max_memory = max_memory
        self._pool: ProcessPool | None = None

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
        """Ends the child; nothing may be read afterwards but with a new one."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call] # pebble annotates only in part
            self._pool.join()
            self._pool = None

    def read(self, job: ReadJob, *, stop: Callable[[], bool] = lambda: False) -> FeedRead:
        """`read_feed(job)` in the child. Too slow is PARSE_TIMEOUT, a child that died or an
        exception is ERROR; neither is raised.

        Once `stop` is true, the child is killed and StoppedError raised: an orderly end waits for
        no body that hangs the reader.
        """
        try:
            feed_read: FeedRead = self._await(
                self._started().schedule(_read, args=(job, self._deadline), timeout=self._deadline),
                stop,
            )
        except StoppedError:
            raise
        except TimeoutError:
            return FeedRead(
                Outcome.PARSE_TIMEOUT, problem=f"reading it took longer than {self._deadline:g} s"
            )
        except UnavailableError as error:
            return FeedRead(Outcome.ERROR, problem=error.message)
        except ProcessExpired as error:
            return FeedRead(
                _outcome_of_death(error.exitcode),
                problem=f"the reading process died ({_death(error.exitcode)})",
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
        if len(feed_read.entries) >= _MANY:
            self.close()  # what it held of them goes while they are stored: 60 MB for 20,000
        return feed_read

    def _await(
        self, waiting: ProcessFuture[_Read], stop: Callable[[], bool] = lambda: False
    ) -> _Read:
        while not wait([waiting], _ASK_EVERY).done:
            if stop():
                self.close()
                raise StoppedError
            if self._pool is None or not self._pool.active:  # nobody is left who would settle it
                raise UnavailableError(
                    "the process that reads feeds died and could not be replaced", hint=_TOO_MANY
                )
        return waiting.result()

    def reread(self, entries: Sequence[StoredEntry]) -> tuple[Posting | str | None, ...]:
        """`reading.reread` in the child. Where entries kill it or take too long together, each
        is read by itself, and those are told.
        """
        try:
            postings: tuple[Posting | str | None, ...] = self._await(
                self._started().schedule(
                    _reread, args=(tuple(entries), self._deadline), timeout=self._deadline
                )
            )
        except (TimeoutError, ProcessExpired, MemoryError):
            if len(entries) > 1:
                return tuple(posting for entry in entries for posting in self.reread([entry]))
            return ("reading it took too long or too much memory",)
        return postings

    def _started(self) -> ProcessPool:
        if (
            self._pool is not None and not self._pool.active
        ):  # pebble's own threads died, for want of file descriptors say
            self.close()
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1,
                context=LeanContext(),
                initializer=_limit,
                initargs=(self._max_memory,),
            )
        return self._pool


def _read(job: ReadJob, deadline: float) -> FeedRead:
    """In the child: `read_feed` under a limit of CPU time, in case the parent that should kill
    it has died.
    """
    _limit_cpu(deadline)
    return read_feed(job)


def _reread(entries: tuple[StoredEntry, ...], deadline: float) -> tuple[Posting | str | None, ...]:
    _limit_cpu(deadline)
    return reread(entries)


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


def _outcome_of_death(exitcode: int | None) -> Outcome:
    return Outcome.PARSE_TIMEOUT if exitcode == -signal.SIGXCPU else Outcome.ERROR


def _death(exitcode: int | None) -> str:
    return f"signal {-exitcode}" if exitcode is not None and exitcode < 0 else f"status {exitcode}"
