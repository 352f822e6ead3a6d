"""The bench of an idle `serve` counts what it says that it counts."""

from __future__ import annotations

import subprocess
import sys

from tools.bench import idle

_CHILD = "held = bytearray(b'x') * 50_000_000; print(1, flush=True); input()"
_BUSY = "import time\nwhile time.process_time() < 0.5: pass"
_PARENT = f"""
import subprocess, sys
from subprocess import PIPE
child = subprocess.Popen([sys.executable, "-c", {_CHILD!r}], stdin=PIPE, stdout=PIPE)
child.stdout.readline()
subprocess.run([sys.executable, "-c", {_BUSY!r}])
print("ready", flush=True)
input()
child.communicate(b"\\n")
"""


def test_a_process_counts_with_its_children_living_and_ended() -> None:
    """Memory of those that live, CPU of those that ended too."""
    with subprocess.Popen(  # noqa: S603 - this test's own processes
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        found = idle.processes(running.pid)
        running.communicate("\n")
    assert len(found) == 2
    assert found[0].pid == running.pid == found[1].parent
    assert found[1].memory > 45
    assert sum(process.cpu for process in found) > 0.5
    assert idle.processes(running.pid) == []
