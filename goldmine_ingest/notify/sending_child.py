"""One sending child, and the truth about what became of what it was asked to send."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.model.alert import SendResult, Verdict
from goldmine_ingest.notify.child import serve
from goldmine_ingest.notify.protocol import BEGUN, NAMES, OPENED
from goldmine_ingest.runtime.child_process import ChildProcess

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from goldmine_ingest.model.press import Presses
    from goldmine_ingest.notify.recipients import Whom
    from goldmine_ingest.render.message import Rendered

# Starting Python and loading apprise takes under a second; a machine that swaps gets half a minute
# before the send counts as not begun.
START_LIMIT = timedelta(seconds=30)
_GOODBYE = 2.0


class SendingChild:
    """A child that is spawned with its first message, and replaced when it had to be killed. For
    one thread at a time.
    """

    def __init__(self, serve: Callable[[Connection], None] | None = None) -> None:
        """`serve` is what the child runs: child.serve, or a test's own."""
        self._serve = serve
        self._child: ChildProcess | None = None

    def ask(
        self,
        what: str,
        url: str,
        rendered: Rendered | None,
        deadline: timedelta,
        proxy: str = "",
        whom: Whom | None = None,
    ) -> SendResult | None:
        """The child's answer; None: the URL is refused. Whatever goes wrong with the child is a
        result too.
        """
        try:
            pipe = self._running()
        except OSError as error:
            return _gave_up(False, f"the sending process can't be started ({error.strerror})")
        finished = False
        opened = begun = False
        try:
            pipe.send((what, url, rendered, proxy, whom))
            until = time.monotonic() + START_LIMIT.total_seconds()
            while pipe.poll(max(0.0, until - time.monotonic())):
                answer = pipe.recv()
                if answer not in (OPENED, BEGUN):
                    finished = True
                    return answer if answer is None else SendResult(*answer)
                if not opened:
                    opened, until = True, time.monotonic() + deadline.total_seconds()
                begun = begun or answer == BEGUN
            return _gave_up(begun, f"no answer within {deadline.total_seconds():.0f} s")
        except (EOFError, OSError):
            return _gave_up(begun, "the sending process ended")
        finally:
            if not finished:
                self._kill()

    def names(self, url: str, secret: bytes) -> tuple[tuple[str, str], ...] | None:
        """Key and label of each of a URL's recipients; None: the URL is refused. Raises OSError
        where the child gives no answer.
        """
        pipe = self._running()
        try:
            pipe.send((NAMES, url, secret))
            if pipe.poll(START_LIMIT.total_seconds()):
                pairs: tuple[tuple[str, str], ...] | None = pipe.recv()
                return pairs
        except EOFError as error:
            self._kill()
            raise OSError from error
        self._kill()
        raise TimeoutError

    def presses(
        self, what: str, url: str, asked: object, proxy: str, wait: float = 0.0
    ) -> Presses | None:
        """What was pressed below a URL's messages, or None once presses are confirmed. `wait`: it
        may take so many seconds longer. Raises OSError where the child gives no answer.
        """
        pipe = self._running()
        try:
            pipe.send((what, url, asked, proxy))
            if pipe.poll(START_LIMIT.total_seconds() + 2 * wait):
                presses: Presses | None = pipe.recv()
                return presses
        except EOFError as error:
            self._kill()
            raise OSError from error
        self._kill()
        raise TimeoutError

    def close(self) -> None:
        """Ends the child. One that doesn't end by itself is killed."""
        if self._child is not None:
            self._child.close()
        self._child = None

    def abandon(self) -> None:
        """Kills the child while another thread waits for its answer, which is then that it
        ended.
        """
        child = self._child
        if child is not None:
            child.kill()

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return self._child.pid if self._child is not None else None

    def _running(self) -> Connection:
        if self._child is None or self._child.status is not None:
            self.close()
            self._child = ChildProcess("goldmine-send", self._serve or serve)
        return self._child.pipe

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
        self.close()


def _gave_up(begun: bool, why: str) -> SendResult:
    if begun:
        return SendResult(Verdict.UNCERTAIN, f"{why}; the message may have arrived")
    return SendResult(Verdict.NOT_BEGUN, f"{why}; the message had not been on its way")
