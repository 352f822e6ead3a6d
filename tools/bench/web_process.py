"""`python -m tools.bench.web_process DIR`: how long `goldmine web` takes to begin, and what it keeps
in memory, on a project that tools/bench/big_history.py made (it is copied).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.rig.page import forms

_SETTLES = 5.0  # seconds in which the database gives back what a question took
_LINK = re.compile(r"http://([^/\s]*):([0-9]+)(/in/\S+)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(given.project, folder, dirs_exist_ok=True)
        config = f"{folder}/config/goldmine.toml"
        command = [sys.executable, "-m", "goldmine_ingest", "--config", config, "web"]
        began = time.perf_counter()
        with subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--port", "0"], stdout=subprocess.PIPE, text=True
        ) as running:
            try:
                _measure(running, began)
            finally:
                running.terminate()


def _measure(running: subprocess.Popen[str], began: float) -> None:
    assert running.stdout is not None
    link = next(filter(None, map(_LINK.search, running.stdout)))
    print(
        f"begins to listen after {time.perf_counter() - began:.2f} s, {_cpu(running.pid):.2f} s of CPU"
    )
    host, port, path = link.groups()

    def ask(method: str, path: str, cookie: str, body: str | None = None) -> tuple[str, str]:
        connection = HTTPConnection("127.0.0.1", int(port), timeout=300)
        headers = {"Host": f"{host}:{port}", "Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status in (200, 303), (path, answer.status)
        return text, answer.getheader("set-cookie") or ""

    _, given = ask("GET", path, "")
    cookie = given.partition(";")[0]
    ask("GET", "/", cookie)
    print(f"first page after {time.perf_counter() - began:.2f} s")
    for place in ("/board", "/sources", "/keys", "/"):
        ask("GET", place, cookie)
    print(f"after the small pages: {_resident(running.pid)} MiB", end="")
    print(f", {_SETTLES:.0f} s later {_idle(running.pid)} MiB")
    text, _ = ask("GET", "/tune", cookie)
    (fields,) = (fields for at, fields in forms(text) if at == "/tune/preview")
    area = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", text, re.DOTALL)
    assert area is not None
    for change in ({"set.budget.fixed_minimum": "400"}, {"set.proof_match.sure": "0.6"}):
        sent = {**fields, **change, "text": _unescaped(area[1]), "since": "365d"}
        ask("POST", "/tune/preview", cookie, urlencode(sent))
    print(f"with a copy to tune on: {_resident(running.pid)} MiB", end="")
    print(f", {_SETTLES:.0f} s later {_idle(running.pid)} MiB")


def _unescaped(text: str) -> str:
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'")):
        text = text.replace(written, meant)
    return text.replace("&amp;", "&")


def _idle(pid: int) -> int:
    time.sleep(_SETTLES)
    return _resident(pid)


def _cpu(pid: int) -> float:
    """Seconds, of the process itself."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    """MiB, of the process itself."""
    status = Path(f"/proc/{pid}/status").read_text()
    (size,) = re.findall(r"VmRSS:\s+([0-9]+) kB", status)
    return int(size) // 1024


if __name__ == "__main__":
    main()
