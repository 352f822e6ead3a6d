"""What a case leaves behind in its process: children, threads, memory (condition U6). Linux
only, by /proc.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.rig.project import kept_resources
from tests.rig.waiting import PATIENCE

# MiB that a case may add to a process. A fresh `goldmine run` begins at some 60, so that this keeps
# it under 512 whatever else the process that runs the tests holds by now.
MOST_GROWTH = 400


class Leftovers:
    """Between entering and `check`: nothing new stays, and no process of ours grew by more than
    it may.
    """

    def __enter__(self) -> Self:
        kept_resources()
        self._threads = _ours()
        self._before = {pid: forget_peak(pid) for pid in (os.getpid(), *_children())}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to give back."""

    def check(self, patience: float = PATIENCE) -> int:
        """By how many MiB the process that grew most did. Threads get `patience` seconds to end."""
        until = time.monotonic() + patience
        while (left := _ours() - self._threads) and time.monotonic() < until:
            time.sleep(0.02)
        assert not left, f"threads are left: {left}"
        children = _children()
        new = [pid for pid in children if pid not in self._before and not _is_tracker(pid)]
        # The two that the tests keep warm may have begun, or begun anew, with this case.
        assert len(new) <= 2, f"children are left: {new}"
        growth = max(peak(pid) - self._before.get(pid, 0) for pid in (os.getpid(), *children))
        assert growth <= MOST_GROWTH
        return growth


def _is_tracker(pid: int) -> bool:
    """Whether it is multiprocessing's resource tracker, or has just ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return True


def _ours() -> set[str]:
    """Threads of the program: those of servers, receivers and of the warm children aside."""
    rig = (
        "_accept",
        "_serve",
        "serve_forever",
        "process_request_thread",
    )
    return {
        thread.name
        for thread in threading.enumerate()
        if not any(name in thread.name for name in rig)
    }


def forget_peak(pid: int) -> int:
    """From now on a process's peak is what it has now: that, in MiB."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak(pid)


def process_titles() -> list[str]:
    """What `ps` shows of this process's children: their command lines and names."""
    files = [Path(f"/proc/{pid}/{name}") for pid in _children() for name in ("cmdline", "comm")]
    return [file.read_text(errors="replace") for file in files if file.exists()]


def _children() -> list[int]:
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            found += map(int, (task / "children").read_text().split())
    return found


def peak(pid: int) -> int:
    """The most memory, in MiB, that a process had since it was told to forget; 0 if it has
    ended.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:  # it has ended
        return 0
    return next(
        (int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")),
        0,
    )
