"""Said by `check` and `doctor`: a Prefect server that answers anyone, and that other machines
reach.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from goldmine_ingest.cli.prefect_api import open_servers
from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.feed_server import closed_port
from tests.rig.project import CRITERIA

SETTINGS = (
    '[[feed]]\nname = "f"\nurl = "file:feed.xml"\n[[notify]]\nname = "screen"\nurl = "terminal"\n'
)


class PrefectApi(BaseHTTPRequestHandler):
    """POST /api/deployments/count as Prefect 3.8 answers it: the number as JSON, or 401 where a
    password is set.
    """

    status = 200

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        known = self.path == "/api/deployments/count" and "Authorization" not in self.headers
        body = b"3" if self.status == 200 else b'{"exception_message":"Unauthorized"}'
        self.send_response(self.status if known else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: a test's output is the test's."""


@contextmanager
def prefect_at(address: str, status: int = 200) -> Iterator[int]:
    """A server that listens on this address; gives its port."""
    with ThreadingHTTPServer(
        (address, 0), type("Api", (PrefectApi,), {"status": status})
    ) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def said(url: str) -> list[str]:
    return list(open_servers({"PREFECT_API_URL": url}))


@pytest.mark.parametrize(
    ("address", "status", "name", "expected"),
    [
        ("0.0.0.0", 200, "127.0.0.1", 1),  # noqa: S104 - what is warned of
        ("0.0.0.0", 200, "localhost", 1),  # noqa: S104
        ("0.0.0.0", 401, "127.0.0.1", 0),  # noqa: S104
        ("0.0.0.0", 403, "127.0.0.1", 0),  # noqa: S104
        ("127.0.0.1", 200, "127.0.0.1", 0),
        ("127.0.0.1", 200, "localhost", 0),
        ("127.0.0.1", 401, "127.0.0.1", 0),
    ],
)
def test_only_an_open_server_that_others_reach_is_said(
    address: str, status: int, name: str, expected: int
) -> None:
    with prefect_at(address, status) as port:
        assert len(said(f"http://{name}:{port}/api")) == expected


@pytest.mark.parametrize(
    "url", ["", "nothing", "http://", "http://[", "http://127.0.0.1:x/api", "ftp://127.0.0.1/api"]
)
def test_what_is_no_address_is_said_elsewhere(url: str) -> None:
    assert said(url) == []


def test_a_server_that_does_not_run_is_said_elsewhere() -> None:
    with closed_port() as port:
        assert said(f"http://127.0.0.1:{port}/api") == []


@fault(
    "C10",
    "PREFECT_API_URL of a server without a password that listens on every address",
    "`check` and `doctor` say it, with what to do",
)
def test_c10_check_and_doctor_say_it(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir(mode=0o700)
    (tmp_path / "config/goldmine.toml").write_text(SETTINGS)
    (tmp_path / "config/criteria.toml").write_text(CRITERIA)
    (tmp_path / "feed.xml").write_text("<rss><channel/></rss>")
    with prefect_at("0.0.0.0") as port:  # noqa: S104 - what is warned of
        url = f"http://127.0.0.1:{port}/api"
        checked = goldmine("check", "--json", cwd=tmp_path, PREFECT_API_URL=url)
        examined = goldmine("doctor", "--json", cwd=tmp_path, PREFECT_API_URL=url)
    warnings = {row["where"]: row["message"] for row in json.loads(checked.stdout)["warnings"]}
    assert "PREFECT_SERVER_API_AUTH_STRING" in warnings["PREFECT_API_URL"]
    rows = {row["name"]: row for row in json.loads(examined.stdout)["checks"]}
    assert rows["Prefect server"]["warning"]
    assert "asks for no password" in rows["Prefect server"]["detail"]
    assert examined.returncode == 0
