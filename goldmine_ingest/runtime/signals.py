"""Ending when asked: SIGTERM, SIGINT and SIGHUP say "finish what is in hand, store it, and leave",
instead of tearing a send apart.

SIGHUP comes when the terminal is closed; where it was ignored, as under nohup, it stays so.
A second signal of the same kind does what it always did, so that nobody is ever locked in.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from types import FrameType, TracebackType
from typing import Self

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class StoppedError(Exception):
    """What was in hand was let go, because the process was asked to end: nothing is known of it,
    and nothing may be stored of it.
    """


class Stop:
    """Called, it says whether the process was asked to end. A context manager: inside, the signals
    ask; afterwards they are as before.

    Outside the main thread, where Python lets nobody handle signals, it never becomes true by
    itself; `ask` works everywhere.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[signal.Signals, object] = {}
        # A pipe, not a threading.Event: a handler may run between any two steps of a waiting
        # thread, and an Event's lock would not bear it.
        self._wake, self._woken = -1, -1

    def __enter__(self) -> Self:
        self._wake, self._woken = os.pipe()
        os.set_blocking(self._woken, False)
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                    continue
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._handle:
                signal.signal(number, handler)  # type: ignore[arg-type]  # as signal.signal gave it
        self._before.clear()
        os.close(self._wake)
        os.close(self._woken)
        self._wake = self._woken = -1

    def __call__(self) -> bool:
        return self._asked

    def ask(self) -> None:
        """Ask to end, as a signal does."""
        self._asked = True
        if self._woken >= 0:
            try:
                os.write(self._woken, b".")
            except BlockingIOError:
                return  # the pipe is full of such wishes already

    def wait(self, seconds: float) -> bool:
        """Sleep for so long on the monotonic clock, or until asked to end; True if asked."""
        if not self._asked:
            select.select([self._wake], [], [], max(0.0, seconds))
        return self._asked

    def _handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the shape of a signal handler
        self.ask()
        before = self._before.get(signal.Signals(number), signal.SIG_DFL)
        signal.signal(number, before if before is not None else signal.SIG_DFL)  # type: ignore[arg-type]  # as signal.signal gave it
