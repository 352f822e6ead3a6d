"""Processes as /proc tells of them: what a command has started, and what is left of it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.rig.waiting import wait_for


def heed_signals() -> None:
    """In a new process, before its program: Ctrl-C and a closed terminal do what they do at a
    person's prompt. Who runs the tests in the background, or under nohup, has them ignored, and a
    child would inherit that.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def session_of(leader: int) -> set[int]:
    """The processes of a session that are alive, its leader too. A command that a test starts
    leads one; its children stay in it.
    """
    return {pid for pid, (state, session) in _all().items() if session == leader and state != "Z"}


def wait_until_busy(pid: int) -> None:
    """Until a process is in the middle of work that never ends: it has computed for longer than it
    needs to begin.
    """
    before = _computed(pid)
    wait_for(lambda: _computed(pid) > before + 3)


def _computed(pid: int) -> float:
    """The processor's seconds that it has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def command_line(pid: int) -> str:
    try:
        return (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    except OSError:
        return ""


def _all() -> dict[int, tuple[str, int]]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # ended meanwhile
        found[int(entry.name)] = (fields[0], int(fields[3]))
    return found
