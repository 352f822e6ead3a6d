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


@dataclass(frozen=True, slots=True)
class CycleStarter:
    """Starts `goldmine run` on the project with this configuration. What its terminal destination
    prints goes where the page's process prints.
    """

    config: Path
    env: Mapping[str, str] = field(repr=False)
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __call__(self, feeds: tuple[str, ...]) -> str:
        """Polls these feeds, or all; "" once it has begun, else why not."""
        return self._start(self.command(feeds))

    def rescan(self, since: str, alert: bool) -> str:
        """Judges the stored listings again, as `goldmine rescan` does; "" once it has begun, else
        why not.
        """
        return self._start(
            [*self._program(), "rescan", "--since", since, *(["--alert"] if alert else [])]
        )

    def _start(self, command: Sequence[str]) -> str:
        child = subprocess.Popen(  # noqa: S603 - our own module; names of configured feeds
            command, env=dict(self.env), stdin=subprocess.DEVNULL
        )
        try:
            status = child.wait(_LONGEST_LOOK)
        except subprocess.TimeoutExpired:
            self._children.append(child)
            threading.Thread(target=child.wait, daemon=True).start()
            return ""
        return "A cycle is running already" if status == _BUSY else ""

    def working(self) -> bool:
        """Whether one that was started goes on."""
        self._children[:] = [child for child in self._children if child.poll() is None]
        return bool(self._children)

    def command(self, feeds: Sequence[str]) -> list[str]:
        named = [*feeds] if feeds else ["--all"]
        return [*self._program(), "run", *named]

    def _program(self) -> list[str]:
        program = [sys.executable, "-m", "goldmine_ingest", "--config", str(self.config)]
        return [*program, "--quiet"]
