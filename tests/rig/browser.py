"""Debian's headless Chromium through its chromedriver, by the plain WebDriver protocol: pages as
people get them.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.rig.waiting import PATIENCE

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
MISSING = "no chromium and chromedriver on this machine: apt-get install chromium chromium-driver"
_LONG = int(1000 * PATIENCE)  # milliseconds for a page or a script
_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True, slots=True)
class Browser:
    """One session of a browser; `url` is that of its WebDriver session."""

    url: str

    def open(self, page: str, *, width: int, dark: bool) -> None:
        """Load a page at this width (in CSS pixels), in the light or the dark."""
        self.turn(width=width, dark=dark)
        _ask(f"{self.url}/url", {"url": page})

    def turn(self, *, width: int, dark: bool) -> None:
        """What is loaded, and what is loaded from now on, is shown so: as when a window is pulled,
        or evening comes.
        """
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.devtools("Emulation.setEmulatedMedia", features=[scheme])

    def run(self, script: str) -> Any:
        return _ask(f"{self.url}/execute/sync", {"script": script, "args": []})

    def run_async(self, script: str) -> Any:
        """The script calls its last argument with the answer."""
        return _ask(f"{self.url}/execute/async", {"script": script, "args": []})

    def console(self) -> list[str]:
        """What the console said since the last call."""
        return [entry["message"] for entry in _ask(f"{self.url}/se/log", {"type": "browser"})]

    def requested(self) -> list[str]:
        """Every address that was asked for since the last call, but for data: inside the page
        and the browser's own first page.
        """
        events = [
            json.loads(entry["message"])["message"]
            for entry in _ask(f"{self.url}/se/log", {"type": "performance"})
        ]
        urls = [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in urls if not url.startswith(("data:", "chrome:"))]

    def screenshot(self, target: Path, *, width: int, height: int) -> None:
        """The top of the page as PNG."""
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        taken = self.devtools("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        target.write_bytes(base64.b64decode(taken["data"]))

    def print_pdf(self) -> bytes:
        """The page as Chromium prints it, on A4 with its own margins, with backgrounds."""
        return base64.b64decode(
            self.devtools(
                "Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=True
            )["data"]
        )

    def devtools(self, command: str, **parameters: object) -> Any:
        return _ask(f"{self.url}/goog/cdp/execute", {"cmd": command, "params": parameters})


@contextmanager
def browser(folder: Path, *more: str) -> Iterator[Browser]:
    """A browser with a profile of its own in `folder`, started with `more` arguments; ended at
    the end. Where there is none, CI fails; at a desk the test is skipped.
    """
    if not (CHROMIUM and DRIVER):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    driver, port = _started_driver()
    try:
        base = f"http://127.0.0.1:{port}/session"
        options = {"binary": CHROMIUM, "args": [*_ARGUMENTS, *more, f"--user-data-dir={folder}"]}
        wanted = {
            "goog:chromeOptions": options,
            "timeouts": {"script": _LONG, "pageLoad": _LONG},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "goog:perfLoggingPrefs": {"enablePage": False},  # `requested` reads the network's
        }
        session = _ask(base, {"capabilities": {"alwaysMatch": wanted}})
        try:
            yield Browser(f"{base}/{session['sessionId']}")
        finally:
            leave = Request(f"{base}/{session['sessionId']}", method="DELETE")  # noqa: S310 - loopback
            urlopen(leave, timeout=PATIENCE).close()  # noqa: S310
    finally:
        driver.terminate()
        driver.wait(PATIENCE)
        if driver.stdout:
            driver.stdout.close()


def _started_driver() -> tuple[subprocess.Popen[str], int]:
    """A chromedriver and its port. It takes the port that is free in IPv4 for IPv6 too, and ends where somebody has that."""
    for _ in range(10):
        driver = subprocess.Popen(  # noqa: S603 - our own path and option
            [DRIVER or "", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for line in driver.stdout or ():
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                return driver, int(found[1])
        driver.wait()
    raise RuntimeError("chromedriver didn't start")


def _ask(url: str, body: object) -> Any:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310 - loopback
    with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
        return json.load(answer)["value"]
