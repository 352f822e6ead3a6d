"""A Python process of our own with a pipe to it: what reads bodies and what sends messages each run
in one, so that it can be killed.

It is started afresh, not forked (a child forked from a process that has DuckDB loaded hung), and
without multiprocessing's way of starting: that runs the parent's main module again, which may be
heavy (a flow, pytest), and keeps a process more beside all of them, which our children have no use
for.
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

from goldmine_ingest.runtime.garbage import collect_seldom
from goldmine_ingest.runtime.quick_exit import leave

_GOODBYE = 2.0  # seconds for a child to end by itself, once nobody asks it any more
# -P: nothing is loaded from the folder that the parent happens to be in.
_START = (
    f"import sys; sys.path.append({str(Path(__file__).parents[2])!r});"
    " from goldmine_ingest.runtime.child_process import main; main()"
)


class ChildProcess:
    """Runs `serve` with its end of the pipe; it should return when the pipe closes. Ours is
    `pipe`. Raises OSError where no process can be started.

    `serve` and the module that it stands in are found by name in the child. `name` is what a list
    of processes shows.
    """

    def __init__(self, name: str, serve: Callable[[Connection], None]) -> None:
        self.pipe, theirs = Pipe()
        with theirs:
            number = theirs.fileno()
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    [sys.executable, "-P", "-c", _START, name, str(number)],
                    stdin=subprocess.DEVNULL,
                    pass_fds=[number],
                )
            except BaseException:
                self.pipe.close()
                raise
        with suppress(OSError):  # it died at once, which whoever asks it will see
            self.pipe.send((sys.path, pickle.dumps(serve)))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """How it ended, a signal as a negative number; None while it lives."""
        return self._process.poll()

    def kill(self) -> None:
        """Ends it at once; whoever waits for its answer sees the pipe's end."""
        self._process.kill()

    def close(self) -> int:
        """Lets it end by itself, else kills it: how it ended."""
        self.pipe.close()
        try:
            return self._process.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def main() -> None:
    """In the child. Ctrl-C reaches the whole group of processes; the parent decides. What libraries
    warn of (a listing's markup, a certificate) is nothing for the parent's terminal.
    """
    collect_seldom()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = Connection(int(sys.argv[2]))
    try:
        path, what = pipe.recv()
        sys.path[:] = path
        serve: Callable[[Connection], None] = pickle.loads(what)  # noqa: S301 - from our own parent
        serve(pipe)
    except (EOFError, ConnectionError):  # the parent was killed: nobody is left to tell
        leave(1)
    leave(0)
