"""The processes of our own that read bodies and send messages."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import warnings
from multiprocessing.connection import Connection

import pytest

from goldmine_ingest.runtime.child_process import ChildProcess

PYTHONS = 2_000  # no Python's own threshold is above


def tell_threshold(pipe: Connection) -> None:
    """In the child: after how many new objects the collector looks through them."""
    pipe.send(gc.get_threshold())


def test_a_child_looks_for_garbage_as_seldom_as_a_command() -> None:
    """Else a twentieth of what it takes to read the first feed is looking for none."""
    child = ChildProcess("test", tell_threshold)
    told = child.pipe.recv()
    assert (told[0] > PYTHONS, child.close()) == (True, 0)


def tell_streams(pipe: Connection) -> None:
    """In the child: whether its standard streams lead somewhere."""
    pipe.send([_leads_somewhere(number) for number in range(3)])


def _leads_somewhere(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_child_of_a_command_with_closed_streams_has_some_and_ends_in_silence(
    closed: str,
) -> None:
    """Without, its first connection would get the number of one, and what a library prints land
    in that.
    """
    code = (
        "import sys; from goldmine_ingest.cli import _open_closed_streams as opened; opened();"
        " from goldmine_ingest.runtime.child_process import ChildProcess;"
        " from tests.runtime.test_child_process import tell_streams;"
        " child = ChildProcess('test', tell_streams); told = child.pipe.recv();"
        " sys.exit(child.close() + 2 * (told != [True] * 3))"
    )
    done = subprocess.run(  # noqa: S603 - our own
        ["/bin/sh", "-c", f'"$@" {closed}', "sh", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_child_that_never_had_streams_ends_in_silence_too() -> None:
    """Whoever starts it may not be the command."""
    code = (
        "from goldmine_ingest.runtime.child_process import ChildProcess;"
        " from tests.runtime.test_child_process import tell_streams;"
        " child = ChildProcess('test', tell_streams); child.pipe.recv(); raise"
        " SystemExit(child.close())"
    )
    done = subprocess.run(  # noqa: S603 - our own
        ["/bin/sh", "-c", '"$@" >&-', "sh", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def warn(pipe: Connection) -> None:
    """In the child: as Beautiful Soup does of a description that begins like XML."""
    warnings.warn("It looks like you're using an HTML parser", UserWarning, stacklevel=1)
    pipe.send("warned")


def test_what_a_library_warns_of_in_a_child_reaches_no_terminal(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Whoever posts a job would write there."""
    child = ChildProcess("test", warn)
    assert (child.pipe.recv(), child.close()) == ("warned", 0)
    assert capfd.readouterr().err == ""
