"""The Apprise edge: one message to one destination, in a child process that can be killed, with the
truth about what became of it.

The parent never imports apprise. A child is spawned when the first message goes out, serves the
whole cycle, and loads the one plugin that a URL needs; another one only while a destination keeps
the first waiting. `True` from Apprise is not proof: the child watches the HTTP exchange itself
(answers.py).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model.alert import SendResult, Verdict
from goldmine_ingest.model.press import Presses
from goldmine_ingest.model.recipient import REFUSED_URL, Named
from goldmine_ingest.notify.protocol import CHECK, CONFIRM, PRESSES, SEND, SOURCE
from goldmine_ingest.notify.sending_child import START_LIMIT, SendingChild
from goldmine_ingest.render.targets import TARGETS, kind_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from goldmine_ingest.model.press import Asking, Confirming
    from goldmine_ingest.notify.recipients import Whom
    from goldmine_ingest.render.message import Rendered

# A message that takes longer than this (the start of a child included) has a destination that is
# slow or hangs; the next destination's gets a child of its own, which costs half a second of CPU.
_PATIENCE = 2.5


class Notifier:
    """A context manager; leaving it ends the children, after the sends in hand. Several threads may
    send at once.

    SIGTERM, SIGINT and SIGHUP don't reach a child while it sends, so that the parent can wait for
    the result and store it before it ends.
    """

    def __init__(self, serve: Callable[[Connection], None] | None = None) -> None:
        """`serve` is what each child runs: that of child.py, or a test's own with another way to
        the services (reach.py).
        """
        self._serve = serve
        self._free = threading.Condition()
        self._idle: list[SendingChild] = []
        self._busy: set[SendingChild] = set()
        self._last_begun: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(
        self,
        destination: str,
        url: str,
        rendered: Rendered,
        *,
        deadline: timedelta = timedelta(seconds=20),
        proxy: str = "",
        whom: Whom | None = None,
    ) -> SendResult:
        """One message to one destination. `url` is the resolved Apprise URL, a secret: it appears
        in no result, error or log.

        `whom` is the one of its recipients that is meant; None: all of them.

        `proxy` is "" (none), "env" (the variables of the environment decide) or the URL of a proxy,
        another secret. The deadline begins with the request. Killed after it: 'uncertain'. No
        request within half a minute, or a child that died before: 'not_begun'. Raises
        UnavailableError for a URL that Apprise refuses.
        """
        self._keep_pace(f"{destination} {whom.key if whom else ''}", url)
        with self._sender() as sender:
            started = time.monotonic()
            result = sender.ask(SEND, url, rendered, deadline, proxy, whom)
        if result is None:
            raise _refused(destination)
        return replace(result, took=round(time.monotonic() - started, 3))

    def check_url(self, destination: str, url: str) -> str:
        """Where a message to a URL goes, in words that hold no secret ("Slack: #jobs"); "" where
        the child doesn't say. Sends nothing. Raises UnavailableError, which names the destination
        only, if Apprise doesn't accept the URL.
        """
        with self._sender() as sender:
            result = sender.ask(CHECK, url, None, START_LIMIT)
        if result is None:
            raise _refused(destination)
        return result.reason if result.verdict is Verdict.SENT else ""

    def recipients(self, url: str, secret: bytes) -> tuple[Named, ...] | None:
        """Whom a URL names, by keys that are made with `secret`; () where it names nobody, None
        where Apprise refuses it. Sends nothing. Raises UnavailableError.
        """
        with self._sender() as sender:
            try:
                pairs = sender.names(url, secret)
            except OSError:
                raise UnavailableError(
                    "who its recipients are can't be found out: the sending process gives no answer"
                ) from None
        return None if pairs is None else tuple(Named(key, label) for key, label in pairs)

    def presses(self, url: str, asking: Asking, proxy: str = "") -> Presses:
        """What was pressed below this destination's messages since `asking.mark`. Whatever goes
        wrong is its `why`.
        """
        with self._sender() as sender:
            try:
                presses = sender.presses(PRESSES, url, asking, proxy, asking.wait)
            except OSError:
                return Presses(mark=asking.mark, why="the sending process gives no answer")
        return presses or Presses(mark=asking.mark)

    def source(self, url: str, asking: Asking) -> Presses | None:
        """Which bot or topic this destination's presses come from, and its chats; None where it has
        none, Apprise refuses the URL, or the child dies of it. Asks nobody. Raises OSError where no
        child can be started.
        """
        with self._sender() as sender:
            try:
                return sender.presses(SOURCE, url, asking, "")
            except OSError as error:
                if error.errno is None:
                    return None
                raise

    def confirm(self, url: str, confirmings: Sequence[Confirming], proxy: str = "") -> None:
        """Tells who pressed. What can't be told is let be: it is recorded."""
        with self._sender() as sender, suppress(OSError):
            sender.presses(CONFIRM, url, list(confirmings), proxy)

    def close(self) -> None:
        """Ends the children that wait for work. One that doesn't end by itself is killed."""
        with self._free:
            idle, self._idle = self._idle, []
        for sender in idle:
            sender.close()

    def abandon(self) -> None:
        """Kills the children that are sending: what they send is 'uncertain', at once."""
        with self._free:
            for sender in self._busy:
                sender.abandon()

    @contextmanager
    def _sender(self) -> Iterator[SendingChild]:
        """A child that is free; a new one where none becomes free in time. One stays for the
        next message.
        """
        with self._free:
            if self._busy and not self._idle:
                self._free.wait_for(lambda: self._idle, _PATIENCE)
            sender = self._idle.pop() if self._idle else SendingChild(self._serve)
            self._busy.add(sender)
        try:
            yield sender
        finally:
            with self._free:
                self._busy.discard(sender)
                needed = not self._idle
                if needed:
                    self._idle.append(sender)
                    self._free.notify()
            if not needed:
                sender.close()

    def _keep_pace(self, destination: str, url: str) -> None:
        """The pause that a service asks for between two messages to one destination."""
        pace = TARGETS[kind_of(url)].pace
        last = self._last_begun.get(destination)
        if pace and last is not None:
            time.sleep(max(0.0, last + pace - time.monotonic()))
        self._last_begun[destination] = time.monotonic()


def _refused(destination: str) -> UnavailableError:
    return UnavailableError(
        REFUSED_URL,
        subject=destination,
        hint=(
            "Compare it with https://appriseit.com/services/ and check that its variable or file"
            " holds what you think."
        ),
    )
