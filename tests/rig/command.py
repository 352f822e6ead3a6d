"""The `goldmine` command within the test's own process: everything but the start of Python is as
its users have it.

Starting a process for each of hundreds of calls would cost minutes; what depends on being a process
of its own (signals, closed streams, imports) has tests that start one.
"""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from unittest.mock import patch

from goldmine_ingest.cli import main


def goldmine(
    *arguments: str, cwd: Path, stdin: str = "", terminal: bool = False, **env: str
) -> subprocess.CompletedProcess[str]:
    """Runs the command in a folder, with an environment in which nothing of this computer's user
    can be found.

    With `terminal` it writes to what says of itself that it is one, 80 characters wide unless
    COLUMNS says otherwise.
    """
    plain = {"PATH": os.environ["PATH"], "HOME": str(cwd / "no-home"), "LANG": "C.UTF-8", **env}
    out, err = (_Terminal(), _Terminal()) if terminal else (_stream(), _stream())
    plain = {"TERM": "dumb", "COLUMNS": "80", **plain} if terminal else plain
    with (
        chdir(cwd),
        patch.dict(os.environ, plain, clear=True),
        patch.object(sys, "stdin", _stream(stdin)),
        patch.object(sys, "stdout", out),
        patch.object(sys, "stderr", err),
        _own_logging(),
    ):
        status = main(arguments)
    return subprocess.CompletedProcess(["goldmine", *arguments], status, _text(out), _text(err))


class _Terminal(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="", write_through=True)

    def isatty(self) -> bool:
        return True


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(
        io.BytesIO(text.encode()), encoding="utf-8", newline="", write_through=True
    )


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()


@contextmanager
def _own_logging() -> Iterator[None]:
    """The command sets up logging for its process; here it must not outlive the call."""
    root = logging.getLogger()
    handlers, filters, level = root.handlers[:], root.filters[:], root.level
    root.handlers = []
    try:
        yield
    finally:
        root.handlers, root.filters = handlers, filters
        root.setLevel(level)
