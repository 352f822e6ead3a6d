"""The Apprise edge: one message to one destination, in a child process that can be killed, with the truth about what became of it.

The parent never imports apprise. The child is spawned when the first message goes out, serves the whole cycle, and loads the one plugin
that a URL needs. `True` from Apprise is not proof: the child watches the HTTP exchange itself (answers.py).
"""

from __future__ import annotations

import time
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model import SendResult
from goldmine_ingest.notify.protocol import BEGUN, CHECK, SEND

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from goldmine_ingest.render import Rendered

# Starting Python and loading apprise takes under a second; a machine that swaps gets half a minute before the send counts as not begun.
_START_LIMIT = timedelta(seconds=30)
_GOODBYE = 2.0


class Notifier:
    """A context manager; leaving it ends the child, after the send in hand.

    Not safe for several threads: use one Notifier per thread that sends. SIGTERM and SIGINT don't reach the child while it sends, so
    that the parent can wait for the result (the deadline is under 25 s) and store it before it ends.
    """

    def __init__(self) -> None:
        self._child: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._last_begun: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def send(self, destination: str, url: str, rendered: Rendered, *, deadline: timedelta = timedelta(seconds=20)) -> SendResult:
        """One message to one destination. `url` is the resolved Apprise URL, a secret: it appears in no result, error or log.

        The deadline begins with the request. Killed after it: 'uncertain'. No request within half a minute, or a child that died before:
        'not_begun'. Raises UnavailableError for a URL that Apprise refuses.
        """
        self._keep_pace(destination, url)
        started = time.monotonic()
        result = self._ask(SEND, url, rendered, deadline)
        if result is None:
            raise _refused(destination)
        return SendResult(result.state, result.reason, result.http_status, result.retry_after, round(time.monotonic() - started, 3))

    def check_url(self, destination: str, url: str) -> None:
        """Whether Apprise accepts a URL; sends nothing. Raises UnavailableError, which names the destination only, if it doesn't."""
        if self._ask(CHECK, url, None, _START_LIMIT) is None:
            raise _refused(destination)

    def close(self) -> None:
        """Ends the child. One that doesn't end by itself is killed."""
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            self._child.join(_GOODBYE)
            if self._child.is_alive():
                self._child.kill()
                self._child.join()
            self._child.close()
        self._child = self._pipe = None

    def _keep_pace(self, destination: str, url: str) -> None:
        """The pause that a service asks for between two messages to one destination."""
        from goldmine_ingest.render.targets import TARGETS, kind_of

        pace = TARGETS[kind_of(url)].pace
        last = self._last_begun.get(destination)
        if pace and last is not None:
            time.sleep(max(0.0, last + pace - time.monotonic()))
        self._last_begun[destination] = time.monotonic()

    def _ask(self, what: str, url: str, rendered: Rendered | None, deadline: timedelta) -> SendResult | None:
        """The child's answer; None: the URL is refused. Whatever goes wrong with the child is a result too."""
        pipe = self._running()
        finished = False
        begun = False
        try:
            pipe.send((what, url, rendered))
            until = time.monotonic() + _START_LIMIT.total_seconds()
            while pipe.poll(max(0.0, until - time.monotonic())):
                answer = pipe.recv()
                if answer != BEGUN:
                    finished = True
                    return answer if answer is None else SendResult(*answer)
                if not begun:
                    begun, until = True, time.monotonic() + deadline.total_seconds()
            return _gave_up(begun, f"no answer within {deadline.total_seconds():.0f} s")
        except (EOFError, OSError):
            return _gave_up(begun, "the sending process ended")
        finally:
            if not finished:
                self._kill()

    def _running(self) -> Connection:
        if self._child is not None and self._pipe is not None and self._child.is_alive():
            return self._pipe
        self._kill()
        # Imported here: a cycle with nothing to send pays for neither.
        import multiprocessing

        from goldmine_ingest.notify.child import serve

        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(target=serve, args=(theirs,), name="goldmine-notify", daemon=True)
        self._child.start()
        theirs.close()
        return self._pipe

    def _kill(self) -> None:
        if self._child is not None and self._child.is_alive():
            self._child.kill()
        self.close()


def _refused(destination: str) -> UnavailableError:
    return UnavailableError(
        "Apprise refuses the url of this destination (not shown, it may hold a secret)",
        subject=destination,
        hint="Compare it with https://appriseit.com/services/ and check that its variable or file holds what you think.",
    )


def _gave_up(begun: bool, why: str) -> SendResult:
    if begun:
        return SendResult("uncertain", f"{why}; the message may have arrived")
    return SendResult("not_begun", f"{why}; no request had begun")
