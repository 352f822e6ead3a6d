"""The two HTML reports as files beside the history: made by the commands in a child, since that
takes seconds, and kept until the history changes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Literal

from goldmine_ingest.runtime.locks import make_folder
from goldmine_ingest.web.history_copy import stamp_of

Name = Literal["review", "market"]
_COMMANDS: Mapping[Name, str] = {"review": "review", "market": "report"}
_FOLDER = "page-reports"


@dataclass(slots=True)
class ReportFiles:
    """For the project with this configuration. One child a report at a time."""

    config: Path
    env: Mapping[str, str] = field(repr=False)
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _made_of: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def text(self, name: Name, database: Path) -> tuple[str | None, bool]:
        """The last report (None: none was made yet), and whether a newer one is being made. Starts
        making one where the history has changed since.
        """
        file = database.parent / _FOLDER / f"{name}.html"
        with self._lock:
            child = self._children.get(name)
            making = child is not None and child.poll() is None
            stamp = stamp_of(database)
            if not making and (not file.exists() or self._made_of.get(name) != stamp):
                self._start(name, file)
                self._made_of[name] = stamp
                making = True
        return (file.read_text("utf-8") if file.exists() else None), making

    def failed(self, name: Name) -> bool:
        """Whether the last child ended without a report."""
        child = self._children.get(name)
        return child is not None and child.poll() not in (None, 0)

    def _start(self, name: Name, file: Path) -> None:
        make_folder(file.parent)
        program = [sys.executable, "-m", "goldmine_ingest", "--config", str(self.config), "--quiet"]
        self._children[name] = subprocess.Popen(  # noqa: S603 - our own module and file
            [*program, _COMMANDS[name], "--html", str(file)],
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
