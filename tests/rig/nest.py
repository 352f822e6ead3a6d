"""Children that send, without the start of Python and of Apprise for each of them.

One process loads what they need and forks for each that is asked for: loading costs 0.4 s of CPU on
the machine that this was written on, forking a hundredth of that. The child is otherwise the real
one: a process with a pipe of its own, which can be killed, and which outlives a parent that was.
That it can be started afresh is shown by whatever starts the program itself, and by tests/notify.

    with Nest() as nest:
        monkeypatch.setattr(sending_child, "ChildProcess", nest.child)
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Self

from goldmine_ingest.runtime.child_process import main as be_a_child

ROOT = Path(__file__).parent.parent.parent
_GOODBYE = 2.0  # seconds for a child to end by itself
# Services that tests send to; what others need is loaded by the child itself.
_KNOWN = (
    "json://127.0.0.1:9/hook",
    "ntfy://127.0.0.1:9/jobs",
    "mailto://127.0.0.1:9?from=a@b.example",
)


class Nest:
    """A context manager; leaving it ends the process that forks, not its children."""

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._place = str(Path(self._stack.enter_context(tempfile.TemporaryDirectory())) / "nest")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._place)
            listener.listen(64)
            number = listener.fileno()
            self._process = subprocess.Popen(  # noqa: S603 - our own
                [sys.executable, "-m", "tests.rig.nest", str(number)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                pass_fds=[number],
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._stack.close()

    @property
    def child(self) -> Callable[[str, Callable[[Connection], None]], NestChild]:
        """What stands for ChildProcess."""
        return partial(NestChild, self._place)


class NestChild:
    """As runtime.child_process.ChildProcess; `place` is where its nest is asked."""

    def __init__(self, place: str, name: str, serve: Callable[[Connection], None]) -> None:
        self.pipe, theirs = Pipe()
        with theirs, socket.socket(socket.AF_UNIX) as asked:
            asked.connect(place)
            socket.send_fds(asked, [name.encode()], [theirs.fileno()])
            self.pid = int(asked.recv(20))
        self._handle = os.pidfd_open(self.pid)
        with suppress(OSError):
            self.pipe.send((sys.path, pickle.dumps(serve)))

    def __del__(self) -> None:
        with suppress(AttributeError):  # its nest was gone
            os.close(self._handle)

    @property
    def status(self) -> int | None:
        """0 once it has ended; how, only its parent could know."""
        return 0 if self._ended(0) else None

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> int:
        self.pipe.close()
        if not self._ended(_GOODBYE):
            self.kill()
            self._ended(None)
        return 0

    def _ended(self, wait: float | None) -> bool:
        return bool(select.select([self._handle], [], [], wait)[0])


def main() -> None:
    """In the process that forks, until whoever started it closes its input."""
    from goldmine_ingest.notify import child
    from goldmine_ingest.notify.plugins import plugin_for

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group
    for url in _KNOWN:
        assert plugin_for(url)
    assert child
    with socket.socket(fileno=int(sys.argv[1])) as listener:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a child
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            asked, _ = listener.accept()
            with asked:
                _hatch(listener, asked)


def _hatch(listener: socket.socket, asked: socket.socket) -> None:
    """One child, with the end of a pipe that came; who asked may have been killed meanwhile."""
    name, ends, _, _ = socket.recv_fds(asked, 64, 1)
    if not ends:
        return
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a fork would leave threads behind"
    pid = os.fork()
    if pid == 0:
        with suppress(BaseException):
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            asked.close()
            sys.argv[1:] = [name.decode(), str(ends[0])]
            be_a_child()
        os._exit(1)
    os.close(ends[0])
    with suppress(OSError):
        asked.send(str(pid).encode())


if __name__ == "__main__":
    main()
