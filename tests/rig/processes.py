"""Processes as /proc tells of them: what a command has started, and what is left of it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.rig.waiting import wait_for

# A state in https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
_LISTENS = "0A"


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
    """Until a process is in the middle of a question that never ends: a thread of DuckDB's has
    computed for longer than anything short needs it. With one processor there is no such thread:
    the process has then computed for longer than it needs to begin.
    """
    process, before = Path(f"/proc/{pid}"), _computed(Path(f"/proc/{pid}"))

    def busy() -> bool:
        others = (thread for thread in process.glob("task/*") if thread.name != str(pid))
        return max(map(_computed, others), default=0) > 0.3 or _computed(process) > before + 3

    wait_for(busy)


def _computed(process: Path) -> float:
    """The processor's seconds that a process or thread has had; none that has ended."""
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
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


def listeners(port: int) -> frozenset[int]:
    """The processes that have a listening socket on a port of this machine."""
    sockets = {
        f"socket:[{fields[9]}]"
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if (fields := line.split())[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port
    }
    found = set()
    for opened in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = str(opened.readlink())
        except OSError:
            continue  # closed meanwhile, or somebody else's
        if target in sockets:
            found.add(int(opened.parts[2]))
    return frozenset(found)
