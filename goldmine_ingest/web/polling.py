"""A cycle in a child, for who presses "poll now": the page's own process asks no feed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_LONGEST_LOOK = 1.0  # seconds to find out that another cycle is running
_BUSY = 75
_NEWS = "24h"  # what a rescan alerts of, if it does


@dataclass(frozen=True, slots=True)
class CycleStarter:
    """Starts `goldmine run` on the project with this configuration. What its terminal destination
    prints goes where the page's process prints.
    """

    config: Path
    env: Mapping[str, str] = field(repr=False)
    _work: list[threading.Thread] = field(default_factory=list)

    def __call__(self, feeds: tuple[str, ...]) -> str:
        """Polls these feeds, or all; "" once it has begun, else why not."""
        return self._start(self.command(feeds))

    def rescan(self, since: str, alert: bool) -> str:
        """Judges the stored listings again, as `goldmine rescan` does, and first, with alerts where
        those are wanted, what is news: nobody wants to hear of last month's. "" once it has
        begun, else why not.
        """
        rescan = [*self._program(), "rescan", "--since"]
        news = [[*rescan, _NEWS, "--alert"]] if alert else []
        return self._start(*news, [*rescan, since])

    def _start(self, *commands: Sequence[str]) -> str:
        """One after the other, the first without delay."""
        first, *others = commands
        child = self._child(first)
        try:
            status = child.wait(_LONGEST_LOOK)
        except subprocess.TimeoutExpired:
            status = None
        if status == _BUSY:
            return "A cycle is running already"
        if status is None or others:
            work = threading.Thread(target=self._finish, args=(child, others), daemon=True)
            self._work.append(work)
            work.start()
        return ""

    def _finish(self, child: subprocess.Popen[bytes], others: Sequence[Sequence[str]]) -> None:
        child.wait()
        for command in others:
            self._child(command).wait()

    def _child(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own module; names of configured feeds
            command, env=dict(self.env), stdin=subprocess.DEVNULL
        )

    def working(self) -> bool:
        """Whether one that was started goes on."""
        self._work[:] = [work for work in self._work if work.is_alive()]
        return bool(self._work)

    def command(self, feeds: Sequence[str]) -> list[str]:
        named = [*feeds] if feeds else ["--all"]
        return [*self._program(), "run", *named]

    def _program(self) -> list[str]:
        program = [sys.executable, "-m", "goldmine_ingest", "--config", str(self.config)]
        return [*program, "--quiet"]
