"""A webhook's body becomes an alert while `goldmine serve` runs, long before any feed is due."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.rig.project import CRITERIA
from tests.ways_in.test_cycle import SCREEN, feed, vollna


def test_a_webhook_is_alerted_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    hook = f'[webhook.vollna]\nlisten = "127.0.0.1:{port}"\ntoken = "env:HOOK"\n'
    slow = feed("webhook:vollna").replace('"5m"', '"24h"') + 'max_age = "none"\n'
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "goldmine.toml").write_text(f"{slow}{hook}{SCREEN}")
    (tmp_path / "config" / "criteria.toml").write_text(CRITERIA)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOOK": "hook-token-CANARY", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "goldmine_ingest", "serve", "--no-prefect", "--verbose"]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as serving:  # noqa: S603 - our own
        watchdog = threading.Timer(90, serving.kill)
        watchdog.start()
        assert serving.stdout is not None
        printed = []
        for line in serving.stdout:
            printed.append(line)
            if " polled: " in line and len(printed) < 20:
                status = _send(port)
            if "Month-end reconciliation 1" in line:
                break
        serving.send_signal(signal.SIGTERM)
        printed.append(serving.stdout.read())
        serving.wait()
        watchdog.cancel()
    said = "".join(printed)
    assert status == 202
    assert "Month-end reconciliation 1" in said
    assert "CANARY" not in said
    assert serving.returncode == 0


def _send(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/vollna", body=json.dumps(vollna(1)), headers={"Authorization": "Bearer hook-token-CANARY"})
    return connection.getresponse().status
