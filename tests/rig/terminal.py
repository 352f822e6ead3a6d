"""A command on a terminal of its own, as ssh gives one: what it prints is kept, and the terminal can be closed under it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.rig.processes import heed_signals


@dataclass
class Terminal:
    """`process` leads the session that this terminal controls; `copy` gets what it shows."""

    process: subprocess.Popen[bytes]
    screen: int
    copy: Path
    _closing: threading.Event = field(default_factory=threading.Event)

    def close(self) -> None:
        """As when the connection drops: the kernel sends SIGHUP, and writing fails from then on."""
        self._closing.set()

    def watch(self) -> None:
        """Copies until closed. It closes here, where nobody reads any more: an open read keeps a terminal alive."""
        with self.copy.open("ab", buffering=0) as copy:
            while not self._closing.is_set():
                if select.select([self.screen], [], [], 0.1)[0]:
                    try:
                        copy.write(os.read(self.screen, 65536))
                    except OSError:  # its last user has gone
                        break
        os.close(self.screen)


def own_terminal() -> None:
    """In a new process, before its program: Ctrl-C on its standard input interrupts it, as on a person's terminal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    heed_signals()


@contextmanager
def on_a_terminal(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], copy: Path
) -> Iterator[Terminal]:
    """The command, ended with the test whatever happens."""
    screen, its_end = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own
        command,
        cwd=cwd,
        env=dict(env),
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        start_new_session=True,
        preexec_fn=own_terminal,
    )
    os.close(its_end)
    terminal = Terminal(process, screen, copy)
    watcher = threading.Thread(target=terminal.watch, name="terminal")
    watcher.start()
    try:
        yield terminal
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        terminal.close()
        watcher.join()
