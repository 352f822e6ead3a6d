"""What runs beside the polling, each in a process of its own: the local page (`goldmine serve
--web`), and who hears what is pressed on phones. Killed or broken, it is started again; no cycle
waits for it or knows of it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from goldmine_ingest.cli.session import Session

if TYPE_CHECKING:
    from goldmine_ingest.runtime.signals import Stop
    from goldmine_ingest.settings.project import Project

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds before it is started again
_GOODBYE = 5.0


@contextmanager
def page_beside(project: Project, session: Session, stop: Stop) -> Iterator[None]:
    """The page, for as long as this lasts."""
    with _beside(project, session, stop, "page", ()):
        yield


@contextmanager
def phone_beside(project: Project, session: Session, stop: Stop) -> Iterator[None]:
    """Who hears what is pressed on phones, likewise; nobody where there is no [actions]."""
    if project.actions is None:
        yield
        return
    with _beside(project, session, stop, "process for the phone", ("--phone",)):
        yield


@contextmanager
def _beside(
    project: Project, session: Session, stop: Stop, what: str, arguments: tuple[str, ...]
) -> Iterator[None]:
    command = [*_command(project), *arguments]
    child = _ChildBeside(what, command, without_prefect(session.env), session, stop)
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
        self,
        what: str,
        command: list[str],
        env: Mapping[str, str],
        session: Session,
        stop: Stop,
    ) -> None:
        self._what, self._command, self._env = what, command, env
        self._session, self._stop = session, stop
        self._ended = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Starts it, and again whenever it ends, each time a little later."""
        pause = _FIRST_PAUSE
        while not self._over():
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                self._command, env=dict(self._env), stdin=subprocess.PIPE
            )
            status = self._child.wait()
            if self._over():
                return
            self._session.complain(
                f"the {self._what} ended by itself (status {status}); it is started again in"
                f" {pause:.0f} s. Polling goes on."
            )
            self._ended.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

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
