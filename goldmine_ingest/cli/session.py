"""What every command is given: the environment, the output streams, the clock, and the project
once it is asked for.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from goldmine_ingest import config
from goldmine_ingest.cli.output import printable
from goldmine_ingest.config.permissions import loose_data
from goldmine_ingest.errors import UsageError
from goldmine_ingest.runtime.redaction import RedactingFilter, Redactor

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the command line: where it reads and writes. Results go to `out`, everything
    else to `err`.
    """

    config: Path | None
    env: Mapping[str, str]
    cwd: Path
    out: TextIO
    err: TextIO
    quiet: bool = False
    verbose: bool = False
    now: Callable[[], datetime] = _now

    @classmethod
    def of(cls, args: argparse.Namespace) -> Session:
        """The session of this process."""
        _survive_any_text()
        return cls(
            args.config, os.environ, Path.cwd(), sys.stdout, sys.stderr, args.quiet, args.verbose
        )

    def project(self) -> Project:
        """Both configuration files, checked. Raises ConfigError with every problem."""
        return config.load(self.config, env=self.env, cwd=self.cwd)

    def need_history(self, project: Project) -> None:
        """Raises UsageError where there is no database yet; reading creates none."""
        if not project.database.path.exists():
            raise UsageError("there is no history yet", hint="goldmine run makes one")

    def redactor(self) -> Redactor:
        """What keeps secrets out of all logs of this process; it knows none yet."""
        redactor = Redactor()
        handler = logging.StreamHandler(self.err)
        handler.setFormatter(_Printable("%(levelname)s %(name)s: %(message)s"))
        logging.basicConfig(
            handlers=[handler], level=logging.INFO if self.verbose else logging.WARNING
        )
        RedactingFilter(redactor).install(logging.getLogger())
        return redactor

    def say(self, text: str) -> None:
        """A remark for the person at the terminal; not with --quiet."""
        if not self.quiet:
            self.complain(text)

    def complain(self, text: str) -> None:
        """What must be heard even with --quiet, where anyone can: a terminal that was closed
        stops nothing.
        """
        with suppress(OSError):
            print(printable(text, keep_lines=True), file=self.err)

    def warn(self, project: Project) -> None:
        """The configuration's warnings, and those about what other users may do to the history."""
        names = config.names_of(project)
        for where, message in (*project.warnings, *loose_data(project)):
            self.say(f"warning: {config.called(where, names)}: {message}")

    def progress(self, text: str) -> None:
        """One line that replaces itself; on a terminal only (each line of its own with
        --verbose).
        """
        if self.quiet:
            return
        if self._redraws():
            print(f"\r\x1b[K{printable(text)}", end="", file=self.err, flush=True)
        elif self.verbose:
            print(printable(text), file=self.err)

    def clear_progress(self) -> None:
        if self._redraws() and not self.quiet:
            print("\r\x1b[K", end="", file=self.err, flush=True)

    def _redraws(self) -> bool:
        return self.err.isatty() and self.env.get("TERM") != "dumb"


class _Printable(logging.Formatter):
    """A traceback may hold what a stranger wrote."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record), keep_lines=True)


def _survive_any_text() -> None:
    """A terminal or pipe of another encoding shows what it can't print as an escape; no command
    dies of a title.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")
