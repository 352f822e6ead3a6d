"""A webhook's body becomes an alert while `goldmine serve` runs, long before any feed is due;
senders that stall stop nothing.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from goldmine_ingest.inputs.webhook_server import HEAD_WITHIN
from tests.inputs.test_cycle import SCREEN, feed, vollna
from tests.rig.fault_table import fault
from tests.rig.feed_server import FeedServer
from tests.rig.ports import free_port
from tests.rig.project import CRITERIA
from tests.rig.waiting import PATIENCE
from tests.rig.watching import item, serve

TOKEN = "hook-token-CANARY"


def hook(folder: Path, more: str = "") -> int:
    """A project whose one feed is a webhook that is polled once a day. Gives the receiver's
    port.
    """
    port = free_port()
    receiver = f'[webhook.vollna]\nlisten = "127.0.0.1:{port}"\ntoken = "env:HOOK"\n'
    slow = feed("webhook:vollna").replace('"5m"', '"24h"') + 'max_age = "none"\n'
    (folder / "config").mkdir()
    (folder / "config" / "goldmine.toml").write_text(f"{slow}{receiver}{SCREEN}{more}")
    (folder / "config" / "criteria.toml").write_text(CRITERIA)
    return port


@contextlib.contextmanager
def serving(
    folder: Path, before: Callable[[], None] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """`goldmine serve --no-prefect --verbose`; `before` is called in its process. Killed where
    it hangs.
    """
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "HOOK": TOKEN, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "goldmine_ingest", "serve", "--no-prefect", "--verbose"]
    with subprocess.Popen(  # noqa: S603 - our own
        command,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=before,
    ) as process:
        watchdog = threading.Timer(5 * PATIENCE, process.kill)
        watchdog.start()
        try:
            yield process
        finally:
            process.kill()
            watchdog.cancel()


def until(process: subprocess.Popen[str], words: str) -> str:
    """What it prints until the words come, or until it ends."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if words in line:
            break
    return printed


def ended(process: subprocess.Popen[str]) -> str:
    """Ends it as a service manager does; what it still printed."""
    assert process.stdout is not None
    process.send_signal(signal.SIGTERM)
    printed = process.stdout.read()
    process.wait()
    return printed


def test_a_webhook_is_alerted_at_once(tmp_path: Path) -> None:
    port = hook(tmp_path)
    with serving(tmp_path) as process:
        said = until(process, " polled: ")
        status = _send(port)
        said += until(process, "Month-end reconciliation 1")
        said += ended(process)
    assert status == 202
    assert "Month-end reconciliation 1" in said
    assert "CANARY" not in said
    assert process.returncode == 0


@contextlib.contextmanager
def room_for_many() -> Iterator[None]:
    """Descriptors for the thousand ends that are ours."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def stall(stack: contextlib.ExitStack, port: int, count: int) -> None:
    """So many senders that say nothing, or begin and stop."""
    for n in range(count):
        stalled = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
        with contextlib.suppress(OSError):  # a later one may have its place already
            stalled.sendall(
                (b"", b"POST /vollna HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n")[n % 2]
            )


@fault(
    "Z18",
    "1,100 idle and slow connections, and few descriptors",
    "a real POST is answered, feeds are polled",
)
@pytest.mark.parametrize("descriptors", [1024, 64])
def test_stalling_senders_stop_neither_the_webhook_nor_the_polls(
    tmp_path: Path, descriptors: int, record_property: Callable[[str, object], None]
) -> None:
    """They are there before the first poll, and stay."""
    with room_for_many(), FeedServer() as feeds, contextlib.ExitStack() as stack:
        place = f"127.0.0.1:{feeds.port}"
        other = (
            f'[[feed]]\nname = "boards"\nurl = "http://{place}/feed"\nplatform = "upwork"\nbacklog'
            ' = "all"\nmax_age = "none"\n'
        )
        port = hook(tmp_path, f'{other}[fetch]\nallow_private = ["{place}"]\n')
        serve(feeds, "/feed", item(7))
        limited = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))  # noqa: E731
        process = stack.enter_context(serving(tmp_path, limited))
        said = until(process, "listening on port")
        stall(stack, port, 1100)
        said += until(process, " polled: ")
        times: list[float] = []
        # A busy machine may hold up one or another; the stalling ones would hold up all.
        while not times or (times[-1] >= HEAD_WITHIN and len(times) < 20):
            stall(stack, port, 100)
            began = time.monotonic()
            status = _send(port)
            times.append(time.monotonic() - began)
        said += until(process, "Month-end reconciliation 1")
        said += ended(process)
    record_property("figure", f"answered after {min(times):.2f} s with {descriptors} descriptors")
    assert status == 202
    assert min(times) < HEAD_WITHIN  # nobody's head was waited for
    assert "Month-end reconciliation of bank feeds 7" in said  # the board's match, found meanwhile
    assert "Month-end reconciliation 1" in said
    assert "Too many open files" not in said
    assert process.returncode == 0


def _send(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request(
        "POST", "/vollna", body=json.dumps(vollna(1)), headers={"Authorization": f"Bearer {TOKEN}"}
    )
    return connection.getresponse().status
