"""What runs beside the polling, each in a process of its own: the local page (`goldmine serve
--web`), and who hears what is pressed on phones. Killed or broken, it is started again, and the
owner told; no cycle waits for it or knows of it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from goldmine_ingest.cli.session import Session

if TYPE_CHECKING:
    from datetime import datetime

    from goldmine_ingest.runtime.signals import Stop
    from goldmine_ingest.settings.project import Project

# Of what ended by itself, with which status, and when; False where it must be told again.
Tell = Callable[[str, int, "datetime"], bool]
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds before it is started again
_GOODBYE = 5.0
_TOLD_AGAIN = 5.0  # seconds until an end is told again, where a cycle was in the way


def _nobody(_what: str, _status: int, _at: datetime) -> bool:
    return True


@contextmanager
def processes_beside(
    project: Project, session: Session, stop: Stop, tell: Tell, *, page: bool
) -> Iterator[None]:
    """The page, if wanted, and who hears phones, for as long as this lasts. `tell` is told of an
    end of their own.
    """
    shown = _beside(project, session, stop, tell, "local page") if page else nullcontext()
    with shown, phone_beside(project, session, stop, tell):
        yield


@contextmanager
def phone_beside(
    project: Project, session: Session, stop: Stop, tell: Tell = _nobody
) -> Iterator[None]:
    """Who hears what is pressed on phones; nobody where there is no [actions]."""
    if project.actions is None:
        yield
        return
    with _beside(project, session, stop, tell, "process for the phone", "--phone"):
        yield


@contextmanager
def _beside(
    project: Project, session: Session, stop: Stop, tell: Tell, what: str, *arguments: str
) -> Iterator[None]:
    child = _ChildBeside(what, [*_command(project), *arguments], session, stop, tell)
    thread = threading.Thread(target=child.keep, name="goldmine-beside", daemon=True)
    thread.start()
    try:
        yield
    finally:
        child.end()
        thread.join(_GOODBYE)


def _command(project: Project) -> list[str]:
    program = [sys.executable, "-m", "goldmine_ingest"]
    return [*program, "--config", str(project.config_path.resolve()), "web", "--leave-with-parent"]


def without_prefect(env: Mapping[str, str]) -> dict[str, str]:
    """The environment without what Prefect's client is given, which is none of the page's."""
    return {name: value for name, value in env.items() if not name.startswith("PREFECT_")}


class _ChildBeside:
    """The child, and its next one. It ends when our end of its standard input closes, however we
    end.
    """

    def __init__(
        self, what: str, command: list[str], session: Session, stop: Stop, tell: Tell
    ) -> None:
        self._what, self._command = what, command
        self._session, self._stop, self._tell = session, stop, tell
        self._ended = threading.Event()
        self._untold: tuple[int, datetime] | None = None  # an end: its status, and when it was
        self._child: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Starts it, and again whenever it ends: each time a little later, unless it had lasted."""
        pause = _FIRST_PAUSE
        while not self._over():
            began = time.monotonic()
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                self._command, env=without_prefect(self._session.env), stdin=subprocess.PIPE
            )
            status = self._wait(self._child)
            if self._over():
                return
            self._untold = self._untold or (status, self._session.now())
            if time.monotonic() - began > _LONGEST_PAUSE:
                pause = _FIRST_PAUSE
            self._session.complain(
                f"the {self._what} ended by itself (status {status}); it is started again in"
                f" {pause:.0f} s. Polling goes on."
            )
            self._ended.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _wait(self, child: subprocess.Popen[bytes]) -> int:
        """Its status once it ends. Meanwhile the end of the one before it is told."""
        while self._untold:
            if self._tell(self._what, *self._untold):
                self._untold = None
                break
            try:
                return child.wait(_TOLD_AGAIN)
            except subprocess.TimeoutExpired:
                continue
        return child.wait()

    def end(self) -> None:
        self._ended.set()
        child = self._child
        if child is None:
            return
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            child.kill()

    def _over(self) -> bool:
        return self._ended.is_set() or self._stop()
